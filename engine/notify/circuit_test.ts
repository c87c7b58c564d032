import assert from "node:assert/strict";
import type { ManualClock } from "../clock.ts";
import { Failure, type FailureCode } from "../failure.ts";
import { getHealth } from "../state/health.ts";
import { withStore } from "../state/testing.ts";
import type { Store } from "../state/types.ts";
import { type Circuit, type Circuits, openCircuits } from "./circuit.ts";
import { ended, pipelineOf, told } from "./testing.ts";

const MINUTE = 60_000;
const vendors = pipelineOf("vendors"), projects = pipelineOf("projects");
const elsewhere = pipelineOf("elsewhere", { destination: { connection: "other" } as never });

interface House {
  store: Store & { clock: ManualClock };
  circuits: Circuits;
  probes: string[];
  /** What probes come to from now on. */
  probing(code?: FailureCode): void;
  /** A run whose calls to `procore` come to this, and how it ends. */
  run(
    answer: number | FailureCode,
    end?: Parameters<typeof ended>[0],
    pipeline?: typeof vendors,
  ): Promise<string | undefined>;
  state(): Promise<Circuit["state"] | undefined>;
}

async function house(test: (house: House) => Promise<void>): Promise<void> {
  await withStore(async (store) => {
    const probes: string[] = [];
    let code: FailureCode | undefined;
    const circuits = openCircuits({
      store,
      clock: store.clock,
      log: () => {},
      project: () => ({ pipelines: [], connections: { ebs: {}, procore: {}, other: {} } as never }),
      probe: (connection) => {
        probes.push(connection);
        return code ? Promise.reject(new Failure(code, { fact: "still gone" })) : Promise.resolve();
      },
    });
    await test({
      store,
      circuits,
      probes,
      probing: (next) => void (code = next),
      async run(answer, end = typeof answer === "number" && answer < 500 ? "done" : "wire.unavailable", one = vendors) {
        const startedAt = new Date(store.clock.now()).toISOString();
        const wire = circuits.hears("procore")(() =>
          typeof answer === "number"
            ? Promise.resolve(new Response(null, { status: answer }))
            : Promise.reject(new Failure(answer, { fact: "nobody there" }))
        );
        await wire(new Request("http://procore.test/")).catch(() => {});
        return await circuits.observe(one, ended(end, startedAt));
      },
      state: async () => (await getHealth<Circuit>(store, "circuit", "procore"))?.state,
    });
  });
}

Deno.test("three runs in a row that a system's absence ended open its circuit; one that went well starts the count anew", async () => {
  await house(async ({ run, state, circuits, store }) => {
    assert.equal(await run("wire.unreachable", "wire.unreachable"), "procore");
    assert.equal(await run(503, "wire.busy"), "procore");
    await run(200);
    assert.equal(await state(), undefined);
    await run(500);
    await run("wire.timeout", "wire.timeout");
    assert.deepEqual(await told(store), []);
    assert.equal(await circuits.heldBy(vendors), undefined);
    await run(502, "wire.unavailable", projects);
    assert.equal(await state(), "open");
    assert.equal((await circuits.heldBy(vendors))?.connection, "procore");
    assert.equal(await circuits.heldBy(elsewhere), undefined, "what does not need it runs");
    const [one, ...more] = await told(store);
    assert.match(one, /^bad: procore has not answered since 08:00: it answers with 502\. .*nothing is lost/);
    assert.deepEqual(more, []);
    await run(503);
    assert.equal((await told(store)).length, 1, "a run that was under way tells nothing new");
  });
});

Deno.test("what is no absence opens nothing", async () => {
  const table: [answer: number | FailureCode, end: Parameters<typeof ended>[0]][] = [
    [401, "login.refused"],
    [403, "permission.missing"],
    [429, "wire.busy"],
    [200, "wire.garbled"],
    [200, "record.invalid"],
    [503, "aborted"],
    ["wire.untrusted", "wire.untrusted"],
  ];
  for (const [answer, end] of table) {
    await house(async ({ run, state, store }) => {
      for (let i = 0; i < 5; i++) assert.equal(await run(answer, end), undefined, `${answer} ${end}`);
      assert.equal(await state(), undefined, `${answer} ${end}`);
      assert.deepEqual(await told(store), []);
    });
  }
});

Deno.test("a run that made no call says nothing about the system, and heals nothing", async () => {
  await house(async ({ run, state, circuits, store }) => {
    await run(503);
    await run(503);
    store.clock.advance(MINUTE);
    await circuits.observe(vendors, ended("done", new Date(store.clock.now()).toISOString()));
    await run(503);
    assert.equal(await state(), "open");
  });
});

Deno.test("probes come with growing pauses, one at a time over all instances, and trouble in a trial tells nobody", async () => {
  await house(async ({ run, state, circuits, store, probes, probing }) => {
    for (let i = 0; i < 3; i++) await run(503);
    probing("wire.unreachable");
    const pauses: number[] = [];
    for (let at = store.clock.now(), minute = 0; minute < 120; minute++) {
      store.clock.advance(MINUTE);
      const before = probes.length;
      await Promise.all([circuits.tend(), circuits.tend(), circuits.tend()]);
      assert.ok(probes.length - before <= 1);
      if (probes.length > before) {
        pauses.push((store.clock.now() - at) / MINUTE);
        at = store.clock.now();
      }
    }
    assert.deepEqual(pauses.slice(0, 6), [1, 2, 4, 8, 15, 15]);
    assert.deepEqual(new Set(probes), new Set(["procore"]));

    probing();
    for (let i = 0; i < 15; i++) {
      store.clock.advance(MINUTE);
      await circuits.tend();
    }
    assert.equal(await state(), "trial");
    assert.equal(await circuits.heldBy(vendors), undefined);
    assert.equal((await told(store)).length, 1, "nobody hears of a recovery that is not proven");
    await run(503);
    assert.equal(await state(), "open");
    store.clock.advance(15 * MINUTE);
    await circuits.tend();
    await run(200);
    assert.equal(await state(), undefined);
    const [, good, ...more] = await told(store);
    assert.match(good, /^good: procore answers again, after 2 h/);
    assert.deepEqual(more, []);
  });
});

Deno.test("a trial that nobody makes use of ends well; a refusal at the probe means that the system is there", async () => {
  await house(async ({ run, state, circuits, store, probing }) => {
    for (let i = 0; i < 3; i++) await run(503);
    probing("login.refused");
    store.clock.advance(MINUTE);
    await circuits.tend();
    assert.equal(await state(), "trial");
    store.clock.advance(15 * MINUTE);
    await circuits.tend();
    assert.equal(await state(), undefined);
    assert.match((await told(store))[1], /^good: procore answers again/);
  });
});
