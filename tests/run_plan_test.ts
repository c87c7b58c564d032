import assert from "node:assert/strict";
import type { PlannedChange, RunOptions } from "../engine/run/types.ts";
import { contents } from "../engine/state/testing.ts";
import type { House } from "./support/house.ts";
import { everything, house, PIPELINES, pipelinesWith, watch, words } from "./support/small.ts";

/** What a plan says and a run does of a record, ids of what is made by it aside. */
/** What was told, by record: partitions that are read side by side may come in any order. */
const told = (changes: readonly PlannedChange[]) =>
  changes.map(({ id, ...change }) => change.word === "create" ? change : { ...change, id })
    .sort((a, b) => `${a.key}/${a.part}` < `${b.key}/${b.part}` ? -1 : 1);

/** What is planned from: each with what the plan must show by pipeline, in its order. */
const SCENARIOS: { name: string; before: (home: House) => Promise<void>; options?: Partial<RunOptions> }[] = [
  { name: "a first load", before: async (home) => void await home.run("projects") },
  { name: "nothing to do", before: async (home) => void await home.runAll() },
  { name: "nothing to do, by a full pass", before: async (home) => void await home.runAll(), options: { full: true } },
  {
    name: "changes on both sides",
    async before(home) {
      await home.runAll();
      home.clock.advance(3_600_000);
      await home.touch("ebs", "AP_SUPPLIERS", "3005", { VENDOR_NAME: "Elm & Oak" });
      await home.touch("ebs", "AP_SUPPLIERS", "3006", { END_DATE_ACTIVE: "2026-10-01T00:00:00" });
      await home.touch("ebs", "AP_SUPPLIERS", "3007", { VENDOR_NAME: null });
      await home.touch("ebs", "GL_CODE_COMBINATIONS", "701", { ENABLED_FLAG: "N" });
      const fir = (await home.rows("procore", "vendors")).find((row) => row.origin_id === "EBS-V-3008")!;
      await home.touch("procore", "vendors", fir.id as string, { zip: "00000" });
    },
    options: { verify: true },
  },
  {
    name: "some keys only",
    before: async (home) => void await home.run("projects"),
    options: { only: ["3004", "3002", "9999"] },
  },
  { name: "the first three records", before: async (home) => void await home.run("projects"), options: { limit: 3 } },
];

Deno.test("a dry run says what the run then does, costs what it says, and writes nothing anywhere", async (t) => {
  for (const { name, before, options = {} } of SCENARIOS) {
    await t.step(name, async () => {
      const calls = watch();
      const home = await house({ around: calls.around });
      await before(home);
      for (const pipeline of ["vendors", "cost-codes"]) {
        home.reopen({ readOnly: true });
        const untouched = await everything(home);
        calls.clear();
        const plan = await home.run(pipeline, { ...options, mode: "plan" });
        assert.equal(plan.failure, undefined);
        assert.deepEqual(calls.writes(), [], "a dry run makes no write call");
        assert.deepEqual(await everything(home), untouched, "a dry run leaves both systems and the state as they were");

        calls.clear();
        home.reopen();
        const run = await home.run(pipeline, options);
        assert.equal(run.failure, undefined);
        assert.deepEqual(told(run.changes), told(plan.changes));
        assert.deepEqual(run.counts, plan.counts);
        assert.equal(run.record.read, plan.record.read);
        assert.equal(calls.writes().length, plan.writeCalls, calls.writes().join("\n"));
        assert.equal(run.writeCalls, plan.writeCalls);
      }
      await home.close();
    });
  }
});

Deno.test("a dry run of a first use pins no system, and a run that follows does", async () => {
  const home = await house();
  const empty = await everything(home);
  home.reopen({ readOnly: true });
  await home.run("vendors", { mode: "plan" });
  assert.deepEqual(await everything(home), empty);
  home.reopen();
  await home.run("vendors");
  const pinned = [...(await contents(home.store)).keys()].filter((key) => key.startsWith("pin/"));
  assert.deepEqual(pinned, ["pin/ebs", "pin/procore"]);
  await home.close();
});

Deno.test("runs with --only and --limit, and dry runs, move no cursor: the next run does what they left out", async (t) => {
  const table: [name: string, options: Partial<RunOptions>][] = [
    ["only", { only: ["3001", "3004"] }],
    ["limit", { limit: 2 }],
    ["plan", { mode: "plan" }],
  ];
  for (const [name, options] of table) {
    await t.step(name, async () => {
      const home = await house();
      const first = await home.run("vendors", options);
      assert.equal(first.failure, undefined);
      const next = await home.run("vendors");
      const done = options.mode === "plan"
        ? []
        : first.changes.filter(({ word, suggested }) => word === "create" || (word === "adopt" && !suggested));
      assert.equal(next.record.read, 14, "it reads all of it");
      assert.equal(next.counts.create + next.counts.adopt, 12 - done.length);
      assert.equal(next.counts.unchanged, done.length);
      await home.close();
    });
  }
});

Deno.test("a plan for all pipelines shows what later ones would do with the links of earlier ones, as known after apply", async () => {
  const calls = watch();
  // Projects are made here, so that the cost codes' own projects are not there yet.
  const pipelines = await pipelinesWith({
    projects: [["create: never # a project without a twin in Procore is skipped until it has one", "create: allowed"], [
      "map:",
      'map:\n  origin_id: { template: "{connection.tag}-P-{PROJECT_ID}" }\n  name: NAME',
    ]],
  });
  const home = await house({ project: pipelines, around: calls.around });
  home.reopen({ readOnly: true });
  const untouched = await everything(home);
  const plans: Record<string, PlannedChange[]> = {};
  const provisional = new Map(PIPELINES.map((name) => [name as string, new Map<string, string>()]));
  for (const name of PIPELINES) {
    const plan = await home.run(name, { mode: "plan", provisional });
    assert.equal(plan.failure, undefined);
    plans[name] = plan.changes;
  }
  assert.deepEqual(calls.writes(), []);
  assert.deepEqual(await everything(home), untouched);
  assert.deepEqual(words(plans.projects), ["4001 adopt", "4003 create", "4002 adopt"]);
  const later = plans["cost-codes"].find(({ key }) => key === "705")!;
  assert.equal(later.word, "create", "an account of a project that is only planned is no parked one");
  assert.match(String(later.partition), /known after apply/);

  // What the plan for all has shown is what comes of it.
  home.reopen();
  for (const name of PIPELINES) {
    const run = await home.run(name);
    assert.equal(run.failure, undefined);
    assert.deepEqual(words(run.changes).sort(), words(plans[name]).sort());
  }
  await home.close();
});

Deno.test("records come with their words in the order of their keys within a page, and each has just one", async () => {
  const home = await house();
  await home.run("projects");
  for (const [name, keys] of [["vendors", 14], ["cost-codes", 6]] as const) {
    const { changes, counts } = await home.run(name);
    const parts = changes.map(({ key, part }) => `${key}/${part}`);
    assert.equal(new Set(parts).size, keys);
    assert.equal(parts.length, keys);
    assert.equal(Object.values(counts).reduce((sum, count) => sum + count), keys);
    const written = changes.filter(({ word }) => word === "create" || word === "adopt").map(({ key }) => Number(key));
    if (name === "vendors") assert.deepEqual(written, written.toSorted((a, b) => a - b));
  }
  const again = await home.run("vendors", { full: true });
  assert.deepEqual(words(again.changes), ["3013 skipped", "3014 skipped", "3002 adopt?"]);
  assert.equal(again.counts.unchanged, 11);
  await home.close();
});
