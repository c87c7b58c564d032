import assert from "node:assert/strict";
import { COMPANY_ID, type Harness, start } from "./testing.ts";

const DATA = {
  procore_projects: [
    { id: "5", name: "Depot", project_number: "100", origin_id: "EBS-P-1" },
    { id: "6", name: "Other", project_number: "200" },
  ],
  procore_cost_codes: [
    { id: "51", project_number: "100", code: "03", name: "Concrete" },
    {
      id: "52",
      project_number: "100",
      code: "200",
      name: "Reinforcing Steel",
      parent_code: "03",
      origin_id: "EBS-GL-1",
    },
    { id: "61", project_number: "200", code: "03", name: "Concrete" },
  ],
};

const create = ({ call }: Harness, project_id: number, cost_code: unknown) =>
  call("POST", "/rest/v1.0/cost_codes", { project_id, cost_code });

Deno.test("cost codes form a tree, and each shows its whole code and its biller", async () => {
  const { get } = await start({ data: DATA });
  const [top, below] = await get("/rest/v1.0/cost_codes?project_id=5");
  assert.deepEqual([top.code, top.full_code, top.parent], ["03", "03", { id: null }]);
  assert.deepEqual([below.code, below.full_code, below.parent], ["200", "03-200", { id: 51 }]);
  const { biller, biller_id, biller_type, biller_origin_id, deleted_at } = below;
  assert.deepEqual([biller, biller_id, biller_type, biller_origin_id, deleted_at], [
    "Depot",
    5,
    "Project",
    "EBS-P-1",
    null,
  ]);
  assert.deepEqual(await get("/rest/v1.0/cost_codes?project_id=5&view=erp_compact&filters[origin_id]=EBS-GL-1"), [{
    id: 52,
    name: "Reinforcing Steel",
    full_code: "03-200",
    origin_id: "EBS-GL-1",
    origin_data: null,
    standard_cost_code_id: null,
  }]);
});

Deno.test("a code stands once below its parent in a project; what breaks a rule is refused by field", async (t) => {
  const cases: [name: string, project: number, given: Record<string, unknown>, errors?: Record<string, string[]>][] = [
    ["the same code below the same parent", 5, { code: "03", name: "X" }, { code: ["has already been taken"] }],
    ["the same below a parent", 5, { code: "200", name: "X", parent_id: 51 }, { code: ["has already been taken"] }],
    ["the same code below another", 5, { code: "03", name: "X", parent_id: 51 }],
    ["the same code in another project", 6, { code: "200", name: "X" }],
    ["no code", 5, { name: "X" }, { code: ["can't be blank"] }],
    ["no name", 5, { code: "05" }, { name: ["can't be blank"] }],
    ["a parent of another project", 5, { code: "05", name: "X", parent_id: 61 }, { parent_id: ["is invalid"] }],
    ["an unknown parent", 5, { code: "05", name: "X", parent_id: 9 }, { parent_id: ["is invalid"] }],
    ["an origin_id of another project", 6, { code: "05", name: "X", origin_id: "EBS-GL-1" }, {
      origin_id: ["has already been taken"],
    }],
    ["an unknown standard cost code", 5, { code: "05", name: "X", standard_cost_code_id: 9 }, {
      standard_cost_code_id: ["is invalid"],
    }],
  ];
  for (const [name, project, given, errors] of cases) {
    await t.step(name, async () => {
      const harness = await start({ data: DATA });
      const { status, body } = await create(harness, project, given);
      if (errors) assert.deepEqual([status, body], [422, { errors }]);
      else assert.equal(status, 201, JSON.stringify(body));
      assert.equal((await harness.rows("cost_codes")).length, errors ? 3 : 4);
    });
  }
});

Deno.test("a cost code moves in the tree, but not below itself, and takes those below it along", async () => {
  const harness = await start({ data: DATA });
  const patch = (id: number, cost_code: unknown) =>
    harness.call("PATCH", `/rest/v1.0/cost_codes/${id}`, { project_id: 5, cost_code });
  assert.equal((await patch(51, { parent_id: 52 })).status, 422);
  assert.equal((await patch(51, { parent_id: 51 })).status, 422);
  assert.equal((await patch(51, { code: "04" })).body.full_code, "04");
  assert.equal((await harness.get("/rest/v1.0/cost_codes/52?project_id=5")).full_code, "04-200");
  assert.equal((await create(harness, 5, { code: "03", name: "Again" })).status, 201, "the old code is free again");
  assert.equal((await harness.call("GET", "/rest/v1.0/cost_codes/52?project_id=6")).status, 404);
});

Deno.test("cost codes cannot be deleted", async () => {
  const { call, get, rows } = await start({ data: DATA });
  assert.equal((await call("DELETE", "/rest/v1.0/cost_codes/51?project_id=5")).status, 404);
  const base = "/rest/v1.0/projects/5/work_breakdown_structure/segments";
  const [{ id: segment }] = await get(base);
  assert.equal((await call("DELETE", `${base}/${segment}/segment_items/51`)).status, 422);
  assert.equal((await rows("cost_codes")).length, 3);
});

Deno.test("a cost code that Procore removed shows only where deleted ones are asked for", async () => {
  const { call, get, touch } = await start({ data: DATA });
  await touch("cost_codes", "52", { deleted_at: "2026-03-02T16:00:00Z" });
  const ids = async (query: string) =>
    (await get(`/rest/v1.0/cost_codes?project_id=5${query}`)).map(({ id }: { id: number }) => id);
  assert.deepEqual(await ids(""), [51]);
  assert.deepEqual(await ids("&filters[include_deleted]=with"), [51, 52]);
  assert.deepEqual(await ids("&filters[include_deleted]=only"), [52]);
  assert.equal((await call("GET", "/rest/v1.0/cost_codes/52?project_id=5")).status, 404);
  const { body } = await call("PATCH", "/rest/v1.0/cost_codes/sync?project_id=5", { updates: [{ id: 52, name: "X" }] });
  assert.deepEqual(body.errors[0].errors, { id: ["Entity with this ID not found"] });
});

Deno.test("a project copies the standard list once, tree and all", async () => {
  const { call, get } = await start({ data: DATA });
  const [list] = await get(`/rest/v1.0/standard_cost_code_lists?company_id=${COMPANY_ID}`);
  const standard = await get(
    `/rest/v1.0/standard_cost_codes?company_id=${COMPANY_ID}&standard_cost_code_list_id=${list.id}`,
  );
  const copy = () =>
    call("POST", "/rest/v1.0/cost_codes/copy_from_standard_list", {
      project_id: 6,
      standard_cost_code_list_id: list.id,
    });
  const first = await copy();
  assert.deepEqual([first.status, first.body.length], [201, standard.length]);
  const codes = ({ full_code }: { full_code: string }) => full_code;
  assert.deepEqual(first.body.map(codes), standard.map(codes));
  assert.deepEqual((await copy()).body, []);
});

Deno.test("a cost type is written with csv_import_code and read with code", async () => {
  const { call, get } = await start({ data: DATA });
  const path = "/rest/v1.0/line_item_types";
  const post = (line_item_type: unknown) => call("POST", path, { company_id: COMPANY_ID, line_item_type });
  const made = await post({ name: "Freight", csv_import_code: "F", base_type: "other", code: "ignored" });
  assert.deepEqual([made.status, made.body.code, made.body.csv_import_code], [201, "F", undefined]);
  assert.deepEqual((await post({ name: "Again", csv_import_code: "F" })).body, {
    errors: { csv_import_code: ["has already been taken"] },
  });
  assert.equal((await post({ name: "X", csv_import_code: "X", base_type: "magic" })).status, 422);
  const inProject = await get(`${path}?project_id=5&company_id=${COMPANY_ID}`);
  assert.deepEqual(await get(`${path}?company_id=${COMPANY_ID}`), inProject);
  assert.ok(inProject.some(({ code, base_type }: Record<string, string>) => code === "M" && base_type === "materials"));
});
