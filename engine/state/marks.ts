/**
 * Marks: the records that are being written right now. A page is marked in one commit before its writes leave; whoever finds
 * a mark that another run left reads those records back at the destination before anything else is done with them.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** A record that is being written. */
export interface MarkEntry {
  key: string;
  part: string;
  /** The destination id; absent where it is being created. */
  id?: string;
  /** The destination partition, where it matters for reading back. */
  to?: string;
}

/** Records marked together. */
export interface Mark {
  pipeline: string;
  /** The source partition: marks are looked for by whoever holds its lease. */
  partition: string;
  id: string;
  entries: MarkEntry[];
}

/** Characters of entries in one mark. At three bytes a character a value has room for them. */
const CHARACTERS = 18_000;
/** What the quotes and names around an entry take. */
const AROUND = 48;

/** Marks records as being written, many to a value, and gives the marks for {@link clearMarks}. They stand once the batch is committed. */
export function markWriting(
  batch: Batch,
  pipeline: string,
  partition: string,
  entries: readonly MarkEntry[],
): Mark[] {
  const marks: Mark[] = [];
  let room = 0;
  for (const { key, part, id, to } of entries) {
    const size = key.length + part.length + (id?.length ?? 0) + (to?.length ?? 0) + AROUND;
    if (size > room || marks.length === 0) {
      marks.push({ pipeline, partition, id: uniqueId(batch.store), entries: [] });
      room = CHARACTERS;
    }
    room -= size;
    marks[marks.length - 1].entries.push({ key, part, id, to });
  }
  for (const mark of marks) batch.set(keyOf(mark), mark.entries);
  return marks;
}

/** The marks of a pipeline, or of one of its source partitions. */
export async function listMarks(store: Store, pipeline: string, partition?: string): Promise<Mark[]> {
  const prefix = partition === undefined ? [TABLES.mark, pipeline] : [TABLES.mark, pipeline, partition];
  const marks: Mark[] = [];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 100 })) {
    const entries = decode<MarkEntry[]>(value, key);
    marks.push({ pipeline, partition: key[2] as string, id: key[3] as string, entries });
  }
  return marks;
}

/** Takes marks away: in the batch, and after the links, that remember what became of their records. */
export function clearMarks(batch: Batch, marks: readonly Mark[]): void {
  for (const mark of marks) batch.delete(keyOf(mark));
}

function keyOf({ pipeline, partition, id }: Mark): Deno.KvKey {
  return [TABLES.mark, pipeline, partition, id];
}
