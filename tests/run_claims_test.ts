import assert from "node:assert/strict";
import { batch } from "../engine/state/batch.ts";
import { getCursor, listCursors } from "../engine/state/cursors.ts";
import { acquire, isHeld, listLeases } from "../engine/state/lease.ts";
import { listLinks } from "../engine/state/links.ts";
import { listParked } from "../engine/state/parked.ts";
import type { Lease, Store } from "../engine/state/types.ts";
import { addWakes, listWakes } from "../engine/state/wakes.ts";
import type { House } from "./support/house.ts";
import { line, lineId, order, orderEnd, orderHouse, standing, sync } from "./support/orders.ts";

const NAME = "purchase-orders";
/** Denver's orders are in 204, Phoenix's in 205: four each. */
const orders = () =>
  Array.from({ length: 8 }, (_, i) => order(i + 1, [line("100")], { PROJECT_NUMBER: i % 2 ? "PHX-1" : "DEN-1" }));

async function ready(): Promise<House> {
  const home = await orderHouse(orders());
  await sync(home, ["projects", "vendors", "cost-codes"]);
  return home;
}

async function hold(store: Store, partition: string, ttl = 60_000): Promise<Lease> {
  const got = await acquire(store, { pipeline: NAME, partition, owner: "another", ttl });
  assert(!isHeld(got));
  return got;
}

const linked = async ({ store }: House, active = true): Promise<Record<string, number>> => {
  const links = (await Array.fromAsync(listLinks(store, NAME))).filter((link) => link.active === active);
  return Object.fromEntries([...Map.groupBy(links, ({ from }) => from)].map(([from, each]) => [from, each.length]));
};

Deno.test("a run leaves the partition that another holds, says so, and ends as done with its own", async () => {
  const home = await ready();
  const other = await hold(home.store, "205");
  const first = await home.run(NAME);
  assert.deepEqual([first.failure, first.record.state, first.elsewhere], [undefined, "done", 1]);
  assert.deepEqual(await linked(home), { "204": 4 });
  assert.deepEqual((await Array.fromAsync(listCursors(home.store, NAME))).map(({ partition }) => partition), ["204"]);
  assert.deepEqual((await Array.fromAsync(listLeases(home.store, NAME))).map(({ owner }) => owner), ["another"]);

  const both = await hold(home.store, "204");
  const none = await home.run(NAME);
  assert.deepEqual([none.failure, none.elsewhere, none.record.read], [undefined, 2, 0]);
  await both.release();
  await other.release();
  const last = await home.run(NAME);
  assert.deepEqual([last.failure, last.elsewhere, last.counts.create], [undefined, undefined, 4]);
  assert.deepEqual(await linked(home), { "204": 4, "205": 4 });
  await home.close();
});

Deno.test("a run that is asked for certain records needs every partition, and fails where one is held", async () => {
  const home = await ready();
  await hold(home.store, "205");
  for (const options of [{ only: ["80002"] }, { limit: 1 }]) {
    const { failure, record } = await home.run(NAME, options);
    assert.deepEqual([failure?.code, record.read], ["run.leased", 0]);
  }
  assert.deepEqual(await linked(home), {});
  await home.close();
});

Deno.test("what a dead run held is taken over once its lease has run out, not before; what a live one ended is not done again", async () => {
  const home = await ready();
  await hold(home.store, "205", 60_000);
  home.clock.advance(59_000);
  assert.equal((await home.run(NAME)).elsewhere, 1);
  home.clock.advance(1_001);
  const taken = await home.run(NAME);
  assert.deepEqual([taken.elsewhere, taken.counts.create], [undefined, 4]);
  await home.close();
});

/** A house whose first read of Denver's orders waits; what a test does meanwhile is done by other runs. */
async function heldUp(): Promise<{ home: House; reached: Promise<void>; go: () => void }> {
  const reached = Promise.withResolvers<void>(), go = Promise.withResolvers<void>();
  let armed = false, waited = false;
  const home = await orderHouse(orders(), {
    shared: true,
    around: (_, wire) => async (request) => {
      if (armed && !waited && /get_purchase_orders/.test(request.url)) {
        waited = true;
        reached.resolve();
        await go.promise;
      }
      return await wire(request);
    },
  });
  await sync(home, ["projects", "vendors", "cost-codes"]);
  armed = true;
  return { home, reached: reached.promise, go: () => go.resolve() };
}

Deno.test("two runs that share a state divide the partitions, and end where one alone does", async () => {
  const calm = await ready();
  await sync(calm, [NAME]);
  const expected = await standing(calm);
  await calm.close();

  const { home, reached, go } = await heldUp();
  const first = home.run(NAME);
  await reached;
  home.reopen();
  const second = await home.run(NAME);
  assert.deepEqual([second.failure, second.elsewhere, second.counts.create], [undefined, 1, 4]);
  go();
  const { failure, elsewhere, counts } = await first;
  // It looks at the other's partition once it is free, and finds nothing to do.
  assert.deepEqual([failure, elsewhere, counts.create], [undefined, undefined, 4]);
  await orderEnd(home);
  assert.deepEqual(await standing(home), expected);
  await home.close();
});

Deno.test("what another run left of a partition is known to the one that claims it after", async () => {
  const { home, reached, go } = await heldUp();
  // The first is at one partition; the other's orders wait for an account that has no link yet.
  const first = home.run(NAME);
  await reached;
  const [{ partition }] = await Array.fromAsync(listLeases(home.store, NAME));
  const mine = partition === "204" ? 1 : 0;
  const keys = orders().map(({ PO_HEADER_ID }) => String(PO_HEADER_ID)).filter((_, i) => i % 2 === mine);
  home.reopen();
  const [number] = keys.map((key) => Number(key) - 80_000);
  await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(number, 1), { CODE_COMBINATION_ID: "705" });
  const second = await home.run(NAME);
  assert.equal(second.elsewhere, 1);
  const parked = (await Array.fromAsync(listParked(home.store, NAME))).map(({ key }) => key);
  await home.run("cost-codes");
  go();
  assert.equal((await first).failure, undefined);
  const left = (await Array.fromAsync(listParked(home.store, NAME))).map(({ key }) => key);
  assert.deepEqual([parked, left], [[keys[0]], []]);
  assert.deepEqual(await linked(home), { "204": 4, "205": 4 });
  await home.close();
});

Deno.test("a run that left a partition to another takes no record for gone because its own do not have it", async () => {
  const home = await ready();
  await sync(home, [NAME]);
  const before = await linked(home);
  await hold(home.store, "205");
  const writes = batch(home.store);
  addWakes(writes, NAME, ["80002", "80001", "4711"], "a test");
  await writes.commit();
  const { counts, elsewhere, failure } = await home.run(NAME);
  assert.deepEqual([failure, elsewhere, counts.deactivate, counts.rejected], [undefined, 1, 0, 0]);
  assert.deepEqual(await linked(home), before);
  // Its own has done its service; the others wait for a run that can tell.
  assert.deepEqual((await Array.fromAsync(listWakes(home.store, NAME))).map(({ key }) => key), ["4711", "80002"]);
  home.clock.advance(60_001);
  assert.equal((await home.run(NAME)).failure, undefined);
  assert.deepEqual(await Array.fromAsync(listWakes(home.store, NAME)), []);
  assert.deepEqual(await linked(home), before);
  await home.close();
});

Deno.test("a run that was stopped leaves a checkpoint, and one that comes by meanwhile goes on with it", async () => {
  const home = await ready();
  const stopped = new AbortController();
  const run = await home.run(NAME, {
    signal: stopped.signal,
    onProgress: () => stopped.abort(new DOMException("enough", "AbortError")),
  });
  assert.equal(run.record.state, "aborted");
  assert.deepEqual(await Array.fromAsync(listLeases(home.store, NAME)), []);
  const next = await home.run(NAME);
  assert.deepEqual([next.failure, next.elsewhere], [undefined, undefined]);
  for (const partition of ["204", "205"]) {
    assert.equal((await getCursor(home.store, NAME, partition))?.pass, undefined);
  }
  assert.deepEqual(await linked(home), { "204": 4, "205": 4 });
  await home.close();
});
