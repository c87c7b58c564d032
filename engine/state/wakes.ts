/**
 * Wakes: source keys that a pipeline's next run reads by key, wherever its cursor stands.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { keyIn } from "./entries.ts";
import { orderedKey, TABLES } from "./keys.ts";
import { wakePipeline } from "./schedules.ts";
import type { Batch, Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** A key to be read. */
export interface Wake {
  pipeline: string;
  key: string;
  /** Why, for people: `link vendors 4711 appeared`, `retried by anna`. */
  why: string;
  /** ISO time. */
  at: string;
  /** Tells it from another wake of the same key: one that comes while a run works is not cleared by that run. */
  id: string;
}

/** Asks for these keys to be read, and gives what {@link clearWakes} takes. Give the keys of one cause together. */
export function addWakes(batch: Batch, pipeline: string, keys: readonly string[], why: string): Wake[] {
  const id = uniqueId(batch.store);
  const at = new Date(batch.store.clock.now()).toISOString();
  const wakes = [...new Set(keys)].map((key): Wake => ({ pipeline, key, why, at, id }));
  for (const { key } of wakes) batch.set([TABLES.wake, pipeline, orderedKey(key), id], { why, at });
  return wakes;
}

/** {@link addWakes} for what a person asks for: the pipeline runs soon, where pipelines run by themselves. */
export function byHand(batch: Batch, pipeline: string, keys: readonly string[], why: string): void {
  if (keys.length === 0) return;
  const [{ id }] = addWakes(batch, pipeline, keys, why);
  wakePipeline(batch, pipeline, "a person's word", id);
}

/** The wakes of a pipeline, or of all, ascending by key; a key may come several times. */
export async function* listWakes(store: Store, pipeline?: string): AsyncGenerator<Wake> {
  const prefix = pipeline === undefined ? [TABLES.wake] : [TABLES.wake, pipeline];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 1000 })) {
    const { why, at } = decode<{ why: string; at: string }>(value, key);
    yield { pipeline: key[1] as string, key: keyIn(key[2]), why, at, id: key[3] as string };
  }
}

/** Takes wakes away that have been worked on: in the batch that remembers what became of their records. */
export function clearWakes(batch: Batch, wakes: readonly Wake[]): void {
  for (const { pipeline, key, id } of wakes) batch.delete([TABLES.wake, pipeline, orderedKey(key), id]);
}
