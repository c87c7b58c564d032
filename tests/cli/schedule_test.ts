import assert from "node:assert/strict";
import { join } from "node:path";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import { batch } from "../../engine/state/batch.ts";
import { openStore } from "../../engine/state/open.ts";
import { wakePipeline } from "../../engine/state/schedules.ts";
import type { Store } from "../../engine/state/types.ts";
import { projectOf, starting } from "../../engine/trigger/testing_starts.ts";
import { tick } from "../../engine/trigger/tick.ts";
import { stage } from "./harness.ts";

/** Works on the stage's state beside the command line, as `gusset serve` would. */
async function beside(home: string, now: number, work: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await openStore({ path: join(home, "kv.sqlite3"), clock: manualClock(now), random: seededRandom(2) });
  try {
    await work(store);
  } finally {
    store.close();
  }
}

Deno.test("schedule shows the next starts of each pipeline where they are due and where one stands, and what else starts it", async () => {
  const one = await stage();
  one.clock.set(Date.parse("2026-03-07T12:00:00Z"));
  const { json: [{ schedules }] } = await one.gusset("schedule", "--next", "2", "--json");
  const by = Object.fromEntries(schedules.map((entry: { pipeline: string }) => [entry.pipeline, entry]));
  assert.deepEqual(by.vendors.next, [
    { at: "2026-03-08T08:15:00.000Z", wall: "2026-03-08 01:15", moved: false },
    { at: "2026-03-09T07:15:00.000Z", wall: "2026-03-09 01:15", moved: false },
  ]);
  // 2 o'clock is skipped on that day.
  assert.equal(by["purchase-orders"].next[0].wall, "2026-03-08 03:00");
  assert.deepEqual(by["purchase-orders"].after, ["vendors", "cost-codes"]);
  const { out } = await one.gusset("schedule", "vendors", "purchase-orders");
  assert.match(out, /^pipeline +next +zone +in \S+ +why\n/);
  assert.match(out, /\nvendors +2026-03-08 01:15 +America\/Denver +2026-03-0[89] \d\d:15 +15 1 \* \* \*\n/);
  assert.match(out, /\npurchase-orders +after vendors, cost-codes\n/);
  assert.doesNotMatch(out, /projects/);
  assert.equal((await one.gusset("schedule", "nothing")).exit, 2);
  await one.end();
});

Deno.test("a pipeline is paused once and resumed once, and schedule says by whom, when and why", async () => {
  const one = await stage();
  const wrong = await one.gusset("pause", "vendros");
  assert.match(wrong.err, /There is no pipeline vendros/);
  one.env.GUSSET_USER = "anna";
  assert.match((await one.gusset("pause", "vendors", "--why", "EBS moves")).out, /^vendors is paused\. /);
  one.env.GUSSET_USER = "ben";
  one.clock.advance(180_000);
  const { exit, out } = await one.gusset("pause", "vendors", "--why", "another");
  assert.equal(exit, 0);
  assert.equal(out, "vendors is paused already, by local:anna 3 minutes ago.\n");
  assert.match((await one.gusset("schedule")).out, /\nvendors: paused by local:anna 3 minutes ago: EBS moves\n/);
  assert.match((await one.gusset("resume", "vendors")).out, /^vendors starts again; it was paused by local:anna/);
  assert.equal((await one.gusset("resume", "vendors")).out, "vendors is not paused.\n");
  assert.doesNotMatch((await one.gusset("schedule")).out, /paused/);
  const { json: acts } = await one.gusset("audit", "--json");
  const told = acts.map(({ who, what, subject, why }) => [who, what, subject, why]);
  assert.deepEqual(told, [
    ["local:ben", "pipeline.resume", "vendors", undefined],
    ["local:anna", "pipeline.pause", "vendors", "EBS moves"],
  ], "what changed nothing is no act");
  await one.end();
});

Deno.test("schedule says what is at work, what waits and what has woken", async () => {
  const one = await stage();
  const now = one.clock.now();
  await beside(one.home, now, async (store) => {
    const writes = batch(store);
    wakePipeline(writes, "vendors", "after projects", "1");
    await writes.commit();
    const [due] = await tick({ store, project: projectOf(starting("vendors")), owner: "host 7" });
    assert.equal(due.why, "after projects");
    const more = batch(store);
    wakePipeline(more, "vendors", "after projects", "2");
    await more.commit();
  });
  const { out } = await one.gusset("schedule", "vendors");
  assert.match(out, /\nvendors: at work since 2026-03-02T08:00:00.000Z, host 7: after projects\n/);
  assert.match(out, /\nvendors: woken just now: after projects\n/);
  const { json: [{ schedules: [vendors] }] } = await one.gusset("schedule", "vendors", "--json");
  assert.equal(vendors.claim.owner, "host 7");
  assert.equal(vendors.last.why, "after projects");
  await one.end();
});
