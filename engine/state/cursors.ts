/**
 * Cursors: how far incremental reads have got.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Cursor, Store } from "./types.ts";

/** The cursor of a pipeline's source partition; undefined where it was never read. */
export async function getCursor(store: Store, pipeline: string, partition: string): Promise<Cursor | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.cursor, pipeline, partition]);
  return versionstamp === null ? undefined : decode<Cursor>(value, key);
}

/** Moves a cursor. Set it last in its batch: it must not pass a record that is not yet remembered. */
export function setCursor(batch: Batch, pipeline: string, partition: string, cursor: Cursor): void {
  batch.set([TABLES.cursor, pipeline, partition], cursor);
}

/** Forgets a cursor: the next pass reads everything. */
export function dropCursor(batch: Batch, pipeline: string, partition: string): void {
  batch.delete([TABLES.cursor, pipeline, partition]);
}

/** The cursors of a pipeline, or of all. */
export async function* listCursors(
  store: Store,
  pipeline?: string,
): AsyncGenerator<Cursor & { pipeline: string; partition: string }> {
  const prefix = pipeline === undefined ? [TABLES.cursor] : [TABLES.cursor, pipeline];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 500 })) {
    yield { ...decode<Cursor>(value, key), pipeline: key[1] as string, partition: key[2] as string };
  }
}
