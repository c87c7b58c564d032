import assert from "node:assert/strict";
import { batch } from "./batch.ts";
import { adoptionsOf, decideAdoption, dropAdoption, listAdoptions, putAdoption } from "./adoptions.ts";
import { dropCursor, getCursor, listCursors, setCursor } from "./cursors.ts";
import { linksOf } from "./links.ts";
import { clearMarks, listMarks, type MarkEntry, markWriting } from "./marks.ts";
import { dropParked, listParked, listParkedWithoutNeed, parkedOf, putParked, wokenBy } from "./parked.ts";
import { changedFacts, getPin, listPins, resetPin, setPin } from "./pins.ts";
import { countRejected, dismissRejected, dropRejected, listRejected, putRejected, rejectedOf } from "./rejected.ts";
import { getRun, listRuns, pruneRuns, saveRun } from "./runs.ts";
import { contents, TEST_START, withStore } from "./testing.ts";
import type { AdoptionRecord, ParkedRecord, RejectedRecord, RunRecord } from "./types.ts";
import { addWakes, clearWakes, listWakes } from "./wakes.ts";

const later = (minutes: number) => new Date(Date.parse(TEST_START) + minutes * 60_000).toISOString();

Deno.test("cursors are kept per pipeline and partition, with a pass that is under way", () =>
  withStore(async (store) => {
    assert.equal(await getCursor(store, "vendors", "204"), undefined);
    const pass = { since: null, asOf: TEST_START, after: "4711", full: true };
    const writes = batch(store);
    setCursor(writes, "vendors", "204", { hash: "h", since: null, pass });
    setCursor(writes, "vendors", "205", { hash: "h", since: TEST_START });
    setCursor(writes, "projects", "204", { hash: "h", since: TEST_START });
    await writes.commit();
    assert.deepEqual(await getCursor(store, "vendors", "204"), { hash: "h", since: null, pass });
    assert.deepEqual(await Array.fromAsync(listCursors(store, "vendors")), [
      { pipeline: "vendors", partition: "204", hash: "h", since: null, pass },
      { pipeline: "vendors", partition: "205", hash: "h", since: TEST_START },
    ]);
    assert.equal((await Array.fromAsync(listCursors(store))).length, 3);
    dropCursor(writes, "vendors", "204");
    await writes.commit();
    assert.equal(await getCursor(store, "vendors", "204"), undefined);
  }));

const run = (id: string, pipeline: string, minutes: number, state: RunRecord["state"] = "done"): RunRecord => ({
  id,
  pipeline,
  hash: "h",
  startedAt: later(minutes),
  state,
  counts: { create: 1, adopt: 0, update: 0, unchanged: 0, deactivate: 0, skipped: 0, parked: 0, rejected: 0 },
  read: 1,
  calls: 2,
  options: { full: true },
});

Deno.test("runs are listed newest first, once each however often they are saved", () =>
  withStore(async (store) => {
    const writes = batch(store);
    for (let i = 0; i < 25; i++) saveRun(writes, run(`r${(i * 7) % 25}`, i % 2 ? "vendors" : "projects", (i * 7) % 25));
    saveRun(writes, { ...run("r24", "vendors", 24), state: "running" });
    await writes.commit();
    saveRun(writes, { ...run("r24", "vendors", 24), state: "partial", endedAt: later(30) });
    await writes.commit();
    const ids = async (options?: Parameters<typeof listRuns>[1]) =>
      (await Array.fromAsync(listRuns(store, options))).map(({ id }) => id);
    assert.deepEqual(await ids(), Array.from({ length: 25 }, (_, i) => `r${24 - i}`));
    assert.deepEqual(await ids({ limit: 3 }), ["r24", "r23", "r22"]);
    const ofVendors = (await Array.fromAsync(listRuns(store))).filter(({ pipeline }) => pipeline === "vendors");
    assert.deepEqual(await ids({ pipeline: "vendors" }), ofVendors.map(({ id }) => id));
    assert.deepEqual(await ids({ pipeline: "vendors", limit: 2 }), ofVendors.slice(0, 2).map(({ id }) => id));
    assert.equal((await getRun(store, "r24"))!.state, "partial");
    assert.equal(await getRun(store, "r99"), undefined);
    assert.deepEqual(await ids({ pipeline: "none" }), []);
  }));

Deno.test("pruning keeps the newest runs and those that are running, and leaves nothing of the others", () =>
  withStore(async (store) => {
    const writes = batch(store);
    saveRun(writes, run("old-running", "vendors", 0, "running"));
    for (let i = 1; i <= 5; i++) saveRun(writes, run(`v${i}`, "vendors", i, i === 5 ? "failed" : "done"));
    saveRun(writes, run("p1", "projects", 1));
    await writes.commit();
    assert.equal(await pruneRuns(store, writes, { pipeline: "vendors", keep: 2 }), 3);
    await writes.commit();
    const ids = (await Array.fromAsync(listRuns(store))).map(({ id }) => id);
    assert.deepEqual(ids, ["v5", "v4", "p1", "old-running"]);
    assert.equal([...(await contents(store)).keys()].filter((key) => /v[123]/.test(key)).length, 0);
  }));

const rejected = (key: string, part = ""): RejectedRecord => ({
  key,
  part,
  failure: { code: "record.invalid", kind: "rejected", fact: "Too long", action: "Shorten it." },
  row: { VENDOR_NAME: "x" },
  hash: "h",
  firstAt: TEST_START,
  lastAt: TEST_START,
  times: 1,
  run: "r1",
});

Deno.test("a rejected record keeps its first time and counts, can be dismissed, and goes", () =>
  withStore(async (store) => {
    const writes = batch(store);
    for (const key of ["10", "9"]) putRejected(writes, "vendors", rejected(key));
    putRejected(writes, "projects", rejected("9"));
    await writes.commit();
    const before = (await rejectedOf(store, "vendors", ["9", "11"])).get("9")![0];
    assert.deepEqual(before, rejected("9"));
    putRejected(writes, "vendors", { ...rejected("9"), firstAt: later(5), lastAt: later(5), run: "r2" }, before);
    await writes.commit();
    const again = { ...rejected("9"), lastAt: later(5), run: "r2", times: 2 };
    assert.deepEqual((await rejectedOf(store, "vendors", ["9"])).get("9"), [again]);
    const dismissed = { by: "anna", at: later(6), why: "known", hash: "abc" };
    dismissRejected(writes, "vendors", again, dismissed);
    await writes.commit();
    assert.deepEqual(await Array.fromAsync(listRejected(store, "vendors")), [
      { ...again, dismissed, pipeline: "vendors" },
      { ...rejected("10"), pipeline: "vendors" },
    ]);
    assert.deepEqual((await Array.fromAsync(listRejected(store))).map(({ pipeline, key }) => `${pipeline} ${key}`), [
      "projects 9",
      "vendors 9",
      "vendors 10",
    ]);
    dropRejected(writes, "vendors", { key: "9", part: "" });
    await writes.commit();
    assert.equal(await countRejected(store, "vendors"), 1);
    assert.equal(await countRejected(store, "projects"), 1);
  }));

Deno.test("a record can be rejected for its very key, and looking for such a key fails nothing", () =>
  withStore(async (store) => {
    const keys = ["x".repeat(5000), "half \ud800", "", ...Array.from({ length: 30 }, (_, i) => String(i))];
    const writes = batch(store);
    for (const key of keys.slice(0, 3)) putRejected(writes, "vendors", rejected(key));
    await writes.commit();
    assert.deepEqual([...(await rejectedOf(store, "vendors", keys)).keys()].sort(), keys.slice(0, 3).sort());
    assert.deepEqual(
      (await Array.fromAsync(listRejected(store))).map(({ key }) => key).sort(),
      keys.slice(0, 3).sort(),
    );
    for (const key of keys.slice(0, 3)) dropRejected(writes, "vendors", { key, part: "" });
    await writes.commit();
    assert.equal(await countRejected(store, "vendors"), 0);
    assert.deepEqual(await linksOf(store, "vendors", keys), new Map());
    assert.deepEqual(await parkedOf(store, "vendors", keys.slice(0, 2)), new Map());
  }));

const parked = (key: string, need?: ParkedRecord["need"], part = ""): ParkedRecord => ({
  key,
  part,
  need,
  word: need ? "parked" : "skipped",
  why: "waits",
  at: TEST_START,
  run: "r1",
});

Deno.test("a link wakes exactly those that wait for its key, of every pipeline", () =>
  withStore(async (store) => {
    const writes = batch(store);
    const onProject = (key: string, part?: string) => ({ pipeline: "projects", key, part });
    putParked(writes, "vendors", parked("1", onProject("7")));
    putParked(writes, "vendors", parked("2", onProject("70")));
    putParked(writes, "cost-codes", parked("5", onProject("7", ""), "p7"));
    putParked(writes, "cost-codes", parked("6", onProject("7", "a"), "p7"));
    putParked(writes, "cost-codes", parked("8", { pipeline: "vendors", key: "7" }));
    putParked(writes, "cost-codes", parked("9"));
    await writes.commit();
    const woken = async (...keys: string[]) =>
      (await wokenBy(store, "projects", keys)).map((one) => `${one.pipeline} ${one.key}/${one.part} ${one.neededPart}`)
        .sort();
    assert.deepEqual(await woken("7"), ["cost-codes 5/p7 ", "cost-codes 6/p7 a", "vendors 1/ undefined"]);
    assert.deepEqual(await woken("70", "71"), ["vendors 2/ undefined"]);
    assert.deepEqual(await woken("700"), []);
    assert.deepEqual(await Array.fromAsync(listParkedWithoutNeed(store, "cost-codes")), [{ key: "9", part: "" }]);
    assert.deepEqual(await Array.fromAsync(listParkedWithoutNeed(store, "vendors")), []);
    assert.equal((await Array.fromAsync(listParked(store))).length, 6);
  }));

Deno.test("a record that waits for something else now is woken by that alone, and dropping it leaves nothing", () =>
  withStore(async (store) => {
    const empty = await contents(store);
    const writes = batch(store);
    const [first, second, third] = [
      parked("1", { pipeline: "projects", key: "7" }),
      parked("1", { pipeline: "vendors", key: "7" }),
      parked("1"),
    ];
    putParked(writes, "cost-codes", first);
    await writes.commit();
    putParked(writes, "cost-codes", second, first);
    await writes.commit();
    assert.deepEqual(await wokenBy(store, "projects", ["7"]), []);
    assert.equal((await wokenBy(store, "vendors", ["7"])).length, 1);
    putParked(writes, "cost-codes", third, second);
    await writes.commit();
    assert.deepEqual(await wokenBy(store, "vendors", ["7"]), []);
    assert.deepEqual((await parkedOf(store, "cost-codes", ["1"])).get("1"), [JSON.parse(JSON.stringify(third))]);
    dropParked(writes, "cost-codes", third);
    await writes.commit();
    assert.deepEqual(await contents(store), empty);
  }));

const adoption = (key: string): AdoptionRecord => ({
  key,
  part: "",
  id: `9${key}`,
  partition: "-",
  by: { name: "Acme" },
  changes: { origin_id: [null, `EBS-${key}`] },
  at: TEST_START,
});

Deno.test("adoptions are suggested, decided, found by key, and forgotten", () =>
  withStore(async (store) => {
    const writes = batch(store);
    for (const key of ["3", "20"]) putAdoption(writes, "vendors", adoption(key));
    await writes.commit();
    const decision = { accept: false, by: "anna", at: later(1), why: "another company" };
    decideAdoption(writes, "vendors", adoption("3"), decision);
    await writes.commit();
    assert.deepEqual(
      await adoptionsOf(store, "vendors", ["3", "20", "4"]),
      new Map([
        ["3", [{ ...adoption("3"), decision }]],
        ["20", [adoption("20")]],
      ]),
    );
    assert.deepEqual((await Array.fromAsync(listAdoptions(store, "vendors"))).map(({ key }) => key), ["3", "20"]);
    dropAdoption(writes, "vendors", { key: "3", part: "" });
    await writes.commit();
    assert.equal((await Array.fromAsync(listAdoptions(store))).length, 1);
  }));

Deno.test("marks hold a page in few values, and clearing takes away these and no others", () =>
  withStore(async (store) => {
    const empty = await contents(store);
    const entries: MarkEntry[] = Array.from({ length: 1000 }, (_, i) => ({
      key: String(1_000_000 + i),
      part: "",
      ...(i % 2 ? { id: `56294953421${i}`, to: "562949953429999" } : {}),
    }));
    const writes = batch(store);
    const marks = markWriting(writes, "vendors", "204", entries);
    const others = markWriting(writes, "vendors", "205", [{ key: "€".repeat(200), part: "p" }]);
    markWriting(writes, "vendors2", "204", [{ key: "1", part: "" }]);
    assert.deepEqual(await listMarks(store, "vendors"), []);
    await writes.commit();
    assert.ok(marks.length <= 5, `${marks.length} values`);
    const found = await listMarks(store, "vendors", "204");
    assert.deepEqual(found.flatMap((mark) => mark.entries).sort((a, b) => Number(a.key) - Number(b.key)), entries);
    assert.equal((await listMarks(store, "vendors")).length, marks.length + 1);
    clearMarks(writes, found);
    await writes.commit();
    assert.deepEqual(
      (await listMarks(store, "vendors")).map(({ partition, entries }) => [partition, entries]),
      [["205", [{ key: "€".repeat(200), part: "p" }]]],
    );
    clearMarks(writes, [...others, ...await listMarks(store, "vendors2")]);
    await writes.commit();
    assert.deepEqual(await contents(store), empty);
    assert.deepEqual(markWriting(writes, "vendors", "204", []), []);
  }));

Deno.test("marks of the longest keys in the widest script fit their values", () =>
  withStore(async (store) => {
    const entries = Array.from(
      { length: 300 },
      (_, i) => ({ key: `${i}`.padStart(200, "€"), part: "\u0001".repeat(50) }),
    );
    const writes = batch(store);
    markWriting(writes, "vendors", "204", entries);
    await writes.commit();
    assert.equal((await listMarks(store, "vendors")).flatMap((mark) => mark.entries).length, 300);
  }));

Deno.test("wakes ascend by key, and one that comes while a run works survives that run", () =>
  withStore(async (store) => {
    const writes = batch(store);
    addWakes(writes, "vendors", ["10", "9", "9"], "link projects 7 appeared");
    addWakes(writes, "cost-codes", ["1"], "link projects 7 appeared");
    await writes.commit();
    const working = await Array.fromAsync(listWakes(store, "vendors"));
    assert.deepEqual(working.map(({ key, why, at }) => [key, why, at]), [
      ["9", "link projects 7 appeared", TEST_START],
      ["10", "link projects 7 appeared", TEST_START],
    ]);
    addWakes(writes, "vendors", ["9"], "retried by anna");
    await writes.commit();
    clearWakes(writes, working);
    await writes.commit();
    assert.deepEqual((await Array.fromAsync(listWakes(store, "vendors"))).map(({ key, why }) => [key, why]), [
      ["9", "retried by anna"],
    ]);
    assert.equal((await Array.fromAsync(listWakes(store))).length, 2);
  }));

Deno.test("a pin remembers who answered, and tells what differs", () =>
  withStore(async (store) => {
    const identity = { facts: { database: "EBSPRD", dbid: "1234" }, name: "EBSPRD on ebs.example.test" };
    assert.equal(await getPin(store, "ebs"), undefined);
    const writes = batch(store);
    setPin(writes, "ebs", identity);
    await writes.commit();
    const pin = (await getPin(store, "ebs"))!;
    assert.deepEqual(pin, { ...identity, at: TEST_START });
    assert.deepEqual(changedFacts(pin, { ...identity, name: "another name" }), []);
    assert.deepEqual(changedFacts(pin, { name: "clone", facts: { database: "EBSTST", host: "h" } }), [
      { name: "database", pinned: "EBSPRD", found: "EBSTST" },
      { name: "dbid", pinned: "1234", found: undefined },
      { name: "host", pinned: undefined, found: "h" },
    ]);
    assert.deepEqual(await Array.fromAsync(listPins(store)), [{ ...pin, connection: "ebs" }]);
    resetPin(writes, "ebs");
    await writes.commit();
    assert.equal(await getPin(store, "ebs"), undefined);
  }));
