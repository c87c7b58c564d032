import assert from "node:assert/strict";
import { openWatch } from "../engine/notify/notify.ts";
import { listHealth, listNews } from "../engine/state/health.ts";
import { countRejected } from "../engine/state/rejected.ts";
import { openScheduler } from "../engine/trigger/scheduler.ts";
import { unreachable } from "../engine/wire/trouble.ts";
import type { Schedule } from "../engine/pipeline/model.ts";
import type { Wire } from "../engine/connector.ts";
import { house, shippedProject, START } from "./support/house.ts";
import { endState, PIPELINES, small } from "./support/small.ts";

const MINUTE = 60_000, HOUR = 60 * MINUTE;
const HOOK = "https://chat.example.test/services/T0/B0/very-secret-path";

/** How Procore is down: nobody there, or a proxy in its place. */
const OUTAGES: Record<string, Wire> = {
  "nobody answers": (request) => Promise.reject(unreachable(request, "the connection was refused")),
  "a proxy answers with 503": () => Promise.resolve(new Response("down for maintenance", { status: 503 })),
};

for (const [how, outage] of Object.entries(OUTAGES)) {
  Deno.test(`six hours of Procore being down, ${how}: one notification, one recovery, and all is caught up in the limits`, async () => {
    let down = false, callsWhileDown = 0;
    const around = (connection: string, wire: Wire): Wire =>
      connection !== "procore" ? wire : watched((request) => {
        if (!down) return wire(request);
        callsWhileDown++;
        return outage(request);
      });
    // Opened below, around the house's store; calls come later.
    const watched = (wire: Wire): Wire => (request) => watches[0].hears("procore")(wire)(request);

    const data = small();
    data.procore_companies = [{ name: "Small Builders", hourly_limit: "120", spike_limit: "12" }];
    const home = await house({ data, project: await every(10), around });
    const { store, clock, project } = home;
    const posted: { url: string; text: string }[] = [];
    const lines: string[] = [];
    const stop = new AbortController();
    const log = (_: string, message: string, fields?: unknown): void =>
      void lines.push(`${message} ${JSON.stringify(fields)}`);
    // Two instances over one state: what one sees the other does not tell again.
    const watches = ["one", "two"].map((owner) =>
      openWatch({
        store,
        clock,
        log,
        owner,
        project: () => project,
        probe: async (name) => void await (await home.engine.connect(name)).session.identity(),
        settings: () => ({
          url: { secret: "notify-url" },
          origin: "https://chat.example.test",
          format: "slack",
          about: ["failures", "rejected", "connections", "missed"],
          timezone: "America/Denver",
          quiet: [],
        }),
        url: () => Promise.resolve(HOOK),
        wire: async (request) => {
          posted.push({ url: request.url, text: (await request.json()).text });
          return new Response("ok");
        },
      })
    );
    const started: { at: number; pipeline: string; state: string }[] = [];
    const schedulers = watches.map((watch, i) =>
      openScheduler({
        store,
        clock,
        log,
        project: () => project,
        owner: String(i),
        signal: stop.signal,
        atOnce: 1,
        watch,
        start: async (pipeline, { signal }) => {
          const at = clock.now();
          const result = await home.run(pipeline.name, { signal });
          started.push({ at, pipeline: pipeline.name, state: result.record.state });
          return result;
        },
      })
    );
    /** Serves for a while, a minute at a time. */
    const pass = async (ms: number): Promise<void> => {
      for (const end = clock.now() + ms; clock.now() < end; clock.advance(MINUTE - clock.now() % MINUTE)) {
        for (const watch of watches) await watch.look();
        for (const scheduler of schedulers) await scheduler.tick(), await scheduler.idle();
        for (const watch of watches) await watch.tell();
      }
    };

    await pass(HOUR);
    assert.ok(started.filter(({ state }) => state === "done").length >= 9, "all is well at first");
    const calm = posted.length;
    const [before, first] = [started.length, clock.now()];

    down = true;
    for (let hour = 0; hour < 6; hour++) {
      for (let i = 1; i <= 10; i++) {
        await home.touch("ebs", "AP_SUPPLIERS", String(3000 + i), { VENDOR_NAME: `Renamed ${i} in hour ${hour}` });
      }
      await pass(HOUR);
    }
    const [bad, ...more] = posted.slice(calm);
    assert.deepEqual(more, [], "one notification in six hours");
    assert.match(bad.text, /procore has not answered since 0\d:\d\d: .*nothing is lost/);
    const inVain = started.slice(before).filter(({ state }) => state === "failed");
    assert.ok(inVain.length <= 4, `runs are put off, not failed each minute: ${inVain.length}`);
    assert.ok(callsWhileDown < 6 * 60, `and Procore is asked only now and then: ${callsWhileDown} calls`);
    assert.equal([...await listHealth(store, "circuit")].length, 1, "EBS is not blamed");

    await home.control("procore", "requests", undefined, "DELETE");
    down = false;
    const back = clock.now();
    await pass(HOUR);
    const [good, ...other] = posted.slice(calm + 1);
    assert.deepEqual(other, [], "one recovery, and nothing else");
    assert.match(good.text, /procore answers again, after 6 h/);
    const caughtUp = started.filter(({ at, state }) => at >= back && state === "done");
    assert.deepEqual(new Set(caughtUp.map(({ pipeline }) => pipeline)), new Set(PIPELINES));
    assert.ok(caughtUp[0].at - back <= 20 * MINUTE, "soon");
    const names = (await home.rows("procore", "vendors")).map(({ name }) => name);
    for (let i = 1; i <= 10; i++) assert.ok(names.includes(`Renamed ${i} in hour 5`), `${i} is caught up`);
    const { routes } = await home.control("procore", "requests") as {
      routes: Record<string, { status: Record<string, number> }>;
    };
    assert.equal(Object.values(routes).reduce((sum, { status }) => sum + (status["429"] ?? 0), 0), 0);
    assert.deepEqual(await Array.fromAsync(listNews(store)), [], "nothing is left to be told");
    assert.equal((await listHealth(store, "circuit")).size, 0);
    assert.equal(await countRejected(store, "vendors"), 0);
    assert.ok(first - START >= HOUR);

    // What the systems hold in the end is what a house without an outage would hold.
    const calmHouse = await house({ data: small(), project: await every(10) });
    await calmHouse.runAll();
    for (let i = 1; i <= 10; i++) {
      await calmHouse.touch("ebs", "AP_SUPPLIERS", String(3000 + i), { VENDOR_NAME: `Renamed ${i} in hour 5` });
    }
    await calmHouse.runAll();
    assert.deepEqual(await endState(home), await endState(calmHouse));
    assert.ok(posted.every(({ url }) => url === HOOK));
    assert.ok(!lines.join("\n").includes("very-secret-path") && !posted.some(({ text }) => text.includes("secret")));
    stop.abort();
    await home.close();
    await calmHouse.close();
  });
}

/** The pipelines, started every so many minutes. */
async function every(minutes: number) {
  const { pipelines, connections } = await shippedProject();
  const schedule: Schedule = {
    cron: `*/${minutes} * * * *`,
    timezone: "UTC",
    jitter: 0,
    missed: "skip",
    overlap: "skip",
    quiet: [],
  };
  const wanted = pipelines.filter(({ name }) => (PIPELINES as readonly string[]).includes(name));
  return { connections, pipelines: wanted.map((one) => ({ ...one, trigger: { ...one.trigger, schedule } })) };
}
