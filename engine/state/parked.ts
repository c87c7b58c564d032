/**
 * Parked records: those that wait for another pipeline's link, or for a destination record to appear. An index by what is awaited
 * tells who wakes when a link appears.
 *
 * @module
 */
import {
  countEntries,
  entriesOf,
  type InPipeline,
  keyIn,
  listRecords,
  type RecordPlace,
  recordsOf,
} from "./entries.ts";
import { orderedKey, TABLES } from "./keys.ts";
import type { Batch, ParkedRecord, Store } from "./types.ts";

/** A record that waits for a link, and the part of it that it waits for, where it named one. */
export interface Sleeper {
  pipeline: string;
  key: string;
  part: string;
  neededPart?: string;
}

/** Parks a record. `before` is what stood there, and must be given where there is one: its place in the index is taken along. */
export function putParked(batch: Batch, pipeline: string, record: ParkedRecord, before?: ParkedRecord): void {
  if (before) batch.delete(indexKey(pipeline, before));
  batch.set(keyOf(pipeline, record), record);
  batch.set(indexKey(pipeline, record), null);
}

/** Forgets one: it went through, or left the source. */
export function dropParked(batch: Batch, pipeline: string, record: ParkedRecord): void {
  batch.delete(keyOf(pipeline, record)).delete(indexKey(pipeline, record));
}

/** Who waits for links of `pipeline` at `keys`: of every pipeline, in no order that matters. */
export async function wokenBy(store: Store, pipeline: string, keys: readonly string[]): Promise<Sleeper[]> {
  const sleepers: Sleeper[] = [];
  for (const entries of (await entriesOf(store, [TABLES.parkedByNeed, pipeline], keys)).values()) {
    for (const { key: [, , , neededPart, waiting, key, part] } of entries) {
      sleepers.push({
        pipeline: waiting as string,
        key: keyIn(key),
        part: part as string,
        neededPart: neededPart === ANY_PART ? undefined : (neededPart as string).slice(1),
      });
    }
  }
  return sleepers;
}

/** The keys of `pipeline` whose links are awaited, each with those who wait, ascending by key. */
export async function* listAwaited(
  store: Store,
  pipeline: string,
): AsyncGenerator<{ awaited: string; waiting: string }> {
  const prefix = [TABLES.parkedByNeed, pipeline];
  let last: string | undefined;
  for await (const { key: [, , awaited, , waiting] } of store.kv.list({ prefix }, { batchSize: 1000 })) {
    const one = `${awaited as string}\n${waiting as string}`;
    if (one === last) continue;
    last = one;
    yield { awaited: keyIn(awaited), waiting: waiting as string };
  }
}

/** The parked records of these keys, by key. */
export function parkedOf(
  store: Store,
  pipeline: string,
  keys: readonly string[],
): Promise<Map<string, ParkedRecord[]>> {
  return recordsOf(store, TABLES.parked, pipeline, keys);
}

/** Parked records: of one pipeline or of all, ascending by key. */
export function listParked(
  store: Store,
  pipeline?: string,
  after?: RecordPlace,
): AsyncGenerator<InPipeline<ParkedRecord>> {
  return listRecords(store, TABLES.parked, pipeline, after);
}

/** The records of a pipeline that await no link and are looked at in every run, ascending by key. */
export async function* listParkedWithoutNeed(
  store: Store,
  pipeline: string,
): AsyncGenerator<{ key: string; part: string }> {
  for await (
    const { key } of store.kv.list({ prefix: [TABLES.parkedWithoutNeed, pipeline] }, { batchSize: 1000 })
  ) {
    yield { key: keyIn(key[2]), part: key[3] as string };
  }
}

/** How many wait. */
export function countParked(store: Store, pipeline: string): Promise<number> {
  return countEntries(store, [TABLES.parked, pipeline]);
}

/** No part is named; the part "" is one that can be. */
const ANY_PART = "*";

function keyOf(pipeline: string, { key, part }: ParkedRecord): Deno.KvKey {
  return [TABLES.parked, pipeline, orderedKey(key), part];
}

function indexKey(pipeline: string, { key, part, need }: ParkedRecord): Deno.KvKey {
  if (!need) return [TABLES.parkedWithoutNeed, pipeline, orderedKey(key), part];
  const awaited = need.part === undefined ? ANY_PART : `=${need.part}`;
  return [TABLES.parkedByNeed, need.pipeline, orderedKey(need.key), awaited, pipeline, orderedKey(key), part];
}
