/**
 * What source documents certify, as they were last read: the half of a balance that comes from the source. By chain, and by source key.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { entriesOf } from "./entries.ts";
import { compareKeys, compareText, orderedKey, TABLES } from "./keys.ts";
import type { Certified } from "./posting_types.ts";
import type { Batch, Store } from "./types.ts";

/**
 * Remembers what a source document certifies. `before` is what stood there, and must be given where there is one: where the document
 * has gone to another chain it stays in the former one as one that does not count any more, until nothing of it stands there.
 */
export function putCertified(batch: Batch, pipeline: string, record: Certified, before?: Certified): void {
  if (before && before.chain !== record.chain) {
    batch.set(keyOf(pipeline, before), { ...before, counts: false, why: `It belongs to ${record.chain} now` });
  }
  batch.set(keyOf(pipeline, record), record);
  if (before?.chain !== record.chain) {
    batch.set(placeOf(pipeline, record), record.chain);
  }
}

/** Forgets one: it does not count, and nothing of it stands. */
export function dropCertified(batch: Batch, pipeline: string, record: Certified, current: boolean): void {
  batch.delete(keyOf(pipeline, record));
  if (current) batch.delete(placeOf(pipeline, record));
}

/** What the documents of chains certify, each in the chain's order; those that do not count among them. */
export async function certifiedOf(
  store: Store,
  pipeline: string,
  chains: readonly string[],
): Promise<Map<string, Certified[]>> {
  const found = new Map<string, Certified[]>();
  for (const [chain, entries] of await entriesOf(store, [TABLES.certified, pipeline], chains)) {
    found.set(chain, entries.map((entry) => decode<Certified>(entry.value, entry.key)).sort(byOrder));
  }
  return found;
}

/** What these source documents certified when they were last read, by source key; those that were never read are left out. */
export async function certifiedByKey(
  store: Store,
  pipeline: string,
  keys: readonly string[],
): Promise<Map<string, Certified>> {
  const chains = new Map<string, string>();
  for (const [key, [entry]] of await entriesOf(store, [TABLES.certifiedByKey, pipeline], keys)) {
    chains.set(key, decode<string>(entry.value, entry.key));
  }
  const found = new Map<string, Certified>();
  const of = await certifiedOf(store, pipeline, [...new Set(chains.values())]);
  for (const [key, chain] of chains) {
    const record = of.get(chain)?.find((each) => each.key === key);
    if (record) found.set(key, record);
  }
  return found;
}

/** Everything that is certified in a pipeline, or in one of its source partitions, by chain. Memory is that of one fetch. */
export async function* listCertified(store: Store, pipeline: string, from?: string): AsyncGenerator<Certified> {
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.certified, pipeline] }, { batchSize: 500 })) {
    const record = decode<Certified>(value, key);
    if (from === undefined || record.from === from) yield record;
  }
}

/** Orders the documents of a chain: numbers as numbers, then by source key. */
export function byOrder(a: Pick<Certified, "order" | "key">, b: Pick<Certified, "order" | "key">): number {
  return compareKeys(a.order, b.order) || compareText(a.key, b.key);
}

function keyOf(pipeline: string, { chain, key }: Certified): Deno.KvKey {
  return [TABLES.certified, pipeline, orderedKey(chain), orderedKey(key)];
}

// What is looked up by a beginning has to go on after it.
function placeOf(pipeline: string, { key }: Certified): Deno.KvKey {
  return [TABLES.certifiedByKey, pipeline, orderedKey(key), ""];
}
