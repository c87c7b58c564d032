import assert from "node:assert/strict";
import fc from "fast-check";
import { gatherer } from "./gather.ts";
import type { Candidate } from "./page.ts";

const candidate = (key: string, partition: string): Candidate => ({
  key,
  part: "",
  row: {},
  from: "-",
  partition: { id: partition, name: partition },
  fields: {},
  alternatives: {},
  marked: false,
});

Deno.test("pages are done in their order, and only when every candidate before is settled", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 }), { maxLength: 12 }),
    fc.integer({ min: 1, max: 5 }),
    async (shape, bulk) => {
      const settled = new Set<string>();
      const done: number[] = [];
      const under = new Set<string>();
      const gather = gatherer({
        bulk,
        room: 3 * bulk,
        width: 2,
        settle: async (chunk) => {
          const { id } = chunk[0].partition;
          assert(!under.has(id), "a partition has one call under way at a time");
          under.add(id);
          assert(under.size <= 2, "no more partitions are under way than allowed");
          assert(chunk.length > 0 && chunk.length <= bulk);
          assert.equal(new Set(chunk.map((one) => one.partition.id)).size, 1, "a call goes to one partition");
          for (let turn = chunk.length % 3; turn >= 0; turn--) await Promise.resolve();
          for (const { key } of chunk) settled.add(key);
          under.delete(id);
        },
      });
      const keys: string[] = [];
      for (const [number, page] of shape.entries()) {
        const candidates = page.map((partition, i) => candidate(`${number}-${i}`, partition));
        keys.push(...candidates.map(({ key }) => key));
        await gather.page(candidates, () => {
          done.push(number);
          const before = keys.filter((key) => Number(key.split("-")[0]) <= number);
          assert(before.every((key) => settled.has(key)), "the cursor may not pass a record without a word");
          return Promise.resolve();
        });
      }
      await gather.flush();
      assert.deepEqual(done, shape.map((_, number) => number));
      assert.equal(settled.size, keys.length);
    },
  ));
});

Deno.test("a group that fails stops the gatherer, and no page after it is done", async () => {
  const done: number[] = [];
  let calls = 0;
  const gather = gatherer({
    bulk: 1,
    room: 4,
    width: 1,
    settle: () => ++calls === 2 ? Promise.reject(new Error("the destination is down")) : Promise.resolve(),
  });
  const all = async () => {
    for (let i = 0; i < 5; i++) {
      await gather.page([candidate(String(i), "a")], () => Promise.resolve(void done.push(i)));
    }
    await gather.flush();
  };
  await assert.rejects(all, /the destination is down/);
  assert.deepEqual(done, [0]);
  assert.equal(calls, 2);
});
