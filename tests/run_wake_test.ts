import assert from "node:assert/strict";
import { batch } from "../engine/state/batch.ts";
import { listRuns, saveRun } from "../engine/state/runs.ts";
import { getStarts } from "../engine/state/schedules.ts";
import { openScheduler } from "../engine/trigger/scheduler.ts";
import { house } from "./support/small.ts";

type Home = Awaited<ReturnType<typeof house>>;

/** What has woken each pipeline, of those that something has. */
async function woken(home: Home): Promise<Record<string, string[]>> {
  const entries = await getStarts(home.store, home.project.pipelines.map(({ name }) => name));
  return Object.fromEntries(
    entries.filter(({ woken }) => woken.length > 0).map((
      { pipeline, woken },
    ) => [pipeline, woken.map(({ why }) => why)]),
  );
}

Deno.test("a run that did something wakes what runs after it; one that did nothing, or only planned, wakes nobody", async () => {
  const home = await house();
  await home.run("projects", { mode: "plan" });
  assert.deepEqual(await woken(home), {});
  await home.run("vendors");
  assert.deepEqual(await woken(home), {}, "nothing runs after vendors here");
  const { counts } = await home.run("projects");
  assert.ok(counts.create + counts.adopt > 0);
  assert.deepEqual(await woken(home), { "cost-codes": ["after projects"] });
  const before = await getStarts(home.store, ["cost-codes"]);
  assert.equal((await home.run("projects")).counts.create, 0);
  assert.deepEqual(await getStarts(home.store, ["cost-codes"]), before, "what was written stays as it was");
  await home.close();
});

Deno.test("links that a run makes wake the pipelines whose records wait for them, and no other", async () => {
  const home = await house();
  assert.ok((await home.run("cost-codes")).counts.parked > 0);
  assert.deepEqual(await woken(home), {}, "what was only parked has done nothing");
  await home.run("vendors");
  assert.deepEqual(await woken(home), {}, "that is nothing they wait for");
  await home.run("projects");
  assert.deepEqual((await woken(home))["cost-codes"], ["after projects", "new links of projects"]);
  await home.close();
});

Deno.test("after a run that was killed nobody knows what it did: the one behind it wakes", async () => {
  const home = await house();
  await home.run("projects");
  const [last] = await Array.fromAsync(listRuns(home.store, { pipeline: "projects", limit: 1 }));
  const writes = batch(home.store);
  saveRun(writes, { ...last, state: "running", endedAt: undefined });
  await writes.commit();
  const before = (await getStarts(home.store, ["cost-codes"]))[0].woken;
  home.clock.advance(60_000);
  const second = await home.run("projects");
  assert.equal(second.counts.create + second.counts.update + second.counts.adopt, 0);
  const after = (await getStarts(home.store, ["cost-codes"]))[0].woken;
  assert.notEqual(after[0].id, before[0].id);
  home.clock.advance(60_000);
  await home.run("projects");
  assert.deepEqual((await getStarts(home.store, ["cost-codes"]))[0].woken, after, "and only that one");
  await home.close();
});

Deno.test("the shipped pipelines by themselves: what is due starts in time, and wakes the others until all is done", async () => {
  const home = await house();
  const stop = new AbortController();
  const ran: string[] = [];
  const scheduler = openScheduler({
    store: home.store,
    clock: home.clock,
    project: () => home.project,
    owner: "test",
    signal: stop.signal,
    log: () => {},
    start: async (pipeline, { why, signal }) => {
      const result = await home.run(pipeline.name, { signal });
      ran.push(`${pipeline.name}: ${why}`);
      return result;
    },
    atOnce: 1,
  });
  await scheduler.tick();
  await scheduler.idle();
  assert.deepEqual(ran, [], "nothing is due when it is first seen");
  // 1 o'clock in Denver, then a quarter past; cost codes come after projects, before their own half past one.
  for (const time of ["07:00", "07:15"]) {
    home.clock.set(Date.parse(`2026-10-15T${time}Z`));
    await scheduler.tick();
    await scheduler.idle();
  }
  assert.deepEqual(ran, ["projects: its schedule", "cost-codes: after projects", "vendors: its schedule"]);
  for (let i = 0; i < 3; i++) {
    await scheduler.tick();
    await scheduler.idle();
  }
  assert.equal(ran.length, 3, "what is done wakes nobody");
  stop.abort();
  await home.close();
});
