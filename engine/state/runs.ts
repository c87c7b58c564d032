/**
 * Runs that were started, and how they ended.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, RunRecord, Store } from "./types.ts";

/** KV gives ten keys at a time. */
const GET_MANY = 10;

/** Saves a run, at its start and as often as it changes. Its id, pipeline and start must stay. */
export function saveRun(batch: Batch, run: RunRecord): void {
  batch.set([TABLES.run, run.id], run)
    .set([TABLES.runByTime, run.startedAt, run.id], null)
    .set([TABLES.runByPipeline, run.pipeline, run.startedAt, run.id], null);
}

/** A run by its id. */
export async function getRun(store: Store, id: string): Promise<RunRecord | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.run, id]);
  return versionstamp === null ? undefined : decode<RunRecord>(value, key);
}

/** Runs, newest first: of every pipeline or of one, `limit` at the most; those older than `before`. */
export async function* listRuns(
  store: Store,
  { pipeline, limit, before }: { pipeline?: string; limit?: number; before?: { startedAt: string; id: string } } = {},
): AsyncGenerator<RunRecord> {
  const prefix = pipeline === undefined ? [TABLES.runByTime] : [TABLES.runByPipeline, pipeline];
  let ids: string[] = [];
  for await (
    const { key } of store.kv.list(
      before ? { prefix, end: [...prefix, before.startedAt, before.id] } : { prefix },
      { reverse: true, limit, batchSize: 100 },
    )
  ) {
    ids.push(key[key.length - 1] as string);
    if (ids.length < GET_MANY) continue;
    yield* runsOf(store, ids);
    ids = [];
  }
  yield* runsOf(store, ids);
}

async function* runsOf(store: Store, ids: string[]): AsyncGenerator<RunRecord> {
  if (ids.length === 0) return;
  for (const { key, value, versionstamp } of await store.kv.getMany(ids.map((id) => [TABLES.run, id]))) {
    // A run that was pruned between the two reads.
    if (versionstamp !== null) yield decode<RunRecord>(value, key);
  }
}

/** Forgets all but the `keep` newest runs of a pipeline that have ended; gives how many are forgotten. */
export async function pruneRuns(
  store: Store,
  batch: Batch,
  { pipeline, keep }: { pipeline: string; keep: number },
): Promise<number> {
  let seen = 0, pruned = 0;
  for await (const run of listRuns(store, { pipeline })) {
    if (run.state === "running" || ++seen <= keep) continue;
    batch.delete([TABLES.run, run.id])
      .delete([TABLES.runByTime, run.startedAt, run.id])
      .delete([TABLES.runByPipeline, run.pipeline, run.startedAt, run.id]);
    pruned++;
  }
  return pruned;
}
