import assert from "node:assert/strict";
import type { Delivery } from "../connector.ts";
import { batch } from "./batch.ts";
import { dropDeliveries, forgetHeard, keepDeliveries, listDeliveries } from "./deliveries.ts";
import { hear, hearer, type Hearing } from "./hear.ts";
import { contents, TEST_START, withStore } from "./testing.ts";

const DAY = 86_400_000;
const until = new Date(Date.parse(TEST_START) + DAY).toISOString();
const to = [{ pipeline: "changes", partition: "5" }];
const delivery = (id: string, more: Partial<Delivery> = {}): Delivery => ({
  id,
  resource: "Change Order Packages",
  key: "7",
  partition: "5",
  action: "update",
  at: TEST_START,
  ...more,
});
const hearing = (id: string, more: Partial<Delivery> = {}): Hearing => ({
  connection: "site",
  delivery: delivery(id, more),
  to,
  until,
});

Deno.test("a delivery is stored once, for each who listens, and read back as it was", () =>
  withStore(async (store) => {
    const both = { ...hearing("U1", { by: "9" }), to: [...to, { pipeline: "notices", partition: "-" }] };
    assert.equal(await hear(store, both), true);
    const before = await contents(store);
    assert.equal(await hear(store, both), false);
    assert.deepEqual(await contents(store), before);
    const waiting = await Array.fromAsync(listDeliveries(store));
    const rest = {
      key: "7",
      id: "U1",
      connection: "site",
      resource: "Change Order Packages",
      action: "update",
      at: TEST_START,
      came: TEST_START,
      by: "9",
      tries: 0,
    };
    assert.deepEqual(waiting, [
      { pipeline: "changes", partition: "5", ...rest },
      { pipeline: "notices", partition: "-", ...rest },
    ]);
    assert.deepEqual(await Array.fromAsync(listDeliveries(store, "notices")), waiting.slice(1));
  }));

Deno.test("the same id at another connection is another delivery", () =>
  withStore(async (store) => {
    assert.equal(await hear(store, hearing("U1")), true);
    assert.equal(await hear(store, { ...hearing("U1"), connection: "other" }), true);
  }));

Deno.test("of copies that come at once one is stored", () =>
  withStore(async (store) => {
    const heard = await Promise.all(Array.from({ length: 50 }, () => hear(store, hearing("U1"))));
    assert.equal(heard.filter((stored) => stored).length, 1);
    assert.equal((await Array.fromAsync(listDeliveries(store))).length, 1);
  }));

Deno.test("deliveries that come at once share commits, and each is told what became of it", () =>
  withStore(async (store) => {
    let commits = 0;
    const { kv } = store;
    const atomic = kv.atomic.bind(kv);
    kv.atomic = () => (commits++, atomic());
    const heard = hearer(store);
    await heard(hearing("U3"));
    commits = 0;
    const ids = Array.from({ length: 100 }, (_, i) => `U${i % 60}`);
    const stored = await Promise.all(ids.map((id) => heard(hearing(id))));
    assert.equal(stored.filter((one) => one).length, 59);
    assert.equal(stored[3], false);
    assert.ok(commits <= 20, `${commits} commits`);
    assert.equal((await Array.fromAsync(listDeliveries(store))).length, 60);
  }));

Deno.test("what another process has heard meanwhile is known, and the others of the same commit are stored", () =>
  withStore(async (store) => {
    const heard = hearer(store);
    const { kv } = store;
    const getMany = kv.getMany.bind(kv) as typeof kv.getMany;
    let stolen = false;
    kv.getMany = (async (keys: Deno.KvKey[]) => {
      const found = await getMany(keys as never);
      if (keys.length > 1 && !stolen) {
        stolen = true;
        await hear({ ...store, kv }, hearing("U2"));
      }
      return found;
    }) as typeof kv.getMany;
    const first = heard(hearing("U0"));
    const stored = await Promise.all(["U1", "U2", "U3"].map((id) => heard(hearing(id))));
    assert.deepEqual([await first, ...stored], [true, true, false, true]);
    assert.equal((await Array.fromAsync(listDeliveries(store))).length, 4);
  }));

Deno.test("a key that cannot be one is its own delivery's trouble", () =>
  withStore(async (store) => {
    const heard = hearer(store);
    const stored = await Promise.allSettled([
      heard(hearing("U0")),
      heard(hearing("U1", { key: "7".repeat(700) })),
      heard(hearing("U2")),
    ]);
    assert.deepEqual(stored.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  }));

Deno.test("while the state fails every delivery is told so, and the next ones are tried", () =>
  withStore(async (store) => {
    const heard = hearer(store);
    const { kv } = store;
    const getMany = kv.getMany;
    kv.getMany = () => Promise.reject(new Error("disk full"));
    const failed = await Promise.allSettled(["U1", "U2", "U3"].map((id) => heard(hearing(id))));
    assert.ok(failed.every(({ status }) => status === "rejected"));
    kv.getMany = getMany;
    assert.equal(await heard(hearing("U1")), true);
  }));

Deno.test("an id is known until its deadline, not for as long as KV happens to show it", () =>
  withStore(async (store) => {
    await hear(store, hearing("U1"));
    store.clock.advance(DAY - 1);
    assert.equal(await hear(store, hearing("U1")), false);
    store.clock.advance(1);
    const later = { ...hearing("U1"), until: new Date(store.clock.now() + DAY).toISOString() };
    assert.equal(await hear(store, later), true);
    assert.equal(await hear(store, later), false);
  }));

Deno.test("known ids are forgotten after their deadline, and not before", () =>
  withStore(async (store) => {
    await hear(store, hearing("U1"));
    const writes = batch(store);
    assert.equal(await forgetHeard(store, writes), 0);
    store.clock.advance(DAY);
    assert.equal(await forgetHeard(store, writes), 1);
    await writes.commit();
    assert.ok(![...(await contents(store)).keys()].some((key) => key.startsWith("heard/")));
  }));

Deno.test("what was worked off goes, what came since stays, and what failed waits with its reason", () =>
  withStore(async (store) => {
    await hear(store, hearing("U1"));
    const [first] = await Array.fromAsync(listDeliveries(store));
    await hear(store, hearing("U2"));
    const writes = batch(store);
    dropDeliveries(writes, [first]);
    await writes.commit();
    const [second, ...none] = await Array.fromAsync(listDeliveries(store));
    assert.deepEqual([second.id, none], ["U2", []]);
    const failure = { code: "wire.busy", kind: "retry", fact: "Busy", action: "Wait" } as const;
    for (const counts of [true, false]) {
      const [now] = await Array.fromAsync(listDeliveries(store));
      keepDeliveries(writes, [now], { failure, due: until, counts });
      await writes.commit();
    }
    assert.deepEqual(await Array.fromAsync(listDeliveries(store)), [{ ...second, tries: 1, due: until, failure }]);
  }));

Deno.test("a delivery without a key lies before those with one, which ascend", () =>
  withStore(async (store) => {
    for (const [i, key] of ["10", "9", undefined].entries()) await hear(store, hearing(`U${i}`, { key }));
    assert.deepEqual((await Array.fromAsync(listDeliveries(store))).map(({ key }) => key), ["", "9", "10"]);
  }));
