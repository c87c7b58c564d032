/**
 * Which posting pipelines may send in this installation: going live is a recorded act, and so is its end.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** What was said last of a pipeline. */
export interface LiveRecord {
  /** Whether it may send. */
  live: boolean;
  /** Who said so. */
  by: string;
  /** ISO time. */
  at: string;
  why?: string;
  /** What its file said of these when it was let post. */
  terms: LiveTerms;
}

/** How long costs stand, and whether a second person agrees; as the pipeline's file has it. */
export interface LiveTerms {
  recognise: string;
  approval: string;
}

/** Records that a pipeline may send, or may no longer. */
export function setLive(batch: Batch, pipeline: string, record: LiveRecord): void {
  batch.set([TABLES.live, pipeline], record);
}

/** What was said last of a pipeline; undefined where nothing ever was: it does not send then. */
export async function getLive(store: Store, pipeline: string): Promise<LiveRecord | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.live, pipeline]);
  return versionstamp === null ? undefined : decode<LiveRecord>(value, key);
}

/** What was said last, of every pipeline that something was said of. */
export async function* listLive(store: Store): AsyncGenerator<LiveRecord & { pipeline: string }> {
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.live] })) {
    yield { ...decode<LiveRecord>(value, key), pipeline: key[1] as string };
  }
}
