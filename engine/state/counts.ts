/**
 * How much the state holds of what, for figures: counted from keys and heads, never kept beside them, so that it cannot be wrong.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { PostingRecord } from "./posting_types.ts";
import { listRuns } from "./runs.ts";
import type { Store } from "./types.ts";

/** What the state holds, by pipeline. */
export interface StateCounts {
  links: Map<string, number>;
  rejected: Map<string, number>;
  parked: Map<string, number>;
  deliveries: Map<string, number>;
  /** Pipeline → state → documents. */
  postings: Map<string, Map<string, number>>;
  /** Pipeline → when its last run without a failure ended, in milliseconds since 1970. */
  succeeded: Map<string, number>;
}

/** Runs that are looked through for the last good one. */
const RUNS = 50;

/** Counts; `pipelines` are those whose runs are looked at. A hundred thousand entries take about a second. */
export async function countState(store: Store, pipelines: readonly string[]): Promise<StateCounts> {
  const postings = new Map<string, Map<string, number>>();
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.posting] }, { batchSize: 1000 })) {
    const { pipeline, state } = decode<PostingRecord>(value, key);
    const states = postings.get(pipeline) ?? postings.set(pipeline, new Map()).get(pipeline)!;
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const succeeded = new Map<string, number>();
  for (const pipeline of pipelines) {
    for await (const { state, endedAt } of listRuns(store, { pipeline, limit: RUNS })) {
      if (!endedAt || (state !== "done" && state !== "partial")) continue;
      succeeded.set(pipeline, Date.parse(endedAt));
      break;
    }
  }
  const [links, rejected, parked, deliveries] = await Promise.all(
    [TABLES.link, TABLES.rejected, TABLES.parked, TABLES.delivery].map((table) => byPipeline(store, table)),
  );
  return { links, rejected, parked, deliveries, postings, succeeded };
}

async function byPipeline(store: Store, table: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { key } of store.kv.list({ prefix: [table] }, { batchSize: 1000 })) {
    const pipeline = key[1] as string;
    counts.set(pipeline, (counts.get(pipeline) ?? 0) + 1);
  }
  return counts;
}
