/**
 * Who acts, whether they may, and the audit log's entry of what they did. The command line and the server share this room: an act is one
 * function, whoever calls it.
 *
 * @module
 */
import { asFailure, Failure } from "../failure.ts";
import type { Acting } from "../post/acts.ts";
import { type AuditEntry, commitAct, type Deed } from "../state/audit.ts";
import { batch } from "../state/batch.ts";
import { type ActName, ACTS, may, type Right, rolesWith } from "../state/roles.ts";
import type { Person } from "../state/tokens.ts";
import type { Batch, Store } from "../state/types.ts";

/** A person who may do what they set out to do. */
export interface Actor extends Person {
  store: Store;
  /** Commits a batch, and in the same commit the entry that tells of it. */
  commit(writes: Batch, deed: Deed): Promise<AuditEntry>;
  /** Does what is no batch of ours: it is put down before it begins, and again where it failed. */
  around<T>(deed: Deed, work: () => Promise<T>): Promise<T>;
}

/** Gives the person back where they have the right; throws `token.role` where not. */
export function permitted(who: Person, right: Right): Person {
  if (may(who.role, right)) return who;
  throw new Failure("token.role", {
    fact: `${who.name} is ${who.role === "viewer" ? "a" : "an"} ${who.role}, and this takes ${
      article(rolesWith(right))
    }`,
  });
}

const article = (roles: string): string => `${/^[aeo]/.test(roles) ? "an" : "a"} ${roles}`;

/** The person as the one who does this. Throws `token.role` where they may not. */
export function actorOf(store: Store, person: Person, what: ActName): Actor {
  const who = permitted(person, ACTS[what]);
  const commit = (writes: Batch, deed: Deed): Promise<AuditEntry> =>
    commitAct(writes, { who: who.name, what, ...deed, ...(deed.why !== undefined && { why: deed.why.trim() }) });
  return {
    ...who,
    store,
    commit,
    async around(deed, work) {
      await commit(batch(store), deed);
      try {
        return await work();
      } catch (thrown) {
        await commit(batch(store), { ...deed, details: { ...deed.details, failed: asFailure(thrown).code } });
        throw thrown;
      }
    },
  };
}

/** An actor as acts on documents know one. */
export const actingOf = ({ store, name, commit }: Actor, why?: string): Acting => ({
  store,
  by: name,
  commit,
  ...(why !== undefined && { why }),
});

/** A reason that has to be given. Throws `usage` with what to say. */
export function reason(why: string, ask: string): string {
  if (why.trim() === "") throw new Failure("usage", { fact: "--why says nothing", action: ask });
  return why.trim();
}

/** Now, as the state writes it. */
export const nowOf = ({ store }: Pick<Actor, "store">): string => new Date(store.clock.now()).toISOString();

/** Names as an entry's detail: all of them where they are few. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown}, and ${names.length - SHOWN} more` : shown;
}

const SHOWN = 20;

/** `4711`, or `4711/820` for a part. */
export const keyText = ({ key, part }: { key: string; part: string }): string => part === "" ? key : `${key}/${part}`;

/** Whether a record is the one a person named as `KEY` or `KEY/PART`. */
export const isKey = (record: { key: string; part: string }, named: string): boolean =>
  record.key === named || keyText(record) === named;

/** What is named and is not there. */
export const notThere = (fact: string, action: string): Failure => new Failure("not-there", { fact, action });
