/**
 * The vault: secrets by name, sealed in the state. A value leaves it through `getSecret` alone.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Store } from "../state/types.ts";
import { changeSealed, readAllSealed, readSealed, removeSealed, writeMasterId } from "./entries.ts";
import type { MasterKey } from "./master.ts";
import { nearest } from "./nearest.ts";
import { rewrap, seal, type Sealed, unseal } from "./seal.ts";

/** Longest value, in characters: a private key in PEM has a few thousand. */
const LONGEST = 16_000;

/** What is said of a secret. Never its value. */
export interface SecretInfo {
  name: string;
  /** Counts the values set under this name. */
  version: number;
  /** ISO times: of the first value, and of the present one. */
  createdAt: string;
  setAt: string;
}

/** An open vault. The master key is asked for when the first secret is sealed or opened. */
export interface Vault {
  /**
   * Seals a value under a name, in place of the one before. Throws `secret.invalid`, and `secret.unreadable` where the vault's
   * other secrets are under another master key.
   */
  setSecret(name: string, value: string): Promise<SecretInfo>;
  /** Opens a value. Throws `secret.missing` with the nearest names, `secret.unreadable`. */
  getSecret(name: string): Promise<string>;
  /** Names and dates, ascending by name. */
  listSecrets(): Promise<SecretInfo[]>;
  /** Forgets a secret. Throws `secret.missing`. */
  removeSecret(name: string): Promise<void>;
  /**
   * Wraps every secret with another master key, under which this vault works from then on; gives the number re-wrapped. Each
   * secret moves in a commit of its own: killed in the middle, `rotate` again with the same key goes on, and until then a vault
   * opens everything as long as its master key has the other as `next`. Throws `secret.unreadable` before anything moves where a
   * secret cannot be opened.
   */
  rotate(next: MasterKey): Promise<number>;
}

/** What a vault stands on. */
export interface VaultOptions {
  store: Store;
  masterKey: () => Promise<MasterKey>;
}

/** Opens the vault. */
export function openVault({ store, masterKey }: VaultOptions): Vault {
  let asked: Promise<MasterKey> | undefined;
  const master = (): Promise<MasterKey> => {
    // A key that could not be had is asked for again.
    asked ??= masterKey().catch((thrown) => {
      asked = undefined;
      throw thrown;
    });
    return asked;
  };

  return {
    async setSecret(name, value) {
      checkName(name);
      checkValue(name, value);
      const current = await master();
      const sealed = await changeSealed(store, name, async (before, masterId) => {
        const key = await sealer(store, name, current, masterId);
        const setAt = new Date(store.clock.now()).toISOString();
        const version = (before?.version ?? 0) + 1;
        const createdAt = before?.createdAt ?? setAt;
        return { format: 1, version, createdAt, setAt, ...await seal(value, { name, version }, key) };
      });
      return infoOf(name, sealed!);
    },

    async getSecret(name) {
      const sealed = await readSealed(store, name);
      if (!sealed) throw await missing(store, name);
      const key = opener(sealed.master, name, await master());
      try {
        return await unseal(sealed, { name, version: sealed.version }, key);
      } catch {
        throw damaged(name);
      }
    },

    async listSecrets() {
      return (await readAllSealed(store)).map(([name, sealed]) => infoOf(name, sealed));
    },

    async removeSecret(name) {
      if (!await readSealed(store, name)) throw await missing(store, name, "See `gusset secret list`.");
      await removeSealed(store, name);
    },

    async rotate(next) {
      const current = { ...await master(), next };
      const move = async (name: string, sealed: Sealed): Promise<Sealed> => {
        const from = opener(sealed.master, name, current);
        try {
          return await rewrap(sealed, { name, version: sealed.version }, { from, to: next });
        } catch {
          throw damaged(name);
        }
      };
      for (const [name, sealed] of await readAllSealed(store)) await move(name, sealed);

      // From here on nothing new is sealed under the old key: a list read now misses nothing.
      await writeMasterId(store, next.id);
      let moved = 0;
      for (const [name] of await readAllSealed(store)) {
        let moves = false;
        await changeSealed(store, name, async (sealed) => {
          moves = sealed !== undefined && sealed.master !== next.id;
          return moves ? await move(name, sealed!) : undefined;
        });
        if (moves) moved++;
      }
      asked = Promise.resolve(next);
      return moved;
    },
  };
}

/** The master key that a new value goes under: the vault's own; any where the vault is empty. */
async function sealer(store: Store, name: string, master: MasterKey, masterId: string | null): Promise<MasterKey> {
  if (masterId === null) return master;
  for (let key: MasterKey | undefined = master; key; key = key.next) if (key.id === masterId) return key;
  if ((await readAllSealed(store)).length === 0) return master;
  return opener(masterId, name, master);
}

/** The master key with this id. */
function opener(id: string, name: string, master: MasterKey): MasterKey {
  for (let key: MasterKey | undefined = master; key; key = key.next) if (key.id === id) return key;
  throw new Failure("secret.unreadable", {
    fact: "The vault's secrets were sealed with another master key",
    value: `sealed with key ${id}, this is key ${master.id}`,
    place: `secret ${name}`,
  });
}

function infoOf(name: string, { version, createdAt, setAt }: Sealed): SecretInfo {
  return { name, version, createdAt, setAt };
}

function damaged(name: string): Failure {
  return new Failure("secret.unreadable", {
    fact: "The sealed secret is damaged, or was moved here from another name",
    place: `secret ${name}`,
    action: `Find out who changed the state, then set it again with \`gusset secret set ${name}\`.`,
  });
}

async function missing(store: Store, name: string, action?: string): Promise<Failure> {
  const near = nearest(name, (await readAllSealed(store)).map(([known]) => known));
  const hint = near.length ? `; there is ${near.map((known) => `"${known}"`).join(", ")}` : "";
  return new Failure("secret.missing", {
    fact: `There is no secret of this name${hint}`,
    value: name,
    action: action ?? `Set it with \`gusset secret set ${name}\`${near.length ? ", or correct the name." : "."}`,
  });
}

/** Throws `secret.invalid` for a name that a secret cannot have. */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
  // The name is not shown: it may be a value that was given in its place.
  throw new Failure("secret.invalid", { fact: "The secret's name has characters a name cannot have, or too many" });
}

function checkValue(name: string, value: string): void {
  const wrong = value === ""
    ? "is empty"
    : value.length > LONGEST
    ? `has more than ${LONGEST} characters`
    : value.isWellFormed()
    ? undefined
    : "holds half a character";
  if (!wrong) return;
  throw new Failure("secret.invalid", {
    fact: `The secret's value ${wrong}`,
    place: `secret ${name}`,
    action: `Check what was typed or piped in: a value is text of 1 to ${LONGEST} characters.`,
  });
}
