/**
 * Who acts at the command line.
 *
 * @module
 */
import { type Actor, actorOf, permitted } from "../acts/actor.ts";
import { type ActName, ACTS, type Right } from "../state/roles.ts";
import { identify, type Person } from "../state/tokens.ts";
import type { Store } from "../state/types.ts";
import type { Cli } from "./context.ts";
import { person } from "./lists.ts";

export { type Actor, reason, some } from "../acts/actor.ts";

/** Who acts: the owner of the token in GUSSET_TOKEN. Throws `token.missing`, `token.unknown`, and `token.role` where they may not. */
export async function whoami(cli: Cli, store: Store, right: Right = "read"): Promise<Person> {
  const token = cli.terminal.env("GUSSET_TOKEN");
  if (token !== undefined) cli.hide([token]);
  return permitted(await identify(store, { token, local: person(cli) }), right);
}

/** Makes sure that whoever acts may do this. */
export async function actor(cli: Cli, store: Store, what: ActName): Promise<Actor> {
  return actorOf(store, await whoami(cli, store, ACTS[what]), what);
}
