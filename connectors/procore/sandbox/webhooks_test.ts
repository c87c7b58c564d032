import assert from "node:assert/strict";
import { COMPANY_ID, type Harness, start } from "./testing.ts";

const BASE = `/rest/v2.0/companies/${COMPANY_ID}/webhooks`;
const URL_ = "https://gusset.test/webhooks/procore";
const HOUR = 3_600_000;

interface Got {
  url: string;
  authorization: string | null;
  // deno-lint-ignore no-explicit-any -- a payload
  body: any;
}

/** A sandbox with one hook, and what that received; `answer` decides what it is told. */
async function hooked(
  triggers: [resource_name: string, event_type: string][],
  answer: (nth: number) => number | Promise<number> = () => 204,
): Promise<Harness & { got: Got[]; hook: string; control: (path: string, body?: unknown) => Promise<unknown> }> {
  const got: Got[] = [];
  const harness = await start({
    data: {
      procore_projects: [{ id: "5", project_number: "P1", name: "Tower" }],
      procore_vendors: [{ id: "7", name: "Acme" }],
    },
    deliver: async (request) => {
      const { url, headers } = request;
      got.push({ url, authorization: headers.get("authorization"), body: await request.json() });
      const status = await answer(got.length);
      if (status === 0) throw new TypeError("connection refused");
      return new Response(null, { status });
    },
  });
  const made = await harness.call("POST", `${BASE}/hooks`, {
    payload_version: "v2.0",
    namespace: "gusset",
    destination_url: URL_,
    destination_headers: { Authorization: "Bearer secret-one" },
  });
  assert.equal(made.status, 201);
  const hook = made.body.data.id;
  const body = triggers.map(([resource_name, event_type]) => ({ resource_name, event_type }));
  assert.equal((await harness.call("POST", `${BASE}/hooks/${hook}/triggers/bulk`, body)).status, 201);
  return {
    ...harness,
    got,
    hook,
    control: async (path, body) => {
      const { status, body: said } = await harness.call("POST", `/_sandbox/webhooks/${path}`, body ?? {});
      assert.equal(status, 200, JSON.stringify(said));
      return said;
    },
  };
}

Deno.test("a change of a record is announced with ids alone, and with the header that the hook asked for", async () => {
  const { touch, control, got } = await hooked([["Company Vendors", "update"]]);
  await touch("vendors", "7", { city: "Denver" });
  await control("send");
  assert.equal(got.length, 1);
  const [{ url, authorization, body }] = got;
  assert.deepEqual([url, authorization], [URL_, "Bearer secret-one"]);
  const { id, ulid, timestamp, ...rest } = body;
  assert.ok(Number.isSafeInteger(id));
  assert.match(ulid, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  assert.match(timestamp, /^2026-03-02T15:04:05\.\d{6}Z$/);
  assert.deepEqual(rest, {
    metadata: {
      source_user_id: 562949953540010,
      source_project_id: null,
      source_operation_id: null,
      source_company_id: COMPANY_ID,
      source_application_id: null,
    },
    user_id: 562949953540010,
    company_id: COMPANY_ID,
    project_id: null,
    api_version: "v2.0",
    event_type: "update",
    resource_name: "Company Vendors",
    resource_id: 7,
  });
});

Deno.test("what the app writes itself is announced as its own", async () => {
  const { call, control, got } = await hooked([["Company Vendors", "create"]]);
  const body = { company_id: COMPANY_ID, vendor: { name: "New" } };
  assert.equal((await call("POST", "/rest/v1.0/vendors", body)).status, 201);
  await control("send");
  const [{ body: { metadata, event_type } }] = got;
  assert.deepEqual([metadata.source_user_id, metadata.source_application_id, event_type], [
    562949953540009,
    "gusset-sandbox",
    "create",
  ]);
});

Deno.test("what nothing listens for, and what Procore never tells of, is not announced", async () => {
  const { touch, control, got, call, hook } = await hooked([["Company Vendors", "create"]]);
  await touch("vendors", "7", { city: "Denver" });
  await touch("billing_periods", undefined, { project_id: "5", start_date: "2026-03-01", end_date: "2026-03-31" });
  await control("send");
  assert.equal(got.length, 0);
  const refused = await call("POST", `${BASE}/hooks/${hook}/triggers`, {
    resource_name: "Requisitions",
    event_type: "create",
  });
  assert.equal(refused.status, 422);
});

Deno.test("a failure pauses the queue, longer each time, and one success sends all the rest", async () => {
  let up = false;
  const { touch, control, got, clock } = await hooked([["Company Vendors", "update"]], () => up ? 202 : 500);
  for (const city of ["A", "B"]) await touch("vendors", "7", { city });
  for (const [advance, attempts] of [[0, 1], [0, 1], [999, 1], [1, 2], [1999, 2], [1, 3]]) {
    clock.advance(advance);
    await control("send");
    assert.equal(got.length, attempts, `after ${advance} ms`);
  }
  up = true;
  clock.advance(4000);
  await control("send");
  assert.equal(got.length, 5);
  assert.deepEqual(new Set(got.map(({ body }) => body.ulid)).size, 2);
});

Deno.test("after twelve hours of failures the queue is discarded, and what comes then is sent again", async () => {
  let up = false;
  const { touch, control, got, clock, call } = await hooked([["Company Vendors", "update"]], () => up ? 200 : 0);
  for (const city of ["A", "B"]) await touch("vendors", "7", { city });
  for (let hour = 0; hour <= 13; hour++) {
    await control("send");
    clock.advance(HOUR);
  }
  const { body: { hooks: [{ waiting, discarded }] } } = await call("GET", "/_sandbox/webhooks");
  assert.deepEqual([waiting, discarded], [0, 2]);
  up = true;
  const before = got.length;
  await touch("vendors", "7", { city: "C" });
  await control("send");
  assert.equal(got.length, before + 1);
});

Deno.test("no answer within five seconds is a failure, though the delivery arrived", async () => {
  let answer = (_: number): void => {};
  const { touch, clock, call, hook, got, control } = await hooked(
    [["Company Vendors", "update"]],
    (nth) => nth === 1 ? new Promise((resolve) => answer = resolve) : 200,
  );
  await touch("vendors", "7", { city: "A" });
  const sent = control("send");
  while (got.length === 0) await Promise.resolve();
  clock.advance(5_000);
  answer(200);
  await sent;
  clock.advance(1_000);
  await control("send");
  const { body: { data } } = await call("GET", `${BASE}/hooks/${hook}/deliveries`);
  assert.deepEqual(
    data[0].delivery_attempts.map(({ success }: { success: boolean }) => success),
    [false, true],
  );
});

Deno.test("events come twice, late and in any order where that is asked for", async () => {
  const { control, got, clock } = await hooked([["Company Vendors", "update"]]);
  await control("manner", { duplicate: 0.4, delay_ms: 1000, reorder: true, parallel: 10 });
  for (let id = 1; id <= 200; id++) await control("fire", { resource: "Company Vendors", id });
  clock.advance(1000);
  await control("send");
  const ids = got.map(({ body }) => body.resource_id as number);
  assert.equal(new Set(ids).size, 200);
  assert.ok(ids.length > 240 && ids.length < 320, `${ids.length}`);
  assert.ok(ids.some((id, i) => i > 0 && id < ids[i - 1]));
  assert.equal(new Set(got.map(({ body }) => body.ulid)).size, 200);
});

Deno.test("hooks are kept by company; secrets are shown by their end alone", async () => {
  const { call, hook, get } = await hooked([]);
  const { data: [shown] } = await get(`${BASE}/hooks?namespace=gusset`);
  assert.equal(shown.destination_headers.Authorization, "****t-one");
  assert.deepEqual((await get(`${BASE}/hooks?namespace=other`)).data, []);
  const patched = await call("PATCH", `${BASE}/hooks/${hook}`, { status: "disabled" });
  assert.equal(patched.body.data.status, "disabled");
  assert.equal((await call("DELETE", `${BASE}/hooks/${hook}`)).status, 204);
  assert.equal((await call("DELETE", `${BASE}/hooks/${hook}`)).status, 404);
});

for (
  const [wrong, body] of Object.entries({
    "no namespace": { payload_version: "v2.0", destination_url: URL_ },
    "a namespace in capitals": { payload_version: "v2.0", destination_url: URL_, namespace: "Gusset" },
    "an unknown version": { payload_version: "v9", destination_url: URL_, namespace: "gusset" },
    "no address": { payload_version: "v2.0", destination_url: "here", namespace: "gusset" },
  })
) {
  Deno.test(`a hook with ${wrong} is refused`, async () => {
    const { call, rows } = await start();
    assert.equal((await call("POST", `${BASE}/hooks`, body)).status, 422);
    assert.deepEqual(await rows("hooks"), []);
  });
}
