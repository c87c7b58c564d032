import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import type { RunOptions } from "../engine/run/types.ts";
import { linksOf } from "../engine/state/links.ts";
import { listWakes } from "../engine/state/wakes.ts";
import type { House } from "./support/house.ts";
import { cursors, house, pipelinesWith, small, supplier, type Watch, watch, words } from "./support/small.ts";

type Leaves = "keep" | "hold" | "deactivate";

/** Synced once, by a vendors pipeline with this policy. */
async function synced(
  leaves: Leaves,
  data = small(),
): Promise<{ home: House; calls: Watch; done: () => Promise<void> }> {
  const pipelines = await pipelinesWith({
    vendors: leaves === "deactivate" ? [] : [["leaves: deactivate", `leaves: ${leaves}`]],
  });
  const calls = watch();
  const home = await house({ data, project: pipelines, around: calls.around });
  await home.runAll();
  home.clock.advance(3_600_000);
  home.reopen();
  calls.clear();
  return {
    home,
    calls,
    done: async () => {
      await home.close();
    },
  };
}

const vendors = async (home: House, key: string): Promise<Row[]> =>
  (await home.rows("procore", "vendors")).filter((row) => row.origin_id === `EBS-V-${key}`);
const isActive = async (home: House, key: string): Promise<unknown> => {
  const rows = await vendors(home, key);
  assert.equal(rows.length, 1, `${key} stands once`);
  return rows[0].is_active;
};
const link = async (home: House, key: string) => (await linksOf(home.store, "vendors", [key])).get(key)![0];

const end = (home: House, key: string) =>
  home.touch("ebs", "AP_SUPPLIERS", key, { END_DATE_ACTIVE: "2026-10-01T00:00:00" });
const takeBack = (home: House, key: string) => home.touch("ebs", "AP_SUPPLIERS", key, { END_DATE_ACTIVE: null });
/** Its sites move to an operating unit that nobody covers: to the stream it is gone. */
const vanish = (home: House, key: string) =>
  home.touch("ebs", "AP_SUPPLIER_SITES_ALL", String(Number(key) + 2000), { ORG_ID: "999" });
const reappear = (home: House, key: string) =>
  home.touch("ebs", "AP_SUPPLIER_SITES_ALL", String(Number(key) + 2000), { ORG_ID: "204" });

const WAYS: { name: string; leave: typeof end; back: typeof end; options: Partial<RunOptions>; why: RegExp }[] = [
  { name: "left `where`", leave: end, back: takeBack, options: {}, why: /outside `where`/ },
  { name: "is gone from the source", leave: vanish, back: reappear, options: { full: true }, why: /no longer has it/ },
  {
    name: "is gone from the source, asked for by key",
    leave: vanish,
    back: reappear,
    options: { only: ["3003"] },
    why: /no longer has it/,
  },
];

for (const { name, leave, back, options, why } of WAYS) {
  Deno.test(`a linked record that ${name} is kept, held or deactivated as the pipeline says, and comes back as the same`, async (t) => {
    for (const leaves of ["keep", "hold", "deactivate"] as const) {
      await t.step(leaves, async () => {
        const { home, calls, done } = await synced(leaves);
        const [before] = await vendors(home, "3003");
        await leave(home, "3003");
        const gone = await home.run("vendors", options);
        assert.equal(gone.failure, undefined);
        const own = gone.changes.filter(({ key }) => key === "3003");
        if (leaves === "deactivate") {
          assert.deepEqual(words(own), ["3003 deactivate"]);
          assert.match(own[0].why!, why);
          assert.deepEqual(own[0].fields, { is_active: { old: true, new: false } });
          assert.equal(await isActive(home, "3003"), false);
          assert.equal((await link(home, "3003")).active, false);
          assert.equal(calls.writes().length, 1);
        } else {
          assert.equal(gone.counts.deactivate, 0);
          assert(own.every(({ word }) => word === "skipped"), words(own).join());
          assert(leaves === "keep" || own.some((change) => /held/.test(change.why!)), JSON.stringify(own));
          assert(own.length <= 1, "one word for each");
          assert.deepEqual((await vendors(home, "3003"))[0], before);
          assert.equal((await link(home, "3003")).active, true);
          assert.deepEqual(calls.writes(), []);
        }
        assert.deepEqual(await Array.fromAsync(listWakes(home.store)), []);

        // Once more, in every way: it is done, and nothing is repeated.
        for (const again of [{}, { full: true }, { only: ["3003"] }]) {
          calls.clear();
          home.clock.advance(3_600_000);
          const { counts } = await home.run("vendors", again);
          assert.equal(counts.deactivate, 0);
          assert.deepEqual(calls.writes(), []);
        }

        calls.clear();
        home.clock.advance(3_600_000);
        home.reopen();
        await back(home, "3003");
        const returned = await home.run("vendors");
        assert.equal(returned.counts.create, 0, "no second one is made");
        assert.equal(await isActive(home, "3003"), true);
        assert.equal((await vendors(home, "3003"))[0].id, before.id);
        assert.equal((await link(home, "3003")).active, true);
        assert.equal(
          words(returned.changes.filter(({ key }) => key === "3003")).join(),
          leaves === "deactivate" ? "3003 update" : "",
        );
        await done();
      });
    }
  });
}

Deno.test("a record that was deactivated by hand stays linked, and is told without a write", async () => {
  const { home, calls, done } = await synced("deactivate");
  await home.touch("procore", "vendors", (await vendors(home, "3003"))[0].id as string, { is_active: "false" }).catch(
    () => {},
  );
  const [row] = await vendors(home, "3003");
  await home.control("procore", "touch", { table: "vendors", key: row.id, fields: { is_active: false } });
  await end(home, "3003");
  home.reopen();
  const { changes } = await home.run("vendors");
  assert.deepEqual(words(changes), ["3003 deactivate"]);
  assert.match(changes[0].why!, /inactive in the destination already/);
  assert.deepEqual(calls.writes(), []);
  assert.equal((await link(home, "3003")).active, false);
  await done();
});

Deno.test("a pipeline that maps no is_active takes a record back all the same", async () => {
  const pipelines = await pipelinesWith({ vendors: [["  is_active: { value: true }\n", ""]] });
  const home = await house({ project: pipelines });
  await home.runAll();
  home.clock.advance(3_600_000);
  await end(home, "3003");
  await home.run("vendors");
  assert.equal(await isActive(home, "3003"), false);
  home.clock.advance(3_600_000);
  home.reopen();
  await takeBack(home, "3003");
  const { changes, failure } = await home.run("vendors");
  assert.equal(failure, undefined);
  assert.deepEqual(words(changes), ["3003 update"]);
  assert.equal(await isActive(home, "3003"), true);
  assert.equal((await link(home, "3003")).active, true);
  // And it settles.
  const again = await home.run("vendors", { verify: true });
  assert.equal(again.counts.update, 0);
  await home.close();
});

/** A firm of forty more suppliers, of whom ten have left. */
async function exodus(ways: (home: House, key: string) => Promise<void>) {
  const data = small();
  for (let number = 20; number < 60; number++) data.suppliers.push(supplier(number, `Firm ${number}`));
  const { home, calls, done } = await synced("deactivate", data);
  const leavers = Array.from({ length: 10 }, (_, i) => String(3020 + i));
  for (const key of leavers) await ways(home, key);
  return { home, calls, done, leavers };
}

Deno.test("too many deactivations stop the run before any of them is written, and none is forgotten", async (t) => {
  for (const [name, leave, options] of [["ended", end, {}], ["gone", vanish, { full: true }]] as const) {
    await t.step(name, async () => {
      const { home, calls, done, leavers } = await exodus(leave);
      const plan = await home.run("vendors", { ...options, mode: "plan" });
      assert.equal(plan.counts.deactivate, 10, "the plan shows all of them");
      const others = { VENDOR_NAME: "Cedar & Sons" };
      await home.touch("ebs", "AP_SUPPLIERS", "3003", others);
      const stopped = await home.run("vendors", options);
      assert.equal(stopped.failure?.code, "run.too-many-deactivations");
      assert.match(stopped.failure!.fact, /10 of \d+ linked/);
      assert.equal(stopped.record.state, "failed");
      for (const key of leavers) assert.equal(await isActive(home, key), true, `${key} is untouched`);
      assert.equal((await vendors(home, "3003"))[0].name, "Cedar & Sons", "what else there was is done");

      // Run after run it says so again, whatever the cursor; nobody slips out of sight.
      for (const again of [{}, options, {}]) {
        calls.clear();
        home.clock.advance(3_600_000);
        const result = await home.run("vendors", again);
        assert.equal(result.failure?.code, "run.too-many-deactivations");
        assert.deepEqual(calls.writes(), []);
      }
      // One comes back of its own: it is let alone.
      await (leave === end ? takeBack : reappear)(home, leavers[0]);
      home.clock.advance(3_600_000);
      const allowed = await home.run("vendors", { allowDeactivations: true });
      assert.equal(allowed.failure, undefined);
      assert.equal(allowed.counts.deactivate, 9);
      assert.equal(await isActive(home, leavers[0]), true);
      for (const key of leavers.slice(1)) assert.equal(await isActive(home, key), false);
      assert.deepEqual(await Array.fromAsync(listWakes(home.store)), []);
      assert.equal((await home.run("vendors")).failure, undefined);
      await done();
    });
  }
});

Deno.test("a plan shows too many deactivations as what they are, and fails as the run would", async () => {
  const { home, calls, done } = await exodus(end);
  const state = await cursors(home.store);
  const plan = await home.run("vendors", { mode: "plan" });
  assert.equal(plan.failure?.code, "run.too-many-deactivations");
  assert.equal(plan.counts.deactivate, 10);
  assert.deepEqual(calls.writes(), []);
  assert.deepEqual(await cursors(home.store), state);
  await done();
});

Deno.test("a read that breaks off deactivates nobody, however much of it is missing", async (t) => {
  for (const after of [0, 1, 2, 3]) {
    await t.step(`after ${after} pages`, async () => {
      const data = small();
      for (let number = 20; number < 60; number++) data.suppliers.push(supplier(number, `Firm ${number}`));
      const home = await house({ data, settings: { ebs: { page_size: 10 } } });
      await home.runAll();
      home.clock.advance(3_600_000);
      home.reopen();
      await vanish(home, "3003");
      await end(home, "3021");
      await home.control("ebs", "faults", {
        kind: "status",
        status: 500,
        route: "*get_suppliers*",
        after,
        times: "always",
      });
      const broken = await home.run("vendors", { full: true, allowDeactivations: true });
      assert.equal(broken.failure?.code, "remote.refused");
      for (const row of await home.rows("procore", "vendors")) assert.equal(row.is_active, true);
      await home.control("ebs", "faults", undefined, "DELETE");
      home.clock.advance(3_600_000);
      home.reopen();
      const whole = await home.run("vendors", { full: true });
      assert.equal(whole.failure, undefined);
      assert.equal(await isActive(home, "3003"), false);
      assert.equal(await isActive(home, "3021"), false);
      assert.equal((await home.rows("procore", "vendors")).filter((row) => row.is_active === false).length, 2);
      await home.close();
    });
  }
});

Deno.test("an operating unit that answers with nothing, or not at all, takes nobody's vendors away", async () => {
  const home = await house({ settings: { ebs: { page_size: 5 } } });
  await home.runAll();
  home.clock.advance(3_600_000);
  home.reopen();
  // Security below the package hides all rows of the operating units.
  for (const key of Array.from({ length: 12 }, (_, i) => String(3001 + i))) await vanish(home, key);
  const { failure } = await home.run("vendors", { full: true });
  assert(failure, "an unexplained zero stops the run");
  for (const row of await home.rows("procore", "vendors")) assert.equal(row.is_active, true);
  await home.close();
});

Deno.test("a record whose `where` fails on it is rejected, and what is linked stays as it is", async () => {
  const pipelines = await pipelinesWith({
    vendors: [["&& has(rec.SITE)", "&& has(rec.SITE) && int(rec.?SITE.?ZIP.orValue('1')) > 0"]],
  });
  const home = await house({ project: pipelines });
  await home.runAll();
  home.clock.advance(3_600_000);
  await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5003", { ZIP: "unknown" });
  const { changes, failure } = await home.run("vendors");
  assert.equal(failure, undefined);
  assert.deepEqual(words(changes), ["3003 rejected"]);
  assert.equal(changes[0].failure!.code, "map.expression");
  assert.equal(await isActive(home, "3003"), true);
  await home.close();
});

Deno.test("a cost code of an account that is disabled is made inactive where Procore can, and told where it cannot", async () => {
  const home = await house();
  await home.runAll();
  home.clock.advance(3_600_000);
  home.reopen();
  await home.touch("ebs", "GL_CODE_COMBINATIONS", "701", { ENABLED_FLAG: "N" });
  await home.touch("ebs", "GL_CODE_COMBINATIONS", "702", { ENABLED_FLAG: "N" });
  const { changes, failure } = await home.run("cost-codes");
  assert.equal(failure, undefined);
  assert.deepEqual(words(changes), ["701/4001 deactivate", "702/4001 rejected"]);
  assert.match(changes[1].failure!.fact, /no WBS code/);
  const codes = await home.rows("procore", "wbs_codes");
  assert.deepEqual(codes.map(({ status }) => status), ["inactive"]);
  await home.close();
});
