import assert from "node:assert/strict";
import { isPost, play, type Played } from "./support/posting_crash.ts";
import { billBefore, billedOrders, billTwelve } from "./support/posting_days.ts";

let played: Promise<Played> | undefined;

/** A run that posts twelve journals. */
async function twelve(): Promise<Played> {
  const scene = await (played ??= play({ orders: billedOrders(), before: billBefore, day: billTwelve }));
  const { steps, journals } = scene;
  assert.equal(journals, 12);
  assert(steps.filter((step) => step === "commit").length > 15, steps.join("\n"));
  assert.equal(steps.filter(isPost).length, 3, "two operating units, and what has to wait for a reversal");
  return scene;
}

Deno.test("killed after every single call and commit of a run that posts twelve journals, another process posts each once", async () => {
  const { steps, kill } = await twelve();
  // Beats of the lease come in between, so that one run may have a step more than another.
  let step = 0;
  while (await kill({ step, when: "after" })) step++;
  assert(step > steps.length * 0.9, `${step} of ${steps.length}`);
});

Deno.test("killed before every single call of that run leaves, another process posts each journal once", async () => {
  const { steps, kill } = await twelve();
  let died = 0;
  // Before a commit is after what came before it.
  const calls = steps.flatMap((name, step) => name === "commit" ? [] : [step]);
  for (const step of calls) if (await kill({ step, when: "before" })) died++;
  assert(died > calls.length * 0.9, `${died} of ${calls.length}`);
});

Deno.test("whichever call about those journals is lost, on its way or with its answer, the next run finds out and posts each once", async () => {
  const { lose } = await twelve();
  let call = 0, unsure = 0;
  for (;; call++) {
    const after = await lose({ step: call, when: "after" });
    if (!after) break;
    if (after.counts.parked > 0) unsure++;
    // To whoever asks it is all the same which way the call was lost.
    if (after.name !== "submit_journals") continue;
    const before = await lose({ step: call, when: "before" });
    if (before!.counts.parked > 0) unsure++;
  }
  assert(call > 12, `${call} calls`);
  // A question is asked again; what was handed over is not.
  assert.equal(unsure, 6);
});
