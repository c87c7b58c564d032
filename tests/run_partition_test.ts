import assert from "node:assert/strict";
import { acquire } from "../engine/state/lease.ts";
import { listCursors } from "../engine/state/cursors.ts";
import { listLinks } from "../engine/state/links.ts";
import { contents } from "../engine/state/testing.ts";
import { addWakes, listWakes } from "../engine/state/wakes.ts";
import { batch } from "../engine/state/batch.ts";
import { type House, house } from "./support/house.ts";

/** A house whose orders can be run. */
async function ready(): Promise<House> {
  const home = await house();
  for (const name of ["projects", "vendors", "cost-codes"]) await home.run(name);
  return home;
}

const cursors = async ({ store }: House) =>
  (await Array.fromAsync(listCursors(store, "purchase-orders"))).map(({ partition }) => partition);
const linked = async (
  { store }: House,
) => [...new Set((await Array.fromAsync(listLinks(store, "purchase-orders"))).map(({ from }) => from))];

Deno.test("a run of one partition reads it alone, moves its cursor alone, and needs no other's lease", async () => {
  const home = await ready();
  const other = await acquire(home.store, {
    pipeline: "purchase-orders",
    partition: "205",
    owner: "another",
    ttl: 1_000_000_000,
  });
  assert.ok("fence" in other);
  const result = await home.run("purchase-orders", { partition: "204" });
  assert.equal(result.failure, undefined);
  assert.ok(result.record.read > 0);
  assert.deepEqual([await cursors(home), await linked(home)], [["204"], ["204"]]);
  await home.close();
});

Deno.test("keys of another partition are left as they are by a run of one", async () => {
  const home = await ready();
  await home.run("purchase-orders");
  const link = (await Array.fromAsync(listLinks(home.store, "purchase-orders"))).find(({ from }) => from === "205")!;
  const writes = batch(home.store);
  addWakes(writes, "purchase-orders", [link.key], "a test");
  await writes.commit();
  const links = async () =>
    (await Array.fromAsync(listLinks(home.store, "purchase-orders"))).filter(({ active }) => active);
  const before = await links();
  for (const more of [{}, { only: [link.key] }]) {
    const { counts, failure } = await home.run("purchase-orders", { partition: "204", ...more });
    assert.deepEqual([failure, counts.deactivate, counts.rejected], [undefined, 0, 0]);
    assert.deepEqual(await links(), before);
    if (!more.only) assert.equal((await Array.fromAsync(listWakes(home.store, "purchase-orders"))).length, 1);
  }
  await home.close();
});

Deno.test("a partition that is not covered has no records, and nothing is taken for gone", async () => {
  const home = await ready();
  await home.run("purchase-orders");
  const withoutRuns = async () => [...await contents(home.store)].filter(([key]) => !key.startsWith("run"));
  const before = await withoutRuns();
  const [{ key }] = await Array.fromAsync(listLinks(home.store, "purchase-orders"));
  const result = await home.run("purchase-orders", { partition: "999", only: [key], allowDeactivations: true });
  assert.deepEqual([result.failure, result.record.read, result.record.state], [undefined, 0, "done"]);
  assert.deepEqual(await withoutRuns(), before);
  await home.close();
});
