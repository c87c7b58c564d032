import assert from "node:assert/strict";
import { batch } from "../state/batch.ts";
import { putLink } from "../state/links.ts";
import { withStore } from "../state/testing.ts";
import type { ParkedRecord, Store } from "../state/types.ts";
import { dueKeys } from "./due.ts";
import type { Job } from "./job.ts";
import { linkCache } from "./lookup.ts";

const parked = (key: string, need: ParkedRecord["need"]): ParkedRecord => ({
  key,
  part: "",
  need,
  word: "parked",
  why: "",
  at: "",
  run: "",
});

/** What is due of these parked records, as far as the store has their links. */
async function due(store: Store, records: ParkedRecord[]): Promise<string[]> {
  const trouble = { parked: new Map(records.map((record) => [record.key, record])), wakes: [], marks: [] };
  return await dueKeys({ options: {}, trouble, links: linkCache(store) } as unknown as Job);
}

Deno.test("a record that waits for a link is due once it is there, whichever way it asked", async () => {
  await withStore(async (store) => {
    const orders = { pipeline: "orders" };
    const records = [
      parked("forward", { ...orders, key: "5" }),
      parked("forward to another", { ...orders, key: "900" }),
      parked("back", { ...orders, key: "900", reverse: true }),
      parked("back from another", { ...orders, key: "5", reverse: true }),
      parked("item", { ...orders, key: "900", reverse: true, child: { list: "lines", id: "L1" } }),
      parked("another item", { ...orders, key: "900", reverse: true, child: { list: "lines", id: "L2" } }),
    ];
    assert.deepEqual(await due(store, records), []);
    const writes = batch(store);
    const rest = { part: "", partition: "-", from: "-", values: {}, how: "created", at: "", active: true } as const;
    putLink(writes, "orders", { ...rest, key: "5", id: "900", children: { lines: { "51": "L1" } } });
    await writes.commit();
    assert.deepEqual(await due(store, records), ["forward", "back", "item"]);
  });
});
