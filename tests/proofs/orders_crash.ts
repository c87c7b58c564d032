/**
 * `deno task crash:orders [DEATHS] [SEED]`: a sync of a hundred orders that dies at sampled calls and commits, and is ended by another
 * process. Fails where a contract or a line is there twice, is half filled, or where the end is not that of a sync that nothing befell.
 *
 * @module
 */
import { sampled } from "../support/order_crash.ts";
import { manyOrders } from "../support/order_days.ts";

const ORDERS = 100;
const [deaths = 200, seed = 11] = Deno.args.map(Number);

const { steps, died } = await sampled({ orders: manyOrders(ORDERS) }, { deaths, seed });
const kinds = Map.groupBy(died, (name) => name.replace(/\/.*/, ""));
console.log(`A sync of ${ORDERS} orders in ${steps} calls and commits, killed at ${died.length} of them
  each time contracts and links are those of the unharmed sync
  where it died:
${[...kinds].map(([name, each]) => `    ${String(each.length).padStart(5)} × ${name}`).join("\n")}`);
