import assert from "node:assert/strict";
import fc from "fast-check";
import type { ManualClock } from "../clock.ts";
import type { Delivery } from "../connector.ts";
import { Failure, type FailureRecord } from "../failure.ts";
import { listDeliveries, type WaitingDelivery } from "../state/deliveries.ts";
import { hear } from "../state/hear.ts";
import type { Project } from "../pipeline/model.ts";
import { acquire, isHeld } from "../state/lease.ts";
import { batch } from "../state/batch.ts";
import { pausePipeline, resumePipeline } from "../state/schedules.ts";
import { contents, withStore } from "../state/testing.ts";
import type { Store } from "../state/types.ts";
import { listenersOf, partitionFor } from "./listeners.ts";
import { registry, testDelivery, testProject } from "./testing.ts";
import { type Asked, tidyDeliveries, workDeliveries, type Worked, type WorkOptions } from "./work.ts";

const SETTLE = 3_000;
const project = testProject();

interface Desk {
  store: Store & { clock: ManualClock };
  /** A delivery comes in. */
  come(id: string, more?: Partial<Delivery>): Promise<void>;
  work(more?: Partial<WorkOptions>): Promise<Worked>;
  /** What was run: pipeline, what was asked. */
  runs: [pipeline: string, asked: Asked][];
  waiting(): Promise<WaitingDelivery[]>;
}

async function desk(
  test: (desk: Desk) => Promise<void>,
  answer: (
    pipeline: string,
    asked: Asked,
    nth: number,
  ) => FailureRecord | undefined | Promise<FailureRecord | undefined> = () => undefined,
): Promise<void> {
  await withStore(async (store) => {
    const runs: Desk["runs"] = [];
    await test({
      store,
      runs,
      come: async (id, more) => {
        const delivery = testDelivery(id, { at: new Date(store.clock.now()).toISOString(), ...more });
        const to = listenersOf({ project, registry }, "site", delivery.resource).map((listener) => ({
          pipeline: listener.pipeline.name,
          partition: partitionFor(listener, delivery),
        }));
        const until = new Date(store.clock.now() + 86_400_000).toISOString();
        await hear(store, { connection: "site", delivery, to, until });
      },
      work: (more = {}) =>
        workDeliveries({
          store,
          project,
          owner: "test",
          run: async ({ name }, asked) => {
            const nth = runs.push([name, asked]);
            return { failure: await answer(name, asked, nth) };
          },
          log: () => {},
          ...more,
        }),
      waiting: () => Array.fromAsync(listDeliveries(store)),
    });
  });
}

const VENDORS = { resource: "Vendors", partition: undefined };
const busy = new Failure("wire.busy", { fact: "Busy" }).toJSON();

Deno.test("deliveries of one record are one read, once nothing more was heard of it for three seconds", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    for (const id of ["U1", "U2", "U3"]) {
      await come(id, VENDORS);
      store.clock.advance(SETTLE - 1);
      const { next } = await work();
      assert.equal(next, store.clock.now() + 1);
    }
    assert.deepEqual(runs, []);
    store.clock.advance(1);
    const worked = await work();
    assert.deepEqual(runs, [["vendors", { only: ["7"] }]]);
    assert.deepEqual(worked, { runs: 1, records: 1, done: 3, own: 0, failed: 0 });
    assert.deepEqual(await waiting(), []);
    await work();
    assert.equal(runs.length, 1);
  }));

Deno.test("a record that is told of without end is read all the same, ten times that later", () =>
  desk(async ({ come, work, runs, store }) => {
    for (let i = 0; i < 40 && runs.length === 0; i++) {
      await come(`U${i}`, VENDORS);
      store.clock.advance(1_000);
      await work();
    }
    assert.equal(runs.length, 1);
    assert.equal((store.clock.now() - Date.parse("2026-03-01T08:00:00Z")) / 1000, 30);
  }));

Deno.test("every pipeline that listens is run, partition by partition, with the keys of each", () =>
  desk(async ({ come, work, runs, store }) => {
    await come("U1", { key: "7", partition: "5" });
    await come("U2", { key: "10", partition: "5" });
    await come("U3", { key: "9", partition: "6" });
    store.clock.advance(SETTLE);
    await work();
    const asked = [{ only: ["7", "10"], partition: "5" }, { only: ["9"], partition: "6" }];
    assert.deepEqual(runs, ["changes", "notices"].flatMap((name) => asked.map((one) => [name, one])));
  }));

Deno.test("two resources of one record are one read", () =>
  desk(async ({ come, work, runs, store }) => {
    await come("U1");
    await come("U2", { resource: "Change Lines" });
    store.clock.advance(SETTLE);
    await work();
    assert.deepEqual(runs.filter(([name]) => name === "changes"), [["changes", { only: ["7"], partition: "5" }]]);
  }));

Deno.test("where only something below a record is named, the partition's changes are read", () =>
  desk(async ({ come, work, runs, store }) => {
    await come("U1", { resource: "Change Lines", key: undefined });
    store.clock.advance(SETTLE);
    await work();
    assert.deepEqual(runs, [["changes", { partition: "5" }]]);
  }));

Deno.test("a hundred keys are one run, and more are several", () =>
  desk(async ({ come, work, runs, store }) => {
    for (let key = 1; key <= 250; key++) await come(`U${key}`, { ...VENDORS, key: `${key}` });
    store.clock.advance(SETTLE);
    await work();
    assert.deepEqual(runs.map(([, { only }]) => only?.length), [100, 100, 50]);
  }));

Deno.test("what comes while its record is read is read again", () =>
  withStore(async (store) => {
    const at = new Date(store.clock.now()).toISOString();
    const come = (id: string) =>
      hear(store, {
        connection: "site",
        delivery: testDelivery(id, { ...VENDORS, at }),
        to: [{ pipeline: "vendors", partition: "-" }],
        until: new Date(store.clock.now() + 86_400_000).toISOString(),
      });
    await come("U1");
    store.clock.advance(SETTLE);
    const options: WorkOptions = {
      store,
      project,
      owner: "test",
      run: async () => {
        await come("U2");
        return {};
      },
      log: () => {},
    };
    await workDeliveries(options);
    assert.deepEqual((await Array.fromAsync(listDeliveries(store))).map(({ id }) => id), ["U2"]);
  }));

Deno.test("what fails waits longer each time, an hour at the most, and holds up nobody else", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", { partition: "5" });
    await come("U2", { partition: "6" });
    store.clock.advance(SETTLE);
    const { next, done, failed } = await work();
    assert.deepEqual([done, failed], [3, 1]);
    const [left, ...none] = await waiting();
    assert.deepEqual([left.pipeline, left.partition, left.tries, left.failure?.code, none], [
      "changes",
      "5",
      1,
      "wire.busy",
      [],
    ]);
    assert.equal(Date.parse(left.due!), next);
    const waits: number[] = [];
    for (let due = next!; waits.length < 12;) {
      store.clock.set(due - 1);
      const before = runs.length;
      assert.equal((await work()).next, due);
      assert.equal(runs.length, before, "it was tried too early");
      store.clock.advance(1);
      const again = (await work()).next!;
      assert.equal(runs.length, before + 1);
      waits.push(again - store.clock.now());
      due = again;
    }
    waits.forEach((wait, i) => {
      const full = Math.min(3_600_000, 10_000 * 2 ** (i + 1));
      assert.ok(wait >= full / 2 && wait <= full, `wait ${i} is ${wait}`);
    });
  }, (name, { partition }) => name === "changes" && partition === "5" ? busy : undefined));

Deno.test("news of a record that failed waits with it, and both are one read", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    const { next } = await work();
    await come("U2", VENDORS);
    store.clock.set(next! - 1);
    await work();
    assert.equal(runs.length, 1);
    store.clock.advance(SETTLE);
    await work();
    assert.deepEqual([runs.length, await waiting()], [2, []]);
  }, (_, __, nth) => nth === 1 ? busy : undefined));

for (const code of ["run.leased", "run.aborted"] as const) {
  Deno.test(`${code} is no failure of the delivery: it is tried again soon`, () =>
    desk(async ({ come, work, store, waiting }) => {
      await come("U1", VENDORS);
      store.clock.advance(SETTLE);
      const { next } = await work();
      assert.equal(next! - store.clock.now(), 5_000);
      assert.equal((await waiting())[0].tries, 0);
    }, () => new Failure(code, { fact: "Not now" }).toJSON()));
}

Deno.test("a run that throws is a failure, and a bug of ours loses no delivery", () =>
  desk(async ({ come, work, store, waiting }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    await work();
    assert.equal((await waiting())[0].failure?.code, "bug");
  }, () => {
    throw new TypeError("undefined is not a function");
  }));

Deno.test("our own writes are dropped unread; one delivery of somebody else's keeps the record", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", { ...VENDORS, key: "1", by: "us" });
    await come("U2", { ...VENDORS, key: "2", by: "us" });
    await come("U3", { ...VENDORS, key: "2", by: "anna" });
    store.clock.advance(SETTLE);
    const worked = await work({ own: (_, { by }) => Promise.resolve(by === "us") });
    assert.deepEqual(worked, { runs: 1, records: 1, done: 2, own: 1, failed: 0 });
    assert.deepEqual(runs, [["vendors", { only: ["2"] }]]);
    assert.deepEqual(await waiting(), []);
  }));

Deno.test("where it cannot be told whose write it was, the record is read", () =>
  desk(async ({ come, work, runs, store }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    await work({ own: () => Promise.reject(new Failure("wire.unreachable", { fact: "Down" })) });
    assert.equal(runs.length, 1);
  }));

Deno.test("deliveries that another process is at are left to it", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    const lease = await acquire(store, { pipeline: "~deliveries", partition: "vendors", owner: "other", ttl: 60_000 });
    assert.ok(!isHeld(lease));
    const { next } = await work();
    assert.deepEqual([runs.length, next], [0, store.clock.now() + 60_000]);
    assert.equal((await waiting()).length, 1);
    await lease.release();
    await work();
    assert.equal(runs.length, 1);
  }));

Deno.test("who lost the lease meanwhile takes nothing away", () =>
  withStore(async (store) => {
    const at = new Date(store.clock.now()).toISOString();
    await hear(store, {
      connection: "site",
      delivery: testDelivery("U1", { ...VENDORS, at }),
      to: [{ pipeline: "vendors", partition: "-" }],
      until: at,
    });
    store.clock.advance(SETTLE);
    const takeOver = async () => {
      // A process that was stopped for two minutes: its heartbeat stood still with it.
      store.clock.set(store.clock.now() + 120_000);
      await acquire(store, { pipeline: "~deliveries", partition: "vendors", owner: "other", ttl: 60_000 });
    };
    const stopped = { ...store, clock: { ...store.clock, alarm: () => () => {} } };
    await workDeliveries({
      store: stopped,
      project,
      owner: "test",
      run: async () => {
        await takeOver();
        return {};
      },
      log: () => {},
    });
    assert.equal((await Array.fromAsync(listDeliveries(store))).length, 1);
  }));

Deno.test("a run that takes long keeps the lease", () =>
  withStore(async (store) => {
    const at = new Date(store.clock.now()).toISOString();
    await hear(store, {
      connection: "site",
      delivery: testDelivery("U1", { ...VENDORS, at }),
      to: [{ pipeline: "vendors", partition: "-" }],
      until: at,
    });
    store.clock.advance(SETTLE);
    const { done } = await workDeliveries({
      store,
      project,
      owner: "test",
      run: async () => {
        for (let i = 0; i < 20; i++) {
          store.clock.advance(20_000);
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        const other = await acquire(store, { pipeline: "~deliveries", partition: "vendors", owner: "o", ttl: 1 });
        assert.ok(isHeld(other));
        return {};
      },
      log: () => {},
    });
    assert.equal(done, 1);
  }));

Deno.test("deliveries for a pipeline that is gone are dropped after a day, not before", () =>
  desk(async ({ come, work, store, waiting }) => {
    await come("U1", VENDORS);
    const without = { ...project, pipelines: project.pipelines.filter(({ name }) => name !== "vendors") };
    store.clock.advance(86_399_999);
    await work({ project: without });
    assert.equal((await waiting()).length, 1);
    store.clock.advance(1);
    await work({ project: without });
    assert.deepEqual(await waiting(), []);
  }));

Deno.test("nothing is worked off in quiet hours, and all of it at their end", () =>
  desk(async ({ come, work, runs, store }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    const schedule = {
      cron: "0 2 * * *",
      timezone: "UTC",
      jitter: 0,
      missed: "once",
      overlap: "skip",
      quiet: [{ from: "07:30", to: "09:15" }],
    } as const;
    const quiet: Project = {
      ...project,
      pipelines: project.pipelines.map((one) => ({
        ...one,
        trigger: { ...one.trigger, schedule: { ...schedule, quiet: [...schedule.quiet] } },
      })),
    };
    const { next } = await work({ project: quiet });
    assert.deepEqual([runs.length, new Date(next!).toISOString()], [0, "2026-03-01T09:15:00.000Z"]);
    store.clock.set(next!);
    await work({ project: quiet });
    assert.equal(runs.length, 1);
  }));

Deno.test("deliveries of what a system that is gone holds up wait, and are no failure", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    const until = new Date(store.clock.now() + 60_000).toISOString();
    const { next, failed } = await work({ heldBy: () => Promise.resolve({ until }) });
    assert.deepEqual([runs.length, failed, next], [0, 0, Date.parse(until)]);
    assert.equal((await waiting())[0].tries, 0);
    await work({ heldBy: () => Promise.resolve(undefined) });
    assert.equal(runs.length, 1);
  }));

Deno.test("a paused pipeline's deliveries wait until it is resumed", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    const writes = batch(store);
    pausePipeline(writes, "vendors", { by: "anna", at: "2026-03-01T08:00:00.000Z", why: "stocktaking" });
    await writes.commit();
    await work();
    assert.deepEqual([runs.length, (await waiting()).length], [0, 1]);
    resumePipeline(writes, "vendors");
    await writes.commit();
    await work();
    assert.equal(runs.length, 1);
  }));

Deno.test("an interrupted worker leaves what it has not begun", () =>
  desk(async ({ come, work, runs, store, waiting }) => {
    await come("U1", VENDORS);
    store.clock.advance(SETTLE);
    await work({ signal: AbortSignal.abort() });
    assert.deepEqual([runs.length, (await waiting()).length], [0, 1]);
  }));

Deno.test("known ids are tidied away after their day", () =>
  desk(async ({ come, store }) => {
    await come("U1");
    assert.equal(await tidyDeliveries(store), 0);
    store.clock.advance(86_400_000);
    assert.equal(await tidyDeliveries(store), 1);
    assert.ok(![...(await contents(store)).keys()].some((key) => key.startsWith("heard/")));
  }));

Deno.test("however deliveries come, come again and fail, each record is read after its last news", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          key: fc.integer({ min: 1, max: 5 }),
          id: fc.integer({ min: 1, max: 40 }),
          wait: fc.constantFrom(0, 500, 4_000),
          fails: fc.boolean(),
        }),
        { maxLength: 40 },
      ),
      async (events) => {
        const heardAt = new Map<string, number>(), readAt = new Map<string, number>();
        let fails = false;
        let now = () => 0;
        await desk(async ({ come, work, store, waiting }) => {
          now = () => store.clock.now();
          const known = new Set<number>();
          for (const event of events) {
            fails = event.fails;
            await come(`U${event.id}`, { ...VENDORS, key: `${event.key}` });
            if (!known.has(event.id)) heardAt.set(`${event.key}`, store.clock.now());
            known.add(event.id);
            store.clock.advance(event.wait);
            await work();
          }
          fails = false;
          for (let next: number | undefined = now(); next !== undefined; next = (await work()).next) {
            store.clock.set(next);
          }
          assert.deepEqual(await waiting(), []);
          for (const [key, heard] of heardAt) assert.ok((readAt.get(key) ?? -1) >= heard, `record ${key}`);
        }, (_, { only }) => {
          if (fails) return busy;
          for (const key of only!) readAt.set(key, now());
        });
      },
    ),
    { numRuns: 40 },
  ));
