import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure, type FailureCode } from "../failure.ts";
import { batch } from "./batch.ts";
import { countLinks, linkRange } from "./links.ts";
import { getCursor } from "./cursors.ts";
import { contents, startChild, take, withStateFile, withStore } from "./testing.ts";
import type { Store } from "./types.ts";

async function fails(code: FailureCode, act: Promise<unknown>): Promise<void> {
  const thrown = await act.then(() => undefined, (thrown) => thrown);
  assert.ok(thrown instanceof Failure, `expected ${code}, got ${thrown}`);
  assert.equal(thrown.code, code);
}

Deno.test("a batch leaves what its mutations leave one after the other, however many commits they take", async () => {
  const key = fc.tuple(fc.constantFrom("a", "b", "c".repeat(400)), fc.integer({ min: 0, max: 300 }));
  const mutation = fc.tuple(key, fc.option(fc.constantFrom(1, "two", "x".repeat(9_000), ["y".repeat(100)])));
  const property = fc.asyncProperty(fc.array(mutation, { maxLength: 1500, size: "max" }), async (mutations) => {
    await withStore(async (store) => {
      const before = await contents(store);
      const writes = batch(store);
      const expected = new Map<string, string>();
      for (const [[name, number], value] of mutations) {
        const shown = `${name}/${number}`;
        if (value === null) {
          writes.delete([name, number]);
          expected.delete(shown);
        } else {
          writes.set([name, number], value);
          expected.set(shown, JSON.stringify(value));
        }
      }
      await writes.commit();
      const after = await contents(store);
      for (const key of before.keys()) after.delete(key);
      assert.deepEqual(after, expected);
    });
  });
  await fc.assert(property, { numRuns: 25 });
});

Deno.test("nothing is written before commit, nothing twice after it, and an empty batch commits nothing", () =>
  withStore(async (store) => {
    const before = await contents(store);
    const writes = batch(store).set(["a"], 1);
    assert.deepEqual(await contents(store), before);
    await writes.commit();
    await batch(store).set(["a"], 2).commit();
    await writes.commit();
    assert.equal((await contents(store)).get("a"), "2");
    const { versionstamp } = await store.kv.get(["a"]);
    await batch(store).commit();
    assert.equal((await store.kv.get(["a"])).versionstamp, versionstamp);
  }));

Deno.test("a value that cannot be stored is refused when it is set, and the rest of the batch stands", () =>
  withStore(async (store) => {
    const noise = Array.from({ length: 60_000 }, () => String.fromCharCode(0x100 + Math.floor(store.random() * 9000)));
    const writes = batch(store).set(["a"], 1);
    assert.throws(() => writes.set(["b"], noise.join("")), (thrown) => (thrown as Failure).code === "state.too-large");
    assert.throws(
      () => writes.set(["c", "k".repeat(2045)], 1),
      (thrown) => (thrown as Failure).code === "state.too-large",
    );
    await writes.set(["c", "k".repeat(2043)], 1).commit();
    assert.deepEqual((await contents(store)).get("a"), "1");
    assert.equal((await contents(store)).has("b"), false);
  }));

Deno.test("a holder whose fence has moved writes nothing, not even the first of many commits", () =>
  withStore(async (store) => {
    const first = await take(store, "204", "first", 1000);
    await batch(store, first).set(["a"], "first").commit();
    store.clock.advance(1001);
    const second = await take(store, "204", "second");
    const before = await contents(store);
    const late = batch(store, first);
    for (let i = 0; i < 1200; i++) late.set(["late", i], i);
    await fails("lease.lost", late.commit());
    await fails("lease.lost", late.commit());
    assert.deepEqual(await contents(store), before);
    await batch(store, second).set(["a"], "second").commit();
    assert.equal((await contents(store)).get("a"), '"second"');
  }));

Deno.test("a fence that moves in the middle of a batch leaves a beginning of it, and no later part", () =>
  withStore(async (store) => {
    const first = await take(store, "204", "first", 1000);
    let commits = 0;
    const watched = wrapCommit(store, async (commit) => {
      if (commits++ === 2) {
        store.clock.advance(1001);
        await take(store, "204", "second");
      }
      return await commit();
    });
    const writes = batch(watched, first);
    for (let i = 0; i < 2400; i++) writes.set(["page", i], i);
    await fails("lease.lost", writes.commit());
    const written = await Array.fromAsync(store.kv.list({ prefix: ["page"] }), ({ key }) => key[1]);
    assert.deepEqual(written, Array.from({ length: 1000 }, (_, i) => i));
  }));

Deno.test("a released lease writes nothing", () =>
  withStore(async (store) => {
    const lease = await take(store);
    await lease.release();
    await fails("lease.lost", batch(store, lease).set(["a"], 1).commit());
    assert.equal((await contents(store)).has("a"), false);
  }));

Deno.test("a commit that was locked is tried again, with growing waits, and gives up in the end", () =>
  withStore(async (store) => {
    let locked = 12;
    const start = store.clock.now();
    const busy = wrapCommit(store, (commit) => {
      if (locked-- > 0) throw new TypeError("database is locked");
      return commit();
    });
    await batch(busy).set(["a"], 1).commit();
    assert.equal((await contents(store)).get("a"), "1");
    assert.ok(store.clock.now() > start && store.clock.now() < start + 3000);
    locked = Infinity;
    const writes = batch(busy).set(["a"], 2);
    await fails("state.busy", writes.commit());
    assert.ok(store.clock.now() <= start + 40_000);
    locked = 0;
    await writes.commit();
    assert.equal((await contents(store)).get("a"), "2");
  }));

Deno.test("a commit whose answer is lost is read back, and never applied twice", async (t) => {
  const table = [
    { name: "it was applied, and the connection broke", applies: true, then: "breaks" },
    { name: "it was not applied, and the connection broke", applies: false, then: "breaks" },
    { name: "it was applied, and the client sent it again by itself", applies: true, then: "sends again" },
  ] as const;
  for (const { name, applies, then } of table) {
    await t.step(name, () =>
      withStore(async (store) => {
        const lease = await take(store);
        let first = true;
        const remote = wrapCommit({ ...store, remote: true }, async (commit) => {
          if (!first) return await commit();
          first = false;
          if (applies) {
            await commit();
            // Somebody without a lease changes what was just written: applying it again would undo that.
            await store.kv.set(["a"], new TextEncoder().encode('"a person"'));
          }
          if (then === "breaks") throw new TypeError("connection reset");
          return await commit();
        });
        const writes = batch(remote, lease);
        for (let i = 0; i < 900; i++) writes.set(["page", i], i);
        writes.set(["end"], true);
        await batch(remote, lease).set(["a"], "the run").commit();
        await writes.commit();
        const after = await contents(store);
        assert.equal(after.get("a"), applies ? '"a person"' : '"the run"');
        assert.equal(after.get("end"), "true");
        assert.equal((await Array.fromAsync(store.kv.list({ prefix: ["page"] }))).length, 900);
      }));
  }
});

Deno.test("a commit that was applied just before the lease was lost counts, and the next does not", () =>
  withStore(async (store) => {
    const lease = await take(store, "204", "first", 1000);
    let first = true;
    const remote = wrapCommit({ ...store, remote: true }, async (commit) => {
      if (!first) return await commit();
      first = false;
      await commit();
      store.clock.advance(1001);
      await take(store, "204", "second");
      return await commit();
    });
    await batch(remote, lease).set(["a"], 1).commit();
    await fails("lease.lost", batch(remote, lease).set(["b"], 1).commit());
    const after = await contents(store);
    assert.deepEqual([after.get("a"), after.get("b")], ["1", undefined]);
  }));

Deno.test("a local state that cannot be written is a failure at once, with the database's own words", () =>
  withStore(async (store) => {
    let tries = 0;
    const full = wrapCommit(store, () => {
      tries++;
      throw new TypeError("database or disk is full");
    });
    await fails("state.unreadable", batch(full).set(["a"], 1).commit());
    assert.equal(tries, 1);
  }));

Deno.test("an operation's key that expires in the middle of a batch stops nothing", () =>
  withStore(async (store) => {
    const lease = await take(store);
    let commits = 0;
    const slow = wrapCommit(store, async (commit) => {
      if (commits++ === 1) {
        for await (const { key } of store.kv.list({ prefix: ["operation"] })) await store.kv.delete(key);
      }
      return await commit();
    });
    const writes = batch(slow, lease);
    for (let i = 0; i < 1400; i++) writes.set(["page", i], i);
    await writes.commit();
    assert.equal((await Array.fromAsync(store.kv.list({ prefix: ["page"] }))).length, 1400);
  }));

Deno.test("processes that write to one file at a time lose nothing to its lock", () =>
  withStateFile(async (path, open) => {
    const children = ["a", "b"].map((name) => startChild("testing_writer.ts", [path, "count", name, "150"]));
    for (const child of children) assert.equal(await child.line(), "done");
    for (const child of children) await child.ended();
    const store = await open();
    const { value } = await store.kv.get<Uint8Array>(["counter"]);
    assert.equal(new TextDecoder().decode(value!), "300");
    assert.equal((await Array.fromAsync(store.kv.list({ prefix: ["own"] }))).length, 300);
    store.close();
  }));

Deno.test("a process killed at any moment leaves a beginning of its batch, links and the way back alike", async () => {
  for (let killedIn = 0; killedIn < 4; killedIn++) {
    await withStateFile(async (path, open) => {
      const child = startChild("testing_writer.ts", [path, "pages", "writer"]);
      while (await child.line() !== `writing page ${killedIn}`);
      child.signal("SIGKILL");
      await child.ended();

      const store = await open();
      const links = await linkRange(store, "vendors", { after: null, through: null });
      assert.ok(links.length >= killedIn * 700, "a page that was committed is gone");
      assert.ok(links.every((link, i) => link.key === String(i)), "a later link without an earlier one");
      assert.equal(await countLinks(store, "vendors"), links.length);
      const cursor = await getCursor(store, "vendors", "204");
      const pages = cursor ? Number(cursor.since) + 1 : 0;
      assert.ok(pages >= killedIn && links.length >= pages * 700, "the cursor has passed a link");
      store.close();
    });
  }
});

/** The store with another way to commit; everything else is the store's own. */
function wrapCommit<S extends Store>(
  store: S,
  around: (commit: () => Promise<Deno.KvCommitResult | Deno.KvCommitError>) => Promise<
    Deno.KvCommitResult | Deno.KvCommitError
  >,
): S {
  const kv = new Proxy(store.kv, {
    get(target, name) {
      if (name === "atomic") {
        return () => {
          const atomic = target.atomic();
          const commit = atomic.commit.bind(atomic);
          atomic.commit = async () => await around(commit);
          return atomic;
        };
      }
      const found = Reflect.get(target, name);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  return { ...store, kv };
}
