/**
 * Reading tables whose keys are `table, pipeline, ordered key, …` (or have more before the ordered key): by keys, by range, or whole.
 * No caller awaits KV per record.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { anyKey, compareText, fromOrderedKey, justAfter, orderedKey, type Table } from "./keys.ts";
import type { Store } from "./types.ts";

/** An entry as it lies in KV. */
export type Entry = Deno.KvEntry<unknown>;

/** What stands before the ordered key. */
export type Prefix = readonly [Table, ...string[]];

/** Entries a list fetches at a time: the most that KV gives. */
const BATCH = 1000;
/** Keys up to which each is looked up by itself. */
const FEW = 16;
/** Lookups under way at a time. */
const PARALLEL = 64;
/** A range is read on as long as one in so many of its entries is wanted; a lookup costs about as much as ten entries read. */
const SPARSE = 10;

/**
 * The entries at `keys`, by key, each list in the order of what follows the key. Keys without any are left out; so are those that
 * cannot be stored. Keys that lie close together (a page of a full read) are read as one range, scattered ones by themselves.
 */
export async function entriesOf(
  store: Store,
  before: Prefix,
  keys: readonly string[],
): Promise<Map<string, Entry[]>> {
  const wanted = [...new Set(keys)].map((key) => ({ key, ordered: anyKey(key) }))
    .sort((a, b) => compareText(a.ordered, b.ordered));
  const found = new Map<string, Entry[]>();
  let done = wanted.length > FEW ? 0 : undefined;
  if (done !== undefined) done = await readRange(store, before, wanted, found);

  const rest = wanted.slice(done ?? 0);
  for (let i = 0; i < rest.length; i += PARALLEL) {
    await Promise.all(
      rest.slice(i, i + PARALLEL).map(async ({ key, ordered }) => {
        const entries = await Array.fromAsync(
          store.kv.list({ prefix: [...before, ordered] }, { batchSize: BATCH }),
        );
        if (entries.length) found.set(key, entries);
      }),
    );
  }
  return found;
}

/** Reads from the first wanted key on, while it pays; gives the number of wanted keys that are done. */
async function readRange(
  store: Store,
  prefix: Prefix,
  wanted: readonly { key: string; ordered: string }[],
  found: Map<string, Entry[]>,
): Promise<number> {
  const selector = {
    start: [...prefix, wanted[0].ordered],
    end: [...prefix, justAfter(wanted[wanted.length - 1].ordered)],
  };
  let next = 0, read = 0;
  for await (const entry of store.kv.list(selector, { batchSize: BATCH })) {
    const ordered = entry.key[prefix.length] as string;
    while (compareText(wanted[next].ordered, ordered) < 0) next++;
    // Only between two keys: what is done is done with all of its entries.
    if (++read % BATCH === 0 && wanted[next].ordered !== ordered && next * SPARSE < read) return next;
    if (wanted[next].ordered === ordered) {
      const entries = found.get(wanted[next].key);
      entries ? entries.push(entry) : found.set(wanted[next].key, [entry]);
    }
  }
  return wanted.length;
}

/** A range of keys: after `after` (null: from the first), up to and with `through` (null: to the last). */
export interface KeyRange {
  after: string | null;
  through: string | null;
}

/** The entries of a range of keys, in the order of {@link orderedKey}. Memory is that of one fetch. */
export function entriesIn(
  store: Store,
  [table, pipeline]: [Table, string],
  { after, through }: KeyRange,
): AsyncIterableIterator<Entry> {
  const prefix = [table, pipeline];
  const start = after === null ? undefined : [...prefix, justAfter(orderedKey(after))];
  const end = through === null ? undefined : [...prefix, justAfter(orderedKey(through))];
  const options = { batchSize: BATCH };
  if (start && end) {
    if (compareText(start[2], end[2]) >= 0) return nothing();
    return store.kv.list({ start, end }, options);
  }
  if (start) return store.kv.list({ prefix, start }, options);
  if (end) return store.kv.list({ prefix, end }, options);
  return store.kv.list({ prefix }, options);
}

async function* nothing(): AsyncGenerator<Entry> {}

/** A record with the pipeline it belongs to. */
export type InPipeline<T> = T & { pipeline: string };

/** Where a list of records goes on: after this one, whether it is still there or not. */
export interface RecordPlace {
  pipeline: string;
  key: string;
  part: string;
}

/** All under a prefix; or what follows a key under it. */
export const following = (prefix: Deno.KvKey, after?: Deno.KvKey): Deno.KvListSelector =>
  after ? { prefix, start: [...after, ""] } : { prefix };

/** The records of a table, by pipeline and ordered key: of one pipeline, or of all. */
export async function* listRecords<T extends object>(
  store: Store,
  table: Table,
  pipeline?: string,
  after?: RecordPlace,
): AsyncGenerator<InPipeline<T>> {
  const prefix = pipeline === undefined ? [table] : [table, pipeline];
  const from = after && [table, pipeline ?? after.pipeline, anyKey(after.key), after.part];
  for await (const { key, value } of store.kv.list(following(prefix, from), { batchSize: BATCH })) {
    yield { ...decode<T>(value, key), pipeline: String(key[1]) };
  }
}

/** The records of a table at `keys`, by key; each list ascends by part. */
export async function recordsOf<T>(
  store: Store,
  table: Table,
  pipeline: string,
  keys: readonly string[],
): Promise<Map<string, T[]>> {
  const found = new Map<string, T[]>();
  for (const [key, entries] of await entriesOf(store, [table, pipeline], keys)) {
    found.set(key, entries.map((entry) => decode<T>(entry.value, entry.key)));
  }
  return found;
}

/** How many entries start with `prefix`. */
export async function countEntries(store: Store, prefix: Deno.KvKey): Promise<number> {
  let count = 0;
  for await (const _ of store.kv.list({ prefix }, { batchSize: BATCH })) count++;
  return count;
}

/** The source key in an ordered part of a KV key. */
export function keyIn(part: Deno.KvKeyPart): string {
  return fromOrderedKey(part as string);
}
