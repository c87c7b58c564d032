/**
 * The end of a run: records that were asked for and are not there, deactivations, and what no longer needs to be remembered.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { batch } from "../state/batch.ts";
import { linksOf } from "../state/links.ts";
import { clearMarks } from "../state/marks.ts";
import { clearWakes } from "../state/wakes.ts";
import type { Claims, Turn } from "./claim.ts";
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
  /** Rows that were read by key. */
  handled: ReadonlyMap<string, Row>;
  claims: Claims;
  saved?: SavedChanges;
  /** Keys that every partition was asked for, where they are not those that were due. */
  asked?: readonly string[];
}

/** Ends a run. */
export async function finish(job: Job, ending: Ending): Promise<void> {
  const { claims: { turns }, saved } = ending;
  const sought = soughtEverywhere(ending);
  await tellMissing(job, ending, sought);
  const leavers = await resolveLeavers(job, once(ending.leavers), saved);
  const deactivations = [...ending.deferred, ...leavers];
  const applies = turns.some(({ lease }) => lease !== undefined);
  const within = ending.claims.elsewhere() > 0 ? new Set(turns.map(({ partition }) => partition.id)) : undefined;
  // A plan shows them all before it says that they are too many.
  if (applies) await refuseTooMany(job, deactivations, within);
  const places = Map.groupBy(
    deactivations,
    ({ candidate }) => JSON.stringify([candidate.partition.id, candidate.from]),
  );
  for (const group of places.values()) {
    const [{ candidate: { from } }] = group;
    const turn = turns.find(({ partition }) => partition.id === from) ?? turns[0];
    await settleResolved({ job: turn?.job ?? job, lease: turn?.lease, deferred: [] }, group);
  }
  if (!applies) await refuseTooMany(job, deactivations);
  await tidy(ending, sought);
  for (const [, planned] of saved ?? []) {
    const { key, part, label } = planned;
    await job.report({ word: "rejected", key, part, label, failure: planChanged(key, GONE).toJSON() });
  }
}

/** Keys that all partitions were asked for: what none of them gave is not there. A run that left some to others knows of none. */
function soughtEverywhere({ claims, asked }: Ending): string[] {
  if (asked) return [...asked];
  if (claims.elsewhere() > 0) return [];
  const [first, ...others] = new Set(claims.turns.map(({ due }) => due));
  const rest = others.map((due) => new Set(due));
  return (first ?? []).filter((key) => rest.every((due) => due.has(key)));
}

/** The turns, each with trouble of its own. */
const troubles = (
  turns: readonly Turn[],
): Turn[] => [...new Map(turns.map((turn) => [turn.job.trouble, turn] as const)).values()];

/** The same record can leave twice in a run: once when it is read by key, once more in the pass. */
function once(leavers: readonly Leaver[]): Leaver[] {
  return [...new Map(leavers.map((leaver) => [partKey(leaver.key, leaver.part), leaver])).values()];
}

async function tellMissing(
  job: Job,
  { handled, leavers, claims, saved }: Ending,
  sought: readonly string[],
): Promise<void> {
  const missing = sought.filter((key) => !handled.has(key));
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
  const gone = new Set(missing);
  for (const { job, lease } of troubles(claims.turns)) {
    if (!lease) continue;
    const writes = batch(job.engine.store, lease);
    for (const { key, part } of [...job.trouble.rejected.values(), ...job.trouble.parked.values()]) {
      if (gone.has(key)) settleTrouble(job, writes, key, part);
    }
    await writes.commit();
  }
}

/** Keys that were put down to be read, and marks of an unknown fate, have done their service. */
async function tidy({ handled, claims, saved, deferred, leavers }: Ending, sought: readonly string[]): Promise<void> {
  if (saved) return;
  const read = new Set([
    ...sought,
    ...handled.keys(),
    ...deferred.map(({ candidate }) => candidate.key),
    ...leavers.map(({ key }) => key),
  ]);
  for (const { job: { engine, trouble }, lease } of troubles(claims.turns)) {
    if (!lease) continue;
    const writes = batch(engine.store, lease);
    clearWakes(writes, trouble.wakes.filter(({ key }) => read.has(key)));
    clearMarks(writes, trouble.marks.filter(({ entries }) => entries.every(({ key }) => read.has(key))));
    await writes.commit();
  }
}
