import assert from "node:assert/strict";
import fc from "fast-check";
import type { Failure } from "../failure.ts";
import { type AuditEntry, commitAct, listAudit, NOTHING, verifyAudit } from "./audit.ts";
import { batch } from "./batch.ts";
import { decode, encode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import { take, withStore } from "./testing.ts";
import type { Store } from "./types.ts";

const act = (subject: string) => ({ who: "anna", what: "posting.retry" as const, subject, why: "asked for" });

async function write(store: Store, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await commitAct(batch(store).set(["x", i], i), act(`doc ${i}`));
}

Deno.test("an entry is committed with what it tells of, and each holds the hash of the one before", async () => {
  await withStore(async (store) => {
    await write(store, 3);
    const entries = await Array.fromAsync(listAudit(store));
    assert.deepEqual(entries.map(({ number, subject }) => [number, subject]), [[1, "doc 1"], [2, "doc 2"], [
      3,
      "doc 3",
    ]]);
    assert.deepEqual(entries.map(({ previous }) => previous), [NOTHING, entries[0].hash, entries[1].hash]);
    assert.equal((await store.kv.get(["x", 3])).versionstamp, (await store.kv.get([TABLES.audit, 3])).versionstamp);
    assert.deepEqual(await verifyAudit(store), { entries: 3, head: { number: 3, hash: entries[2].hash } });
  });
});

Deno.test("an act without a change of ours is an entry too", async () => {
  await withStore(async (store) => {
    await commitAct(batch(store), act("a"));
    assert.equal((await verifyAudit(store)).entries, 1);
  });
});

Deno.test("those who write at once come one after the other, and none is lost", async () => {
  await withStore(async (store) => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => commitAct(batch(store).set(["y", i], i), act(`doc ${i}`))));
    const { entries, broken } = await verifyAudit(store);
    assert.deepEqual([entries, broken], [12, undefined]);
    assert.equal((await Array.fromAsync(store.kv.list({ prefix: ["y"] }))).length, 12);
  });
});

Deno.test("of a large change the entry is in the first commit, once", async () => {
  await withStore(async (store) => {
    const writes = batch(store);
    for (let i = 0; i < 1200; i++) writes.set(["z", i], i);
    await commitAct(writes, act("many"));
    const stamps = new Set((await Array.fromAsync(store.kv.list({ prefix: ["z"] }))).map((one) => one.versionstamp));
    assert.ok(stamps.size > 1, "it was meant to need several commits");
    assert.equal((await store.kv.get(["z", 0])).versionstamp, (await store.kv.get([TABLES.audit, 1])).versionstamp);
    assert.equal((await verifyAudit(store)).entries, 1);
  });
});

Deno.test("who has lost the lease leaves neither the change nor an entry", async () => {
  await withStore(async (store) => {
    const first = await take(store);
    const late = batch(store, first).set(["a"], 1);
    await first.release();
    await take(store);
    await assert.rejects(commitAct(late, act("a")), (thrown: Failure) => thrown.code === "lease.lost");
    assert.equal((await store.kv.get(["a"])).versionstamp, null);
    assert.equal((await verifyAudit(store)).entries, 0);
  });
});

Deno.test("whatever is altered, removed or exchanged, the first entry that is not what it was is named", async () => {
  const change = fc.record({
    at: fc.integer({ min: 1, max: 6 }),
    what: fc.constantFrom("who", "subject", "why", "at", "hash", "previous", "details", "remove", "exchange"),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, what }) => {
      await withStore(async (store) => {
        await write(store, 6);
        const key = [TABLES.audit, at];
        const entry = decode<AuditEntry>((await store.kv.get(key)).value, key);
        if (what === "remove") await store.kv.delete(key);
        else if (what === "exchange") {
          const other = [TABLES.audit, at === 6 ? 5 : at + 1];
          const { value } = await store.kv.get(other);
          await store.kv.set(other, encode(entry));
          await store.kv.set(key, value);
        } else {await store.kv.set(
            key,
            encode({ ...entry, [what]: what === "details" ? { more: "1" } : "f".repeat(64) }),
          );}
        const { broken } = await verifyAudit(store);
        assert.equal(broken?.number, what === "exchange" && at === 6 ? 5 : at);
      });
    }),
    { numRuns: 40 },
  );
});

Deno.test("a log that was written anew from the start is found out by an entry that was noted", async () => {
  await withStore(async (store) => {
    await write(store, 2);
    const { head } = await verifyAudit(store);
    assert.equal((await verifyAudit(store, head)).broken, undefined);
    for (const key of [[TABLES.audit, 1], [TABLES.audit, 2], [TABLES.meta, "audit"]]) await store.kv.delete(key);
    assert.deepEqual((await verifyAudit(store, head)).broken, { number: 1, fault: "is missing" });
    await commitAct(batch(store), act("other"));
    await commitAct(batch(store), act("another"));
    assert.equal((await verifyAudit(store)).broken, undefined);
    assert.deepEqual((await verifyAudit(store, head)).broken, { number: 2, fault: "is not the one that was noted" });
  });
});
