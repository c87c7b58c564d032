/**
 * The benchmark of postings (l): requisitions of four items become journals, beside a bare loop that reads the same pages and submits as
 * many journals; and what the outbox costs a posting in commits and calls.
 *
 * @module
 */
import pLimit from "p-limit";
import { systemClock } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import { ITEMS, SHEETS } from "./data.ts";
import type { PostingFigures } from "./postings_run.ts";
import { line, per, whole } from "./report.ts";
import { child, control, withWorld, type World } from "./world.ts";

/** The shipped pipeline is changed to post at once, all of it, and whatever day it is. */
const EDITS: [RegExp, string][] = [
  [/mode: shadow/, "mode: live"],
  [/approval: required/, "approval: none"],
  [/from: \d{4}-\d\d-\d\d/, "from: 2020-01-01"],
  [/caps: \{.*\}/, "caps: {}"],
];

/** (l): `count` requisitions, four on a contract. */
export async function benchPostings(count: number): Promise<void> {
  await withWorld({ kind: "requisitions", count }, async (world) => {
    const folder = await Deno.makeTempDir({ prefix: "gusset-bench-" });
    await writePipelines(folder);
    const run = (what: string) =>
      child<PostingFigures>("postings_run.ts", [JSON.stringify(world), `${folder}/kv.sqlite3`, folder, what]);
    // Imports end at once: what is measured is no waiting.
    await control(world, "ebs", "gateway", { import_pending_seconds: 0, import_running_seconds: 0 });
    await run("prepare");
    const sheets = await bill(world, count);
    const floor = await run("floor");
    const ours = await run("post");
    for (const { counts } of [floor, ours]) {
      if (counts.create !== sheets) throw new Error(`Not all were posted: ${JSON.stringify(counts)}`);
    }
    const again = await run("post");
    if (again.counts.create !== 0) throw new Error(`The next run posts: ${JSON.stringify(again.counts)}`);
    const ratio = `${(ours.ms / floor.ms).toFixed(2)} times the floor (CPU ${(ours.cpu / floor.cpu).toFixed(2)})`;
    line(
      "l",
      `${whole(sheets)} requisitions of ${ITEMS} items posted`,
      `${per(sheets, ours.ms)}, ${ratio}, ${ours.memory} MB`,
      "≤ 3",
    );
    const calls = Object.entries(ours.calls).filter(([route]) => /journal|get_postings|request_status/.test(route));
    const total = calls.reduce((sum, [, each]) => sum + each, 0);
    const each = (number: number): string => (number / sheets).toFixed(3);
    console.log(
      `    The outbox cost a posting ${each(ours.outbox)} commits of the state (of ${
        each(ours.commits)
      } with reading and ` +
        `reckoning) and ${each(total)} calls to EBS.`,
    );
    for (const [route, number] of calls) console.log(`    ${String(number).padStart(7)} × ${route}`);
    await Deno.remove(folder, { recursive: true });
  });
}

async function writePipelines(folder: string): Promise<void> {
  const shipped = new URL("../pipelines/", import.meta.url);
  const names = ["connections", "projects", "vendors", "cost-codes", "purchase-orders", "requisition-journals"];
  for (const name of names) {
    let text = await Deno.readTextFile(new URL(`${name}.yaml`, shipped));
    for (const [from, to] of name === "requisition-journals" ? EDITS : []) text = text.replace(from, to);
    await Deno.writeTextFile(`${folder}/${name}.yaml`, text);
  }
}

/** Bills every contract four times, an eighth of each line at a time; gives the number of sheets. */
async function bill(world: World, count: number): Promise<number> {
  const billing_date = new Date(systemClock.now()).toISOString().slice(0, 10);
  const path = "rows/purchase_order_contracts?limit=1000000";
  const { rows } = await control(world, "procore", path) as { rows: Row[] };
  const limit = pLimit(8);
  let sheets = 0;
  await Promise.all(rows.map(({ id }) =>
    limit(async () => {
      for (let nth = 1; nth <= SHEETS && sheets < count; nth++) {
        sheets++;
        const fields = { commitment_id: String(id), status: "approved", billing_date, percent: String(nth * 12.5) };
        const made = await control(world, "procore", "touch", { table: "requisitions", fields }) as Row;
        if (made.error) throw new Error(String(made.error));
      }
    })
  ));
  return sheets;
}
