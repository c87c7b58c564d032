import assert from "node:assert/strict";
import { batch } from "./batch.ts";
import {
  changeClaim,
  changeStarts,
  getStarts,
  pausePipeline,
  resumePipeline,
  type Starts,
  wakePipeline,
} from "./schedules.ts";
import { TEST_START, withStore } from "./testing.ts";
import type { Batch, Store } from "./types.ts";

const claim = { id: "c1", owner: "one", why: "its schedule", at: TEST_START, until: TEST_START, tries: 0 };

async function write(store: Store, change: (writes: Batch) => void): Promise<void> {
  const writes = batch(store);
  change(writes);
  await writes.commit();
}

async function set(store: Store, pipeline: string, starts: Starts): Promise<boolean> {
  const [entry] = await getStarts(store, [pipeline]);
  return await changeStarts(store, entry, starts);
}

Deno.test("many pipelines are read at a time, each with what bears on it alone, in the order asked for", () =>
  withStore(async (store) => {
    const names = Array.from({ length: 13 }, (_, i) => `p${i}`);
    await set(store, "p11", { claim });
    await write(store, (writes) => {
      pausePipeline(writes, "p7", { by: "anna", at: TEST_START });
      wakePipeline(writes, "p12", "after p1", "r1");
      wakePipeline(writes, "p1", "after p0", "r2");
    });
    const entries = await getStarts(store, names);
    assert.deepEqual(entries.map(({ pipeline }) => pipeline), names);
    const told = entries.filter(({ starts, paused, woken }) => starts.claim || paused || woken.length > 0)
      .map(({ pipeline, starts, paused, woken }) => [pipeline, starts.claim?.id ?? paused?.by ?? woken[0].why]);
    assert.deepEqual(told, [["p1", "after p0"], ["p7", "anna"], ["p11", "c1"], ["p12", "after p1"]]);
    const [alone] = await getStarts(store, ["p12"]);
    assert.deepEqual(alone.woken, entries[12].woken);
  }));

Deno.test("what was heard wakes no more, until it comes again; one cause takes one place", () =>
  withStore(async (store) => {
    const wake = (id: string) => write(store, (writes) => wakePipeline(writes, "orders", "after vendors", id));
    const woken = async () => (await getStarts(store, ["orders"]))[0].woken.map(({ id }) => id);
    await wake("r1");
    await wake("r2");
    assert.deepEqual(await woken(), ["r2"]);
    await set(store, "orders", { heard: { "after vendors": "r2" } });
    assert.deepEqual(await woken(), []);
    await wake("r3");
    assert.deepEqual(await woken(), ["r3"]);
  }));

Deno.test("a change of what is no longer as it was read changes nothing: started by another, or paused", () =>
  withStore(async (store) => {
    const [before] = await getStarts(store, ["orders"]);
    assert.equal(await set(store, "orders", { claim }), true);
    assert.equal(await changeStarts(store, before, { claim: { ...claim, id: "c2" } }), false);
    const [then] = await getStarts(store, ["orders"]);
    await write(store, (writes) => pausePipeline(writes, "orders", { by: "anna", at: TEST_START }));
    assert.equal(await changeStarts(store, then, {}), false);
    assert.equal((await getStarts(store, ["orders"]))[0].starts.claim?.id, "c1");
    await write(store, (writes) => resumePipeline(writes, "orders"));
    assert.equal((await getStarts(store, ["orders"]))[0].paused, undefined);
  }));

Deno.test("a claim is changed by who holds it, paused or not, and by nobody else", () =>
  withStore(async (store) => {
    const at = { pipeline: "orders", id: "c1" };
    const renew = (starts: Starts & { claim: typeof claim }): Starts => ({
      ...starts,
      claim: { ...claim, until: "later" },
    });
    assert.equal(await changeClaim(store, at, renew), false, "there is none");
    await set(store, "orders", { claim });
    await write(store, (writes) => pausePipeline(writes, "orders", { by: "anna", at: TEST_START }));
    assert.equal(await changeClaim(store, at, renew), true);
    assert.equal(await changeClaim(store, { ...at, id: "c0" }, () => ({})), false);
    assert.equal((await getStarts(store, ["orders"]))[0].starts.claim?.until, "later");
  }));

Deno.test("many who change one claim at once all get their turn", () =>
  withStore(async (store) => {
    await set(store, "orders", { claim });
    const more = (starts: Starts & { claim: typeof claim }): Starts => ({
      ...starts,
      claim: { ...starts.claim, tries: starts.claim.tries + 1 },
    });
    const all = Array.from({ length: 12 }, () => changeClaim(store, { pipeline: "orders", id: "c1" }, more));
    assert.ok((await Promise.all(all)).every(Boolean));
    assert.equal((await getStarts(store, ["orders"]))[0].starts.claim?.tries, 12);
  }));
