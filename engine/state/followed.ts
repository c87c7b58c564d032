/**
 * What chains depend on in other streams, which of them are due to be looked at, and how far those streams were followed.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { entriesOf, keyIn } from "./entries.ts";
import { anyKey, orderedKey, TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** A chain and its source partition. */
export interface ChainPlace {
  chain: string;
  from: string;
}

/** A chain that is to be looked at. */
export interface Due extends ChainPlace {
  pipeline: string;
  /** For people: `the order changed`, `retried by anna`. */
  why: string;
  /** ISO time. */
  at: string;
  /** Tells it from another one of the same chain: one that comes while a run works is not cleared by that run. */
  id: string;
}

/** How far a joined stream was followed. */
export interface FollowCursor {
  /** Source time that the next pass asks from; null: everything. */
  since: string | null;
  /** A pass that is under way: the time of its first page, and the last key that is done. */
  pass?: { asOf: string; after: string };
}

/** Remembers that a chain depends on these records of a joined stream. What it no longer depends on only costs a look. */
export function follow(
  batch: Batch,
  { pipeline, join }: { pipeline: string; join: string },
  keys: Iterable<string>,
  { chain, from }: ChainPlace,
): void {
  for (const key of new Set(keys)) {
    batch.set([TABLES.followed, pipeline, join, anyKey(key), orderedKey(chain)], from);
  }
}

/** The chains that depend on these records of a joined stream, each once. */
export async function followedBy(
  store: Store,
  { pipeline, join }: { pipeline: string; join: string },
  keys: readonly string[],
): Promise<ChainPlace[]> {
  const chains = new Map<string, ChainPlace>();
  for (const entries of (await entriesOf(store, [TABLES.followed, pipeline, join], keys)).values()) {
    for (const { key, value } of entries) {
      const chain = keyIn(key[4]);
      chains.set(chain, { chain, from: decode<string>(value, key) });
    }
  }
  return [...chains.values()];
}

/** Whether any chain depends on a joined stream. */
export async function isFollowed(
  store: Store,
  { pipeline, join }: { pipeline: string; join: string },
): Promise<boolean> {
  for await (const _ of store.kv.list({ prefix: [TABLES.followed, pipeline, join] }, { limit: 1 })) return true;
  return false;
}

/** Asks for chains to be looked at. */
export function addDue(batch: Batch, pipeline: string, chains: Iterable<ChainPlace>, why: string): Due[] {
  const id = uniqueId(batch.store);
  const at = new Date(batch.store.clock.now()).toISOString();
  const dues = Array.from(chains, ({ chain, from }): Due => ({ pipeline, chain, from, why, at, id }));
  for (const due of dues) batch.set(dueKey(due), { why, at });
  return dues;
}

/** The chains of a pipeline, or of one of its source partitions, that are due; ascending, and one may come several times. */
export async function* listDue(store: Store, pipeline: string, from?: string): AsyncGenerator<Due> {
  const prefix = from === undefined ? [TABLES.due, pipeline] : [TABLES.due, pipeline, from];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 1000 })) {
    const { why, at } = decode<{ why: string; at: string }>(value, key);
    yield { pipeline, from: key[2] as string, chain: keyIn(key[3]), why, at, id: key[4] as string };
  }
}

/** Takes dues away that have been worked on: in the batch that remembers what came of it. */
export function clearDue(batch: Batch, dues: Iterable<Due>): void {
  for (const due of dues) batch.delete(dueKey(due));
}

function dueKey({ pipeline, from, chain, id }: Due): Deno.KvKey {
  return [TABLES.due, pipeline, from, orderedKey(chain), id];
}

/** How far a joined stream's partition was followed; undefined where it never was. */
export async function getFollowCursor(
  store: Store,
  { pipeline, join, partition }: { pipeline: string; join: string; partition: string },
): Promise<FollowCursor | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.followCursor, pipeline, join, partition]);
  return versionstamp === null ? undefined : decode<FollowCursor>(value, key);
}

/** Moves it. Set it last in its batch: after the dues that it passes. */
export function setFollowCursor(
  batch: Batch,
  { pipeline, join, partition }: { pipeline: string; join: string; partition: string },
  cursor: FollowCursor,
): void {
  batch.set([TABLES.followCursor, pipeline, join, partition], cursor);
}
