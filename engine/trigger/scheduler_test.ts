import assert from "node:assert/strict";
import { type ManualClock, manualClock, seededRandom } from "../clock.ts";
import { Failure } from "../failure.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";
import { batch } from "../state/batch.ts";
import { openStore } from "../state/open.ts";
import { getStarts, pausePipeline, resumePipeline, wakePipeline } from "../state/schedules.ts";
import type { Store } from "../state/types.ts";
import { openScheduler } from "./scheduler.ts";
import type { Ended } from "./start.ts";
import { projectOf, starting } from "./testing_starts.ts";

const MINUTE = 60_000;

/** A run under way in a test: it ends when it is told to. */
interface Working {
  owner: string;
  why: string;
  signal: AbortSignal;
  end(how?: Partial<Ended> & { state?: Ended["record"]["state"] }): Promise<void>;
  fail(thrown: unknown): Promise<void>;
}

/** A process that serves. */
interface Instance {
  stop(): void;
  served: Promise<void>;
  freeze(): void;
  thaw(): Promise<void>;
}

/** Several instances over one store, and the runs they have started, by pipeline. */
interface House {
  store: Store;
  clock: ManualClock;
  /** Starts an instance; it serves until it is stopped. Time stands still for it while it is frozen, as for a process that is paused. */
  instance(owner: string, atOnce?: number): Instance;
  working: Map<string, Working[]>;
  /** Every start in order, `vendors: its schedule`. */
  started: string[];
  /** Moves time, half a minute at a time, and lets everything settle in between. */
  pass(minutes: number): Promise<void>;
  /** Moves time at once. */
  advance(ms: number): void;
  warned: string[];
}

async function house(pipelines: Pipeline[], test: (house: House) => Promise<void>): Promise<void> {
  const clock = manualClock(Date.parse("2026-06-01T01:58:30Z"));
  const store = await openStore({ path: ":memory:", clock, random: seededRandom(4) });
  const project: Project = projectOf(...pipelines);
  const working = new Map<string, Working[]>();
  const [started, warned, stops]: [string[], string[], (() => void)[]] = [[], [], []];
  const clocks = new Set<ManualClock>();
  const advance = (ms: number): void => {
    clock.advance(ms);
    for (const own of clocks) own.advance(ms);
  };
  // The database does one thing after another: what is asked here comes behind what the instances have asked, step by step.
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 40; i++) await store.kv.get(["nothing"]);
  };
  try {
    await test({
      store,
      clock,
      advance,
      working,
      started,
      warned,
      instance(owner, atOnce) {
        const stopper = new AbortController();
        const own = manualClock(clock.now());
        clocks.add(own);
        const scheduler = openScheduler({
          store,
          clock: own,
          owner,
          atOnce,
          project: () => project,
          signal: stopper.signal,
          log: (level, message) => void warned.push(`${level}: ${message}`),
          start: ({ name }, { why, signal }) => {
            started.push(`${name}: ${why}`);
            const { promise, resolve, reject } = Promise.withResolvers<Ended>();
            const mine = working.get(name) ?? working.set(name, []).get(name)!;
            const leave = (how: () => void): Promise<void> => {
              mine.splice(mine.indexOf(one), 1);
              how();
              return settle();
            };
            const one: Working = {
              owner,
              why,
              signal,
              end: ({ state = "done", ...more } = {}) =>
                leave(() => resolve({ record: { id: `run-${started.length}`, state }, ...more })),
              fail: (thrown) => leave(() => reject(thrown)),
            };
            mine.push(one);
            return promise;
          },
        });
        const stop = () => stopper.abort(new Failure("run.aborted", { fact: "Told to stop" }));
        stops.push(stop);
        return {
          stop,
          served: scheduler.run(),
          freeze: () => void clocks.delete(own),
          thaw: () => {
            clocks.add(own);
            own.set(clock.now());
            return settle();
          },
        };
      },
      async pass(minutes) {
        await settle();
        for (let i = 0; i < minutes * 2; i++) {
          advance(MINUTE / 2);
          await settle();
        }
      },
    });
    for (const runs of working.values()) for (const run of [...runs]) await run.end({ state: "aborted" });
  } finally {
    for (const stop of stops) stop();
    await settle();
    store.close();
  }
}

const nightly = { cron: "0 2 * * *" };

Deno.test("of three instances one starts what is due; how it ended is written down", () =>
  house([starting("vendors", nightly)], async ({ store, instance, pass, started, working }) => {
    for (const owner of ["one", "two", "three"]) instance(owner);
    await pass(1);
    assert.deepEqual(started, []);
    await pass(60);
    assert.deepEqual(
      started,
      ["vendors: its schedule"],
      "and not again while it works for an hour: its claim is renewed",
    );
    await working.get("vendors")![0].end({ state: "partial" });
    await pass(10);
    assert.deepEqual(started, ["vendors: its schedule"]);
    const [{ starts }] = await getStarts(store, ["vendors"]);
    assert.equal(starts.claim, undefined);
    assert.equal(starts.last?.state, "partial");
    assert.equal(starts.last?.run, "run-1");
    assert.equal(starts.next?.at, "2026-06-02T02:00:00.000Z");
  }));

Deno.test("what there is no room for is left to another instance, or until there is", () =>
  house(
    ["a", "b", "c", "d"].map((name) => starting(name, nightly)),
    async ({ instance, pass, started, working }) => {
      instance("one", 2);
      await pass(3);
      assert.deepEqual(started, ["a: its schedule", "b: its schedule"]);
      instance("two", 1);
      await pass(1);
      assert.deepEqual([started.length, working.get("c")![0].owner], [3, "two"]);
      await working.get("a")![0].end();
      assert.deepEqual([started.length, working.get("d")![0].owner], [4, "one"], "at once, not at the next minute");
    },
  ));

Deno.test("one that is paused or dies is taken over once its claim has run out; should it wake, it writes nothing down", () =>
  house([starting("vendors", nightly)], async ({ store, instance, pass, started, working, warned }) => {
    const [one] = [instance("one"), instance("two")];
    await pass(2);
    const [first] = working.get("vendors")!;
    assert.equal(first.owner, "one");
    one.freeze();
    await pass(1);
    assert.equal(started.length, 1);
    await pass(1);
    assert.deepEqual(started, ["vendors: its schedule", "vendors: its schedule"]);
    assert.equal(working.get("vendors")![1].owner, "two");
    await one.thaw();
    await first.end();
    assert.match(warned.join(), /warn: Another instance has taken it over/);
    const [{ starts }] = await getStarts(store, ["vendors"]);
    assert.equal(starts.claim?.owner, "two");
    assert.equal(starts.last?.ended, undefined);
    await working.get("vendors")![0].end();
    await pass(5);
    assert.equal(started.length, 2);
  }));

Deno.test("a deployment: what is told to stop and stops is taken up at once by the next", () =>
  house([starting("vendors", nightly)], async ({ clock, instance, pass, started, working, warned }) => {
    const one = instance("one");
    await pass(2);
    one.stop();
    const [run] = working.get("vendors")!;
    assert(run.signal.aborted);
    await run.end({ state: "aborted" });
    const before = clock.now();
    await one.served;
    assert.equal(clock.now(), before, "it does not wait for what has ended");
    instance("two");
    await pass(1);
    assert.deepEqual(started, ["vendors: its schedule", "vendors: its schedule"]);
    await working.get("vendors")![0].end();
    await pass(5);
    assert.equal(started.length, 2);
    assert.deepEqual(warned, []);
  }));

Deno.test("a run that does not hear is left behind after ten seconds, and that is said", () =>
  house([starting("vendors", nightly)], async ({ advance, instance, pass, started, warned }) => {
    const one = instance("one");
    await pass(2);
    assert.equal(started.length, 1);
    one.stop();
    let served = false;
    void one.served.then(() => served = true);
    await pass(0);
    advance(9_999);
    await pass(0);
    assert.equal(served, false);
    advance(1);
    await pass(0);
    assert.equal(served, true);
    assert.match(warned.join(), /warn: Runs did not end in time/);
  }));

const ends: [what: string, end: (run: Working) => Promise<void>, state: string, again: number | undefined][] = [
  [
    "fails for a reason that passes",
    (run) => run.end({ state: "failed", failure: new Failure("wire.unreachable", { fact: "Down" }).toJSON() }),
    "failed",
    1,
  ],
  [
    "fails for a reason that needs a person",
    (run) => run.end({ state: "failed", failure: new Failure("login.refused", { fact: "No" }).toJSON() }),
    "failed",
    undefined,
  ],
  ["throws what passes", (run) => run.fail(new Failure("state.busy", { fact: "Busy" })), "failed", 1],
  ["throws what nobody expects", (run) => run.fail(new TypeError("Oh")), "failed", undefined],
  ["ends with records rejected", (run) => run.end({ state: "partial" }), "partial", undefined],
];

for (const [what, end, state, again] of ends) {
  Deno.test(`a run that ${what} ${again ? "is tried again" : "is not tried again before its time"}`, () =>
    house([starting("vendors", nightly)], async ({ store, instance, pass, started, working }) => {
      instance("one");
      await pass(2);
      await end(working.get("vendors")![0]);
      assert.equal((await getStarts(store, ["vendors"]))[0].starts.last?.state, state);
      assert.equal(started.length, 1, "not at once");
      await pass(2);
      assert.equal(started.length, again ? 2 : 1);
    }));
}

Deno.test("what is woken runs once for all that woke it, and once more for what came meanwhile", () =>
  house([starting("orders", undefined, ["vendors"])], async ({ store, instance, pass, started, working }) => {
    const wake = async (why: string, id: string): Promise<void> => {
      const writes = batch(store);
      wakePipeline(writes, "orders", why, id);
      await writes.commit();
    };
    instance("one");
    for (const id of ["1", "2", "3"]) await wake("after vendors", id);
    await wake("new links of vendors", "3");
    await pass(2);
    assert.deepEqual(started, ["orders: after vendors, new links of vendors"]);
    await wake("after vendors", "4");
    await pass(2);
    assert.equal(started.length, 1, "not beside itself");
    await working.get("orders")![0].end();
    assert.deepEqual(started.slice(1), ["orders: after vendors"]);
    await working.get("orders")![0].end();
    await pass(5);
    assert.equal(started.length, 2);
  }));

Deno.test("a paused pipeline does not start, and what is at work goes on; resumed, it makes up for what it missed", () =>
  house([starting("vendors", { cron: "*/5 * * * *" })], async ({ store, clock, instance, pass, started, working }) => {
    const write = async (change: typeof pausePipeline | typeof resumePipeline): Promise<void> => {
      const writes = batch(store);
      change(writes, "vendors", { by: "anna", at: new Date(clock.now()).toISOString() });
      await writes.commit();
    };
    instance("one");
    await pass(2);
    await write(pausePipeline);
    await pass(2);
    assert.equal(working.get("vendors")![0].signal.aborted, false);
    await working.get("vendors")![0].end();
    await pass(30);
    assert.equal(started.length, 1);
    await write(resumePipeline);
    await pass(1);
    assert.equal(started.length, 2, "once, for all six");
  }));

Deno.test("a state that cannot be read is said, and the next tick goes on", () =>
  house([starting("vendors", nightly)], async ({ store, instance, pass, started, warned }) => {
    instance("one");
    await pass(1);
    const { getMany } = store.kv;
    store.kv.getMany = () => Promise.reject(new Error("gone"));
    await pass(1);
    assert.deepEqual(started, []);
    assert.match(warned.join(), /What is due could not be found out/);
    store.kv.getMany = getMany;
    await pass(1);
    assert.equal(started.length, 1);
  }));
