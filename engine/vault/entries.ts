/**
 * The vault's entries in KV: sealed secrets by name, and the id of the master key that they are under.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decode, encode } from "../state/codec.ts";
import { commit } from "../state/commit.ts";
import { TABLES } from "../state/keys.ts";
import type { Store } from "../state/types.ts";
import type { Sealed } from "./seal.ts";

/** Rounds of losing to another writer of the same entry. */
const ROUNDS = 20;
const MASTER: Deno.KvKey = [TABLES.secretMaster];

/** A sealed secret; undefined where there is none of this name. */
export async function readSealed(store: Store, name: string): Promise<Sealed | undefined> {
  const { key, value, versionstamp } = await store.kv.get(keyOf(name));
  return versionstamp === null ? undefined : decode<Sealed>(value, key);
}

/** Every sealed secret, ascending by name. */
export async function readAllSealed(store: Store): Promise<[name: string, sealed: Sealed][]> {
  const all: [string, Sealed][] = [];
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.secret] })) {
    all.push([key[1] as string, decode<Sealed>(value, key)]);
  }
  return all;
}

/** Takes a sealed secret away. */
export async function removeSealed(store: Store, name: string): Promise<void> {
  await commit(store, () => store.kv.atomic().delete(keyOf(name)));
}

/** Says which master key new values go under from now on; a value that is being sealed for another is refused. */
export async function writeMasterId(store: Store, id: string): Promise<void> {
  await commit(store, () => store.kv.atomic().set(MASTER, encode(id)));
}

/**
 * Reads, changes and writes one secret, and starts again where another process changed it, or moved the vault to another master
 * key, in between. `make` gives `undefined` to leave it as it is. Throws `state.busy` where others are always quicker.
 */
export async function changeSealed(
  store: Store,
  name: string,
  make: (before: Sealed | undefined, masterId: string | null) => Promise<Sealed | undefined>,
): Promise<Sealed | undefined> {
  const key = keyOf(name);
  for (let round = 0; round < ROUNDS; round++) {
    const [entry, master] = await store.kv.getMany([key, MASTER]);
    const before = entry.versionstamp === null ? undefined : decode<Sealed>(entry.value, key);
    const after = await make(before, master.versionstamp === null ? null : decode<string>(master.value, MASTER));
    if (!after) return before;
    const applied = async (): Promise<string | undefined> => {
      const now = await store.kv.get(key);
      const ours = now.versionstamp !== null && decode<Sealed>(now.value, key).wrapped === after.wrapped;
      return ours ? now.versionstamp : undefined;
    };
    const build = () =>
      store.kv.atomic().check(entry, master).set(key, encode(after)).set(MASTER, encode(after.master));
    if ((await commit(store, build, { applied })).ok) return after;
  }
  throw new Failure("state.busy", { fact: "The secret was changed by others all the time", place: `secret ${name}` });
}

function keyOf(name: string): Deno.KvKey {
  return [TABLES.secret, name];
}
