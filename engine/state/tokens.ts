/**
 * Tokens: who a person is, and what they may do. A token itself is known to its owner alone; here is its hash.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Failure } from "../failure.ts";
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Role } from "./roles.ts";
import type { Batch, Store } from "./types.ts";

/** A token, as it is remembered. */
export interface TokenRecord {
  /** Whose it is. */
  name: string;
  role: Role;
  /** SHA-256 of the token, as hex. A token is as long as its hash: nobody guesses it from that. */
  hash: string;
  /** ISO time it was made, and by whom. */
  at: string;
  by: string;
  /** The last day it is good for, in UTC: `YYYY-MM-DD`. */
  expires?: string;
  revoked?: { at: string; by: string };
}

/** Somebody who acts. */
export interface Person {
  /** The token's name; `local:NAME` where there are no tokens. */
  name: string;
  role: Role;
}

/** Longest text that is looked at as a token. */
const LONGEST = 200;

/** The hash that a token is known by. */
export const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Remembers a token. */
export function putToken(batch: Batch, record: TokenRecord): void {
  batch.set([TABLES.token, record.name], record);
}

/** A token by its name. */
export async function getToken(store: Store, name: string): Promise<TokenRecord | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.token, name]);
  return versionstamp === null ? undefined : decode<TokenRecord>(value, key);
}

/** Every token by name, revoked ones included. */
export async function listTokens(store: Store): Promise<TokenRecord[]> {
  const tokens: TokenRecord[] = [];
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.token] })) {
    tokens.push(decode<TokenRecord>(value, key));
  }
  return tokens;
}

/** Whether a token has run out. */
export const hasExpired = ({ expires }: Pick<TokenRecord, "expires">, now: number): boolean =>
  expires !== undefined && new Date(now).toISOString().slice(0, 10) > expires;

/**
 * Who has this token. As long as none was made (or all were revoked) whoever reaches the state is an admin, by the name that the machine
 * has for them; a token that has run out does not open that door again.
 * Whoever comes over the network has no such name (`local` is absent), and needs a token from the first.
 * Throws `token.missing`, `token.unknown`.
 */
export async function identify(store: Store, { token, local }: { token?: string; local?: string }): Promise<Person> {
  const tokens = (await listTokens(store)).filter(({ revoked }) => !revoked);
  if (tokens.length === 0 && local !== undefined) return { name: `local:${local}`, role: "admin" };
  if (token === undefined) {
    throw new Failure("token.missing", { fact: "Whoever acts here needs a token, and none was given" });
  }
  const hash = Uint8Array.fromHex(hashOf(token.slice(0, LONGEST)));
  // All of them are compared, whichever it is.
  const [found] = tokens.filter((one) => timingSafeEqual(Uint8Array.fromHex(one.hash), hash));
  if (!found) throw new Failure("token.unknown", { fact: "The token is not known here, or was revoked" });
  if (hasExpired(found, store.clock.now())) {
    throw new Failure("token.unknown", { fact: "The token has run out", value: `${found.name}, ${found.expires}` });
  }
  return { name: found.name, role: found.role };
}
