/**
 * Whom a run wakes: the pipelines that run after this one, and those with records that wait for a link it has made. It is written down with
 * the end of the run, whoever started it: nothing is lost when the process dies right after.
 *
 * @module
 */
import { linksOf } from "../state/links.ts";
import { listAwaited } from "../state/parked.ts";
import { listRuns } from "../state/runs.ts";
import { wakePipeline } from "../state/schedules.ts";
import type { Batch, RunRecord, Store } from "../state/types.ts";
import type { Engine } from "./types.ts";

/** Awaited keys whose links are looked for at a time. */
const AT_A_TIME = 500;

/** Puts into a commit what the end of this run wakes. A run that did nothing wakes nobody. */
export async function wakeOthers({ store, project }: Engine, writes: Batch, run: RunRecord): Promise<void> {
  const { create, adopt, update, deactivate } = run.counts;
  const did = create + adopt + update + deactivate > 0;
  // What a run did that was killed is nowhere counted.
  if (!did && !await followsKilled(store, run)) return;
  for (const { name, trigger } of project.pipelines) {
    if (trigger.after.includes(run.pipeline)) wakePipeline(writes, name, `after ${run.pipeline}`, run.id);
  }
  for (const name of await waitingFor(store, run.pipeline)) {
    wakePipeline(writes, name, `new links of ${run.pipeline}`, run.id);
  }
}

async function followsKilled(store: Store, run: RunRecord): Promise<boolean> {
  for await (const { id, state } of listRuns(store, { pipeline: run.pipeline, limit: 2 })) {
    if (id !== run.id) return state === "running";
  }
  return false;
}

/** The pipelines with records that wait for a link of this one which is there by now. */
export async function waitingFor(store: Store, pipeline: string): Promise<Set<string>> {
  const found = new Set<string>();
  let some: { awaited: string; waiting: string }[] = [];
  const look = async (): Promise<void> => {
    const links = await linksOf(store, pipeline, some.map(({ awaited }) => awaited));
    for (const { awaited, waiting } of some) if (links.has(awaited)) found.add(waiting);
    some = [];
  };
  for await (const one of listAwaited(store, pipeline)) {
    if (!found.has(one.waiting) && some.push(one) === AT_A_TIME) await look();
  }
  if (some.length > 0) await look();
  return found;
}
