import assert from "node:assert/strict";
import { COMPANY_ID, type Harness, start } from "./testing.ts";

const LIST = `/rest/v1.0/vendors?company_id=${COMPANY_ID}`;
const INACTIVE = `/rest/v1.0/companies/${COMPANY_ID}/vendors/inactive`;

const create = ({ call }: Harness, vendor: unknown) =>
  call("POST", "/rest/v1.0/vendors", { company_id: COMPANY_ID, vendor });
const update = ({ call }: Harness, id: number, vendor: unknown) =>
  call("PATCH", `/rest/v1.0/vendors/${id}`, { company_id: COMPANY_ID, vendor });

Deno.test("a vendor that breaks a rule is refused by field, and nothing is kept", async (t) => {
  const cases: [name: string, vendor: Record<string, unknown>, errors: Record<string, string[]>][] = [
    ["no name", {}, { name: ["can't be blank"] }],
    ["null for a name", { name: null }, { name: ["can't be blank"] }],
    ["blanks for a name", { name: "  " }, { name: ["can't be blank"] }],
    ["a name that is there", { name: "Granite Rebar Supply" }, { name: ["has already been taken"] }],
    ["the same in other case and blanks", { name: " GRANITE rebar supply " }, { name: ["has already been taken"] }],
    ["the name of an inactive one", { name: "Gone Ltd" }, { name: ["has already been taken"] }],
    ["an origin_id that is there", { name: "X", origin_id: "EBS-V-1" }, { origin_id: ["has already been taken"] }],
    ["a name of 300 characters", { name: "x".repeat(300) }, { name: ["is too long (maximum is 255 characters)"] }],
    ["no such country", { name: "X", country_code: "ZZ" }, { country_code: ["is invalid"] }],
    ["a country by name", { name: "X", country_code: "USA" }, { country_code: ["is invalid"] }],
    ["a state of another country", { name: "X", country_code: "US", state_code: "ON" }, { state_code: ["is invalid"] }],
    ["an object for text", { name: "X", city: {} }, { city: ["is invalid"] }],
    ["a flag that is none", { name: "X", is_active: "maybe" }, { is_active: ["is invalid"] }],
    ["an unknown trade", { name: "X", trade_ids: [5] }, { trade_ids: ["is invalid"] }],
    ["an unknown parent", { name: "X", parent_id: 99 }, { parent_id: ["is invalid"] }],
    ["a parent that has one", { name: "X", parent_id: 3 }, { parent_id: ["is invalid"] }],
  ];
  const harness = await start({
    data: {
      procore_vendors: [
        { id: "1", name: "Granite Rebar Supply", origin_id: "EBS-V-1" },
        { id: "2", name: "Gone Ltd", is_active: false },
        { id: "3", name: "Child" },
      ],
    },
  });
  assert.equal((await update(harness, 3, { parent_id: 1 })).status, 200);
  for (const [name, vendor, errors] of cases) {
    await t.step(name, async () => {
      const answer = await create(harness, vendor);
      assert.deepEqual([answer.status, answer.body], [422, { errors }]);
    });
  }
  assert.equal((await harness.rows("vendors")).length, 3);
});

Deno.test("a vendor comes back as it was written, null where nothing was", async () => {
  const harness = await start();
  const given = {
    name: "Kone plc ",
    origin_id: "EBS-V-7",
    zip: 80202,
    is_active: "true",
    country_code: "DE",
    colour: "red",
  };
  const { status, body } = await create(harness, given);
  assert.equal(status, 201);
  assert.ok(body.id > 2 ** 32 && Number.isSafeInteger(body.id));
  const { name, company, legal_name, zip, is_active, city, created_at, updated_at, colour } = body;
  assert.deepEqual(
    { name, company, legal_name, zip, is_active, city, created_at, updated_at, colour },
    {
      name: "Kone plc ",
      company: "Kone plc ",
      legal_name: "Kone plc ",
      zip: "80202",
      is_active: true,
      city: null,
      created_at: "2026-03-02T15:04:05Z",
      updated_at: "2026-03-02T15:04:05Z",
      colour: undefined,
    },
  );
  assert.deepEqual(await harness.get(`/rest/v1.0/vendors/${body.id}?company_id=${COMPANY_ID}`), body);
});

Deno.test("an update touches what it names; one that changes nothing leaves updated_at alone", async () => {
  const harness = await start();
  const { body: { id } } = await create(harness, { name: "Kone", city: "Denver", notes: "kept" });
  harness.clock.advance(60_000);
  const same = await update(harness, id, { city: "Denver" });
  assert.equal(same.body.updated_at, "2026-03-02T15:04:05Z");
  const moved = await update(harness, id, { city: null });
  assert.deepEqual([moved.body.city, moved.body.notes, moved.body.name], [null, "kept", "Kone"]);
  assert.equal(moved.body.updated_at, "2026-03-02T15:05:05Z");
  assert.equal((await update(harness, 99, { city: "x" })).status, 404);
});

Deno.test("an inactive vendor leaves the list, holds its name, and can be brought back", async () => {
  const harness = await start();
  const { body: { id } } = await create(harness, { name: "Kone", origin_id: "EBS-V-7" });
  await create(harness, { name: "Otis" });
  await update(harness, id, { is_active: false });
  const names = async (path: string) => (await harness.get(path)).map(({ name }: { name: string }) => name);
  assert.deepEqual(await names(LIST), ["Otis"]);
  assert.deepEqual(await names(`${LIST}&filters[origin_id]=EBS-V-7`), []);
  assert.deepEqual(await names(INACTIVE), ["Kone"]);
  assert.deepEqual(
    await names(`${INACTIVE}?filters[origin_id]=nobody`),
    ["Kone"],
    "the inactive list knows no filters",
  );
  assert.equal((await create(harness, { name: "KONE" })).status, 422);
  assert.equal((await harness.get(`/rest/v1.0/vendors/${id}?company_id=${COMPANY_ID}`)).is_active, false);

  const back = await harness.call("PATCH", `${INACTIVE}/${id}`);
  assert.deepEqual([back.status, back.body.id, back.body.is_active], [200, id, true]);
  assert.deepEqual(await names(LIST), ["Kone", "Otis"]);
  assert.equal((await harness.call("PATCH", `${INACTIVE}/${id}`)).status, 404, "it is not inactive any more");
});

Deno.test("a tax number is given once and changed by PATCH", async () => {
  const harness = await start();
  const { body: { id } } = await create(harness, { name: "Kone" });
  const path = `/rest/v1.0/vendors/${id}/business_register?company_id=${COMPANY_ID}`;
  const set = (method: string, business_register: unknown) => harness.call(method, path, { business_register });
  assert.equal((await set("POST", { type: "ein" })).status, 400);
  assert.equal((await set("POST", { type: "vat", identifier: "1" })).status, 400);
  const made = await set("POST", { type: "ein", identifier: "84-1234567" });
  assert.deepEqual([made.status, made.body.identifier, made.body.verification_status], [201, "84-1234567", null]);
  assert.equal((await set("POST", { type: "ein", identifier: "84-7654321" })).status, 409);
  assert.equal((await set("PATCH", { type: "ein", identifier: "84-7654321" })).status, 200);
  const [found] = await harness.get(`${LIST}&filters[search]=84-7654`);
  assert.deepEqual([found.id, found.business_register.identifier], [id, "84-7654321"]);
});

Deno.test("families have two levels, and parents count their children", async () => {
  const harness = await start();
  const [a, b] = [(await create(harness, { name: "A" })).body.id, (await create(harness, { name: "B" })).body.id];
  const child = await update(harness, b, { parent_id: a });
  assert.deepEqual([child.body.parent, child.body.legal_name], [{ id: a, name: "A" }, "A"]);
  const count = async () => (await harness.get(`/rest/v1.0/vendors/${a}?company_id=${COMPANY_ID}`)).children_count;
  assert.equal(await count(), 1);
  assert.equal((await update(harness, a, { parent_id: b })).status, 422);
  assert.equal((await update(harness, a, { parent_id: a })).status, 422);
  await update(harness, b, { parent_id: null });
  assert.equal(await count(), 0);
});

Deno.test("vendors join a project and leave it; the company's directory keeps them", async () => {
  const data = {
    procore_projects: [{ id: "5", name: "Depot", project_number: "100" }, { id: "6", name: "Other" }],
    procore_vendors: [{ id: "1", name: "Kone", project_numbers: ["100"] }, { id: "2", name: "Otis" }],
  };
  const { call, get, rows } = await start({ data });
  for (const version of ["v1.0", "v1.1"]) {
    const base = `/rest/${version}/projects/5/vendors`;
    assert.deepEqual(await get(`${base}?view=ids_only`), [1]);
    const added = await call("POST", `${base}/2/actions/add`);
    assert.deepEqual([added.status, added.body.name, added.body.project_ids], [201, "Otis", [5]]);
    assert.equal((await call("POST", `${base}/2/actions/add`)).status, 201, "once more changes nothing");
    assert.deepEqual(await get(`${base}?view=name`), [{ id: 1, name: "Kone" }, { id: 2, name: "Otis" }]);
    assert.equal((await call("POST", `${base}/99/actions/add`)).status, 404);
    assert.equal((await call("DELETE", `${base}/2/actions/remove`)).status, 204);
    assert.equal((await call("GET", `${base}/2`)).status, 404);
    assert.equal((await call("GET", `${base}/1`)).status, 200);
  }
  const made = await call("POST", "/rest/v1.0/projects/6/vendors", { vendor: { name: "Schindler" } });
  assert.deepEqual([made.status, made.body.project_ids], [201, [6]]);
  assert.equal((await rows("vendors")).length, 3);
  assert.deepEqual(await rows("project_vendors"), [
    { company_id: String(COMPANY_ID), project_id: "5", vendor_id: "1" },
    { company_id: String(COMPANY_ID), project_id: "6", vendor_id: String(made.body.id) },
  ]);
});
