import assert from "node:assert/strict";
import { manualClock } from "../clock.ts";
import type { Row } from "../connector.ts";
import { ConnectionDropped, control } from "./control.ts";

const START = Date.parse("2026-03-02T08:00:00Z");

function sandbox() {
  const clock = manualClock(START);
  const seen = { commits: 0, expired: [] as (string | undefined)[] };
  let rows: Row[] = [];
  const reset = () => void (rows = [{ ID: "1", NAME: "Mesa Grading" }, { ID: "2", NAME: "Ridge Steel" }]);
  reset();
  const made = control({
    clock,
    tables: () => ({ VENDORS: rows }),
    touch(table, key, fields) {
      if (table !== "VENDORS") throw new Error(`No table ${table}`);
      const row = rows.find((row) => row.ID === key) ?? { ID: key ?? String(rows.length + 1) };
      Object.assign(row, fields);
      if (!rows.includes(row)) rows.push(row);
      return row;
    },
    reset,
    expiryModes: ["302"],
    expire: (_, mode) => void seen.expired.push(mode),
    answer: (status) => Response.json({ errors: "no" }, { status }),
  });
  const serve = (request: Request) => {
    if (request.method === "POST") seen.commits++;
    return Promise.resolve(Response.json({ served: true }, { status: request.method === "POST" ? 201 : 200 }));
  };
  const call = (path: string, init?: RequestInit) =>
    made.intercept(new Request(`http://127.0.0.1:8101${path}`, init), serve);
  const steer = async (path: string, body?: unknown, method = body === undefined ? "GET" : "POST") => {
    const response = await call(`/_sandbox${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return { clock, seen, call, steer, control: made };
}

Deno.test("rows are listed by table, a piece at a time", async () => {
  const { steer } = sandbox();
  assert.ok((await steer("/")).body.controls.includes("GET /_sandbox/rows/:table"));
  assert.deepEqual((await steer("/rows")).body, { VENDORS: 2 });
  assert.deepEqual((await steer("/rows/VENDORS?limit=1&offset=1")).body, {
    table: "VENDORS",
    total: 2,
    rows: [{ ID: "2", NAME: "Ridge Steel" }],
  });
  assert.deepEqual(await steer("/rows/NOBODY"), {
    status: 404,
    body: { error: "No table NOBODY; there are VENDORS" },
  });
});

Deno.test("a touch edits or adds a row, and its numbers keep their digits", async () => {
  const { steer } = sandbox();
  const edited = await steer("/touch", { table: "VENDORS", key: "2", fields: { NAME: "Ridge Steel LLC" } });
  assert.deepEqual(edited.body, { ID: "2", NAME: "Ridge Steel LLC" });
  const { call } = sandbox();
  const added = await call("/_sandbox/touch", {
    method: "POST",
    body: `{"table":"VENDORS","fields":{"AMOUNT":12345678901234567.10}}`,
  });
  assert.deepEqual(await added.json(), { ID: "3", AMOUNT: "12345678901234567.10" });
});

Deno.test("requests are counted by route and outcome, the control API's own are not", async () => {
  const { call, steer } = sandbox();
  await call("/rest/v1.0/projects/7/codes");
  await call("/rest/v1.0/projects/8/codes");
  await steer("/faults", { kind: "status", status: 503, retry_after: 7 });
  const refused = await call("/rest/v1.0/projects/9/codes");
  assert.equal(refused.headers.get("Retry-After"), "7");
  await steer("/faults", { kind: "drop-before" });
  await assert.rejects(call("/login", { method: "POST" }), TypeError);
  assert.deepEqual((await steer("/requests")).body, {
    total: 4,
    routes: {
      "GET /rest/v1.0/projects/{id}/codes": { calls: 3, status: { "200": 2, "503": 1 } },
      "POST /login": { calls: 1, status: { dropped: 1 } },
    },
  });
  assert.equal((await steer("/requests", undefined, "DELETE")).body.total, 0);
});

Deno.test("a fault strikes its route, after so many, so many times, and then no more", async () => {
  const { call, steer } = sandbox();
  await steer("/faults", { kind: "status", status: 500, route: "POST */sync", after: 1, times: 2 });
  const statuses = [];
  for (const path of ["/vendors/sync", "/other", "/vendors/sync", "/codes/sync", "/vendors/sync"]) {
    statuses.push((await call(path, { method: "POST" })).status);
  }
  assert.deepEqual(statuses, [201, 201, 500, 500, 201]);
  assert.deepEqual((await steer("/faults")).body, []);
});

Deno.test("what a fault does to the work and to the answer", async (t) => {
  const table: [Record<string, unknown>, number, string][] = [
    [{ kind: "drop-before" }, 0, "dropped"],
    [{ kind: "drop-after" }, 1, "dropped"],
    [{ kind: "status", status: 429 }, 0, '429 {"errors":"no"}'],
    [{ kind: "cut-body" }, 1, '201 {"serve'],
    [{ kind: "cut-body", how: "broken" }, 1, "201 broken"],
    [{ kind: "delay-answer", ms: 5000 }, 1, '201 {"served":true}'],
    [{ kind: "delay-commit", ms: 5000 }, 1, '201 {"served":true}'],
    [{ kind: "expire-session", mode: "302" }, 1, '201 {"served":true}'],
  ];
  for (const [fault, commits, expected] of table) {
    await t.step(JSON.stringify(fault), async () => {
      const { call, steer, seen, clock } = sandbox();
      assert.equal((await steer("/faults", fault)).status, 201);
      const got = await call("/x", { method: "POST" }).then(
        async (answer) => `${answer.status} ${await answer.text().catch(() => "broken")}`,
        (error) => error instanceof ConnectionDropped ? "dropped" : String(error),
      );
      assert.equal(got, expected);
      assert.equal(seen.commits, commits);
      assert.deepEqual(seen.expired, fault.kind === "expire-session" ? ["302"] : []);
      assert.equal(clock.now() - START, fault.ms ?? 0);
    });
  }
});

Deno.test("a page, or hostile XML, can stand in the place of an answer, and nothing is done", async () => {
  const { call, steer, seen } = sandbox();
  for (
    const [kind, type, look] of [
      ["html", "text/html; charset=UTF-8", /^<!DOCTYPE html>/],
      ["doctype", "application/xml", /<!ENTITY x SYSTEM/],
    ] as const
  ) {
    await steer("/faults", { kind });
    const answer = await call("/x", { method: "POST" });
    assert.equal(`${answer.status} ${answer.headers.get("Content-Type")}`, `200 ${type}`);
    assert.match(await answer.text(), look);
  }
  assert.equal(seen.commits, 0);
});

Deno.test("a late commit happens when it is due, once, though its caller was dropped", async () => {
  const { call, steer, seen } = sandbox();
  await steer("/faults", { kind: "delay-commit", ms: 60_000, drop: true });
  await assert.rejects(call("/journals", { method: "POST", body: "x" }), TypeError);
  await steer("/clock", { advance_ms: 59_999 });
  assert.equal(seen.commits, 0);
  await call("/look");
  assert.equal(seen.commits, 0);
  await steer("/clock", { advance_ms: 1 });
  assert.equal(seen.commits, 1);
  await call("/look");
  assert.equal(seen.commits, 1);
});

Deno.test("the clock of one sandbox moves without the world's", async () => {
  const { steer, control, clock } = sandbox();
  await steer("/clock", { set: "2026-04-01T00:00:00Z" });
  assert.equal(new Date(control.clock.now()).toISOString(), "2026-04-01T00:00:00.000Z");
  assert.equal(clock.now(), START);
  clock.advance(1000);
  assert.equal((await steer("/clock")).body.now, "2026-04-01T00:00:01.000Z");
});

Deno.test("reset puts rows, faults, counts and clock back", async () => {
  const { call, steer } = sandbox();
  await steer("/touch", { table: "VENDORS", fields: { NAME: "New" } });
  await steer("/faults", { kind: "drop-before", times: "always" });
  await steer("/clock", { advance_ms: 9999 });
  await steer("/reset", {});
  assert.equal((await call("/x")).status, 200);
  assert.equal((await steer("/rows")).body.VENDORS, 2);
  assert.equal((await steer("/clock")).body.now, "2026-03-02T08:00:00.000Z");
});

Deno.test("a control body that is wrong is refused with what is wrong", async () => {
  const { steer, call } = sandbox();
  for (
    const [path, body] of [
      ["/faults", { kind: "explode" }],
      ["/faults", { kind: "status", status: 200 }],
      ["/faults", { kind: "drop-before", tmes: 2 }],
      ["/faults", { kind: "expire-session", mode: "loudly" }],
      ["/clock", { set: "tomorrow" }],
      ["/touch", { table: "NOBODY", fields: {} }],
    ] as const
  ) {
    const { status, body: answer } = await steer(path, body);
    assert.equal(status, 400, path);
    assert.ok(answer.error.length > 5);
  }
  assert.deepEqual((await steer("/faults")).body, []);
  assert.equal((await call("/x")).status, 200);
});
