/**
 * The benchmarks of purchase orders: (g) first load and (h) unchanged re-run beside the floor, with their memory, (i) calls, (j) time under
 * Procore's published limits.
 *
 * @module
 */
import type { Floor } from "./bare.ts";
import { PROJECTS } from "./data.ts";
import { ordersFloor } from "./orders_floor.ts";
import { line, per, whole } from "./report.ts";
import type { SyncFigures } from "./sync.ts";
import { underLimits } from "./virtual.ts";
import { child, withWorld, type World } from "./world.ts";

const sync = (world: World, kv: string, pipeline: string, ...options: string[]): Promise<SyncFigures> =>
  child<SyncFigures>("sync.ts", [JSON.stringify(world), kv, pipeline, ...options]);

const freshKv = async (): Promise<string> => `${await Deno.makeTempDir({ prefix: "gusset-bench-" })}/kv.sqlite3`;

interface Loads {
  bare: Floor;
  reread: Floor;
  first: SyncFigures;
  again: SyncFigures;
}

/** First load and re-run, each beside its floor. The floor makes the same contracts in sandboxes of its own. */
async function load(count: number): Promise<Loads> {
  const bare = await withWorld({ kind: "orders", count }, async (world) => {
    const kv = await freshKv();
    for (const pipeline of ["vendors", "cost-codes"]) await sync(world, kv, pipeline);
    return await ordersFloor(world, { write: true });
  });
  return await withWorld({ kind: "orders", count }, async (world) => {
    const kv = await freshKv();
    const first = await sync(world, kv, "purchase-orders");
    const reread = await ordersFloor(world, { write: false });
    const again = await sync(world, kv, "purchase-orders", "full");
    return { bare, reread, first, again };
  });
}

const ratio = (ours: SyncFigures, floor: Floor): string =>
  `${(ours.ms / floor.ms).toFixed(2)} times the floor (CPU ${(ours.cpu / floor.cpu).toFixed(2)})`;

/** (g), (h), (i): speed, memory and calls of `count` orders; memory also of a tenth of them. */
export async function benchOrders(count: number): Promise<void> {
  const few = await load(count / 10);
  const { bare, reread, first, again } = await load(count);
  if (first.counts.create !== count) throw new Error(`Not all orders arrived: ${JSON.stringify(first.counts)}`);
  if (again.counts.unchanged !== count) throw new Error(`The re-run wrote: ${JSON.stringify(again.counts)}`);
  const orders = `${whole(count)} orders of 5 lines`;
  line("g", `first load of ${orders}`, `${per(count, first.ms)}, ${ratio(first, bare)}`, "≤ 2");
  line("h", "unchanged re-run of them, all read", `${per(count, again.ms)}, ${ratio(again, reread)}`, "≤ 3");
  line(
    "g, h",
    `peak memory, ${whole(count / 10)} and ${whole(count)} orders`,
    `${few.first.memory} and ${first.memory} MB first load, ${few.again.memory} and ${again.memory} MB unchanged`,
    "< 250 MB, level",
  );
  calls(count, first.calls);
}

/** (i): what Procore's API allows at the least, and what the first load took. */
function calls(count: number, byRoute: Record<string, number>): void {
  const procore = Object.entries(byRoute).filter(([route]) => / \/rest\//.test(route));
  const total = procore.reduce((sum, [, calls]) => sum + calls, 0);
  const lines = procore.find(([route]) => route.endsWith("/line_items/sync"))![1];
  const adds = procore.find(([route]) => route.endsWith("/actions/add"))?.[1] ?? 0;
  const bulk = PROJECTS * Math.ceil(count / PROJECTS / 1000);
  const bound = count + 2 * bulk + adds;
  line(
    "i",
    "API calls per 1,000 orders",
    `${whole(total / count * 1000)}, bound ${whole(bound / count * 1000)}: ${
      ((total / bound - 1) * 100).toFixed(1)
    }% above`,
    "near the bound",
  );
  console.log(
    `    The bound: no call takes lines of several contracts, so one line sync for each (${whole(lines)} were made); ` +
      `1,000 headers and 1,000 statuses of one project a call (2 × ${bulk}); one call for each vendor new on a project (${
        whole(adds)
      }).`,
  );
  for (const [route, calls] of procore) console.log(`    ${String(calls).padStart(7)} × ${route}`);
}

/** (j): how long `count` orders take where Procore allows 3,600 calls an hour and 25 in ten seconds. */
export async function benchLimits(count: number): Promise<void> {
  const { calls, seconds, refused, ideal, least } = await underLimits(count);
  line(
    "j",
    `${whole(count)} orders under 3,600 calls/h and 25/10 s`,
    `${whole(seconds / 60)} min for ${whole(calls)} calls, ${(seconds / least).toFixed(2)} times the least possible`,
    "≤ 1.05",
  );
  console.log(
    `    The least: each hour's calls as fast as 25/10 s lets them, ${
      whole(least / 60)
    } min. Calls ÷ 3,600/h would be ` +
      `${whole(ideal / 60)} min: ${(seconds / ideal).toFixed(2)} of that. ${
        whole(refused)
      } calls were refused with 429.`,
  );
}
