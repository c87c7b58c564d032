/**
 * What the source no longer gives: its list does not tell that something was deleted, so its ids are looked through once a day.
 *
 * @module
 */
import { GONE } from "../run/pass.ts";
import { batch } from "../state/batch.ts";
import { listCertified } from "../state/certified.ts";
import { addDue, getFollowCursor, setFollowCursor } from "../state/followed.ts";
import type { Certified } from "../state/posting_types.ts";
import { mark, type Reading } from "./read.ts";

/** Milliseconds after which the ids of a partition are looked through. */
const SWEEP = 20 * 3_600_000;
/** The name under which the time of the last sweep is kept. */
const SWEPT = "~sweep";

/** Whether the ids of a partition are to be looked through again. */
export async function sweepIsDue({ desk: { job }, partition, lease }: Reading): Promise<boolean> {
  if (!lease || !job.reader.keys) return false;
  const { store, clock } = job.engine;
  const at = { pipeline: job.options.pipeline.name, join: SWEPT, partition: partition.id };
  const last = (await getFollowCursor(store, at))?.since;
  return !last || clock.now() - Date.parse(last) >= SWEEP;
}

/** Looks through the ids of a partition for what is gone. */
export async function sweep(reading: Reading): Promise<void> {
  const { desk: { job }, partition } = reading;
  if (job.reader.keys) await takeGone(reading, new Set(await job.reader.keys(partition)));
}

/** What the source no longer gives does not count any more. */
export async function takeGone(reading: Reading, given: ReadonlySet<string>): Promise<void> {
  const { desk: { job }, partition, lease, findings } = reading;
  const { store } = job.engine;
  const pipeline = job.options.pipeline.name;
  const writes = lease && batch(store, lease);
  const gone: Certified[] = [];
  for await (const one of listCertified(store, pipeline, partition.id)) {
    if (given.has(one.key) || !one.counts || findings.certified.has(one.key)) continue;
    gone.push({ ...one, counts: false, why: GONE, at: job.at });
  }
  for (const one of gone) {
    findings.certified.set(one.key, one);
    mark(one, one, { writes, pipeline, findings });
  }
  if (!writes) return;
  findings.dues.push(...addDue(writes, pipeline, gone, GONE));
  setFollowCursor(writes, { pipeline, join: SWEPT, partition: partition.id }, { since: job.at });
  await writes.commit();
}
