import assert from "node:assert/strict";
import { sampled } from "./support/order_crash.ts";
import { manyOrders } from "./support/order_days.ts";

const ORDERS = 100;
/** More of them are in `deno task crash:orders`. */
const DEATHS = 20;

Deno.test(`killed at ${DEATHS} sampled steps of a sync of ${ORDERS} orders, another process ends it the same`, async () => {
  const { died } = await sampled({ orders: manyOrders(ORDERS) }, { deaths: DEATHS, seed: 11 });
  assert(died.length >= DEATHS - 1, `${died.length} of ${DEATHS}`);
});
