/**
 * Who acts at the command line, whether they may, and the audit log's entry of what they did.
 *
 * @module
 */
import { asFailure, Failure } from "../failure.ts";
import { type AuditEntry, commitAct, type Deed } from "../state/audit.ts";
import { batch } from "../state/batch.ts";
import { type ActName, ACTS, may, type Right, rolesWith } from "../state/roles.ts";
import { identify, type Person } from "../state/tokens.ts";
import type { Batch, Store } from "../state/types.ts";
import { type Cli, usage } from "./context.ts";
import { person } from "./lists.ts";

/** A person who may do what they set out to do. */
export interface Actor extends Person {
  /** Commits a batch, and in the same commit the entry that tells of it. */
  commit(writes: Batch, deed: Deed): Promise<AuditEntry>;
  /** Does what is no batch of ours: it is put down before it begins, and again where it failed. */
  around<T>(deed: Deed, work: () => Promise<T>): Promise<T>;
}

/** Who acts: the owner of the token in GUSSET_TOKEN. Throws `token.missing`, `token.unknown`, and `token.role` where they may not. */
export async function whoami(cli: Cli, store: Store, right: Right = "read"): Promise<Person> {
  const token = cli.terminal.env("GUSSET_TOKEN");
  if (token !== undefined) cli.hide([token]);
  const who = await identify(store, { token, local: person(cli) });
  if (may(who.role, right)) return who;
  throw new Failure("token.role", {
    fact: `${who.name} is ${who.role === "viewer" ? "a" : "an"} ${who.role}, and this takes ${
      article(rolesWith(right))
    }`,
  });
}

const article = (roles: string): string => `${/^[aeo]/.test(roles) ? "an" : "a"} ${roles}`;

/** Makes sure that whoever acts may do this. */
export async function actor(cli: Cli, store: Store, what: ActName): Promise<Actor> {
  const who = await whoami(cli, store, ACTS[what]);
  const commit = (writes: Batch, deed: Deed): Promise<AuditEntry> =>
    commitAct(writes, { who: who.name, what, ...deed, ...(deed.why !== undefined && { why: deed.why.trim() }) });
  return {
    ...who,
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

/** A reason that has to be given. */
export function reason(why: string, ask: string): string {
  if (why.trim() === "") throw usage("--why says nothing", ask);
  return why.trim();
}

/** Names as an entry's detail: all of them where they are few. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown}, and ${names.length - SHOWN} more` : shown;
}

const SHOWN = 20;
