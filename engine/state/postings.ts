/**
 * The outbox: every document that is to reach a destination's books once, by chain and by key, with its body apart.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { decode } from "./codec.ts";
import { entriesOf, following } from "./entries.ts";
import { orderedKey, TABLES } from "./keys.ts";
import type { PostingRecord, PostingState } from "./posting_types.ts";
import type { Batch, Store } from "./types.ts";

/** States of documents that are on their way: their fate is looked for in every run. */
export const ON_THE_WAY: ReadonlySet<PostingState> = new Set<PostingState>([
  "planned",
  "approved",
  "intent",
  "sent",
  "unknown",
  "imported",
]);

/** Events that a document's history keeps: its first, and the last ones. */
const HISTORY = 20;
/** Characters of a body in one value: even where nothing can be deflated it has room for them. */
const PIECE = 16_000;
/** Lookups under way at a time. */
const PARALLEL = 64;

/** A piece of a body, and of which body. */
interface Piece {
  hash: string;
  of: number;
  text: string;
}

/** Where a document is found. */
interface Place {
  pipeline: string;
  chain: string;
}

/**
 * Remembers a document, and its body where it is new. What is on its way is in the index before its record says so, and its body before
 * both: a process that dies between two commits leaves the former record, whose hash the new body does not have.
 */
export function putPosting(batch: Batch, record: PostingRecord, body?: Row): void {
  const { key, pipeline, chain, from, state, history } = record;
  if (body) putBody(batch, record, body);
  const open = [TABLES.postingOpen, pipeline, from, key];
  const place: Place = { pipeline, chain };
  const kept = history.length > HISTORY ? [history[0], ...history.slice(1 - HISTORY)] : history;
  batch.set([TABLES.postingByKey, key], place);
  if (ON_THE_WAY.has(state)) batch.set(open, { chain, state });
  batch.set([TABLES.posting, pipeline, orderedKey(chain), key], { ...record, history: kept });
  if (!ON_THE_WAY.has(state)) batch.delete(open);
}

function putBody(batch: Batch, { key, hash }: PostingRecord, body: Row): void {
  const text = JSON.stringify(body);
  const of = Math.max(1, Math.ceil(text.length / PIECE));
  for (let i = 0; i < of; i++) {
    const piece: Piece = { hash, of, text: text.slice(i * PIECE, (i + 1) * PIECE) };
    batch.set([TABLES.postingBody, key, i], piece);
  }
}

/** Forgets a document that never left: one that was planned, and is planned otherwise now. Its body's pieces go by `bodyPieces`. */
export function dropPosting(batch: Batch, { key, pipeline, chain, from }: PostingRecord): void {
  batch.delete([TABLES.posting, pipeline, orderedKey(chain), key])
    .delete([TABLES.postingByKey, key])
    .delete([TABLES.postingOpen, pipeline, from, key])
    // What is left of a longer body is never read: it says what it is a piece of.
    .delete([TABLES.postingBody, key, 0]);
}

/** The body of a document as it was remembered with this hash; undefined where there is none. */
export async function bodyOf(
  store: Store,
  { key, hash }: Pick<PostingRecord, "key" | "hash">,
): Promise<Row | undefined> {
  const pieces: string[] = [];
  for await (const entry of store.kv.list({ prefix: [TABLES.postingBody, key] })) {
    const piece = decode<Piece>(entry.value, entry.key);
    if (piece.hash !== hash || pieces.push(piece.text) < piece.of) continue;
    return JSON.parse(pieces.join("")) as Row;
  }
}

/** The bodies of documents, by key; those without one are left out. */
export async function bodiesOf(
  store: Store,
  records: readonly Pick<PostingRecord, "key" | "hash">[],
): Promise<Map<string, Row>> {
  const bodies = new Map<string, Row>();
  for (let i = 0; i < records.length; i += PARALLEL) {
    await Promise.all(
      records.slice(i, i + PARALLEL).map(async (record) => {
        const body = await bodyOf(store, record);
        if (body) bodies.set(record.key, body);
      }),
    );
  }
  return bodies;
}

/** The outbox of chains, each in the order in which documents were made. A chain without any is left out. */
export async function postingsOf(
  store: Store,
  pipeline: string,
  chains: readonly string[],
): Promise<Map<string, PostingRecord[]>> {
  const found = new Map<string, PostingRecord[]>();
  for (const [chain, entries] of await entriesOf(store, [TABLES.posting, pipeline], chains)) {
    found.set(chain, entries.map((entry) => decode<PostingRecord>(entry.value, entry.key)).sort(byMaking));
  }
  return found;
}

/** A document's first event is its making; in one run a chain's reversals come before what follows them. */
function byMaking(a: PostingRecord, b: PostingRecord): number {
  const [x, y] = [a.history[0]?.at ?? "", b.history[0]?.at ?? ""];
  if (x !== y) return x < y ? -1 : 1;
  return (a.after === b.key ? 1 : 0) - (b.after === a.key ? 1 : 0) || a.revision - b.revision ||
    (a.key < b.key ? -1 : 1);
}

/** A document by its key. */
export async function getPosting(store: Store, key: string): Promise<PostingRecord | undefined> {
  return (await postingsByKey(store, [key])).get(key);
}

/** Documents by their keys; those that are unknown are left out. */
export async function postingsByKey(store: Store, keys: readonly string[]): Promise<Map<string, PostingRecord>> {
  const found = new Map<string, PostingRecord>();
  for (let i = 0; i < keys.length; i += PARALLEL) {
    await Promise.all(
      keys.slice(i, i + PARALLEL).map(async (key) => {
        const place = await store.kv.get([TABLES.postingByKey, key]);
        if (place.versionstamp === null) return;
        const { pipeline, chain } = decode<Place>(place.value, place.key);
        const entry = await store.kv.get([TABLES.posting, pipeline, orderedKey(chain), key]);
        if (entry.versionstamp !== null) found.set(key, decode<PostingRecord>(entry.value, entry.key));
      }),
    );
  }
  return found;
}

/** Which documents are listed; what is left out does not matter. */
export interface PostingFilter {
  pipeline?: string;
  states?: readonly PostingState[];
  /** Source key. */
  source?: string;
  /** Source partition. */
  from?: string;
  /** Those behind this one. */
  after?: Pick<PostingRecord, "pipeline" | "chain" | "key">;
}

/** Documents by pipeline, chain and key. Memory is that of one fetch. */
export async function* listPostings(
  store: Store,
  { pipeline, states, source, from, after }: PostingFilter = {},
): AsyncGenerator<PostingRecord> {
  const prefix = pipeline === undefined ? [TABLES.posting] : [TABLES.posting, pipeline];
  const start = after && [TABLES.posting, pipeline ?? after.pipeline, orderedKey(after.chain), after.key];
  for await (const { key, value } of store.kv.list(following(prefix, start), { batchSize: 500 })) {
    const record = decode<PostingRecord>(value, key);
    if (states && !states.includes(record.state)) continue;
    if (source !== undefined && record.source !== source) continue;
    if (from !== undefined && record.from !== from) continue;
    yield record;
  }
}

/** The documents of a pipeline, or of one of its source partitions, that are on their way, in these states or in all, by key. */
export async function openPostings(
  store: Store,
  { pipeline, from }: { pipeline: string; from?: string },
  states: ReadonlySet<PostingState> = ON_THE_WAY,
): Promise<PostingRecord[]> {
  const prefix = [TABLES.postingOpen, pipeline, ...from === undefined ? [] : [from]];
  const keys: string[] = [];
  for await (
    const { key, value } of store.kv.list({ prefix }, { batchSize: 1000 })
  ) {
    if (states.has(decode<{ state: PostingState }>(value, key).state)) keys.push(key[3] as string);
  }
  const found = await postingsByKey(store, keys);
  return keys.flatMap((key) => found.get(key) ?? []).filter(({ state }) => states.has(state));
}
