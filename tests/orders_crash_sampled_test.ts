import assert from "node:assert/strict";
import { seededRandom } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import { play } from "./support/order_crash.ts";
import { line, order } from "./support/orders.ts";

const ORDERS = 100;
const DEATHS = 200;

/** Orders of three projects in two operating units; every tenth touches two of them. */
function orders(): Row[] {
  return Array.from({ length: ORDERS }, (_, i) => {
    const project = ["DEN-1", "DEN-2", "PHX-1"][i % 3];
    const second = line(`-0.${10 + i % 90}`, {
      CODE_COMBINATION_ID: "702",
      ...(i % 10 === 0 ? { PROJECT: "DEN-2" } : {}),
    });
    const lines = i % 10 === 0 || i % 7 === 0 ? [line(`${i}.05`), second] : [line(`${i}.05`)];
    return order(i + 1, lines, { PROJECT_NUMBER: project, VENDOR_ID: `300${1 + i % 4}` });
  });
}

Deno.test(`killed at ${DEATHS} sampled steps of a sync of ${ORDERS} orders, another process ends it the same`, async () => {
  const { steps, kill } = await play({ orders: orders() });
  const random = seededRandom(11);
  const stretch = steps.length / DEATHS;
  let died = 0;
  for (let i = 0; i < DEATHS; i++) {
    // One in each stretch of the run, so that no part of it is left out.
    const step = Math.floor((i + random()) * stretch);
    if (await kill({ step, when: random() < 0.5 ? "before" : "after" })) died++;
  }
  assert(died >= DEATHS - 5, `${died} of ${DEATHS}`);
});
