/**
 * The end of a run: records that were asked for and are not there, deactivations, and what no longer needs to be remembered.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { batch } from "../state/batch.ts";
import { linksOf } from "../state/links.ts";
import { clearMarks } from "../state/marks.ts";
import type { Lease } from "../state/types.ts";
import { clearWakes } from "../state/wakes.ts";
import type { Job } from "./job.ts";
import { partKey } from "./part_key.ts";
import { refuseTooMany, resolveLeavers } from "./leaves.ts";
import { emptyPage, leave, type Leaver } from "./page.ts";
import { GONE } from "./pass.ts";
import { settleTrouble } from "./remember.ts";
import type { Resolved } from "./resolve.ts";
import { planChanged, type SavedChanges } from "./saved.ts";
import { settleResolved } from "./settle.ts";

/** What the passes have left. */
export interface Ending {
  leavers: Leaver[];
  deferred: Resolved[];
  handled: ReadonlyMap<string, Row>;
  lease?: Lease;
  saved?: SavedChanges;
  /** Keys that were read by key. */
  asked: readonly string[];
}

/** Ends a run. */
export async function finish(job: Job, ending: Ending): Promise<void> {
  await tellMissing(job, ending);
  const leavers = await resolveLeavers(job, once(ending.leavers), ending.saved);
  const deactivations = [...ending.deferred, ...leavers];
  // A plan shows them all before it says that they are too many.
  if (ending.lease) await refuseTooMany(job, deactivations);
  for (const group of Map.groupBy(deactivations, (one) => one.candidate.partition.id).values()) {
    await settleResolved({ job, lease: ending.lease, deferred: [] }, group);
  }
  if (!ending.lease) await refuseTooMany(job, deactivations);
  await tidy(job, ending);
  for (const [, planned] of ending.saved ?? []) {
    const { key, part, label } = planned;
    await job.report({ word: "rejected", key, part, label, failure: planChanged(key, GONE).toJSON() });
  }
}

/** The same record can leave twice in a run: once when it is read by key, once more in the pass. */
function once(leavers: readonly Leaver[]): Leaver[] {
  return [...new Map(leavers.map((leaver) => [partKey(leaver.key, leaver.part), leaver])).values()];
}

async function tellMissing(job: Job, { asked, handled, leavers, lease, saved }: Ending): Promise<void> {
  const missing = asked.filter((key) => !handled.has(key));
  if (missing.length === 0 || saved) return;
  const planned = { ...emptyPage(), leavers };
  const { pipeline, partition } = job.options;
  const links = await linksOf(job.engine.store, pipeline.name, missing);
  for (const key of missing) {
    // What is not in one partition may well be in another.
    const own = links.get(key)?.filter(({ active, from }) => active && from === (partition ?? from)) ?? [];
    leave(job, { key, links: own, parts: [] }, GONE, planned);
    if (own.length === 0 && job.options.only) {
      await job.report({ word: "skipped", key, part: "", why: "the source has no such record" });
    }
  }
  for (const { change } of planned.verdicts) await job.report(change);
  if (!lease) return;
  const gone = new Set(missing);
  const writes = batch(job.engine.store, lease);
  for (const { key, part } of [...job.trouble.rejected.values(), ...job.trouble.parked.values()]) {
    if (gone.has(key)) settleTrouble(job, writes, key, part);
  }
  await writes.commit();
}

/** Keys that were put down to be read, and marks of an unknown fate, have done their service. */
async function tidy({ engine, trouble }: Job, { asked, lease, saved, deferred, leavers }: Ending): Promise<void> {
  if (!lease || saved) return;
  const read = new Set([...asked, ...deferred.map(({ candidate }) => candidate.key), ...leavers.map(({ key }) => key)]);
  const writes = batch(engine.store, lease);
  clearWakes(writes, trouble.wakes.filter(({ key }) => read.has(key)));
  clearMarks(writes, trouble.marks.filter(({ entries }) => entries.every(({ key }) => read.has(key))));
  await writes.commit();
}
