import assert from "node:assert/strict";
import fc from "fast-check";
import { batch } from "../state/batch.ts";
import { acquire, isHeld } from "../state/lease.ts";
import { changeClaim, getStarts, wakePipeline } from "../state/schedules.ts";
import { contents, withStore } from "../state/testing.ts";
import type { Store } from "../state/types.ts";
import { projectOf, starting } from "./testing_starts.ts";
import { CLAIM, type Due, tick } from "./tick.ts";

const MINUTE = 60_000;
const project = projectOf(starting("projects", { cron: "1 8 * * *" }), starting("vendors", { cron: "1 8 * * *" }));
const names = (due: readonly Due[]): string[] => due.map(({ pipeline }) => pipeline.name);

Deno.test("ten instances that tick at once: each start goes to one of them, in dependency order", () =>
  withStore(async (store) => {
    await tick({ store, project, owner: "first" });
    store.clock.advance(MINUTE);
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => tick({ store, project, owner: `${i}` })));
    assert.deepEqual(names(all.flat()).sort(), ["projects", "vendors"]);
    const [{ starts }] = await getStarts(store, ["vendors"]);
    assert.equal(starts.claim?.id, all.flat().find(({ pipeline }) => pipeline.name === "vendors")!.id);
    store.clock.advance(MINUTE);
    assert.deepEqual(await tick({ store, project, owner: "last" }), []);
  }));

Deno.test("a tick that finds nothing to do writes nothing", () =>
  withStore(async (store) => {
    await tick({ store, project, owner: "one" });
    const before = await contents(store);
    for (let i = 0; i < 3; i++) assert.deepEqual(await tick({ store, project, owner: "one" }), []);
    assert.deepEqual(await contents(store), before);
  }));

Deno.test("where there is no room a start is left to others, just as it is", () =>
  withStore(async (store) => {
    await tick({ store, project, owner: "one" });
    store.clock.advance(MINUTE);
    const before = await contents(store);
    assert.deepEqual(await tick({ store, project, owner: "one", room: 0 }), []);
    assert.deepEqual(await contents(store), before);
    assert.deepEqual(names(await tick({ store, project, owner: "one", room: 1 })), ["projects"]);
    assert.deepEqual(names(await tick({ store, project, owner: "two", room: 1 })), ["vendors"]);
  }));

Deno.test("a start waits while a person's run holds a partition, and is made once it has ended, even where what is missed is left out", () =>
  withStore(async (store) => {
    const skipping = projectOf(starting("vendors", { cron: "1 8 * * *", missed: "skip" }));
    await tick({ store, project: skipping, owner: "one" });
    const lease = await acquire(store, { pipeline: "vendors", partition: "204", owner: "anna", ttl: 60 * MINUTE });
    assert(!isHeld(lease));
    store.clock.advance(MINUTE);
    assert.deepEqual(await tick({ store, project: skipping, owner: "one" }), []);
    store.clock.advance(20 * MINUTE);
    assert.deepEqual(await tick({ store, project: skipping, owner: "one" }), []);
    await lease.release();
    assert.deepEqual(names(await tick({ store, project: skipping, owner: "one" })), ["vendors"]);
  }));

Deno.test("a start that a system which is gone holds up waits, and is made once, even where what is missed is left out", () =>
  withStore(async (store) => {
    const skipping = projectOf(starting("vendors", { cron: "1 * * * *", missed: "skip" }), starting("other", {}));
    const asked: string[] = [];
    const gone = ({ name }: { name: string }): Promise<unknown> => {
      asked.push(name);
      return Promise.resolve(name === "vendors" ? { connection: "procore" } : undefined);
    };
    await tick({ store, project: skipping, owner: "one", heldBy: gone });
    assert.deepEqual(asked, [], "nothing is asked for what is not due");
    for (let minute = 0; minute < 6 * 60; minute++) {
      store.clock.advance(MINUTE);
      assert.deepEqual(await tick({ store, project: skipping, owner: "one", heldBy: gone }), []);
    }
    assert.deepEqual(names(await tick({ store, project: skipping, owner: "one" })), ["vendors"]);
    const [{ starts }] = await getStarts(store, ["vendors"]);
    assert.equal(starts.pending, undefined, "six starts held up are one");
  }));

/** A remote database whose next commit is applied, and whose answer is lost. */
function losing(store: Store): () => void {
  const { atomic } = store.kv;
  return () => {
    store.kv.atomic = () => {
      const operation = atomic.call(store.kv);
      const { commit } = operation;
      operation.commit = async () => {
        store.kv.atomic = atomic;
        await commit.call(operation);
        throw new Error("connection reset");
      };
      return operation;
    };
  };
}

Deno.test("a claim whose answer was lost is ours, and nobody else's", () =>
  withStore(async (store) => {
    const one = projectOf(starting("vendors", { cron: "1 8 * * *" }));
    await tick({ store, project: one, owner: "one" });
    store.clock.advance(MINUTE);
    const lose = losing(store);
    store.remote = true;
    lose();
    const due = await tick({ store, project: one, owner: "one" });
    assert.deepEqual(names(due), ["vendors"]);
    assert.deepEqual(await tick({ store, project: one, owner: "two" }), []);
    lose();
    await changeClaim(store, { pipeline: "vendors", id: due[0].id }, ({ claim: _, ...rest }) => rest);
    assert.equal((await getStarts(store, ["vendors"]))[0].starts.claim, undefined);
  }));

type Step = { do: "tick"; by: number } | { do: "pass"; minutes: number } | { do: "end" } | {
  do: "wake";
};

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("tick" as const), by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  fc.constantFrom<Step>({ do: "end" }, { do: "wake" }),
);

Deno.test("whatever happens in whatever order: never two at work on one pipeline, and nothing that woke it is left behind", () =>
  fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 30 }), (happens) =>
      withStore(async (store) => {
        const hourly = projectOf(starting("orders", { cron: "0 * * * *", overlap: "queue" }, ["vendors"]));
        let working: Due | undefined;
        let until = 0, wakes = 0, unheard = false;
        const take = (due: readonly Due[]): void => {
          if (due.length === 0) return;
          assert.equal(due.length, 1);
          assert(!working || store.clock.now() >= until, "the one before has ended, or is cut off");
          [working] = due;
          until = store.clock.now() + CLAIM;
          unheard = false;
        };
        for (const step of happens) {
          if (step.do === "pass") store.clock.advance(step.minutes * MINUTE);
          if (step.do === "tick") {
            const all = Array.from({ length: step.by }, (_, i) => tick({ store, project: hourly, owner: `${i}` }));
            take((await Promise.all(all)).flat());
          }
          if (step.do === "end" && working) {
            await changeClaim(store, { pipeline: "orders", id: working.id }, ({ claim: _, ...rest }) => rest);
            working = undefined;
          }
          if (step.do === "wake") {
            const writes = batch(store);
            wakePipeline(writes, "orders", "after vendors", String(++wakes));
            await writes.commit();
            unheard = true;
          }
        }
        // In the end somebody is there.
        for (let i = 0; unheard && i < 3; i++) {
          store.clock.advance(CLAIM);
          take(await tick({ store, project: hourly, owner: "last" }));
        }
        assert.equal(unheard, false);
      })),
    { numRuns: 60 },
  ));
