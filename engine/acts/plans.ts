/**
 * What a second person says of a plan.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { type Acted, decide, planOf } from "../post/acts.ts";
import { listPlans, type PlanRecord } from "../state/plans.ts";
import type { Store } from "../state/types.ts";
import { actingOf, type Actor } from "./actor.ts";

/** The one plan of a pipeline that waits; undefined where it is none. Throws `usage` where several do. */
async function waitingOf(store: Store, pipeline: string): Promise<string | undefined> {
  const plans = await Array.fromAsync(listPlans(store, { pipeline, state: "waiting" }));
  if (plans.length > 1) {
    throw new Failure("usage", {
      fact: `${plans.length} plans of ${pipeline} wait`,
      action: "Name one: gusset plans list.",
    });
  }
  return plans[0]?.id;
}

/** Says yes or no to a plan, named by its id or by the pipeline where one plan of it waits. Throws as `decide` does. */
export async function sayOf(
  who: Actor,
  { pipelines }: Project,
  named: string,
  { accept, why }: { accept: boolean; why?: string },
): Promise<Acted<PlanRecord> & { documents: number }> {
  const id = await waitingOf(who.store, named) ?? named;
  const { pipeline } = await planOf(who.store, id);
  const authorMayApprove = pipelines.find(({ name }) => name === pipeline)?.posting?.authorMayApprove;
  return await decide(actingOf(who, why), id, { accept, authorMayApprove });
}
