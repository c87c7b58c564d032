import assert from "node:assert/strict";
import type { FailureRecord } from "../engine/failure.ts";
import type { House } from "./support/house.ts";
import { cursors, endState, house, PIPELINES } from "./support/small.ts";

type System = "ebs" | "procore";

/** Beyond both connectors' patience with one answer (120 s). */
const TOO_LONG = 200_000;

/** A fault as `POST /_sandbox/faults` takes it. */
interface Scenario {
  name: string;
  fault: Record<string, unknown>;
  /** The code a run ends with where a read is struck, by system. Absent: the run gets over it by itself. */
  stops?: Partial<Record<System, string>>;
  systems?: System[];
}

const SCENARIOS: Scenario[] = [
  { name: "the session dies: a fault", systems: ["ebs"], fault: { kind: "expire-session", mode: "fault" } },
  { name: "the session dies: a redirect", systems: ["ebs"], fault: { kind: "expire-session", mode: "redirect" } },
  { name: "the session dies: a login page", systems: ["ebs"], fault: { kind: "expire-session", mode: "html" } },
  { name: "the session dies: XML", systems: ["ebs"], fault: { kind: "expire-session", mode: "xml" } },
  { name: "the token is revoked", systems: ["procore"], fault: { kind: "expire-session" } },
  { name: "the token expires", systems: ["procore"], fault: { kind: "expire-session", mode: "expired" } },
  { name: "429 with Retry-After", fault: { kind: "status", status: 429, retry_after: 7 } },
  { name: "503 with Retry-After", fault: { kind: "status", status: 503, retry_after: 30 } },
  { name: "503 without", fault: { kind: "status", status: 503 } },
  // The gateway's 500 is an exception in PL/SQL: trying again at once would only raise it again.
  { name: "500", fault: { kind: "status", status: 500 }, stops: { ebs: "remote.refused" } },
  { name: "502", fault: { kind: "status", status: 502 } },
  { name: "dropped before", fault: { kind: "drop-before" } },
  { name: "dropped after", fault: { kind: "drop-after" } },
  { name: "an answer too late", fault: { kind: "delay-answer", ms: TOO_LONG } },
  { name: "done too late", fault: { kind: "delay-commit", ms: TOO_LONG } },
  { name: "dropped, and done a moment later", fault: { kind: "delay-commit", ms: 50, drop: true } },
  { name: "dropped, and done an hour later", fault: { kind: "delay-commit", ms: 3_000_000, drop: true } },
  {
    name: "half an answer, as if whole",
    fault: { kind: "cut-body", how: "clean" },
    stops: { ebs: "wire.garbled", procore: "wire.garbled" },
  },
  { name: "half an answer, broken off", fault: { kind: "cut-body", how: "broken" } },
  {
    name: "a web page in place of Procore",
    systems: ["procore"],
    fault: { kind: "html" },
    stops: { procore: "wire.garbled" },
  },
  // Whatever looks like a login page is one.
  { name: "a web page in place of EBS", systems: ["ebs"], fault: { kind: "html", route: "gusset/*" } },
  { name: "hostile XML", fault: { kind: "doctype" }, stops: { ebs: "wire.hostile-xml", procore: "wire.garbled" } },
];

interface Requests {
  total: number;
  routes: Record<string, { calls: number }>;
}

const requestsOf = async (home: House, system: System) => await home.control(system, "requests") as Requests;

async function calmly(): Promise<{ expected: unknown; calls: Record<System, number> }> {
  const home = await house();
  await home.runAll();
  const calls = { ebs: (await requestsOf(home, "ebs")).total, procore: (await requestsOf(home, "procore")).total };
  const expected = await endState(home);
  await home.close();
  return { expected, calls };
}

Deno.test("whatever befalls either system at the first, the middle or the last call, the runs end as calm ones do", async (t) => {
  const { expected, calls } = await calmly();
  for (const { name, fault, stops, systems = ["ebs", "procore"] } of SCENARIOS) {
    for (const system of systems as System[]) {
      await t.step(`${system}: ${name}`, async () => {
        for (const after of [0, calls[system] >> 1, calls[system] - 1]) {
          const at = `at call ${after} of ${calls[system]}`;
          const home = await house();
          await home.control(system, "faults", { ...fault, after: fault.route ? Math.min(after, 6) : after });
          let stopped = false;
          for (const pipeline of PIPELINES) {
            const { failure, record } = await home.run(pipeline);
            if (!failure) continue;
            stopped = true;
            assert.equal(failure.code, stops?.[system], `${at}: ${failure.fact}`);
            assert.equal(record.state, "failed");
            for (const [key, cursor] of Object.entries(await cursors(home.store))) {
              if (key.startsWith(`cursor/${pipeline}/`)) assert.match(cursor, /"since":null/, `${at}: ${key} moved`);
            }
          }
          assert.deepEqual(await home.control(system, "faults"), [], `${at}: the fault never struck`);
          if (stopped) {
            home.clock.advance(3_600_000);
            home.reopen();
            for (const pipeline of PIPELINES) assert.equal((await home.run(pipeline)).failure, undefined, at);
          }
          assert.deepEqual(await endState(home), expected, at);
          await home.close();
        }
      });
    }
  }
});

Deno.test("a write whose answer was lost is sent again only where it did not arrive, and nothing stands twice", async (t) => {
  const { expected } = await calmly();
  const table: { fault: Record<string, unknown>; sent: number }[] = [
    { fault: { kind: "drop-before" }, sent: 2 },
    { fault: { kind: "drop-after" }, sent: 1 },
    { fault: { kind: "delay-answer", ms: TOO_LONG }, sent: 1 },
    { fault: { kind: "cut-body", how: "clean" }, sent: 1 },
    { fault: { kind: "cut-body", how: "broken" }, sent: 1 },
    { fault: { kind: "html" }, sent: 2 },
    { fault: { kind: "status", status: 503 }, sent: 2 },
    { fault: { kind: "status", status: 500 }, sent: 2 },
    // It arrives after the second one: the same keys, so that nothing is made twice.
    { fault: { kind: "delay-commit", ms: 3_000_000, drop: true }, sent: 2 },
  ];
  for (const { fault, sent } of table) {
    for (const [route, calm] of [["vendors/sync", 1], ["cost_codes/sync", 2]] as const) {
      await t.step(`${JSON.stringify(fault)} at ${route}`, async () => {
        const home = await house();
        await home.control("procore", "faults", { ...fault, route: `PATCH */${route}` });
        for (const pipeline of PIPELINES) {
          const { failure } = await home.run(pipeline);
          assert.equal(failure, undefined, JSON.stringify(failure));
        }
        home.clock.advance(3_600_000);
        const { routes } = await requestsOf(home, "procore");
        assert.equal(routes[`PATCH /rest/v1.0/${route}`].calls, calm + sent - 1);
        assert.deepEqual(await endState(home), expected);
        await home.close();
      });
    }
  }
});

Deno.test("a system that stays down ends the run with one clear reason, and the next run does all of it", async (t) => {
  const { expected } = await calmly();
  const table: { system: System; fault: Record<string, unknown>; code?: RegExp }[] = [
    { system: "ebs", fault: { kind: "status", status: 503 }, code: /^wire\.unavailable$/ },
    { system: "procore", fault: { kind: "status", status: 503 }, code: /^wire\.(unavailable|busy)$/ },
    { system: "procore", fault: { kind: "status", status: 429, retry_after: 3600 }, code: /^wire\.busy$/ },
    { system: "ebs", fault: { kind: "drop-before" }, code: /^wire\.unreachable$/ },
    { system: "procore", fault: { kind: "drop-before" }, code: /^wire\.(unreachable|fate-unknown)$/ },
    { system: "procore", fault: { kind: "drop-after", route: "PATCH *" } },
    { system: "procore", fault: { kind: "drop-before", route: "PATCH *" }, code: /^wire\.fate-unknown$/ },
  ];
  for (const { system, fault, code } of table) {
    await t.step(`${system}: ${JSON.stringify(fault)}`, async () => {
      const home = await house();
      await home.control(system, "faults", { ...fault, times: "always" });
      const failures: FailureRecord[] = [];
      for (const pipeline of PIPELINES) failures.push(...[(await home.run(pipeline)).failure ?? []].flat());
      assert.equal(failures.length > 0, code !== undefined);
      for (const failure of failures) {
        assert.match(failure.code, code!, failure.fact);
        assert(failure.fact !== "" && failure.action !== "", "it says what happened and what to do");
      }
      await home.control(system, "faults", undefined, "DELETE");
      home.clock.advance(3_600_000);
      home.reopen();
      for (const pipeline of PIPELINES) assert.equal((await home.run(pipeline)).failure, undefined);
      assert.deepEqual(await endState(home), expected);
      await home.close();
    });
  }
});
