import assert from "node:assert/strict";
import { planWriter, readPlan } from "../engine/run/saved.ts";
import type { PlannedChange, RunOptions, RunResult } from "../engine/run/types.ts";
import { contents } from "../engine/state/testing.ts";
import type { Store } from "../engine/state/types.ts";
import type { House } from "./support/house.ts";
import { cursors, everything, house, pipelinesWith, small, supplier, watch, words } from "./support/small.ts";

type Result = RunResult & { changes: PlannedChange[] };

/** A folder for plans that is gone afterwards. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gusset-plan-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Plans a pipeline into a file, as `dry-run --out` does. */
async function save(home: House, pipeline: string, path: string, options: Partial<RunOptions> = {}): Promise<Result> {
  const plan = await home.run(pipeline, { ...options, mode: "plan" });
  assert.equal(plan.failure, undefined);
  const writer = await planWriter(path);
  await writer.header(plan.header);
  for (const change of plan.changes) await writer.change(change);
  await writer.close();
  return plan;
}

const apply = async (home: House, pipeline: string, path: string): Promise<Result> =>
  await home.run(pipeline, { plan: await readPlan(path) });

/** Links, rejected, parked and cursors of the state; what a run notes of itself is not among them. */
async function memory(store: Store): Promise<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [key, value] of await contents(store)) {
    if (/^(link|rejected|parked|adoption|cursor|wake|mark)/.test(key)) kept[key] = value;
  }
  return kept;
}

Deno.test("a saved plan is applied exactly as it was shown: what it does not name stays, and no cursor moves", async () => {
  await withFolder(async (folder) => {
    const home = await house();
    await home.run("projects");
    const before = await cursors(home.store);
    const plan = await save(home, "vendors", `${folder}/plan.jsonl`);
    // What comes after the plan was made is not done with it.
    await home.touch("ebs", "AP_SUPPLIERS", "3015", { SEGMENT1: "15", VENDOR_NAME: "Late Corp.", ENABLED_FLAG: "Y" });
    await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5015", {
      VENDOR_ID: "3015",
      ORG_ID: "204",
      PURCHASING_SITE_FLAG: "Y",
    });
    const run = await apply(home, "vendors", `${folder}/plan.jsonl`);
    assert.equal(run.failure, undefined);
    const does = plan.changes.filter(({ word, suggested }) => (word === "create" || word === "adopt") && !suggested);
    assert.deepEqual(words(run.changes), words(does));
    assert.deepEqual(run.changes.map(({ fields }) => fields), does.map(({ fields }) => fields));
    assert.deepEqual(await cursors(home.store), before);
    assert(!(await home.rows("procore", "vendors")).some((row) => row.origin_id === "EBS-V-3015"));

    // Applied twice, it finds nothing as it was shown: all of it is refused, and nothing is written.
    const once = { vendors: await home.rows("procore", "vendors"), memory: await memory(home.store) };
    const again = await apply(home, "vendors", `${folder}/plan.jsonl`);
    assert.equal(again.failure, undefined);
    assert.equal(again.counts.rejected, does.length);
    assert(again.changes.every(({ failure }) => failure?.code === "plan.changed"));
    assert.deepEqual({ vendors: await home.rows("procore", "vendors"), memory: await memory(home.store) }, once);

    // The run that follows does just what was left.
    const rest = await home.run("vendors");
    assert.equal(rest.counts.create, 1);
    assert.equal(rest.counts.update, 0);
    await home.close();
  });
});

/** What changes between plan and apply, which records are refused for it, and what the refusal says. */
const CHANGED: { name: string; change: (home: House) => Promise<void>; refused: Record<string, RegExp> }[] = [
  {
    name: "a source field",
    change: (home) => home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar Inc." }),
    refused: { 3003: /name has changed in the source/ },
  },
  {
    name: "a destination field",
    change: (home) => touchVendor(home, "EBS-V-3003", { name: "Cedar, by hand" }),
    refused: { 3003: /name has changed in the destination/ },
  },
  {
    name: "a destination field that the plan does not touch",
    change: (home) => touchVendor(home, "EBS-V-3003", { notes: "by hand" }),
    refused: {},
  },
  {
    name: "a mapped destination field that the plan would have left alone",
    change: (home) => touchVendor(home, "EBS-V-3003", { city: "Boulder" }),
    refused: { 3003: /city has changed in the destination/ },
  },
  {
    name: "the source is back to what the destination has",
    change: (home) => home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar Works Inc." }),
    refused: { 3003: /nothing is left to change/ },
  },
  {
    name: "the record left the source",
    change: (home) => home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5003", { ORG_ID: "999" }),
    refused: { 3003: /the source no longer has it/ },
  },
  {
    name: "the record left the scope",
    change: (home) => home.touch("ebs", "AP_SUPPLIERS", "3003", { END_DATE_ACTIVE: "2026-10-01T00:00:00" }),
    refused: { 3003: /planned was update/ },
  },
  {
    name: "one that was to be deactivated is back",
    change: (home) => home.touch("ebs", "AP_SUPPLIERS", "3004", { END_DATE_ACTIVE: null }),
    refused: { 3004: /nothing is left to change/ },
  },
  {
    name: "one that was to be made is there already, by its key",
    change: async (home) =>
      void await home.control("procore", "touch", {
        table: "vendors",
        fields: { name: "Made meanwhile", origin_id: "EBS-V-3016", is_active: true },
      }),
    refused: { 3016: /planned was create, now it is adopt/ },
  },
  {
    name: "one that was to be made is there already, by its number",
    change: async (home) =>
      void await home.control("procore", "touch", {
        table: "vendors",
        fields: { name: "Made meanwhile", origin_code: "16", is_active: true },
      }),
    refused: { 3016: /planned was create, now it is adopt/ },
  },
];

async function touchVendor(home: House, origin: string, fields: Record<string, string>): Promise<void> {
  const row = (await home.rows("procore", "vendors")).find(({ origin_id }) => origin_id === origin)!;
  await home.touch("procore", "vendors", row.id as string, fields);
}

/** Synced, then changed: one update, one deactivation, one create wait. */
async function changed(around?: ReturnType<typeof watch>["around"]): Promise<House> {
  const home = await house({ around });
  await home.runAll();
  home.clock.advance(3_600_000);
  await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar & Sons" });
  await home.touch("ebs", "AP_SUPPLIERS", "3004", { END_DATE_ACTIVE: "2026-10-02T00:00:00" });
  await home.touch("ebs", "AP_SUPPLIERS", "3016", { SEGMENT1: "16", VENDOR_NAME: "Newcomer", ENABLED_FLAG: "Y" });
  await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5016", {
    VENDOR_ID: "3016",
    ORG_ID: "204",
    PURCHASING_SITE_FLAG: "Y",
  });
  return home;
}

Deno.test("what has changed on either side since is refused record by record, and everything else is done", async (t) => {
  for (const { name, change, refused } of CHANGED) {
    await t.step(name, () =>
      withFolder(async (folder) => {
        const home = await changed();
        const plan = await save(home, "vendors", `${folder}/plan.jsonl`);
        const planned = new Map(plan.changes.filter(({ suggested }) => !suggested).map((one) => [one.key, one]));
        assert.deepEqual(words([...planned.values()]), ["3003 update", "3016 create", "3004 deactivate"]);
        home.clock.advance(60_000);
        await change(home);
        home.reopen();
        const vendors = new Map((await home.rows("procore", "vendors")).map((row) => [row.id, row]));
        const kept = await memory(home.store);

        const run = await apply(home, "vendors", `${folder}/plan.jsonl`);
        assert.equal(run.failure, undefined);
        for (const [key, { word }] of planned) {
          const done = run.changes.filter((one) => one.key === key);
          assert.equal(done.length, 1, `${key} has one word: ${words(done)}`);
          if (!(key in refused)) assert.equal(done[0].word, word, JSON.stringify(done[0].failure));
          else {
            assert.equal(done[0].failure?.code, "plan.changed", words(done).join());
            assert.match(done[0].failure!.fact, refused[key]);
          }
        }
        assert.equal(run.changes.length, planned.size);
        // A refused record is as it was, at the destination and in the state; it is nobody's rejected record either.
        const after = await home.rows("procore", "vendors");
        for (const key of Object.keys(refused)) {
          const origin = `EBS-V-${key}`;
          for (const row of after.filter(({ origin_id }) => origin_id === origin)) {
            assert.deepEqual(row, vendors.get(row.id as string), key);
          }
          const own = (state: Record<string, string>) =>
            Object.entries(state).filter(([one]) => one.includes(`vendors/n04${key}`));
          assert.deepEqual(own(await memory(home.store)), own(kept));
        }
        await home.close();
      }));
  }
});

Deno.test("a part that the plan says nothing of, and a twin that is another one now, are refused", async (t) => {
  await t.step("an account is used on one more project since", () =>
    withFolder(async (folder) => {
      const home = await house();
      await home.runAll();
      home.clock.advance(3_600_000);
      home.reopen();
      await home.touch("ebs", "GL_CODE_COMBINATIONS", "702", { SEGMENT2_DESCRIPTION: "Rebar" });
      const path = `${folder}/plan.jsonl`;
      const plan = await save(home, "cost-codes", path);
      assert.deepEqual(words(plan.changes), ["702/4001 update"]);
      const [glass] = (await home.rows("ebs", "PO_DISTRIBUTIONS_ALL")).filter((row) =>
        row.CODE_COMBINATION_ID === "704"
      );
      const moved = { CODE_COMBINATION_ID: "702" };
      await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", glass.PO_DISTRIBUTION_ID as string, moved);
      home.reopen();
      const codes = await home.rows("procore", "cost_codes");
      const run = await apply(home, "cost-codes", path);
      assert.equal(run.failure, undefined);
      assert.deepEqual(words(run.changes).sort(), ["702/4001 update", "702/4002 rejected"]);
      assert.equal(
        (await home.rows("procore", "cost_codes")).length,
        codes.length,
        "nothing is made that was not shown",
      );
      home.clock.advance(60_000);
      assert.deepEqual(words((await home.run("cost-codes")).changes), ["702/4002 create"]);
      await home.close();
    }));
  await t.step("a project's number stands on another project since", () =>
    withFolder(async (folder) => {
      const home = await house();
      const path = `${folder}/plan.jsonl`;
      const plan = await save(home, "projects", path);
      const planned = plan.changes.find(({ key }) => key === "4001")!;
      await home.touch("procore", "projects", planned.id!, { project_number: "OLD-1" });
      await home.control("procore", "touch", {
        table: "projects",
        fields: { project_number: "DEN-1", name: "Another" },
      });
      home.reopen();
      const run = await apply(home, "projects", path);
      const own = run.changes.find(({ key }) => key === "4001")!;
      assert.equal(own.failure?.code, "plan.changed");
      assert.match(own.failure!.fact, new RegExp(`planned was ${planned.id}`));
      assert.deepEqual(run.changes.find(({ key }) => key === "4002")?.word, "adopt");
      await home.close();
    }));
});

Deno.test("a plan is refused as a whole, and nothing is read or written for it, where it is not of this pipeline or these systems", async (t) => {
  await withFolder(async (folder) => {
    const path = `${folder}/plan.jsonl`;
    const first = await changed();
    await save(first, "vendors", path);
    const refusal = async (home: House, pipeline: string, code: string, fact: RegExp) => {
      const before = { memory: await memory(home.store), all: await everything(home) };
      const run = await home.run(pipeline, { plan: await readPlan(path) });
      assert.equal(run.failure?.code, code);
      assert.match(run.failure!.fact, fact);
      assert.deepEqual(run.changes, []);
      const { kv: _, ...systems } = await everything(home);
      const { kv: __, ...then } = before.all;
      assert.deepEqual(systems, then);
      assert.deepEqual(await memory(home.store), before.memory);
    };
    await t.step(
      "another pipeline",
      () => refusal(first, "projects", "plan.stale", /is for vendors, not for projects/),
    );
    await t.step("another database", async () => {
      const home = await house();
      await home.control("ebs", "gateway", { database_id: "999" });
      await refusal(home, "vendors", "plan.stale", /database_id/);
      await home.close();
    });
    await t.step("the pipeline's file has changed", async () => {
      const pipelines = await pipelinesWith({
        vendors: [["city: SITE.CITY", "city: { from: SITE.CITY, apply: [upper] }"]],
      });
      const home = await house({ project: pipelines });
      await refusal(home, "vendors", "plan.stale", /pipeline has changed/);
      await home.close();
    });
    await t.step("a comment alone has changed: it is applied", async () => {
      const pipelines = await pipelinesWith({ vendors: [["city: SITE.CITY", "city: SITE.CITY # where it is"]] });
      const home = await house({ project: pipelines });
      assert.equal((await home.run("vendors", { plan: await readPlan(path) })).failure, undefined);
      await home.close();
    });
    await first.close();
  });
});

Deno.test("a damaged plan is refused with file and line before anything is written", async (t) => {
  const table: [name: string, damage: (lines: string[]) => string, place: RegExp][] = [
    ["an empty file", () => "", /:1$/],
    ["a file that is no plan", () => "hello\n", /:1$/],
    ["a header of another version", ([, ...lines]) => ['{"gusset":2}', ...lines].join("\n"), /:1$/],
    ["a header that is null", ([, ...lines]) => ["null", ...lines].join("\n"), /:1$/],
    ["half a last line", (lines) => lines.join("\n").slice(0, -40), /:\d+$/],
    ["half a file", (lines) => lines.join("\n").slice(0, lines.join("\n").length >> 1), /:\d+$/],
    ["a line of garbage", ([header, , ...lines]) => [header, "\u0000\u0001", ...lines].join("\n"), /:2$/],
    ["a line that is no change", ([header, , ...lines]) => [header, "42", ...lines].join("\n"), /:2$/],
    ["a line that is null", ([header, , ...lines]) => [header, "null", ...lines].join("\n"), /:2$/],
    ["a change without its key", ([header, , ...lines]) => [header, '{"word":"create"}', ...lines].join("\n"), /:2$/],
  ];
  await withFolder(async (folder) => {
    const home = await changed();
    const path = `${folder}/plan.jsonl`;
    await save(home, "vendors", path);
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    for (const [name, damage, place] of table) {
      await t.step(name, async () => {
        await Deno.writeTextFile(path, damage(lines));
        const before = { vendors: await home.rows("procore", "vendors"), memory: await memory(home.store) };
        const failure = await apply(home, "vendors", path).then(
          (run) => run.failure,
          (thrown) => thrown as { code: string; place?: string },
        );
        assert.equal(failure?.code, "plan.stale", JSON.stringify(failure));
        assert.match(failure!.place!, place);
        assert.deepEqual({ vendors: await home.rows("procore", "vendors"), memory: await memory(home.store) }, before);
      });
    }
    await t.step("a plan that is not there", async () => {
      await assert.rejects(readPlan(`${folder}/none.jsonl`), { code: "config.unreadable" });
    });
    await home.close();
  });
});

Deno.test("a plan's file holds no secret, is for its owner alone, and appears only when it is whole", async () => {
  await withFolder(async (folder) => {
    const home = await house();
    const path = `${folder}/plan.jsonl`;
    const writer = await planWriter(path);
    await writer.header((await home.run("vendors", { mode: "plan" })).header);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
    await writer.discard();
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
    await save(home, "vendors", path);
    const text = await Deno.readTextFile(path);
    for (
      const secret of [
        "sandbox-secret",
        ...Object.values(home.sandboxes.procore.settings("http://x")).filter((value) => /secret/i.test(String(value))),
      ]
    ) {
      assert(!text.includes(String(secret)));
    }
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600);
    await home.close();
  });
});

Deno.test("a plan with more deactivations than are allowed is refused as a whole when it is applied", async () => {
  await withFolder(async (folder) => {
    const data = small();
    for (let number = 20; number < 40; number++) data.suppliers.push(supplier(number, `Firm ${number}`));
    const home = await house({ data });
    await home.runAll();
    home.clock.advance(3_600_000);
    for (let number = 20; number < 30; number++) {
      await home.touch("ebs", "AP_SUPPLIERS", String(3000 + number), { END_DATE_ACTIVE: "2026-10-02T00:00:00" });
    }
    const path = `${folder}/plan.jsonl`;
    const plan = await home.run("vendors", { mode: "plan", allowDeactivations: true });
    assert.equal(plan.counts.deactivate, 10);
    const writer = await planWriter(path);
    await writer.header(plan.header);
    for (const change of plan.changes) await writer.change(change);
    await writer.close();
    const vendors = await home.rows("procore", "vendors");
    const refused = await apply(home, "vendors", path);
    assert.equal(refused.failure?.code, "run.too-many-deactivations");
    assert.deepEqual(await home.rows("procore", "vendors"), vendors);
    const done = await home.run("vendors", { plan: await readPlan(path), allowDeactivations: true });
    assert.equal(done.failure, undefined);
    assert.equal(done.counts.deactivate, 10);
    await home.close();
  });
});
