/**
 * Rejected records: those that are wrong, and wait for a person.
 *
 * @module
 */
import { countEntries, type InPipeline, listRecords, type RecordPlace, recordsOf } from "./entries.ts";
import { anyKey, TABLES } from "./keys.ts";
import type { Batch, RejectedRecord, Store } from "./types.ts";

/** What a person said on dismissing a record; `hash` is that of the source row, so that a change makes it speak again. */
export type Dismissal = NonNullable<RejectedRecord["dismissed"]>;

/** Remembers a rejected record. `before` is what stood there: its first time stays, and the times are counted on. */
export function putRejected(batch: Batch, pipeline: string, record: RejectedRecord, before?: RejectedRecord): void {
  const counted = before ? { ...record, firstAt: before.firstAt, times: before.times + 1 } : record;
  batch.set(keyOf(pipeline, record), counted);
}

/** Forgets one: the record went through, or left the source. */
export function dropRejected(batch: Batch, pipeline: string, record: { key: string; part: string }): void {
  batch.delete(keyOf(pipeline, record));
}

/** Makes one quiet until its record changes. */
export function dismissRejected(batch: Batch, pipeline: string, record: RejectedRecord, dismissed: Dismissal): void {
  batch.set(keyOf(pipeline, record), { ...record, dismissed });
}

/** The rejected records of these keys, by key. */
export function rejectedOf(
  store: Store,
  pipeline: string,
  keys: readonly string[],
): Promise<Map<string, RejectedRecord[]>> {
  return recordsOf(store, TABLES.rejected, pipeline, keys);
}

/** Rejected records, dismissed ones included: of one pipeline or of all, ascending by key. */
export function listRejected(
  store: Store,
  pipeline?: string,
  after?: RecordPlace,
): AsyncGenerator<InPipeline<RejectedRecord>> {
  return listRecords(store, TABLES.rejected, pipeline, after);
}

/** How many there are, dismissed ones included. */
export function countRejected(store: Store, pipeline: string): Promise<number> {
  return countEntries(store, [TABLES.rejected, pipeline]);
}

// A record can be rejected for its very key.
function keyOf(pipeline: string, { key, part }: { key: string; part: string }): Deno.KvKey {
  return [TABLES.rejected, pipeline, anyKey(key), part];
}
