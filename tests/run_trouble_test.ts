import assert from "node:assert/strict";
import { batch } from "../engine/state/batch.ts";
import { linksOf } from "../engine/state/links.ts";
import { listParked } from "../engine/state/parked.ts";
import { dismissRejected, listRejected } from "../engine/state/rejected.ts";
import type { RejectedRecord } from "../engine/state/types.ts";
import { addWakes, listWakes } from "../engine/state/wakes.ts";
import type { House } from "./support/house.ts";
import { endState, house, pipelinesWith, small, supplier, watch, words } from "./support/small.ts";

const HOUR = 3_600_000;

const rejected = (home: House, pipeline = "vendors") => Array.fromAsync(listRejected(home.store, pipeline));
const parked = (home: House, pipeline: string) => Array.fromAsync(listParked(home.store, pipeline));
const keysOf = (records: { key: string; part: string }[]) =>
  records.map(({ key, part }) => part === "" ? key : `${key}/${part}`);

/** As `gusset rejected dismiss`. */
async function dismiss(home: House, record: RejectedRecord, pipeline = "vendors"): Promise<void> {
  const writes = batch(home.store);
  dismissRejected(writes, pipeline, record, {
    by: "anna",
    at: new Date(home.clock.now()).toISOString(),
    why: "known",
    hash: record.hash,
  });
  await writes.commit();
}

/** As `gusset rejected retry`. */
async function retry(home: House, key: string, pipeline = "vendors"): Promise<void> {
  const writes = batch(home.store);
  addWakes(writes, pipeline, [key], "retried by anna");
  await writes.commit();
}

/** A house with a supplier that has no name, synced once. */
async function withNameless(): Promise<{ home: House; calls: ReturnType<typeof watch> }> {
  const data = small();
  data.suppliers.push(supplier(15, ""));
  const calls = watch();
  const home = await house({ data, around: calls.around });
  const { counts, record } = await home.run("vendors");
  assert.equal(counts.rejected, 1);
  assert.equal(record.state, "partial");
  return { home, calls };
}

Deno.test("a rejected record is kept with its reason, holds back nobody, and clears once it is right", async () => {
  const { home, calls } = await withNameless();
  const [record] = await rejected(home);
  assert.equal(record.key, "3015");
  assert.equal(record.failure.kind, "rejected");
  assert.match(record.failure.fact, /VENDOR_NAME is absent/);
  assert(record.failure.action !== "" && record.failure.place !== undefined);
  assert.equal(record.row.SEGMENT1, "15");
  assert.equal((await home.rows("procore", "vendors")).length, 13, "everyone else is in");

  // Unchanged, it is not even looked at again; a full pass says it again, and counts.
  home.clock.advance(HOUR);
  calls.clear();
  assert.deepEqual((await home.run("vendors")).changes, []);
  assert.equal((await home.run("vendors", { full: true })).counts.rejected, 1);
  assert.deepEqual(calls.writes(), []);
  const [again] = await rejected(home);
  assert.equal(again.times, 2);
  assert.equal(again.firstAt, record.firstAt);
  assert(again.lastAt > record.lastAt);

  await home.touch("ebs", "AP_SUPPLIERS", "3015", { VENDOR_NAME: "Named at last" });
  home.clock.advance(HOUR);
  assert.deepEqual(words((await home.run("vendors")).changes), ["3015 create"]);
  assert.deepEqual(await rejected(home), []);
  await home.close();
});

Deno.test("a retry reads the record again, once, whatever the cursor says", async () => {
  const { home, calls } = await withNameless();
  home.clock.advance(HOUR);
  await retry(home, "3015");
  assert.deepEqual(words((await home.run("vendors")).changes), ["3015 rejected"]);
  assert.deepEqual(await Array.fromAsync(listWakes(home.store)), []);
  calls.clear();
  assert.deepEqual((await home.run("vendors")).changes, [], "it is not read for ever after");
  assert.deepEqual(calls.writes(), []);
  await home.close();
});

Deno.test("a retry of a record that is gone from the source clears it", async () => {
  const { home } = await withNameless();
  home.clock.advance(HOUR);
  await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5015", { ORG_ID: "999" });
  await retry(home, "3015");
  const { failure, counts } = await home.run("vendors");
  assert.equal(failure, undefined);
  assert.equal(counts.rejected, 0);
  assert.deepEqual(await rejected(home), []);
  assert.deepEqual(await Array.fromAsync(listWakes(home.store)), []);
  await home.close();
});

Deno.test("a dismissed record is quiet until it changes, and then speaks again", async () => {
  const { home } = await withNameless();
  await dismiss(home, (await rejected(home))[0]);
  for (const options of [{}, { full: true }, { only: ["3015"] }]) {
    home.clock.advance(HOUR);
    const { counts, record, changes } = await home.run("vendors", options);
    assert.equal(counts.rejected, 0);
    assert.equal(record.state, "done");
    for (const change of changes.filter(({ key }) => key === "3015")) {
      assert.equal(change.word, "skipped");
      assert.match(change.why!, /dismissed by anna/);
      assert.equal(change.failure, undefined);
    }
    assert.equal((await rejected(home))[0].dismissed?.why, "known", "it stays dismissed");
  }
  home.clock.advance(HOUR);
  await home.touch("ebs", "AP_SUPPLIERS", "3015", { SEGMENT1: "1515" });
  assert.deepEqual(words((await home.run("vendors")).changes), ["3015 rejected"]);
  assert.equal((await rejected(home))[0].dismissed, undefined);
  home.clock.advance(HOUR);
  await home.touch("ebs", "AP_SUPPLIERS", "3015", { VENDOR_NAME: "Named" });
  assert.deepEqual(words((await home.run("vendors")).changes), ["3015 create"]);
  assert.deepEqual(await rejected(home), []);
  await home.close();
});

Deno.test("what the destination refuses is dismissed alike, and stays quiet", async () => {
  const home = await house();
  await home.runAll();
  home.clock.advance(HOUR);
  home.reopen();
  // Its cost code has no WBS code, so that Procore cannot make it inactive.
  await home.touch("ebs", "GL_CODE_COMBINATIONS", "702", { ENABLED_FLAG: "N" });
  assert.deepEqual(words((await home.run("cost-codes")).changes), ["702/4001 rejected"]);
  await dismiss(home, (await rejected(home, "cost-codes"))[0], "cost-codes");
  for (const options of [{}, { full: true }, { only: ["702"] }]) {
    home.clock.advance(HOUR);
    home.reopen();
    const { counts } = await home.run("cost-codes", options);
    assert.equal(counts.rejected, 0);
    assert(await rejected(home, "cost-codes").then(([record]) => record.dismissed));
  }
  home.clock.advance(HOUR);
  await home.touch("ebs", "GL_CODE_COMBINATIONS", "702", { ENABLED_FLAG: "Y" });
  assert.equal((await home.run("cost-codes")).counts.rejected, 0);
  assert.deepEqual(await rejected(home, "cost-codes"), [], "in scope again, there is nothing to refuse");
  await home.close();
});

Deno.test("parked records wait for another pipeline's link, and are woken when it appears, without a change in the source", async () => {
  const home = await house();
  // Accounts before projects: all of them wait.
  const first = await home.run("cost-codes");
  assert.equal(first.failure, undefined);
  assert.equal(first.counts.parked, 6);
  assert.equal(
    (await home.rows("procore", "cost_codes")).length,
    1,
    "nothing is made for a project that is not linked",
  );
  assert.deepEqual(keysOf(await parked(home, "cost-codes")).sort(), [
    "701/4001",
    "702/4001",
    "703/4001",
    "703/4002",
    "704/4002",
    "705/4003",
  ]);
  home.clock.advance(HOUR);
  assert.deepEqual((await home.run("cost-codes")).changes, [], "while nothing has appeared, nothing is read for it");

  await home.run("projects");
  home.reopen();
  const woken = await home.run("cost-codes");
  assert.deepEqual(words(woken.changes).sort(), [
    "701/4001 adopt",
    "702/4001 create",
    "703/4001 create",
    "703/4002 create",
    "704/4002 create",
  ]);
  assert.deepEqual(keysOf(await parked(home, "cost-codes")), ["705/4003"]);

  // A project that is linked later is backfilled with the codes of its orders.
  home.clock.advance(HOUR);
  await home.control("procore", "touch", { table: "projects", fields: { project_number: "DEN-2", name: "Late" } });
  home.reopen();
  assert.deepEqual(words((await home.run("projects")).changes), ["4003 adopt"]);
  assert.deepEqual(words((await home.run("cost-codes")).changes), ["705/4003 create"]);
  assert.deepEqual(await parked(home, "cost-codes"), []);
  assert.deepEqual((await home.run("cost-codes")).changes, []);
  await endState(home);
  await home.close();
});

Deno.test("a record without a twin, where none is created, is looked for in every run and found when it appears", async () => {
  const calls = watch();
  const home = await house({ around: calls.around });
  assert.deepEqual(words((await home.run("projects")).changes).sort(), ["4001 adopt", "4002 adopt", "4003 skipped"]);
  const before = await home.rows("procore", "projects");
  for (let run = 0; run < 3; run++) {
    home.clock.advance(HOUR);
    assert.deepEqual(words((await home.run("projects")).changes), ["4003 skipped"]);
  }
  assert.deepEqual(await home.rows("procore", "projects"), before);
  assert.deepEqual(calls.writes(), [], "never made");
  await home.control("procore", "touch", { table: "projects", fields: { project_number: "DEN-2", name: "Late" } });
  home.clock.advance(HOUR);
  assert.deepEqual(words((await home.run("projects")).changes), ["4003 adopt"]);
  assert.deepEqual(await parked(home, "projects"), []);
  home.clock.advance(HOUR);
  assert.deepEqual((await home.run("projects")).changes, []);
  assert.deepEqual(calls.writes(), []);
  await home.close();
});

Deno.test("what waited and then leaves the source or the scope waits no longer", async (t) => {
  await t.step("an account that is disabled while its project is not linked", async () => {
    const home = await house();
    await home.runAll();
    assert.deepEqual(keysOf(await parked(home, "cost-codes")), ["705/4003"]);
    home.clock.advance(HOUR);
    await home.touch("ebs", "GL_CODE_COMBINATIONS", "705", { ENABLED_FLAG: "N" });
    assert.deepEqual(words((await home.run("cost-codes")).changes), ["705 skipped"]);
    assert.deepEqual(await parked(home, "cost-codes"), []);
    await home.close();
  });
  await t.step("a record that was wrong as a whole and is right in its parts", async () => {
    const data = small();
    delete data.code_combinations[1].CONCATENATED_SEGMENTS;
    delete data.code_combinations[1].SEGMENT1;
    delete data.code_combinations[1].SEGMENT2;
    const home = await house({ data });
    await home.runAll();
    assert.deepEqual(keysOf(await rejected(home, "cost-codes")).map((key) => key.split("/")[0]), ["702"]);
    home.clock.advance(HOUR);
    home.reopen();
    await home.touch("ebs", "GL_CODE_COMBINATIONS", "702", { CONCATENATED_SEGMENTS: "01-5002", SEGMENT1: "01" });
    assert.deepEqual(words((await home.run("cost-codes")).changes), ["702/4001 create"]);
    assert.deepEqual(await rejected(home, "cost-codes"), []);
    await home.close();
  });
  await t.step("a project without a twin that becomes a template", async () => {
    const home = await house();
    await home.run("projects");
    home.clock.advance(HOUR);
    await home.touch("ebs", "PA_PROJECTS_ALL", "4003", { TEMPLATE_FLAG: "Y" });
    await home.run("projects");
    assert.deepEqual(await parked(home, "projects"), []);
    await home.close();
  });
});

Deno.test("a project that is closed to us rejects its own records, and the run goes on with the others", async () => {
  const home = await house();
  await home.run("projects");
  const project = (await linksOf(home.store, "projects", ["4001"])).get("4001")![0].id;
  await home.touch("procore", "projects", project, {});
  await home.control("procore", "touch", { table: "projects", key: project, fields: { permitted: false } });
  home.reopen();
  const { failure, changes } = await home.run("cost-codes");
  assert.equal(failure, undefined, JSON.stringify(failure));
  const byWord = Object.groupBy(changes, ({ word }) => word);
  assert.deepEqual(keysOf(byWord.create ?? []), ["703/4002", "704/4002"]);
  assert.deepEqual(keysOf(byWord.rejected ?? []), ["701/4001", "702/4001", "703/4001"]);
  for (const one of byWord.rejected ?? []) assert.match(one.failure!.fact, /closed to us/);
  await home.control("procore", "touch", { table: "projects", key: project, fields: { permitted: true } });
  home.clock.advance(HOUR);
  home.reopen();
  for (const key of ["701", "702", "703"]) await retry(home, key, "cost-codes");
  assert.equal((await home.run("cost-codes")).counts.rejected, 0);
  assert.deepEqual(await rejected(home, "cost-codes"), []);
  await home.close();
});

Deno.test("a pipeline that changes asks for a full pass, and what the old one rejected is judged anew", async () => {
  const data = small();
  data.suppliers.push(supplier(15, ""));
  const project = await pipelinesWith({});
  const home = await house({ data, project });
  assert.equal((await home.run("vendors")).counts.rejected, 1);
  const changed = await pipelinesWith({
    vendors: [["    apply: [trim, { truncate: 255 }]", "    default: SEGMENT1\n    apply: [trim, { truncate: 255 }]"]],
  });
  home.clock.advance(HOUR);
  assert.equal((await home.run("vendors")).record.read, 0, "nothing has changed in the source");
  project.pipelines.splice(0, Infinity, ...changed.pipelines);
  home.clock.advance(HOUR);
  const { changes, record, counts } = await home.run("vendors");
  assert.equal(record.read, 15);
  assert.equal(counts.unchanged, 11);
  assert.deepEqual(words(changes), ["3013 skipped", "3014 skipped", "3002 adopt?", "3015 create"]);
  assert.deepEqual(await rejected(home), []);
  home.clock.advance(HOUR);
  assert.equal((await home.run("vendors")).record.read, 0, "one full pass is enough");
  await home.close();
});
