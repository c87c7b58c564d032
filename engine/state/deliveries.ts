/**
 * Deliveries: what systems announced by webhook and nobody has worked off yet. Each stands by itself, so that storing one reads nothing and
 * waits for nobody; those of one record lie side by side, and are worked off together.
 *
 * @module
 */
import type { Delivery } from "../connector.ts";
import type { FailureRecord } from "../failure.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { fromOrderedKey, orderedKey, TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** A delivery that waits for a pipeline. */
export interface WaitingDelivery {
  pipeline: string;
  /** The source partition's id; "-" where the stream has none, or the delivery names none. */
  partition: string;
  /** The source key; "" where the delivery names none. */
  key: string;
  /** The system's own id of it. */
  id: string;
  connection: string;
  resource: string;
  action: Delivery["action"];
  /** When it happened, by the system: ISO time. */
  at: string;
  /** When it came: ISO time. */
  came: string;
  /** Who did it, as the system counts users. */
  by?: string;
  /** How often it was tried in vain. */
  tries: number;
  /** Not to be tried again before: ISO time. */
  due?: string;
  /** Why it was tried in vain the last time. */
  failure?: FailureRecord;
}

type Place = Pick<WaitingDelivery, "pipeline" | "partition" | "key" | "id">;
type Stored = Omit<WaitingDelivery, keyof Place>;

/** Milliseconds that KV keeps a known id beyond its deadline. Expiry only tidies up; nothing counts on it. */
const TIDY = 3_600_000;

/** Who a delivery is for. */
export interface Addressee {
  pipeline: string;
  /** The source partition, "-" for none. */
  partition: string;
}

/** What is stored of a delivery besides itself. */
export interface Hearing {
  connection: string;
  delivery: Delivery;
  to: readonly Addressee[];
  /** Until when the same id is known: ISO time. */
  until: string;
}

/**
 * Stores a delivery for everyone who listens, in one commit. Gives false, and writes nothing, where its id is known already.
 * Throws `state.busy` and `state.unreadable`, and `record.invalid` for a key that cannot be one.
 */
export async function hear(store: Store, { connection, delivery, to, until }: Hearing): Promise<boolean> {
  const { id, resource, action, at, by, key = "" } = delivery;
  const now = store.clock.now();
  const known = [TABLES.heard, connection, id];
  const came = new Date(now).toISOString();
  const value = encode({ connection, resource, action, at, came, by, tries: 0 } satisfies Stored);
  const rows = to.map(({ pipeline, partition }) => rowKey({ pipeline, partition, key, id }));
  const note = encode({ until, came });
  // An id is known until its deadline, whatever KV still shows.
  let check: Deno.AtomicCheck = { key: known, versionstamp: null };
  for (let again = false;; again = true) {
    const { ok } = await commit(store, () => {
      const atomic = store.kv.atomic().check(check)
        .set(known, note, { expireIn: Math.max(0, Date.parse(until) - now) + TIDY });
      for (const row of rows) atomic.set(row, value);
      return atomic;
    }, { applied: store.remote ? () => isOurs(store, known, note) : undefined });
    if (ok || again) return ok;
    const entry = await store.kv.get(known);
    if (entry.versionstamp !== null) {
      const { until } = decode<{ until: string }>(entry.value, known);
      if (Date.parse(until) > now) return false;
    }
    check = entry;
  }
}

/** Where an answer was lost: whether what stands there is what this very call wrote. Two copies of one delivery within a millisecond are alike. */
async function isOurs(store: Store, key: Deno.KvKey, note: Uint8Array): Promise<string | undefined> {
  const { value, versionstamp } = await store.kv.get<Uint8Array>(key);
  const ours = versionstamp !== null && value.length === note.length && value.every((byte, i) => byte === note[i]);
  return ours ? versionstamp : undefined;
}

/** The deliveries that wait for a pipeline, or for any: by pipeline, partition and key. */
export async function* listDeliveries(store: Store, pipeline?: string): AsyncGenerator<WaitingDelivery> {
  const prefix = pipeline === undefined ? [TABLES.delivery] : [TABLES.delivery, pipeline];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 1000 })) {
    const [, pipeline, partition, ordered, id] = key as string[];
    yield { pipeline, partition, key: ordered && fromOrderedKey(ordered), id, ...decode<Stored>(value, key) };
  }
}

/** Takes deliveries away that were worked off: just these, and none that came since. */
export function dropDeliveries(batch: Batch, deliveries: readonly Place[]): void {
  for (const delivery of deliveries) batch.delete(rowKey(delivery));
}

/** Keeps deliveries that were tried in vain, with why and until when; `counts` where it is to wait longer each time. */
export function keepDeliveries(
  batch: Batch,
  deliveries: readonly WaitingDelivery[],
  { failure, due, counts }: { failure: FailureRecord; due: string; counts: boolean },
): void {
  for (const delivery of deliveries) {
    const { pipeline, partition, key, id, ...stored } = delivery;
    const tries = stored.tries + (counts ? 1 : 0);
    batch.set(rowKey({ pipeline, partition, key, id }), { ...stored, tries, due, failure } satisfies Stored);
  }
}

/** Takes known ids away whose deadline has passed, where KV has not done so itself. Gives how many. */
export async function forgetHeard(store: Store, batch: Batch): Promise<number> {
  let gone = 0;
  const now = store.clock.now();
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.heard] }, { batchSize: 1000 })) {
    if (Date.parse(decode<{ until: string }>(value, key).until) > now) continue;
    batch.delete(key);
    gone++;
  }
  return gone;
}

const rowKey = ({ pipeline, partition, key, id }: Place): Deno.KvKey => [
  TABLES.delivery,
  pipeline,
  partition,
  key && orderedKey(key),
  id,
];
