import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../failure.ts";
import { batch } from "./batch.ts";
import { isEmptyState, restoreState, takeSnapshot } from "./backup.ts";
import { backupLines, readBackup } from "./backup_lines.ts";
import { restoredSince } from "./restored.ts";
import { take, withStore } from "./testing.ts";
import type { Store } from "./types.ts";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** The lines of a store's backup, without their ends. */
async function linesOf(store: Store): Promise<string[]> {
  const { header, entries, close } = await takeSnapshot(store);
  const lines = await Array.fromAsync(backupLines(header, entries));
  await close();
  return lines.map((line) => line.trimEnd());
}

async function entriesOf(store: Store): Promise<[Deno.KvKey, string][]> {
  const found: [Deno.KvKey, string][] = [];
  for await (const { key, value } of store.kv.list<Uint8Array>({ prefix: [] })) {
    if (key[0] !== "operation" && key[0] !== "meta") found.push([key, new TextDecoder().decode(value)]);
  }
  return found;
}

const KEYS: Deno.KvKey[] = [["a"], ["a", 1], ["a", -1.5], ["a", 12345678901234567890n], ["b", true, "x\u0000y"], [
  "c",
  new Uint8Array([0, 255]),
]];

Deno.test("keys of every kind come back as they were, and leases stay behind", async () => {
  await withStore(async (store) => {
    const writes = batch(store);
    for (const [i, key] of KEYS.entries()) writes.set(key, { i });
    await writes.commit();
    await take(store);
    const lines = await linesOf(store);
    await withStore(async (other) => {
      assert.ok(await isEmptyState(other));
      await restoreState(other, await readBackup(each(lines)));
      assert.ok(!await isEmptyState(other));
      assert.deepEqual(
        (await entriesOf(other)).filter(([[table]]) => String(table).length === 1),
        await entriesOf(store)
          .then((all) => all.filter(([[table]]) => String(table).length === 1)),
      );
      assert.ok(!(await entriesOf(other)).some(([[table]]) => table === "lease"));
      assert.ok(await restoredSince(other, "vendors"), "what posts has to wait");
    });
    assert.equal(await restoredSince(store, "vendors"), undefined);
  });
});

Deno.test("a state that never stands still is told to be busy, and gives nothing", async () => {
  await withStore(async (store) => {
    const { kv } = store;
    let n = 0;
    store.kv = new Proxy(kv, {
      get(target, name) {
        if (name !== "list") {
          const value = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return async function* (...args: Parameters<Deno.Kv["list"]>) {
          yield* target.list(...args);
          await target.set(["z"], new TextEncoder().encode(String(n++)));
        };
      },
    });
    await assert.rejects(takeSnapshot(store), (thrown) => thrown instanceof Failure && thrown.code === "state.busy");
    store.kv = kv;
  });
});

Deno.test("a backup of a newer Gusset is not restored", async () => {
  await withStore(async (store) => {
    const header = { gusset: "backup", format: 1, schema: 99, at: "2026-03-01T00:00:00.000Z", id: "x" } as const;
    await assert.rejects(restoreState(store, { header, entries: each([]) }), /made by a newer Gusset/);
    assert.ok(await isEmptyState(store));
  });
});

Deno.test("whatever byte of a backup is changed, it is found out", async () => {
  await withStore(async (store) => {
    const writes = batch(store);
    for (let i = 0; i < 20; i++) writes.set(["t", i], { text: `value ${i}` });
    await writes.commit();
    const text = (await linesOf(store)).map((line) => `${line}\n`).join("");
    const read = async (changed: string): Promise<void> => {
      const lines = changed.split("\n");
      // As a reader of lines gives them: an end of line ends a line.
      if (lines.at(-1) === "") lines.pop();
      const { entries } = await readBackup(each(lines));
      while (!(await entries.next()).done);
    };
    await read(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 2), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        const char = String.fromCharCode(code);
        if (text[at] === char) return;
        const changed = text.slice(0, at) + char + text.slice(at + 1);
        await assert.rejects(read(changed), (thrown) => thrown instanceof Failure && thrown.code === "backup.damaged");
      }),
      { numRuns: 300 },
    );
  });
});
