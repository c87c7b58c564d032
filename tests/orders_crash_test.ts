import assert from "node:assert/strict";
import type { Death } from "./support/killer.ts";
import { play, type Scene } from "./support/order_crash.ts";
import { changeTwelve, twelve } from "./support/order_days.ts";

const SCENES: Record<string, Scene> = {
  "twelve orders' first sync": { orders: twelve() },
  "a day's changes of twelve orders": { orders: twelve(), day: changeTwelve },
};

for (const [name, scene] of Object.entries(SCENES)) {
  for (const when of ["before", "after"] satisfies Death["when"][]) {
    Deno.test(`killed ${when} every single call and commit of ${name}, another process ends it the same`, async () => {
      const { steps, kill } = await play(scene);
      assert(steps.filter((step) => step === "commit").length > 15, steps.join("\n"));
      assert(steps.filter((step) => step.startsWith("wire procore")).length > 30, steps.join("\n"));
      // Projects go side by side, so that one run may have a step more than another.
      let step = 0;
      while (await kill({ step, when })) step++;
      assert(step > steps.length * 0.9, `${step} of ${steps.length}`);
    });
  }
}
