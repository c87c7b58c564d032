/**
 * Where a pass over a source partition begins, and how far it has got.
 *
 * @module
 */
import type { Partition } from "../connector.ts";
import { batch } from "../state/batch.ts";
import { setCursor } from "../state/cursors.ts";
import type { Cursor, Lease } from "../state/types.ts";
import type { Job } from "./job.ts";

/** Where a pass begins: where one was interrupted, at the cursor, or at the beginning. A changed pipeline begins anew. */
export function startOf(
  job: Job,
  cursor: Cursor | undefined,
): { since: string | null; after: string | null; asOf?: string } {
  const { limit, pipeline } = job.options;
  // What a person changed at the destination has not changed in the source: whoever looks for it reads everything.
  const full = job.options.full || job.options.verify;
  const fresh = { since: null, after: null };
  if (!cursor || cursor.hash !== pipeline.hash) return fresh;
  const { pass } = cursor;
  if (pass && limit === undefined && (pass.full || !full)) {
    return { since: pass.since, after: pass.after === "" ? null : pass.after, asOf: pass.asOf };
  }
  return full || !job.source.source!.incremental ? fresh : { since: cursor.since, after: null };
}

/** Keeps how far a pass has got. */
export async function saveCursor(
  { job, partition, lease }: { job: Job; partition: Partition; lease?: Lease },
  cursor: Cursor,
): Promise<void> {
  const writes = batch(job.engine.store, lease);
  setCursor(writes, job.options.pipeline.name, partition.id, cursor);
  await writes.commit();
}
