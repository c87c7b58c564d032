import assert from "node:assert/strict";
import type { FailureRecord } from "../engine/failure.ts";
import { acquire, isHeld, listLeases } from "../engine/state/lease.ts";
import { contents } from "../engine/state/testing.ts";
import { endState, house, watch } from "./support/small.ts";

/** Something that a test opens when it pleases. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const START_OF_WRITE = /PATCH .*vendors\/sync/;

/** A house whose first write of vendors waits until it is let go, before it reaches Procore. */
function held() {
  const reached = gate(), go = gate();
  let first = true;
  const calls = watch();
  return {
    reached: reached.opened,
    go: go.open,
    calls,
    around: (connection: string, wire: (request: Request) => Promise<Response>) => {
      const watched = calls.around(connection, wire);
      return async (request: Request) => {
        if (first && START_OF_WRITE.test(`${request.method} ${request.url}`)) {
          first = false;
          reached.open();
          await go.opened;
        }
        return await watched(request);
      };
    },
  };
}

Deno.test("of two runs at once the second is told who is at work and until when, and does nothing", async () => {
  const hold = held();
  const home = await house({ around: hold.around });
  const first = home.run("vendors");
  await hold.reached;
  hold.calls.clear();
  home.reopen();
  const second = await home.run("vendors");
  assert.equal(second.failure?.code, "run.leased");
  assert.match(second.failure!.fact, /is at work on it/);
  const until = Date.parse(/ends at (\S+)$/.exec(second.failure!.fact)![1]);
  assert(until > home.clock.now() && until <= home.clock.now() + 60_000);
  assert.equal(second.record.state, "failed");
  assert.deepEqual(second.changes, []);
  assert.deepEqual(hold.calls.writes(), []);
  // Another pipeline is not held up, and a plan needs no lease.
  assert.equal((await home.run("projects")).failure, undefined);
  assert.equal((await home.run("vendors", { mode: "plan" })).failure, undefined);
  hold.go();
  const done = await first;
  assert.equal(done.failure, undefined);
  assert.equal(done.counts.create, 10);
  assert.deepEqual(await Array.fromAsync(listLeases(home.store)), [], "every lease was let go");
  assert.equal((await home.run("vendors")).failure, undefined);
  await home.close();
});

Deno.test("a run that may wait says so, and starts when the other is done", async () => {
  const hold = held();
  const home = await house({ around: hold.around });
  const first = home.run("vendors");
  await hold.reached;
  const waits: [FailureRecord, number][] = [];
  home.reopen();
  const second = home.run("vendors", {
    onWait: (failure, ms) => {
      waits.push([failure, ms]);
      hold.go();
    },
  });
  const [one, two] = await Promise.all([first, second]);
  assert.equal(one.failure, undefined);
  assert.equal(two.failure, undefined);
  assert(waits.length > 0);
  assert.equal(waits[0][0].code, "run.leased");
  assert(waits.every(([, ms]) => ms >= 0 && ms <= 60_000));
  assert.equal(one.counts.create, 10);
  assert.equal(two.counts.create, 0, "it finds everything done");
  assert.equal((await home.rows("procore", "vendors")).length, 13);
  await home.close();
});

Deno.test("a run that waits can be stopped", async () => {
  const home = await house();
  const got = await acquire(home.store, { pipeline: "vendors", partition: "-", owner: "somebody", ttl: 60_000_000 });
  assert(!isHeld(got));
  const stop = new AbortController();
  const run = await home.run("vendors", {
    signal: stop.signal,
    onWait: () => stop.abort(new DOMException("enough", "AbortError")),
  });
  assert.equal(run.record.state, "aborted");
  assert(run.failure);
  assert.deepEqual(run.changes, []);
  await home.close();
});

Deno.test("a run that slept past its lease writes nothing more once another has taken over", async (t) => {
  const calm = await house();
  await calm.runAll();
  const expected = await endState(calm);
  await calm.close();

  /** Where it falls asleep: before a call of this kind leaves. */
  const places: [name: string, at: RegExp, sent: number][] = [
    ["before its write leaves", /PATCH .*vendors\/sync/, 1],
    ["before it reads a page", /get_suppliers/, 0],
    ["before it looks at the destination", /GET .*\/vendors/, 0],
  ];
  for (const [name, at, late] of places) {
    await t.step(name, async () => {
      const reached = gate(), go = gate();
      let asleep = false;
      const calls: string[] = [];
      const home = await house({
        around: (connection, wire) => async (request) => {
          const call = `${connection} ${request.method} ${request.url}`;
          if (!asleep && at.test(call)) {
            asleep = true;
            reached.open();
            await go.opened;
          }
          calls.push(call);
          return await wire(request);
        },
      });
      await home.run("projects");
      const sleeper = home.run("vendors");
      await reached.opened;
      // Its beats do not come: the machine sleeps. The state's clock is the world's, so that the lease has run out.
      const [lease] = await Array.fromAsync(listLeases(home.store, "vendors"));
      await home.store.kv.delete(["lease", "vendors", lease.partition]);
      home.reopen();
      const taker = await home.run("vendors");
      assert.equal(taker.failure, undefined);
      const between = { kv: await contents(home.store), vendors: await home.rows("procore", "vendors") };
      calls.length = 0;
      go.open();
      const lost = await sleeper;
      assert.equal(lost.failure?.code, "lease.lost", JSON.stringify(lost.failure ?? lost.counts));
      assert.equal(lost.failure!.kind, "lost");
      // What was on its way when it fell asleep arrives, and makes nothing twice; nothing else is sent, nothing is remembered.
      assert.equal(calls.filter((call) => /procore (POST|PATCH|PUT|DELETE) .*\/rest/.test(call)).length, late);
      const after = await contents(home.store);
      const run = (key: string) => /^(run|operation)/.test(key);
      assert.deepEqual(
        [...after].filter(([key]) => !run(key)),
        [...between.kv].filter(([key]) => !run(key)),
      );
      const plain = (rows: typeof between.vendors) => rows.map(({ updated_at: _, ...row }) => row);
      assert.deepEqual(plain(await home.rows("procore", "vendors")), plain(between.vendors));

      home.clock.advance(3_600_000);
      home.reopen();
      await home.run("vendors");
      await home.run("cost-codes");
      assert.deepEqual(await endState(home), expected);
      await home.close();
    });
  }
});

Deno.test("a lease that a killed run left ends by its deadline, and not before", async () => {
  const home = await house();
  const left = await acquire(home.store, { pipeline: "vendors", partition: "-", owner: "killed", ttl: 60_000 });
  assert(!isHeld(left));
  assert.equal((await home.run("vendors")).failure?.code, "run.leased");
  home.clock.advance(59_000);
  assert.equal((await home.run("vendors")).failure?.code, "run.leased");
  home.clock.advance(1_001);
  assert.equal((await home.run("vendors")).failure, undefined);
  await home.close();
});

Deno.test("a run keeps its lease by its beats, however slow its calls are", async () => {
  const held: number[] = [];
  const home = await house({
    settings: { ebs: { timeout: 600_000 }, procore: { timeout: 600_000 } },
    around: (_, wire) => async (request) => {
      // A call takes longer than the lease lasts, and the beats come meanwhile.
      for (let step = 0; step < 7; step++) {
        home.clock.advance(10_000);
        await Promise.all([home.store.kv.get([]), home.store.kv.get([])]);
        held.push((await Array.fromAsync(listLeases(home.store, "vendors"))).length);
      }
      return await wire(request);
    },
  });
  const { failure, counts } = await home.run("vendors");
  assert.equal(failure, undefined, JSON.stringify(failure));
  assert.equal(counts.create, 10);
  const taken = held.indexOf(1);
  assert(taken > 0 && held.length - taken > 20);
  assert(held.slice(taken).every((count) => count === 1), held.join(""));
  await home.close();
});

Deno.test("two pipelines run side by side on one state without a word to each other", async () => {
  const home = await house();
  await home.run("projects");
  const [vendors, codes] = await Promise.all([home.run("vendors"), home.run("cost-codes")]);
  assert.equal(vendors.failure, undefined);
  assert.equal(codes.failure, undefined);
  assert.deepEqual([vendors.counts.create, codes.counts.create], [10, 4]);
  await endState(home);
  await home.close();
});
