/**
 * Plans end: when the last of their documents has left, was refused, or is not what it was.
 *
 * @module
 */
import { batch } from "../state/batch.ts";
import { listPlans, planKeys, putPlan } from "../state/plans.ts";
import { postingsByKey } from "../state/postings.ts";
import type { Outbox } from "./outbox.ts";

/** Closes plans none of whose documents waits any more: `stale` where none was posted, `done` otherwise. */
export async function settlePlans({ store, lease }: Outbox, pipeline: string): Promise<void> {
  const writes = batch(store, lease);
  for await (const plan of listPlans(store, { pipeline })) {
    if (plan.state !== "waiting" && plan.state !== "approved") continue;
    const keys = await planKeys(store, plan.id);
    const own = [...(await postingsByKey(store, keys)).values()].filter((one) => one.plan === plan.id);
    if (own.some(({ state }) => state === "planned" || state === "approved")) continue;
    putPlan(writes, { ...plan, state: own.length === 0 ? "stale" : "done" });
  }
  await writes.commit();
}
