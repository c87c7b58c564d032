import assert from "node:assert/strict";
import { COMPANY_ID, START, start } from "./testing.ts";

const OTHER = 562949953500002;
const TWO = {
  procore_companies: [{ id: String(COMPANY_ID), name: "One" }, { id: String(OTHER), name: "Two" }],
  procore_projects: [
    { id: "598134325600101", name: "Depot", project_number: "100" },
    { id: "598134325600102", name: "Hidden", project_number: "200", permitted: false },
    { id: "598134325600103", name: "Theirs", project_number: "100", company_id: String(OTHER) },
  ],
  procore_vendors: [
    { id: "7", name: "Granite Rebar Supply", origin_id: "EBS-V-1" },
    { id: "8", name: "Their Vendor", origin_id: "THEIRS-1", company_id: String(OTHER) },
  ],
};

Deno.test("a call that is not let in is told why, in the shape of its version", async (t) => {
  const list = `/rest/v1.0/vendors?company_id=${COMPANY_ID}`;
  const v2 = `/rest/v2.0/companies/${COMPANY_ID}/projects/598134325600101/wbs/codes`;
  const no = (name: string) => ({ [name]: "" });
  const cases: [name: string, path: string, headers: Record<string, string>, status: number, holds: string][] = [
    ["no token", list, no("Authorization"), 401, `"error":"Invalid Token"`],
    ["unknown token", list, { Authorization: "Bearer no" }, 401, "The access token is invalid"],
    ["no company header", list, no("Procore-Company-Id"), 400, "Missing Procore-Company-Id header!"],
    ["me without company header, as the app", "/rest/v1.0/me", no("Procore-Company-Id"), 400, "Missing"],
    ["unknown company", list, { "Procore-Company-Id": "5" }, 403, `{"errors":["App is not connected`],
    ["company of the query another", `/rest/v1.0/vendors?company_id=${OTHER}`, {}, 403, `{"errors":["You are not`],
    ["company of the path another", `/rest/v1.0/companies/${OTHER}/vendors/inactive`, {}, 403, `{"errors":["You`],
    ["no company in the query", "/rest/v1.0/vendors", {}, 400, `{"errors":"param is missing`],
    ["no project", "/rest/v1.0/cost_codes", {}, 404, `"exception":"ActiveRecord::RecordNotFound"`],
    ["unknown project", "/rest/v1.0/cost_codes?project_id=1", {}, 404, "Project not found"],
    ["another company's project", "/rest/v1.0/cost_codes?project_id=598134325600103", {}, 404, "Project not found"],
    ["a project that is not permitted", "/rest/v1.0/cost_codes?project_id=598134325600102", {}, 403, `{"errors":["`],
    ["no such route", "/rest/v1.0/nothing", {}, 404, "Resource not found"],
    ["v2 without token", v2, no("Authorization"), 401, `{"error":{"code":"UNAUTHORIZED"`],
    ["v2, project not permitted", v2.replace("101/", "102/"), {}, 403, `{"error":{"code":"FORBIDDEN"`],
    ["v2, project unknown", v2.replace("598134325600101", "1"), {}, 404, `{"error":{"code":"NOT_FOUND"`],
    ["base url of no company", "/rest/v1.0/company_base_url", { "Procore-Company-Id": "5" }, 400, "invalid company id"],
  ];
  const { call } = await start({ data: TWO });
  for (const [name, path, headers, status, holds] of cases) {
    await t.step(name, async () => {
      const answer = await call("GET", path, undefined, headers);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.ok(JSON.stringify(answer.body).includes(holds), JSON.stringify(answer.body));
    });
  }
});

Deno.test("companies are told apart by the header, and nothing leaks from one into another", async () => {
  const { call, get } = await start({ data: TWO });
  assert.deepEqual((await get("/rest/v1.0/companies")).map(({ id }: { id: number }) => id), [COMPANY_ID, OTHER]);
  const theirs = { "Procore-Company-Id": String(OTHER) };
  const names = async (company: number, headers = {}) =>
    (await call("GET", `/rest/v1.0/vendors?company_id=${company}&view=compact`, undefined, headers)).body;
  assert.deepEqual(await names(COMPANY_ID), [{ id: 7, name: "Granite Rebar Supply" }]);
  assert.deepEqual(await names(OTHER, theirs), [{ id: 8, name: "Their Vendor" }]);
  assert.equal((await call("GET", `/rest/v1.0/vendors/8?company_id=${COMPANY_ID}`)).status, 404);

  // The same name and origin_id may stand in both; by id nobody reaches the other's row.
  const updates = [{ name: "Their Vendor", origin_id: "THEIRS-1" }, { id: 8, name: "Taken over" }];
  const { body } = await call("PATCH", "/rest/v1.0/vendors/sync", { company_id: COMPANY_ID, updates });
  assert.equal(body.entities.length, 1);
  assert.deepEqual(body.errors, [{ id: 8, name: "Taken over", errors: { id: ["Entity with this ID not found"] } }]);
  assert.deepEqual(await names(OTHER, theirs), [{ id: 8, name: "Their Vendor" }]);
});

Deno.test("projects that are not permitted are missing from lists without a word", async () => {
  const { get, touch } = await start({ data: TWO });
  const list = `/rest/v1.1/projects?company_id=${COMPANY_ID}&view=compact`;
  assert.deepEqual((await get(list)).map(({ name }: { name: string }) => name), ["Depot"]);
  await touch("projects", "598134325600102", { permitted: true });
  assert.deepEqual((await get(list)).map(({ name }: { name: string }) => name), ["Depot", "Hidden"]);
});

Deno.test("a company that disconnects the app shuts every call out, and lets them in again", async () => {
  const { call, touch } = await start({ data: TWO });
  await touch("companies", String(COMPANY_ID), { connected: false });
  const refused = await call("GET", `/rest/v1.0/vendors?company_id=${COMPANY_ID}`);
  assert.deepEqual([refused.status, refused.body], [403, { errors: ["App is not connected to this company."] }]);
  await touch("companies", String(COMPANY_ID), { connected: true });
  assert.equal((await call("GET", `/rest/v1.0/vendors?company_id=${COMPANY_ID}`)).status, 200);
});

Deno.test("both rate windows are kept for each company, and headers tell of the tighter one", async () => {
  const { call, clock } = await start({ data: TWO, limits: { hourly: 30, spike: 25 } });
  const me = (headers = {}) => call("GET", "/rest/v1.0/me", undefined, headers);
  const told = ({ status, headers }: Awaited<ReturnType<typeof me>>) => [
    status,
    ...["Limit", "Remaining", "Reset"].map((name) => Number(headers.get(`X-Rate-Limit-${name}`))),
  ];
  const start_s = START / 1000;
  assert.deepEqual(told(await me()), [200, 25, 24, start_s + 10]);
  for (let i = 0; i < 24; i++) await me();

  const over = await me();
  assert.deepEqual(told(over), [429, 25, 0, start_s + 10]);
  assert.equal(over.headers.get("Retry-After"), "10");
  assert.ok(String(over.body).startsWith("You have surpassed the max number of requests"), String(over.body));
  assert.equal((await me({ "Procore-Company-Id": String(OTHER) })).status, 200, "another company has its own windows");

  clock.advance(10_000);
  // 429 itself did not count: five of the hour are left, and now that is the tighter window.
  assert.deepEqual(told(await me()), [200, 30, 4, start_s + 3600]);
  for (let i = 0; i < 4; i++) assert.equal((await me()).status, 200);
  assert.deepEqual(told(await me()), [429, 30, 0, start_s + 3600]);
  clock.advance(3_590_000);
  assert.deepEqual(told(await me()), [200, 30, 24, start_s + 3610], "25 calls have left the hour");
  // Who is not let in is told of the limits all the same.
  assert.equal((await me({ Authorization: "" })).headers.get("X-Rate-Limit-Limit"), "30");
});

Deno.test("limits change while the sandbox runs, and without limits there are no headers", async () => {
  const { call, touch } = await start({ limits: { hourly: 3600, spike: 25 } });
  await touch("companies", String(COMPANY_ID), { spike_limit: 1 });
  assert.equal((await call("GET", "/rest/v1.0/me")).status, 200);
  assert.equal((await call("GET", "/rest/v1.0/me")).status, 429);
  await touch("companies", String(COMPANY_ID), { spike_limit: "unlimited", hourly_limit: "unlimited" });
  for (let i = 0; i < 50; i++) {
    const { status, headers } = await call("GET", "/rest/v1.0/me");
    assert.deepEqual([status, headers.get("X-Rate-Limit-Limit")], [200, null]);
  }
});

Deno.test("a refused call counts towards the limit", async () => {
  const { call } = await start({ limits: { hourly: 3600, spike: 2 } });
  for (let i = 0; i < 2; i++) {
    assert.equal((await call("GET", "/rest/v1.0/cost_codes")).headers.get("X-Rate-Limit-Limit"), "2");
  }
  assert.equal((await call("GET", "/rest/v1.0/cost_codes")).status, 429);
});

Deno.test("a write that cannot be read is refused whole", async (t) => {
  const { call, rows } = await start({ data: TWO });
  const sync = "/rest/v1.0/vendors/sync";
  const cases: [name: string, body: string, headers: Record<string, string>, status: number, holds: string][] = [
    ["half of JSON", `{"company_id":${COMPANY_ID},"upd`, {}, 400, "problem in the JSON"],
    ["a list for a body", "[]", {}, 400, "must be an object"],
    ["not JSON", "company_id=1", { "Content-Type": "application/x-www-form-urlencoded" }, 406, "send JSON"],
    ["no company", `{"updates":[]}`, {}, 400, "company_id"],
    ["another company", `{"company_id":${OTHER},"updates":[]}`, {}, 403, "not authorized"],
    ["no updates", `{"company_id":${COMPANY_ID}}`, {}, 400, "updates"],
    ["updates that are no records", `{"company_id":${COMPANY_ID},"updates":[1]}`, {}, 400, "updates"],
  ];
  for (const [name, body, headers, status, holds] of cases) {
    await t.step(name, async () => {
      const answer = await call("PATCH", sync, body, headers);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.ok(JSON.stringify(answer.body).includes(holds), JSON.stringify(answer.body));
    });
  }
  assert.equal((await rows("vendors")).length, 2);
});
