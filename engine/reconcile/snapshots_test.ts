import assert from "node:assert/strict";
import { manualClock, seededRandom } from "../clock.ts";
import { Failure } from "../failure.ts";
import { openStore } from "../state/open.ts";
import { listSnapshots, putSnapshot, type Signature } from "../state/snapshots.ts";
import { batch } from "../state/batch.ts";
import type { Store } from "../state/types.ts";
import { freeze, lastFrozen, sign, thaw } from "./snapshots.ts";
import { aReport, OCTOBER } from "./testing.ts";
import type { Report } from "./types.ts";

const commit = async (writes: ReturnType<typeof batch>): Promise<void> => void await writes.commit();
const by = (name: string, who = "local:root"): Signature => ({ by: name, at: "2026-11-03T10:00:00Z", who });
const isFrozen = (words: RegExp) => (error: unknown): boolean =>
  error instanceof Failure && error.code === "reconcile.frozen" && words.test(error.message);

async function withStore(work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({
    path: ":memory:",
    clock: manualClock(Date.parse("2026-11-03T10:00:00Z")),
    random: seededRandom(1),
  });
  try {
    await work(store);
  } finally {
    store.close();
  }
}

Deno.test("what is frozen is given back to the last byte, however large, and versions count on", async () => {
  await withStore(async (store) => {
    const small = aReport();
    const register = Array.from({ length: 3000 }, (_, i) => ({ ...small.register[0], key: `PROCORE:journal:${i}` }));
    const large: Report = { ...small, register };
    for (const [version, report] of [small, large].entries()) {
      const snapshot = await freeze(store, report, { prepared: by("Ana"), commit });
      assert.equal(snapshot.id, `accruals-2026-10-01-${version + 1}`);
      assert.deepEqual((await thaw(store, snapshot.id)).report, JSON.parse(JSON.stringify(report)));
    }
    assert.equal((await lastFrozen(store, { name: "accruals", period: OCTOBER }))?.snapshot.version, 2);
    const november = { ...OCTOBER, name: "NOV-26", from: "2026-11-01", to: "2026-11-30" };
    assert.equal(await lastFrozen(store, { name: "accruals", period: november }), undefined);
    assert.equal((await lastFrozen(store, { name: "accruals", period: november, before: true }))?.snapshot.version, 2);
    assert.equal(await lastFrozen(store, { name: "accruals", period: OCTOBER, only: ["P1"] }), undefined);
  });
});

Deno.test("two who freeze at once make two versions, or one of them is told to wait", async () => {
  await withStore(async (store) => {
    const results = await Promise.allSettled(
      ["Ana", "Ben", "Cy"].map((name) => freeze(store, aReport(), { prepared: by(name), commit })),
    );
    const made = results.flatMap((one) => one.status === "fulfilled" ? [one.value.id] : []);
    for (const one of results) if (one.status === "rejected") assert.equal(one.reason.code, "run.leased");
    assert.equal(new Set(made).size, made.length);
    assert.equal((await Array.fromAsync(listSnapshots(store))).length, made.length);
  });
});

Deno.test("a reviewer is another person, by name and by token, and the only one", async () => {
  await withStore(async (store) => {
    const { id } = await freeze(store, aReport(), { prepared: by("Ana", "ana-token"), commit });
    await assert.rejects(sign(store, id, { reviewed: by("ANA ", "ben-token"), commit }), isFrozen(/cannot review/));
    await assert.rejects(sign(store, id, { reviewed: by("Ben", "ana-token"), commit }), isFrozen(/cannot review/));
    const signed = await sign(store, id, { reviewed: by("Ben", "ben-token"), commit });
    assert.deepEqual(await sign(store, id, { reviewed: by("Ben", "ben-token"), commit }), signed, "twice is once");
    await assert.rejects(sign(store, id, { reviewed: by("Cy", "cy-token"), commit }), isFrozen(/was reviewed by Ben/));
    assert.deepEqual((await thaw(store, id)).report.cost, aReport().cost, "its text is as it was");
  });
});

Deno.test("a text that is not the one that was hashed is never shown as frozen, nor signed", async () => {
  await withStore(async (store) => {
    const snapshot = await freeze(store, aReport(), { prepared: by("Ana"), commit });
    const writes = batch(store);
    putSnapshot(writes, snapshot, JSON.stringify({ ...aReport(), open: 0, cost: [] }));
    await writes.commit();
    await assert.rejects(thaw(store, snapshot.id), isFrozen(/hash differs/));
    await assert.rejects(sign(store, snapshot.id, { reviewed: by("Ben"), commit }), isFrozen(/hash differs/));
    await assert.rejects(thaw(store, "nothing"), isFrozen(/no frozen reconciliation/));
  });
});
