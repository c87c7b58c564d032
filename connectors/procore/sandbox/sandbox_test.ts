import assert from "node:assert/strict";
import { seededRandom, systemClock } from "../../../engine/clock.ts";
import { procoreSandbox } from "./sandbox.ts";
import { COMPANY_ID, ORIGIN, start } from "./testing.ts";

const DATA = {
  procore_projects: [{ id: "5", name: "Depot", project_number: "100" }],
  procore_vendors: [{ id: "1", name: "Kone", origin_id: "EBS-V-1" }, { id: "2", name: "Otis" }],
  procore_cost_codes: [{ id: "51", project_number: "100", code: "03", name: "Concrete" }],
  procore_wbs_codes: [{ project_number: "100", code: "03", type: "M" }],
};
const LIST = `/rest/v1.0/vendors?company_id=${COMPANY_ID}`;

Deno.test("the sandbox says what it holds and what to connect with", () => {
  const sandbox = procoreSandbox({ clock: systemClock, random: seededRandom(1), data: DATA });
  assert.equal(sandbox.summary(), "Summit Ridge Constructors: 1 project, 2 vendors, 1 cost code");
  assert.deepEqual(sandbox.settings("http://127.0.0.1:8102"), {
    api_url: "http://127.0.0.1:8102",
    login_url: "http://127.0.0.1:8102",
    company_id: String(COMPANY_ID),
    client_id: "gusset-sandbox",
    client_secret: "open-sesame-of-the-sandbox",
    webhook_secret: "tell-nobody-but-the-sandbox",
  });
});

Deno.test("where Procore's projects are not given, each EBS project has a twin", async () => {
  const projects = [{ SEGMENT1: "100", NAME: "Finance" }, { SEGMENT1: "101", NAME: "Finance" }];
  const { get } = await start({ data: { projects, suppliers: [{ VENDOR_NAME: "x" }] } });
  const found = await get(`/rest/v1.1/projects?company_id=${COMPANY_ID}`);
  assert.deepEqual(found.map(({ project_number, name }: Record<string, string>) => [project_number, name]), [
    ["100", "Finance"],
    ["101", "Finance"],
  ]);
  assert.equal((await get(LIST)).length, 0);
  const own = await start({ data: { projects, procore_projects: [] } });
  assert.deepEqual(await own.rows("projects"), []);
});

Deno.test("data that does not hang together is refused with its place", () => {
  const make = (data: Record<string, Record<string, string>[]>) => () =>
    procoreSandbox({ clock: systemClock, random: seededRandom(1), data });
  const code = { code: "1", name: "x", project_number: "9" };
  assert.throws(make({ procore_cost_codes: [code] }), /No project has the project_number 9/);
  assert.throws(make({ procore_vendors: [{ name: "x", company_id: "4" }] }), /No company 4/);
});

Deno.test("a person edits a record as the pages of Procore let them, and it shows", async () => {
  const { call, clock, get, touch } = await start({ data: DATA });
  clock.advance(3_600_000);
  const edited = await touch("vendors", "1", { city: "Denver", zip: 80202 });
  assert.deepEqual([edited.status, edited.body.city, edited.body.zip], [200, "Denver", "80202"]);
  const [kone] = await get(`${LIST}&filters[updated_at]=2026-03-02T16:00:00Z...2026-03-03T00:00:00Z`);
  assert.deepEqual([kone.id, kone.city, kone.updated_at, kone.origin_id], [
    1,
    "Denver",
    "2026-03-02T16:04:05Z",
    "EBS-V-1",
  ]);

  const refused = await touch("vendors", "1", { name: "OTIS" });
  assert.deepEqual([refused.status, refused.body.error.includes("has already been taken")], [400, true]);
  assert.equal((await touch("vendors", "9", { city: "x" })).status, 400);
  assert.equal((await touch("tokens", "1", { live: "0" })).status, 400);

  const added = await touch("vendors", undefined, { name: "Schindler", origin_id: "OTHER-ERP-9", synced_to_erp: true });
  assert.deepEqual([added.status, added.body.name, added.body.synced_to_erp], [200, "Schindler", true]);
  assert.equal((await get(LIST)).length, 3);
  assert.equal((await touch("projects", "5", { erp_integrated: true })).body.is_erp_integrated, true);
  assert.equal(
    (await touch("wbs_codes", String((await call("GET", "/_sandbox/rows/wbs_codes")).body.rows[0].id), {
      status: "inactive",
    })).body.status,
    "inactive",
  );
  assert.equal((await touch("project_vendors", undefined, { project_id: "5", vendor_id: "1" })).status, 200);
  assert.equal((await get("/rest/v1.0/projects/5/vendors")).length, 1);
});

Deno.test("rows are listed as text, and tokens only counted", async () => {
  const { call, rows, token } = await start({ data: DATA });
  const { body } = await call("GET", "/_sandbox/rows");
  assert.deepEqual(body, {
    budget_line_items: 0,
    companies: 1,
    projects: 1,
    purchase_order_contract_line_items: 0,
    purchase_order_contracts: 0,
    billing_periods: 0,
    change_order_packages: 0,
    requisition_items: 0,
    requisitions: 0,
    vendors: 2,
    project_vendors: 0,
    cost_codes: 1,
    wbs_codes: 1,
    line_item_types: 7,
    hooks: 0,
    tokens: 1,
  });
  for (const collection of Object.keys(body)) {
    const text = JSON.stringify(await rows(collection));
    assert.ok(!text.includes(token));
    assert.ok(!/:\d/.test(text.replaceAll(/"[^"]*"/g, '""')), `${collection} holds a number: ${text}`);
  }
});

Deno.test("reset puts everything back as it was, sessions and clock included", async () => {
  const { call, rows, touch } = await start({ data: DATA });
  const before = await Promise.all(["vendors", "projects", "cost_codes", "wbs_codes", "companies"].map(rows));
  await call("POST", "/_sandbox/clock", { advance_ms: 86_400_000 });
  await touch("vendors", "1", { name: "Changed" });
  await touch("vendors", undefined, { name: "Added" });
  await touch("companies", String(COMPANY_ID), { connected: false, spike_limit: 3 });
  await call("POST", "/_sandbox/reset");
  assert.deepEqual(
    await Promise.all(["vendors", "projects", "cost_codes", "wbs_codes", "companies"].map(rows)),
    before,
  );
  assert.equal((await call("GET", "/rest/v1.0/me")).body.message, "The access token is invalid");
});

Deno.test("faults strike as they are asked to, in Procore's own shapes", async (t) => {
  const sync = (name: string) => ({ company_id: COMPANY_ID, updates: [{ name, origin_id: name }] });
  const cases: [fault: Record<string, unknown>, status: number, body: RegExp][] = [
    [{ kind: "status", status: 401 }, 401, /Invalid Token/],
    [{ kind: "status", status: 403 }, 403, /"errors":\["App is not connected/],
    [{ kind: "status", status: 422 }, 422, /"errors":\{"base"/],
    [{ kind: "status", status: 429 }, 429, /surpassed the max number/],
    [{ kind: "status", status: 503, retry_after: 7 }, 503, /try again later/],
    [{ kind: "status", status: 500 }, 500, /Internal Server Error/],
    [{ kind: "status", status: 502 }, 502, /Status 502/],
    [{ kind: "expire-session" }, 401, /was revoked/],
    [{ kind: "expire-session", mode: "expired" }, 401, /expired/],
    [{ kind: "html" }, 200, /<html/],
  ];
  for (const [fault, status, body] of cases) {
    await t.step(JSON.stringify(fault), async () => {
      const { call, rows } = await start({ data: DATA });
      assert.equal((await call("POST", "/_sandbox/faults", fault)).status, 201);
      const answer = await call("PATCH", "/rest/v1.0/vendors/sync", sync("New"));
      assert.equal(answer.status, status);
      assert.match(JSON.stringify(answer.body).replaceAll('\\"', '"'), body);
      if (status === 429) assert.equal(answer.headers.get("Retry-After"), "10");
      if (fault.retry_after) assert.equal(answer.headers.get("Retry-After"), "7");
      assert.equal((await rows("vendors")).length, 2, "nothing was done");
    });
  }
  await t.step("a connection that dies before and after the commit", async () => {
    const { call, rows } = await start({ data: DATA });
    await call("POST", "/_sandbox/faults", { kind: "drop-before", route: "PATCH */sync" });
    await assert.rejects(call("PATCH", "/rest/v1.0/vendors/sync", sync("Before")), TypeError);
    assert.equal((await rows("vendors")).length, 2);
    await call("POST", "/_sandbox/faults", { kind: "drop-after", route: "PATCH */sync" });
    await assert.rejects(call("PATCH", "/rest/v1.0/vendors/sync", sync("After")), TypeError);
    assert.deepEqual((await rows("vendors")).map(({ name }) => name), ["Kone", "Otis", "After"]);
  });
});

Deno.test("a company by another name answers where it lives", async () => {
  const { get } = await start({ data: { procore_companies: [{ id: "562949953509999", name: "Ridge" }] } });
  assert.deepEqual((await get("/rest/v1.0/companies")).map(({ id, name }: Record<string, unknown>) => [id, name]), [
    [562949953509999, "Ridge"],
  ]);
  assert.deepEqual(await get("/rest/v1.0/company_base_url"), { zone: "us02", web_base_url: ORIGIN });
});

Deno.test("one vendor among 50,000 is found by its origin_id, and the last page is cut", async () => {
  const procore_vendors = Array.from({ length: 50_000 }, (_, i) => ({ name: `Vendor ${i}`, origin_id: `EBS-V-${i}` }));
  const { call, get } = await start({ data: { procore_vendors } });
  const found = await get(`${LIST}&view=compact&filters[origin_id]=[EBS-V-5,EBS-V-49999]`);
  assert.deepEqual(found.map(({ name }: { name: string }) => name), ["Vendor 5", "Vendor 49999"]);
  const { headers } = await call("GET", `${LIST}&view=compact&per_page=2000&page=25`);
  assert.equal(headers.get("Total"), "50000");
});
