/**
 * Applying a saved plan: what it wanted done and cannot be.
 *
 * @module
 */
import type { Job } from "./job.ts";
import { planChanged, type SavedChanges } from "./saved.ts";

/** What a saved plan wanted done and cannot be: told as refused. */
export async function refuseUnlessSaved(
  { job, saved }: { job: Job; saved?: SavedChanges },
  { key, part }: { key: string; part: string },
  why: string,
): Promise<void> {
  for (const [self, planned] of saved!) {
    if (planned.key !== key || (part !== "" && planned.part !== part)) continue;
    saved!.delete(self);
    await job.report({
      word: "rejected",
      key,
      part: planned.part,
      label: planned.label,
      failure: planChanged(key, why).toJSON(),
    });
  }
}
