import assert from "node:assert/strict";
import { COMPANY_ID, type Harness, ORIGIN, start } from "./testing.ts";

const DATA = {
  procore_projects: [
    { id: "5", name: "Depot", project_number: "100", total_value: "250000" },
    { id: "6", name: "Archive", project_number: "200", active: false, origin_id: "EBS-P-2" },
    { id: "7", name: "Bridge" },
  ],
  procore_vendors: [{ id: "1", name: "Kone", project_numbers: ["100"] }],
};
const LIST = `/rest/v1.1/projects?company_id=${COMPANY_ID}`;

const names = async ({ get }: Harness, query: string): Promise<string[]> =>
  (await get(LIST + query)).map(({ name }: { name: string }) => name);

Deno.test("the list holds active projects unless others are asked for", async (t) => {
  const harness = await start({ data: DATA });
  const cases: [query: string, found: string[]][] = [
    ["", ["Depot", "Bridge"]],
    ["&filters[by_status]=All", ["Depot", "Archive", "Bridge"]],
    ["&filters[by_status]=Inactive", ["Archive"]],
    ["&filters[project_number]=100", ["Depot"]],
    ["&filters[origin_id]=EBS-P-2", []],
    ["&filters[origin_id]=EBS-P-2&filters[by_status]=All", ["Archive"]],
    ["&filters[synced]=true&filters[by_status]=All", ["Archive"]],
    ["&filters[vendor_id]=1", ["Depot"]],
    ["&filters[vendor_id]=9", []],
    ["&sort=name", ["Bridge", "Depot"]],
  ];
  for (const [query, found] of cases) {
    await t.step(query || "nothing asked", async () => assert.deepEqual(await names(harness, query), found));
  }
  assert.deepEqual(await harness.get(`${LIST}&view=ids`), [5, 7]);
  assert.deepEqual(await harness.get(`${LIST}&view=compact`), [{ id: 5, name: "Depot" }, { id: 7, name: "Bridge" }]);
});

Deno.test("v1.0 lists, shows, makes, changes and syncs projects", async () => {
  const { call, get } = await start({ data: DATA });
  const own = `company_id=${COMPANY_ID}`;
  assert.equal((await get(`/rest/v1.0/projects?${own}`)).length, 2);
  assert.deepEqual(await get(`/rest/v1.0/projects/7?${own}&view=minimal`), { id: 7, name: "Bridge" });
  const project = { name: "Tower", project_number: "300", start_date: "2026-04-01", completion_date: "next year" };
  const made = await call("POST", "/rest/v1.0/projects", { company_id: COMPANY_ID, project });
  assert.equal(made.status, 201);
  const { display_name, start_date, completion_date, active } = made.body;
  // A date in a wrong form is null without a word, as with the real service.
  assert.deepEqual({ display_name, start_date, completion_date, active }, {
    display_name: "300 Tower",
    start_date: "2026-04-01",
    completion_date: null,
    active: true,
  });
  const patched = await call("PATCH", `/rest/v1.0/projects/${made.body.id}`, {
    company_id: COMPANY_ID,
    project: { active: false },
  });
  assert.equal(patched.body.active, false);
  const updates = [{ origin_id: "EBS-P-2", project_number: "201" }, { name: "depot" }, { id: 1, name: "X" }];
  const { body } = await call("PATCH", "/rest/v1.0/projects/sync", { company_id: COMPANY_ID, updates });
  assert.deepEqual(body.entities.map(({ id, project_number }: Record<string, unknown>) => [id, project_number]), [[
    6,
    "201",
  ]]);
  assert.deepEqual(body.errors.map(({ errors }: Record<string, unknown>) => errors), [
    { name: ["has already been taken"] },
    { id: ["Entity with this ID not found"] },
  ]);
});

Deno.test("an amount is kept to its last digit, and shown as text", async () => {
  const { call, get, sandbox, token } = await start({ data: DATA });
  assert.equal((await get(`/rest/v1.0/projects/5?company_id=${COMPANY_ID}`)).total_value, "250000.0");
  for (const [sent, shown] of [["123456789012345678.91", "123456789012345678.91"], [`"12.50"`, "12.5"], ["0", "0.0"]]) {
    const body = `{"company_id":${COMPANY_ID},"project":{"total_value":${sent}}}`;
    assert.equal((await call("PATCH", "/rest/v1.0/projects/5", body)).body.total_value, shown);
  }
  // An error echoes the number as it was sent, and an origin_id of many digits is found again.
  const sync =
    `{"company_id":${COMPANY_ID},"updates":[{"id":1,"total_value":10.50},{"id":5,"origin_id":12345678901234567891},
    {"origin_id":12345678901234567891,"city":"Denver"}]}`;
  const answer = await sandbox.fetch(
    new Request(`${ORIGIN}/rest/v1.0/projects/sync`, {
      method: "PATCH",
      headers: {
        Authorization: `Bearer ${token}`,
        "Procore-Company-Id": String(COMPANY_ID),
        "Content-Type": "application/json",
      },
      body: sync,
    }),
  );
  const text = await answer.text();
  assert.ok(text.includes(`{"id":1,"total_value":10.50,"errors"`), text);
  const { entities } = JSON.parse(text);
  assert.deepEqual(entities.map(({ id, origin_id, city }: Record<string, unknown>) => [id, origin_id, city]), [
    [5, "12345678901234567891", null],
    [5, "12345678901234567891", "Denver"],
  ]);
});

Deno.test("a project that is not permitted cannot be reached by id or by origin_id", async () => {
  const { call, rows, touch } = await start({ data: DATA });
  await touch("projects", "6", { permitted: false });
  assert.equal((await call("GET", `/rest/v1.0/projects/6?company_id=${COMPANY_ID}`)).status, 403);
  const updates = [{ id: 6, name: "X" }, { origin_id: "EBS-P-2", name: "Y" }];
  const { body } = await call("PATCH", "/rest/v1.0/projects/sync", { company_id: COMPANY_ID, updates });
  assert.deepEqual(body.entities, []);
  assert.deepEqual(body.errors.map(({ errors }: Record<string, unknown>) => Object.keys(errors as object)), [["id"], [
    "origin_id",
  ]]);
  assert.equal((await rows("projects"))[1].name, "Archive");
});
