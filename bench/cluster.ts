/**
 * Scale-out: one, two and four processes on the same backlog, as a ratio.
 *
 * @module
 */
import { clusteredOrders } from "../tests/support/cluster_orders.ts";
import { line, whole } from "./report.ts";

/** What each of Procore's answers takes, in milliseconds: it is waiting that more processes share, not this machine's two cores. */
const LATENCY = 150;

/** (m): how much sooner two and four processes are through with `count` orders of 16 operating units than one is. */
export async function benchCluster(count: number): Promise<void> {
  const times: number[] = [];
  for (const processes of [1, 2, 4]) {
    const folder = await Deno.makeTempDir({ prefix: "gusset-bench-" });
    const asked = { records: count, units: 16, kv: `${folder}/kv.sqlite3`, latency: LATENCY };
    const { ms } = await clusteredOrders({ ...asked, processes, leaseMs: 60_000, every: 0, seed: 1 });
    times.push(ms);
    await Deno.remove(folder, { recursive: true });
  }
  const [one, two, four] = times;
  line(
    "m",
    `${whole(count)} orders, ${LATENCY} ms an answer, by 1, 2 and 4 processes`,
    `${(one / 1000).toFixed(1)} s; ${(one / two).toFixed(2)} and ${(one / four).toFixed(2)} times as fast`,
    "near 2 and 4",
  );
  console.log(`    On ${navigator.hardwareConcurrency} cores, which the sandboxes share with the processes.`);
}
