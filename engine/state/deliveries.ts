/**
 * Deliveries: what systems announced by webhook and nobody has worked off yet. Each stands by itself, so that storing one reads nothing and
 * waits for nobody; those of one record lie side by side, and are worked off together.
 *
 * @module
 */
import type { Delivery } from "../connector.ts";
import type { FailureRecord } from "../failure.ts";
import { decode } from "./codec.ts";
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

/** Where a delivery is kept. */
export type DeliveryPlace = Pick<WaitingDelivery, "pipeline" | "partition" | "key" | "id">;

/** What is kept there. */
export type StoredDelivery = Omit<WaitingDelivery, keyof DeliveryPlace>;

/** The deliveries that wait for a pipeline, or for any: by pipeline, partition and key. */
export async function* listDeliveries(store: Store, pipeline?: string): AsyncGenerator<WaitingDelivery> {
  const prefix = pipeline === undefined ? [TABLES.delivery] : [TABLES.delivery, pipeline];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 1000 })) {
    const [, pipeline, partition, ordered, id] = key as string[];
    yield { pipeline, partition, key: ordered && fromOrderedKey(ordered), id, ...decode<StoredDelivery>(value, key) };
  }
}

/** Takes deliveries away that were worked off: just these, and none that came since. */
export function dropDeliveries(batch: Batch, deliveries: readonly DeliveryPlace[]): void {
  for (const delivery of deliveries) batch.delete(deliveryKey(delivery));
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
    batch.set(
      deliveryKey({ pipeline, partition, key, id }),
      { ...stored, tries, due, failure } satisfies StoredDelivery,
    );
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

/** A delivery's key. Throws `record.invalid` for a source key that cannot be one. */
export function deliveryKey({ pipeline, partition, key, id }: DeliveryPlace): Deno.KvKey {
  return [TABLES.delivery, pipeline, partition, key && orderedKey(key), id];
}
