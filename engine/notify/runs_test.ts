import assert from "node:assert/strict";
import { batch } from "../state/batch.ts";
import { changeHealth } from "../state/health.ts";
import { dismissRejected, dropRejected, putRejected } from "../state/rejected.ts";
import { TEST_START, withStore } from "../state/testing.ts";
import type { RejectedRecord, Store } from "../state/types.ts";
import { Failure } from "../failure.ts";
import { hearRun } from "./runs.ts";
import { ended, newsOf, told } from "./testing.ts";

const MINUTE = 60_000;

const rejected = (key: string): RejectedRecord => ({
  key,
  part: "",
  failure: new Failure("record.invalid", { fact: "It is wrong" }).toJSON(),
  row: { NAME: "Alder" },
  hash: "h",
  firstAt: TEST_START,
  lastAt: TEST_START,
  times: 1,
  run: "r",
});

async function change(store: Store, work: (writes: ReturnType<typeof batch>) => void): Promise<void> {
  const writes = batch(store);
  work(writes);
  await writes.commit();
}

/** Ends of runs of one pipeline, a minute apart, and what is told after each. */
const SEQUENCES: [what: string, ends: Parameters<typeof ended>[0][], told: RegExp[]][] = [
  ["runs that go well tell nothing", ["done", "partial", "done"], []],
  [
    "a failure that a person must see to is told at once, and once",
    ["done", "login.refused", "login.refused", "login.refused", "done", "done"],
    [
      /^bad: vendors has failed since 08:01, nothing lost: It broke \(login\.refused\)\. Check/,
      /^good: vendors works again, after 3 min/,
    ],
  ],
  ["one that passes is not told before its third time", ["wire.garbled", "wire.garbled", "done", "wire.garbled"], []],
  ["from then on it is", ["wire.garbled", "wire.garbled", "wire.garbled", "wire.garbled"], [/^bad: .*since 08:00/]],
  ["a run that was stopped or found another at work is none", ["aborted", "run.leased", "lease.lost", "sliced"], []],
  ["a failure after a recovery is a new one", ["bug", "done", "bug"], [/^bad: .*08:00/, /^good/, /^bad: .*08:02/]],
];

for (const [what, ends, expected] of SEQUENCES) {
  Deno.test(what, async () => {
    await withStore(async (store) => {
      for (const end of ends) {
        await hearRun({ store, pipeline: "vendors", end: ended(end) });
        store.clock.advance(MINUTE);
      }
      const texts = await told(store);
      assert.equal(texts.length, expected.length, texts.join("\n"));
      expected.forEach((pattern, i) => assert.match(texts[i], pattern));
    });
  });
}

Deno.test("a failure that is a connection's is the connection's to tell", async () => {
  await withStore(async (store) => {
    for (let i = 0; i < 5; i++) {
      await hearRun({ store, pipeline: "vendors", end: ended("wire.unreachable"), blamed: "procore" });
    }
    assert.deepEqual(await told(store), []);
  });
});

Deno.test("rejected records are told when they are new, when they have doubled, and when none is left; a dismissed one is none", async () => {
  await withStore(async (store) => {
    const ran = () => {
      store.clock.advance(MINUTE);
      return hearRun({ store, pipeline: "vendors", end: ended("partial"), timezone: "America/Denver" });
    };
    await change(store, (writes) => ["1", "2", "3"].forEach((key) => putRejected(writes, "vendors", rejected(key))));
    await ran();
    await ran();
    const texts = await told(store);
    assert.equal(texts.length, 1);
    assert.match(texts[0], /^bad: 3 records of vendors are rejected and wait for a person/);
    assert.ok(!texts[0].includes("Alder"), "no record's content");
    await change(store, (writes) => ["4", "5"].forEach((key) => putRejected(writes, "vendors", rejected(key))));
    await ran();
    assert.equal((await told(store)).length, 1, "a few more are no news");
    await change(store, (writes) => putRejected(writes, "vendors", rejected("6")));
    await ran();
    assert.match((await told(store))[1], /6 records/);
    // A failure says how many wait.
    store.clock.advance(MINUTE);
    await hearRun({ store, pipeline: "vendors", end: ended("login.refused"), timezone: "America/Denver" });
    assert.match((await told(store))[2], /since 01:05, 6 records waiting, nothing lost/);
    await change(store, (writes) => {
      for (const key of ["1", "2", "3", "4", "5"]) dropRejected(writes, "vendors", { key, part: "" });
      dismissRejected(writes, "vendors", rejected("6"), { by: "Ana", at: TEST_START, why: "known", hash: "h" });
    });
    store.clock.advance(85 * MINUTE);
    await ran();
    assert.match((await told(store)).at(-1)!, /^good: vendors has no rejected records any more, after 1 h 30 min/);
  });
});

Deno.test("of several instances that see the same change one tells it", async () => {
  await withStore(async (store) => {
    await Promise.all(
      Array.from({ length: 8 }, () => hearRun({ store, pipeline: "vendors", end: ended("login.refused") })),
    );
    assert.equal((await newsOf(store)).length, 1);
    const seen = await Promise.all(
      Array.from(
        { length: 8 },
        () => changeHealth<{ n: number }>(store, ["config", "x"], (before) => ({ after: { n: (before?.n ?? 0) + 1 } })),
      ),
    );
    assert.deepEqual(seen.map((one) => one!.after!.n).sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
