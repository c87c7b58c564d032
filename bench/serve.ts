/**
 * Both sandboxes in a process of their own: what the benchmark talks to over real sockets. Arguments: `suppliers`, `orders` or `requisitions`,
 * and how many.
 *
 * @module
 */
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { seededRandom, systemClock } from "../engine/clock.ts";
import { listen } from "../engine/sandbox/listen.ts";
import { billed, orders, suppliersAlone } from "./data.ts";

/** Rows a page: an order is five lines wide. */
const PAGE_SIZE: Record<string, Record<string, number>> = { ebs: { suppliers: 1000, orders: 500, requisitions: 500 } };

if (import.meta.main) {
  const [kind, count] = Deno.args;
  const makes = { suppliers: suppliersAlone, orders, requisitions: billed };
  const data = makes[kind as keyof typeof makes](Number(count));
  const settings: Record<string, Record<string, unknown>> = {};
  for (const [name, connector] of Object.entries({ ebs, procore })) {
    const sandbox = connector.sandbox({ clock: systemClock, random: seededRandom(1), data });
    const { origin } = await listen(sandbox.fetch);
    settings[name] = { origin, ...sandbox.settings(origin), page_size: PAGE_SIZE[name]?.[kind] ?? 1000 };
  }
  console.log(JSON.stringify(settings));
}
