import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { batch } from "./batch.ts";
import { acquire, isHeld, listLeases } from "./lease.ts";
import { contents, startChild, take, TEST_START, withStateFile, withStore } from "./testing.ts";

const isLost = (thrown: unknown) => thrown instanceof Failure && thrown.code === "lease.lost" && thrown.kind === "lost";
const until = (ms: number) => new Date(Date.parse(TEST_START) + ms).toISOString();

Deno.test("a lease is held until its deadline, then taken over with a higher fence", () =>
  withStore(async (store) => {
    const first = await take(store, "204", "first", 1000);
    assert.equal(first.fence, 1);
    const ask = () => acquire(store, { pipeline: "vendors", partition: "204", owner: "second", ttl: 1000 });
    assert.deepEqual(await ask(), { heldBy: "first", until: until(1000) });
    store.clock.advance(999);
    assert.deepEqual(await ask(), { heldBy: "first", until: until(1000) });
    store.clock.advance(1);
    const second = await ask();
    assert.ok(!isHeld(second));
    assert.equal(second.fence, 2);
    await assert.rejects(first.renew(), isLost);
    assert.throws(() => first.guard(), isLost);
    await second.renew();
  }));

Deno.test("renewing prolongs, and does not move the fence that commits check", () =>
  withStore(async (store) => {
    const lease = await take(store, "204", "first", 1000);
    const guard = lease.guard();
    const writes = batch(store, lease).set(["a"], 1);
    for (let i = 0; i < 5; i++) {
      store.clock.advance(900);
      await lease.renew();
    }
    assert.deepEqual(lease.guard(), guard);
    await writes.commit();
    const other = await acquire(store, { pipeline: "vendors", partition: "204", owner: "second", ttl: 1000 });
    assert.deepEqual(other, { heldBy: "first", until: until(5 * 900 + 1000) });
  }));

Deno.test("a holder that wakes after its deadline keeps the lease where nobody wanted it", () =>
  withStore(async (store) => {
    const lease = await take(store, "204", "first", 1000);
    store.clock.advance(5000);
    await batch(store, lease).set(["a"], 1).commit();
    await lease.renew();
    assert.ok(isHeld(await acquire(store, { pipeline: "vendors", partition: "204", owner: "second", ttl: 1000 })));
  }));

Deno.test("leases of other partitions and pipelines are free, and an owner that asks again is told that it is held", () =>
  withStore(async (store) => {
    await take(store, "204", "me");
    await take(store, "205", "me");
    assert.ok(!isHeld(await acquire(store, { pipeline: "projects", partition: "204", owner: "me", ttl: 1000 })));
    const again = await acquire(store, { pipeline: "vendors", partition: "204", owner: "me", ttl: 1000 });
    assert.ok(isHeld(again) && again.heldBy === "me");
  }));

Deno.test("a released lease is free at once, its fence goes on counting, and releasing again does nothing", () =>
  withStore(async (store) => {
    const first = await take(store);
    await first.release();
    const second = await take(store);
    assert.equal(second.fence, 2);
    await first.release();
    await assert.rejects(first.renew(), isLost);
    assert.ok(isHeld(await acquire(store, { pipeline: "vendors", partition: "204", owner: "third", ttl: 1000 })));
  }));

Deno.test("releasing a lease that another has taken leaves it alone, and never throws", () =>
  withStore(async (store) => {
    const first = await take(store, "204", "first", 1000);
    store.clock.advance(1000);
    await take(store, "204", "second");
    const before = await contents(store);
    await first.release();
    assert.deepEqual(await contents(store), before);
    const third = await take(store, "205");
    store.close();
    await third.release();
    store.kv = await Deno.openKv(":memory:");
    store.close = () => store.kv.close();
  }));

Deno.test("of many that ask at a time one gets it", () =>
  withStore(async (store) => {
    const ask = (_: unknown, i: number) =>
      acquire(store, { pipeline: "vendors", partition: "204", owner: `worker ${i}`, ttl: 1000 });
    for (let round = 1; round <= 3; round++) {
      const answers = await Promise.all(Array.from({ length: 20 }, ask));
      const leases = answers.flatMap((answer) => isHeld(answer) ? [] : [answer]);
      assert.equal(leases.length, 1);
      for (const answer of answers) if (isHeld(answer)) assert.equal(answer.heldBy, leases[0].owner);
      store.clock.advance(1000);
    }
  }));

Deno.test("the list has the leases that have not run out", () =>
  withStore(async (store) => {
    await take(store, "204", "short", 1000);
    await take(store, "205", "long", 5000);
    const list = () => Array.fromAsync(listLeases(store, "vendors"), ({ owner }) => owner);
    assert.deepEqual(await list(), ["short", "long"]);
    store.clock.advance(1000);
    assert.deepEqual(await list(), ["long"]);
    assert.deepEqual(await Array.fromAsync(listLeases(store)), [
      { pipeline: "vendors", partition: "205", owner: "long", until: until(5000) },
    ]);
  }));

Deno.test(
  "a process that slept through its lease wakes and can write nothing",
  { ignore: Deno.build.os === "windows" },
  () =>
    withStateFile(async (path, open) => {
      const first = startChild("testing_holder.ts", [path, "first", "400"]);
      assert.equal(await first.line(), "fence 1");
      await first.say("one");
      assert.equal(await first.line(), "ok");
      first.signal("SIGSTOP");

      // Asks until the deadline has passed: that is the wait.
      const store = await open();
      let fence: string | undefined;
      while (!fence) {
        const second = await acquire(store, { pipeline: "vendors", partition: "204", owner: "second", ttl: 60_000 });
        if (!isHeld(second)) {
          fence = `fence ${second.fence}`;
          await batch(store, second).set(["last"], "second").commit();
        } else {
          assert.equal(second.heldBy, "first");
          await store.clock.sleep(25);
        }
      }
      assert.equal(fence, "fence 2");
      const before = await contents(store);

      first.signal("SIGCONT");
      for (const line of ["two", "three"]) {
        await first.say(line);
        assert.equal(await first.line(), "lease.lost");
      }
      await first.say("renew");
      assert.equal(await first.line(), "lease.lost");
      await first.say("release");
      assert.equal(await first.line(), "ok");
      await first.say("four");
      assert.equal(await first.line(), "lease.lost");
      assert.deepEqual(await contents(store), before);
      assert.equal(before.get("last"), '"second"');
      assert.deepEqual([...before.keys()].filter((key) => key.startsWith("written")), ["written/one"]);
      await first.ended();
      store.close();
    }),
);
