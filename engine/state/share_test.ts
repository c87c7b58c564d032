import assert from "node:assert/strict";
import fc from "fast-check";
import { type Clock, manualClock, seededRandom } from "../clock.ts";
import { openStore } from "./open.ts";
import { permits } from "./permits.ts";
import { shareOf } from "./share.ts";
import { slots } from "./slots.ts";
import type { Store } from "./types.ts";

const START = Date.parse("2026-10-14T09:00:00Z");

async function store(): Promise<Store & { clock: ReturnType<typeof manualClock> }> {
  const clock = manualClock(START);
  return await openStore({ path: ":memory:", clock, random: seededRandom(1) }) as Store & {
    clock: ReturnType<typeof manualClock>;
  };
}

Deno.test("while nobody knows a window, calls leave and nothing is written", async () => {
  const state = await store();
  const { call } = shareOf(state, "procore");
  for (let i = 0; i < 50; i++) assert.equal(await call([], 0), 0);
  assert.deepEqual(await Array.fromAsync(state.kv.list({ prefix: ["permit"] })), []);
  state.close();
});

Deno.test("however processes take turns, they make no more calls than a window has left", async () => {
  const cases = fc.record({
    remaining: fc.nat(40),
    turns: fc.array(fc.record({ who: fc.nat(3), pause: fc.integer({ min: 0, max: 400 }) }), { maxLength: 150 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ remaining, turns }) => {
      const state = await store();
      const resetAt = START + 3_600_000;
      const calls = Array.from({ length: 4 }, (_, i) => permits(state, { connection: "p", owner: `${i}` }));
      // What each was told by the answer to its last call.
      const known = calls.map(() => remaining);
      let left = remaining;
      for (const { who, pause } of turns) {
        state.clock.advance(pause);
        const wait = await calls[who]([{ limit: 100, remaining: known[who], resetAt }], 0);
        assert(wait === 0 || wait >= 50);
        if (wait === 0) known[who] = --left;
        assert(left >= 0, "a call beyond what was left");
      }
      state.close();
    }),
    { numRuns: 40 },
  );
});

Deno.test("of a window that has opened one call is tried, and the others wait for its answer", async () => {
  const state = await store();
  const [a, b] = ["a", "b"].map((owner) => permits(state, { connection: "p", owner }));
  const window = { limit: 25, remaining: 1, resetAt: START + 10_000 };
  assert.equal(await a([window], 0), 0);
  assert(await b([window], 0) > 0);
  state.clock.advance(10_000);
  assert.equal(await b([], 0), 0);
  assert(await a([], 0) > 0);
  const answer = { limit: 25, remaining: 20, resetAt: START + 20_000 };
  assert.equal(await b([answer], 0), 0);
  assert.equal(await a([], 0), 0);
  state.close();
});

Deno.test("KV is touched once for a block, not for each call", async () => {
  const state = await store();
  let commits = 0;
  const { kv } = state;
  const atomic = kv.atomic.bind(kv);
  kv.atomic = () => (commits++, atomic());
  const call = permits(state, { connection: "p", owner: "a" });
  let remaining = 3600;
  for (let i = 0; i < 320; i++) {
    assert.equal(await call([{ limit: 3600, remaining: remaining--, resetAt: START + 3_600_000 }], 0), 0);
  }
  assert.equal(commits, 10);
  state.close();
});

/** A state whose sleepers wait until the test has moved its time on. */
async function waiting(): Promise<{ state: Store; pass: (ms: number) => Promise<void> }> {
  let time = START;
  const due = new Set<{ at: number; ring: () => void }>();
  const alarm = (ms: number, ring: () => void): () => void => {
    const one = { at: time + ms, ring };
    due.add(one);
    return () => void due.delete(one);
  };
  const clock: Clock = {
    now: () => time,
    alarm,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        alarm(ms, () => signal?.aborted ? reject(signal.reason) : resolve());
      }),
  };
  const state = await openStore({ path: ":memory:", clock, random: seededRandom(1) });
  return {
    state,
    async pass(ms) {
      time += ms;
      for (const one of [...due]) if (one.at <= time && due.delete(one)) one.ring();
      // What was woken asks the database, and goes on when that has answered.
      for (let i = 0; i < 6; i++) await state.kv.get(["nothing"]);
    },
  };
}

const held = async ({ kv }: Store): Promise<{ owner: string; slots: number }[]> =>
  JSON.parse(new TextDecoder().decode((await kv.get(["permit", "e", "at once"])).value as Uint8Array));

for (const [most, processes] of [[2, 2], [4, 2], [2, 3], [3, 4]]) {
  Deno.test(`${processes} processes have no more than ${most} calls at once, and each gets its turn`, async () => {
    const { state, pass } = await waiting();
    let [now, peak] = [0, 0];
    const done: number[] = Array(processes).fill(0);
    const work = async (who: number): Promise<void> => {
      const { slot } = slots(state, { connection: "e", owner: `${who}` });
      await Promise.all(Array.from({ length: 3 }, async () => {
        for (let i = 0; i < 4; i++) {
          const over = await slot(most);
          peak = Math.max(peak, ++now);
          await state.clock.sleep(400);
          now--;
          done[who]++;
          over();
        }
      }));
    };
    let ended = false;
    const all = Promise.all(done.map((_, who) => work(who))).then(() => void (ended = true));
    for (let step = 0; step < 2000 && !ended; step++) await pass(50);
    assert.deepEqual(done, Array(processes).fill(12));
    await all;
    assert.equal(peak, most);
    for (let step = 0; step < 10; step++) await pass(100);
    assert.deepEqual(await held(state), [], "all were given back");
    state.close();
  });
}

Deno.test("slots of a process that died are free when their time is over; a long call of a live one keeps its own", async () => {
  const { state, pass } = await waiting();
  await state.kv.set(
    ["permit", "e", "at once"],
    new TextEncoder().encode(JSON.stringify([{ owner: "dead", slots: 2, until: START + 5000, waits: false }])),
  );
  let taken = 0;
  void slots(state, { connection: "e", owner: "alive" }).slot(2).then(() => taken = state.clock.now());
  for (let step = 0; step < 400; step++) await pass(100);
  assert(taken >= START + 5000 && taken < START + 5500, `${taken - START}`);
  assert.deepEqual((await held(state)).map(({ owner, slots }) => [owner, slots]), [["alive", 2]]);
  state.close();
});

Deno.test("who closes gives back what it held, and who waits is let go when it is told to stop", async () => {
  const { state, pass } = await waiting();
  const stop = new AbortController();
  const [a, b] = ["a", "b"].map((owner) => slots(state, { connection: "e", owner, signal: stop.signal }));
  const over = await a.slot(1);
  let got = false;
  void b.slot(1).then(() => got = true);
  await pass(200);
  assert.equal(got, false);
  over();
  await a.close();
  await pass(200);
  assert.equal(got, true);
  const waits = a.slot(1).then(() => "got", (thrown) => thrown);
  await pass(1);
  stop.abort("stop");
  await pass(200);
  assert.equal(await waits, "stop");
  state.close();
});
