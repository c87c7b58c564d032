/**
 * Links: the remembered pairs of source record and destination record, found from either side.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { countEntries, entriesIn, entriesOf, type Entry, following, keyIn, type KeyRange } from "./entries.ts";
import { orderedKey, TABLES } from "./keys.ts";
import type { Batch, Link, Store } from "./types.ts";

/** A link as it is stored: key and part are in its KV key. */
type Stored = Omit<Link, "key" | "part">;

/** Where a destination id came from. */
export interface LinkSource {
  key: string;
  part: string;
  /** The destination partition the id is in. */
  partition: string;
}

function linkOf({ key, value }: Entry): Link {
  return { key: keyIn(key[2]), part: key[3] as string, ...decode<Stored>(value, key) };
}

/**
 * The links of the keys in `(after, through]`, ascending by key (numbers as numbers) and part; null is an open end. All at once: for a
 * whole pipeline use {@link listLinks}. Where a source ascends by text, use {@link linksOf}: its pages are no ranges here.
 */
export async function linkRange(store: Store, pipeline: string, range: KeyRange): Promise<Link[]> {
  const links: Link[] = [];
  for await (const entry of entriesIn(store, [TABLES.link, pipeline], range)) links.push(linkOf(entry));
  return links;
}

/** The links of these keys, by key, each list ascending by part. A key without links is left out. */
export async function linksOf(
  store: Store,
  pipeline: string,
  keys: readonly string[],
): Promise<Map<string, Link[]>> {
  const found = new Map<string, Link[]>();
  for (const [key, entries] of await entriesOf(store, [TABLES.link, pipeline], keys)) {
    found.set(key, entries.map(linkOf));
  }
  return found;
}

/** The way back: who is linked to these destination ids. More than one for an id where partitions share ids, or where a link is wrong. */
export async function linksTo(
  store: Store,
  pipeline: string,
  ids: readonly string[],
): Promise<Map<string, LinkSource[]>> {
  const found = new Map<string, LinkSource[]>();
  for (const [id, entries] of await entriesOf(store, [TABLES.linkById, pipeline], ids)) {
    found.set(
      id,
      entries.map(({ key }) => ({ key: keyIn(key[4]), part: key[5] as string, partition: key[3] as string })),
    );
  }
  return found;
}

/**
 * Remembers a link. `before` is the link that stood at this key and part, and must be given where there is one: its way back is
 * taken along. That an id of a destination partition has one link only is for the caller to see to, with {@link linksTo}.
 */
export function putLink(batch: Batch, pipeline: string, link: Link, before?: Link): void {
  const { key, part, ...stored } = link;
  const { id, partition } = stored;
  const same = before?.id === id && before.partition === partition;
  if (before && !same) batch.delete(reverseKey(pipeline, { ...before, key, part }));
  batch.set([TABLES.link, pipeline, orderedKey(key), part], stored);
  if (!same) batch.set(reverseKey(pipeline, link), null);
}

/** Forgets a link, in both directions. */
export function dropLink(batch: Batch, pipeline: string, link: Link): void {
  batch.delete([TABLES.link, pipeline, orderedKey(link.key), link.part]);
  batch.delete(reverseKey(pipeline, link));
}

function reverseKey(pipeline: string, { id, partition, key, part }: Link): Deno.KvKey {
  return [TABLES.linkById, pipeline, orderedKey(id), partition, orderedKey(key), part];
}

/** Every link of a pipeline, ascending by key and part. */
export async function* listLinks(
  store: Store,
  pipeline: string,
  range: KeyRange = { after: null, through: null },
): AsyncGenerator<Link> {
  for await (const entry of entriesIn(store, [TABLES.link, pipeline], range)) yield linkOf(entry);
}

/** {@link listLinks} from a link on that was seen last, whether it is still there or not. */
export async function* listLinksAfter(
  store: Store,
  pipeline: string,
  after?: { key: string; part: string },
): AsyncGenerator<Link> {
  const from = after && [TABLES.link, pipeline, orderedKey(after.key), after.part];
  for await (const entry of store.kv.list(following([TABLES.link, pipeline], from), { batchSize: 500 })) {
    yield linkOf(entry);
  }
}

/** How many links a pipeline has. */
export function countLinks(store: Store, pipeline: string): Promise<number> {
  // The way back has the same number of entries, and small ones.
  return countEntries(store, [TABLES.linkById, pipeline]);
}
