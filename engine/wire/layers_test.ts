import assert from "node:assert/strict";
import { manualClock } from "../clock.ts";
import type { Wire } from "../connector.ts";
import type { Failure } from "../failure.ts";
import { type Fault, faulty } from "./fault.ts";
import { again, call, mark, markOf, routeOf } from "./mark.ts";
import { compose, layered, type StackOptions } from "./stack.ts";
import { callCounter } from "./count.ts";
import type { RateWindow } from "./budget.ts";

const ORIGIN = "https://api.example.test";

/** A stacked wire around a system that only notes what it was asked. */
function bench(
  faults: Fault[] = [],
  options: Partial<StackOptions> = {},
  answer: Wire = () => Promise.resolve(new Response("{}")),
) {
  const clock = manualClock(1_000_000);
  const start = clock.now();
  const arrived: { method: string; body: string; at: number }[] = [];
  const system: Wire = async (request) => {
    arrived.push({ method: request.method, body: await request.clone().text(), at: clock.now() - start });
    return answer(request);
  };
  const counter = callCounter();
  const stop = new AbortController();
  const wire = layered(faulty(system, faults, { clock }), {
    origins: [ORIGIN],
    clock,
    random: () => 0.5,
    log: () => {},
    signal: stop.signal,
    timeoutMs: 60_000,
    counter,
    ...options,
  });
  return { wire, clock, arrived, counter, stop, waited: () => clock.now() - start };
}

const read = () => call(`${ORIGIN}/rows`, { route: "GET /rows" });
const readByPost = () => call(`${ORIGIN}/get`, { method: "POST", body: "q", effect: "read", route: "POST /get" });
const write = () => call(`${ORIGIN}/rows`, { method: "POST", body: "row", route: "POST /rows" });

interface Scenario {
  name: string;
  request: () => Request;
  faults: Fault[];
  /** A status, or the code of the failure. */
  ends: number | string;
  /** Calls that left, and calls that the system saw. */
  left: number;
  arrived: number;
  /** Milliseconds at the least. */
  waits?: number;
}

const SCENARIOS: Scenario[] = [
  { name: "a call without faults leaves once", request: write, faults: [], ends: 200, left: 1, arrived: 1 },
  {
    name: "a read is repeated after a refused connection",
    request: read,
    faults: [{ do: "refuse" }],
    ends: 200,
    left: 2,
    arrived: 1,
    waits: 250,
  },
  {
    name: "a write is repeated after a refused connection",
    request: write,
    faults: [{ do: "refuse" }],
    ends: 200,
    left: 2,
    arrived: 1,
  },
  {
    name: "a read is repeated after a lost answer",
    request: read,
    faults: [{ do: "lose-answer" }],
    ends: 200,
    left: 2,
    arrived: 2,
  },
  {
    name: "a read by POST is repeated after a lost answer",
    request: readByPost,
    faults: [{ do: "lose-answer" }],
    ends: 200,
    left: 2,
    arrived: 2,
  },
  {
    name: "a write is never repeated after a lost answer",
    request: write,
    faults: [{ do: "lose-answer" }],
    ends: "wire.fate-unknown",
    left: 1,
    arrived: 1,
  },
  {
    name: "a read is repeated after a cut answer",
    request: read,
    faults: [{ do: "cut", bytes: 1 }],
    ends: 200,
    left: 2,
    arrived: 2,
  },
  {
    name: "a write is never repeated after a cut answer",
    request: write,
    faults: [{ do: "cut", bytes: 1 }],
    ends: "wire.fate-unknown",
    left: 1,
    arrived: 1,
  },
  {
    name: "a read is repeated after a time-out",
    request: read,
    faults: [{ do: "delay", ms: 61_000 }],
    ends: 200,
    left: 2,
    arrived: 2,
    waits: 61_000,
  },
  {
    name: "a write is never repeated after a time-out",
    request: write,
    faults: [{ do: "delay", ms: 61_000, after: true }],
    ends: "wire.fate-unknown",
    left: 1,
    arrived: 1,
  },
  {
    name: "a slow answer in time is an answer",
    request: write,
    faults: [{ do: "delay", ms: 59_000 }],
    ends: 200,
    left: 1,
    arrived: 1,
  },
  {
    name: "a write is repeated after 429, when it is allowed",
    request: write,
    faults: [{ do: "answer", status: 429, retryAfter: 7 }],
    ends: 200,
    left: 2,
    arrived: 1,
    waits: 7_000,
  },
  {
    name: "a write is repeated after 503 with Retry-After",
    request: write,
    faults: [{ do: "answer", status: 503, retryAfter: 3 }],
    ends: 200,
    left: 2,
    arrived: 1,
    waits: 3_000,
  },
  {
    name: "a write is not repeated after a bare 503",
    request: write,
    faults: [{ do: "answer", status: 503 }],
    ends: 503,
    left: 1,
    arrived: 0,
  },
  {
    name: "a write is not repeated after 502",
    request: write,
    faults: [{ do: "answer", status: 502 }],
    ends: 502,
    left: 1,
    arrived: 0,
  },
  {
    name: "a read is repeated after 502",
    request: read,
    faults: [{ do: "answer", status: 502 }],
    ends: 200,
    left: 2,
    arrived: 1,
  },
  {
    name: "a read is not repeated after 404",
    request: read,
    faults: [{ do: "answer", status: 404 }],
    ends: 404,
    left: 1,
    arrived: 0,
  },
  {
    name: "a 500 is not transient unless the connector says so",
    request: read,
    faults: [{ do: "answer", status: 500 }],
    ends: 500,
    left: 1,
    arrived: 0,
  },
  {
    name: "the last answer is given back after five attempts",
    request: read,
    faults: [{ do: "answer", status: 503, times: 9 }],
    ends: 503,
    left: 5,
    arrived: 0,
  },
  {
    name: "the last failure is thrown after five attempts",
    request: read,
    faults: [{ do: "refuse", times: 9 }],
    ends: "wire.unreachable",
    left: 5,
    arrived: 0,
  },
  {
    name: "a Retry-After of days is not waited for",
    request: read,
    faults: [{ do: "answer", status: 503, retryAfter: 200_000 }],
    ends: 503,
    left: 1,
    arrived: 0,
  },
];

for (const { name, request, faults, ends, left, arrived, waits = 0 } of SCENARIOS) {
  Deno.test(`On the wire ${name}`, async () => {
    const b = bench(faults);
    const end = await b.wire(request()).then((response) => response.status, (failure: Failure) => failure.code);
    assert.equal(end, ends);
    assert.equal(b.counter.total, left);
    assert.equal(b.arrived.length, arrived);
    assert.ok(
      b.arrived.every(({ method, body }) => body === (method === "GET" ? "" : request === write ? "row" : "q")),
    );
    assert.ok(b.waited() >= waits, `waited ${b.waited()} ms`);
  });
}

Deno.test("A foreign origin is refused before anything leaves, whatever spells it", async () => {
  const b = bench();
  for (
    const url of [
      "https://evil.test/rows",
      "http://api.example.test/rows",
      "https://api.example.test:444/",
      "https://api.example.test.evil.test/",
    ]
  ) {
    await assert.rejects(
      b.wire(call(url)),
      (error: Failure) => error.code === "wire.foreign-origin" && !error.message.includes("rows"),
    );
  }
  assert.equal(b.counter.total, 0);
  assert.equal(b.arrived.length, 0);
});

Deno.test("A stopped run gives up reads at once, waits for a write under way, and begins nothing", async () => {
  const b = bench([{ do: "hang", route: "GET /rows" }]);
  const reading = b.wire(read());
  await Promise.resolve();
  let answerWrite = () => {};
  const slow = bench([], {}, () => new Promise((resolve) => answerWrite = () => resolve(new Response("{}"))));
  const writing = slow.wire(write());
  while (slow.arrived.length === 0) await new Promise((resolve) => queueMicrotask(() => resolve(0)));
  b.stop.abort();
  slow.stop.abort();
  await assert.rejects(reading, { code: "run.aborted" });
  answerWrite();
  assert.equal((await writing).status, 200);
  await assert.rejects(slow.wire(write()), { code: "run.aborted" });
  assert.equal(slow.arrived.length, 1);
});

/** A system with two rate windows, that tells about the tighter one as Procore does. */
function limited(windows: { limit: number; ms: number }[]) {
  const clock = manualClock(0);
  const states = windows.map(({ limit, ms }) => ({ limit, ms, used: 0, resetAt: ms }));
  let refused = 0;
  const system: Wire = () => {
    for (const state of states) {
      if (clock.now() >= state.resetAt) Object.assign(state, { used: 0, resetAt: clock.now() + state.ms });
    }
    const tight = states.toSorted((a, b) => (a.limit - a.used) / a.limit - (b.limit - b.used) / b.limit)[0];
    const full = states.some((state) => state.used >= state.limit);
    if (full) refused++;
    else states.forEach((state) => state.used++);
    const headers = {
      "x-limit": String(tight.limit),
      "x-remaining": String(tight.limit - tight.used),
      "x-reset": String(tight.resetAt),
    };
    return Promise.resolve(new Response("{}", { status: full ? 429 : 200, headers }));
  };
  const learn = ({ headers }: Response): RateWindow => ({
    limit: Number(headers.get("x-limit")),
    remaining: Number(headers.get("x-remaining")),
    resetAt: Number(headers.get("x-reset")),
  });
  const wire = layered(system, {
    origins: [ORIGIN],
    clock,
    random: () => 0.5,
    log: () => {},
    signal: new AbortController().signal,
    timeoutMs: 60_000,
    learn,
  });
  return { wire, clock, refused: () => refused };
}

Deno.test("The budget spaces calls out and never runs into 429, one at a time or eight abreast", async () => {
  for (const abreast of [1, 8]) {
    const { wire, clock, refused } = limited([{ limit: 25, ms: 10_000 }, { limit: 600, ms: 3_600_000 }]);
    let left = 700;
    const worker = async () => {
      while (left-- > 0) assert.equal((await wire(read())).status, 200);
    };
    await Promise.all(Array.from({ length: abreast }, worker));
    assert.equal(refused(), 0);
    assert.ok(clock.now() >= 3_600_000 && clock.now() < 2 * 3_600_000, `took ${clock.now()} ms`);
  }
});

Deno.test("A short run is not slowed down", async () => {
  const { wire, clock } = limited([{ limit: 25, ms: 10_000 }]);
  for (let i = 0; i < 12; i++) await wire(read());
  assert.equal(clock.now(), 0);
});

Deno.test("When one call is told to wait, all calls of the wire wait", async () => {
  const b = bench([{ do: "answer", status: 429, retryAfter: 30, route: "GET /rows" }]);
  await Promise.all([b.wire(read()), b.wire(readByPost()).then(() => b.wire(write()))]);
  assert.ok(b.arrived.filter(({ method, body }) => method === "GET" || body === "row").every(({ at }) => at >= 30_000));
});

Deno.test("A wait longer than patience is said, not sat out", async () => {
  const clock = manualClock(0);
  const answers = [new Response(null, { status: 200, headers: { "x-left": "0" } })];
  const wire = layered(() => Promise.resolve(answers.shift() ?? new Response()), {
    origins: [ORIGIN],
    clock,
    random: () => 0,
    log: () => {},
    signal: new AbortController().signal,
    timeoutMs: 1000,
    attempts: 1,
    learn: (response) => response.headers.has("x-left") ? { limit: 10, remaining: 0, resetAt: 86_400_000 } : undefined,
  });
  await wire(read());
  await assert.rejects(wire(read()), { code: "wire.busy", retryAfter: 86_400_000 });
  assert.equal(clock.now(), 0);
});

Deno.test("A mark travels with copies; without one the method decides; a route has no ids in it", () => {
  const request = readByPost();
  assert.deepEqual(markOf(again(request)), { effect: "read", route: "POST /get" });
  assert.equal(markOf(new Request(ORIGIN, { method: "HEAD" })).effect, "read");
  assert.equal(markOf(new Request(ORIGIN, { method: "PATCH" })).effect, "write");
  assert.equal(
    routeOf(new Request(`${ORIGIN}/rest/v1.0/projects/4711/vendors/12?token=s`)),
    "GET /rest/v1.0/projects/{id}/vendors/{id}",
  );
  assert.equal(routeOf(mark(new Request(ORIGIN), { effect: "read", route: "r" })), "r");
});

Deno.test("Layers wrap from the outside in", async () => {
  const order: string[] = [];
  const layer = (name: string) => (wire: Wire): Wire => (request) => (order.push(name), wire(request));
  await compose(() => Promise.resolve(new Response()), layer("outer"), layer("inner"))(read());
  assert.deepEqual(order, ["outer", "inner"]);
});

Deno.test("An answer keeps its status, headers and both cookies when it is read whole", async () => {
  const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"], ["link", "<x>"]]);
  const b = bench([], {}, () => Promise.resolve(new Response("moved", { status: 302, headers })));
  const response = await b.wire(read());
  assert.deepEqual([
    response.status,
    response.headers.getSetCookie(),
    response.headers.get("link"),
    await response.text(),
  ], [302, ["a=1", "b=2"], "<x>", "moved"]);
  const empty = bench([], {}, () => Promise.resolve(new Response(null, { status: 204 })));
  assert.equal((await empty.wire(write())).status, 204);
});
