/**
 * Who is signed in to the console. A session is known by the hash of its id, which its browser alone has; it ends by deadlines that are
 * stored and compared, and at once when its token is revoked.
 *
 * @module
 */
import { batch } from "./batch.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import { getToken, hasExpired, hashOf, type Person } from "./tokens.ts";
import type { Store } from "./types.ts";

/** A session, as it is remembered. */
export interface SessionRecord {
  /** The token's name, and its hash: a token that was made anew under the same name does not take a session over. */
  name: string;
  hash: string;
  /** ISO times: when it began, and when it was last seen (to the minute). */
  at: string;
  seen: string;
}

/** Milliseconds without a request after which a session is over. */
const IDLE = 30 * 60_000;
/** Milliseconds after which it is over in any case. */
const LONGEST = 12 * 3_600_000;
/** Milliseconds before a session is written down as seen again. */
const SEEN = 60_000;

const isOver = ({ at, seen }: SessionRecord, now: number): boolean =>
  now - Date.parse(seen) >= IDLE || now - Date.parse(at) >= LONGEST;

const keyOf = (id: string): Deno.KvKey => [TABLES.session, hashOf(id)];

/** Signs a person in under a new id; sessions that are over are forgotten. */
export async function beginSession(store: Store, id: string, name: string): Promise<void> {
  const token = await getToken(store, name);
  const now = store.clock.now();
  const at = new Date(now).toISOString();
  const writes = batch(store).set(keyOf(id), { name, hash: token?.hash ?? "", at, seen: at });
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.session] })) {
    if (key.length === 2 && isOver(decode<SessionRecord>(value, key), now)) writes.delete(key);
  }
  await writes.commit();
}

/** Who a session is, with the role that their token has now; undefined where it is over, or the token is good no more. */
export async function personOf(store: Store, id: string): Promise<Person | undefined> {
  const { key, value, versionstamp } = await store.kv.get(keyOf(id));
  if (versionstamp === null) return undefined;
  const session = decode<SessionRecord>(value, key);
  const now = store.clock.now();
  if (isOver(session, now)) return undefined;
  const token = await getToken(store, session.name);
  if (!token || token.revoked || token.hash !== session.hash || hasExpired(token, now)) return undefined;
  if (now - Date.parse(session.seen) >= SEEN) {
    const seen = encode({ ...session, seen: new Date(now).toISOString() });
    // Whoever signs out meanwhile is signed out.
    await commit(store, () => store.kv.atomic().check({ key, versionstamp }).set(key, seen));
  }
  return { name: token.name, role: token.role };
}

/** Signs out. */
export async function endSession(store: Store, id: string): Promise<void> {
  await batch(store).delete(keyOf(id)).commit();
}

/** The key that cookies are signed with, the same for every process; `fresh` is taken where there is none yet. */
export async function signingKey(store: Store, fresh: () => string): Promise<string> {
  const key: Deno.KvKey = [TABLES.session];
  const entry = await store.kv.get(key);
  if (entry.versionstamp !== null) return decode<string>(entry.value, key);
  await commit(store, () => store.kv.atomic().check(entry).set(key, encode(fresh())));
  const now = await store.kv.get(key);
  return decode<string>(now.value, key);
}
