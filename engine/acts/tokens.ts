/**
 * Tokens: made and revoked, so that as long as there are any, there is an admin.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { batch } from "../state/batch.ts";
import type { Role } from "../state/roles.ts";
import { getToken, listTokens, putToken, type TokenRecord } from "../state/tokens.ts";
import type { Store } from "../state/types.ts";
import { isToken, newToken } from "../vault/token.ts";
import { type Actor, notThere, nowOf } from "./actor.ts";

/** What a token's name looks like. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;

/** Whether a text is a day of the calendar, as in 2026-12-31. */
export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const inUse = (tokens: readonly TokenRecord[]): TokenRecord[] => tokens.filter(({ revoked }) => !revoked);
/** An admin whom no date locks out: as long as there are tokens, there is one. */
const isKeeper = ({ role, expires }: TokenRecord): boolean => role === "admin" && expires === undefined;

const usage = (fact: string, action?: string): Failure => new Failure("usage", { fact, action });

/** Tokens as they may be shown: without what they are known by. */
export const tokensShown = async (store: Store): Promise<Omit<TokenRecord, "hash">[]> =>
  (await listTokens(store)).map(({ hash: _, ...token }) => token);

/** Makes a token and gives it, this once. Throws `usage` where the name has one, or the first is no lasting admin's. */
export async function createToken(
  who: Actor,
  { name, role, expires }: { name: string; role: Role; expires?: string },
): Promise<string> {
  if (isToken(name)) throw usage("A name is wanted, and this is a token", "Revoke it if others may have seen it.");
  const { token, hash } = newToken();
  const tokens = inUse(await listTokens(who.store));
  if (tokens.some((one) => one.name === name)) {
    throw usage(`${name} has a token already`, `Revoke it first: gusset token revoke ${name}.`);
  }
  const at = nowOf(who);
  if (expires !== undefined && expires < at.slice(0, 10)) throw usage(`--expires ${expires} is over`);
  const record: TokenRecord = { name, role, hash, at, by: who.name, expires };
  if (tokens.length === 0 && !isKeeper(record)) {
    throw usage(
      "The first token must be an admin's that does not run out: from then on acts need one",
      "Make that first: gusset token create NAME --role admin.",
    );
  }
  const writes = batch(who.store);
  putToken(writes, record);
  await who.commit(writes, { subject: name, details: { role, ...(expires !== undefined && { expires }) } });
  return token;
}

/** Makes a token useless. Gives who had revoked it before, where somebody had. Throws `usage` for the last lasting admin. */
export async function revokeToken(who: Actor, name: string): Promise<TokenRecord["revoked"]> {
  if (isToken(name)) throw usage("A name is wanted, and this is a token", "See `gusset token list`.");
  const record = await getToken(who.store, name);
  if (!record) throw notThere(`There is no token ${name}`, "See `gusset token list`.");
  if (record.revoked) return record.revoked;
  const others = inUse(await listTokens(who.store)).filter((one) => one.name !== name);
  if (others.length > 0 && !others.some(isKeeper)) {
    throw usage(
      `${name} is the last admin that does not run out`,
      "Make another one first, or revoke the others first.",
    );
  }
  const writes = batch(who.store);
  putToken(writes, { ...record, revoked: { at: nowOf(who), by: who.name } });
  await who.commit(writes, { subject: name, details: { role: record.role } });
}
