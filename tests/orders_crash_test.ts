import assert from "node:assert/strict";
import { play, type Played, type Scene } from "./support/order_crash.ts";
import { isWrite } from "./support/killer.ts";
import { changeTwelve, twelve } from "./support/order_days.ts";

const SCENES: Record<string, Scene> = {
  "twelve orders' first sync": { orders: twelve() },
  "a day's changes of twelve orders": { orders: twelve(), day: changeTwelve },
};

for (const [name, scene] of Object.entries(SCENES)) {
  let played: Promise<Played> | undefined;

  Deno.test(`killed after every single call and commit of ${name}, another process ends it the same`, async () => {
    const { steps, kill } = await (played ??= play(scene));
    assert(steps.filter((step) => step === "commit").length > 15, steps.join("\n"));
    assert(steps.filter((step) => step.startsWith("wire procore")).length > 30, steps.join("\n"));
    // Projects go side by side, so that one run may have a step more than another.
    let step = 0;
    while (await kill({ step, when: "after" })) step++;
    assert(step > steps.length * 0.9, `${step} of ${steps.length}`);
  });

  Deno.test(`killed before every single write of ${name}, another process ends it the same`, async () => {
    const { steps, kill } = await (played ??= play(scene));
    // Before a commit, or a call that only asks, is after what came before it.
    const writes = steps.flatMap((name, step) => isWrite(name) ? [step] : []);
    assert(writes.length > 20, steps.join("\n"));
    let died = 0;
    for (const step of writes) if (await kill({ step, when: "before" })) died++;
    assert(died > writes.length * 0.9, `${died} of ${writes.length}`);
  });
}
