/**
 * Who answers: the package's own word on database, user and context.
 *
 * @module
 */
import type { Identity } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import type { Isg } from "./isg.ts";
import { OPERATIONS } from "./operations.ts";
import type { Context, Settings } from "./settings.ts";
import { member, textOf } from "./tree.ts";

type OutName = keyof typeof OPERATIONS.get_context.outputs;

/** What `get_context` said, by name; what it left open is absent. */
export type WhoAmI = Partial<Record<OutName, string>>;

/** Asks the package who and where we are. */
export async function whoAmI(isg: Isg, context: Context): Promise<WhoAmI> {
  const output = await isg.call(context, "get_context", { P_ORG_ID: context.orgId });
  const answer: WhoAmI = {};
  for (const name of Object.keys(OPERATIONS.get_context.outputs) as OutName[]) {
    const text = textOf(member(output, name), name);
    if (text !== undefined) answer[name] = text;
  }
  return answer;
}

/**
 * The facts that must never change under a connection. Name, id and system together, because a clone shares every id of its
 * original, sometimes the database's own among them.
 */
export async function identify(isg: Isg, context: Context, { host, user }: Settings): Promise<Identity> {
  const { X_DATABASE: database, X_DATABASE_ID: database_id, X_SYSTEM: system } = await whoAmI(isg, context);
  if (!database || !database_id) {
    throw new Failure("wire.garbled", { fact: "get_context does not say which database answers", place: host });
  }
  return { facts: { database, database_id, ...(system && { system }) }, name: `${database} on ${host} as ${user}` };
}
