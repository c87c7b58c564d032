/**
 * Adoptions: destination records that look like the twin of a source record, and what a person said of it.
 *
 * @module
 */
import { type InPipeline, listRecords, type RecordPlace, recordsOf } from "./entries.ts";
import { orderedKey, TABLES } from "./keys.ts";
import type { AdoptionRecord, Batch, Store } from "./types.ts";

/** What a person said. */
export type AdoptionDecision = NonNullable<AdoptionRecord["decision"]>;

/** Remembers a suggestion. */
export function putAdoption(batch: Batch, pipeline: string, record: AdoptionRecord): void {
  batch.set(keyOf(pipeline, record), record);
}

/** Remembers what a person said of a suggestion. */
export function decideAdoption(
  batch: Batch,
  pipeline: string,
  record: AdoptionRecord,
  decision: AdoptionDecision,
): void {
  batch.set(keyOf(pipeline, record), { ...record, decision });
}

/** Forgets one: the record is linked, or left the source. */
export function dropAdoption(batch: Batch, pipeline: string, record: { key: string; part: string }): void {
  batch.delete(keyOf(pipeline, record));
}

/** The suggestions for these keys, decided ones included, by key. */
export function adoptionsOf(
  store: Store,
  pipeline: string,
  keys: readonly string[],
): Promise<Map<string, AdoptionRecord[]>> {
  return recordsOf(store, TABLES.adoption, pipeline, keys);
}

/** Suggestions, decided ones included: of one pipeline or of all, ascending by key. */
export function listAdoptions(
  store: Store,
  pipeline?: string,
  after?: RecordPlace,
): AsyncGenerator<InPipeline<AdoptionRecord>> {
  return listRecords(store, TABLES.adoption, pipeline, after);
}

function keyOf(pipeline: string, { key, part }: { key: string; part: string }): Deno.KvKey {
  return [TABLES.adoption, pipeline, orderedKey(key), part];
}
