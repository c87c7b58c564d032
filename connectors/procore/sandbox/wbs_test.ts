import assert from "node:assert/strict";
import { COMPANY_ID, type Harness, start } from "./testing.ts";

const DATA = {
  procore_projects: [
    { id: "5", name: "Depot", project_number: "100" },
    { id: "6", name: "Other", project_number: "200" },
  ],
  procore_cost_codes: [
    { id: "51", project_number: "100", code: "03", name: "Concrete" },
    { id: "52", project_number: "100", code: "200", name: "Reinforcing Steel", parent_code: "03" },
    { id: "61", project_number: "200", code: "05", name: "Metals" },
  ],
};
const WBS = "/rest/v1.0/projects/5/work_breakdown_structure";
const V2 = `/rest/v2.0/companies/${COMPANY_ID}/projects/5/wbs/codes`;

/** The ids of the pattern's segments, and of the cost type Materials. */
async function pattern({ get }: Harness): Promise<{ code: number; type: number; materials: number; labor: number }> {
  const { segments } = await get(`${WBS}/patterns`);
  const types = await get(`${WBS}/segments/${segments[1].id}/segment_items`);
  const item = (wanted: string): number => types.find(({ code }: { code: string }) => code === wanted).id;
  return { code: segments[0].id, type: segments[1].id, materials: item("M"), labor: item("L") };
}

const items = (ids: { code: number; type: number }, costCode: number, type: number) => [
  { segment_id: ids.type, segment_item_id: type },
  { segment_id: ids.code, segment_item_id: costCode },
];

Deno.test("segment items are the cost codes and cost types, under the same ids", async () => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const codes = await harness.get(`${WBS}/segments/${ids.code}/segment_items`);
  assert.deepEqual(codes.map(({ id }: { id: number }) => id), [51, 52]);
  const [top, steel] = codes;
  assert.deepEqual([top.is_parent, top.path_code, top.path_ids], [true, "03", []]);
  const { parent_id, path_code, path_codes, path_names, in_use, status, segment } = steel;
  assert.deepEqual({ parent_id, path_code, path_codes, path_names, in_use, status, type: segment.type }, {
    parent_id: 51,
    path_code: "03-200",
    path_codes: ["03"],
    path_names: ["Concrete"],
    in_use: false,
    status: "active",
    type: "cost_code",
  });
  const types = await harness.get(`/rest/v1.0/line_item_types?company_id=${COMPANY_ID}`);
  assert.ok(types.some(({ id, code }: { id: number; code: string }) => id === ids.materials && code === "M"));
  const made = await harness.call("POST", `${WBS}/segments/${ids.code}/segment_items`, { code: "05", name: "Metals" });
  assert.equal((await harness.get(`/rest/v1.0/cost_codes/${made.body.id}?project_id=5`)).name, "Metals");
});

Deno.test("making a WBS code that is there changes its description and nothing else", async () => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const post = (description?: string) =>
    harness.call("POST", `${WBS}/wbs_codes`, { description, segment_items: items(ids, 52, ids.materials) });
  const made = await post();
  assert.equal(made.status, 201);
  const { flat_code, flat_name, description, status } = made.body;
  assert.deepEqual({ flat_code, flat_name, description, status }, {
    flat_code: "03-200.M",
    flat_name: "Reinforcing Steel.Materials",
    description: "Reinforcing Steel.Materials",
    status: "active",
  });
  const again = await post("Rebar");
  assert.deepEqual([again.status, again.body.id, again.body.description], [201, made.body.id, "Rebar"]);
  assert.equal((await post()).body.description, "Rebar");
  assert.equal((await harness.rows("wbs_codes")).length, 1);
  const [steel] = (await harness.get("/rest/v1.0/cost_codes?project_id=5")).slice(1);
  assert.deepEqual(steel.line_item_types.map(({ code }: { code: string }) => code), ["M"]);
});

Deno.test("a WBS code needs one item of each segment, of its own project", async (t) => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const cases: [name: string, segment_items: unknown][] = [
    ["none", undefined],
    ["an empty list", []],
    ["only the cost code", items(ids, 52, ids.materials).slice(1)],
    ["a cost code of another project", items(ids, 61, ids.materials)],
    ["an unknown cost type", items(ids, 52, 9)],
    ["an unknown segment", [...items(ids, 52, ids.materials), { segment_id: 9, segment_item_id: 52 }]],
    ["one segment twice", [...items(ids, 52, ids.materials), { segment_id: ids.code, segment_item_id: 51 }]],
    ["nulls", [null, null]],
  ];
  for (const [name, segment_items] of cases) {
    await t.step(name, async () => {
      const { status, body } = await harness.call("POST", `${WBS}/wbs_codes`, { segment_items });
      assert.equal(status, 400);
      assert.deepEqual(Object.keys(body.errors), ["segment_items"]);
    });
  }
  assert.deepEqual(await harness.rows("wbs_codes"), []);
});

Deno.test("WBS codes are made in bulk, each by itself", async () => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const bulk = [
    { segment_items: items(ids, 51, ids.materials) },
    { segment_items: items(ids, 9, ids.materials), description: "bad" },
    { segment_items: items(ids, 52, ids.labor) },
  ];
  const { status, body } = await harness.call("PATCH", `${WBS}/wbs_codes/bulk_create`, { bulk });
  assert.equal(status, 201);
  assert.deepEqual(body.entities.map(({ flat_code }: { flat_code: string }) => flat_code), ["03.M", "03-200.L"]);
  assert.deepEqual(body.errors, [{ ...bulk[1], errors: { segment_items: ["is invalid"] } }]);
});

Deno.test("WBS codes go out of use and come back, one by one and all at once", async () => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const make = async (code: number, type: number): Promise<number> =>
    (await harness.call("POST", `${WBS}/wbs_codes`, { segment_items: items(ids, code, type) })).body.id;
  const [a, b, c] = [await make(51, ids.materials), await make(52, ids.materials), await make(52, ids.labor)];
  const found = async (query: string) =>
    (await harness.get(`${WBS}/wbs_codes${query}`)).map(({ id }: { id: number }) => id);
  harness.clock.advance(60_000);

  const all = await harness.call("PATCH", `${WBS}/wbs_codes/update_all`, {
    ids: [a, b],
    attributes: { status: "inactive" },
  });
  assert.deepEqual([all.status, all.body], [204, ""]);
  assert.deepEqual(await found("?filters[status][]=inactive"), [a, b]);
  assert.deepEqual(await found("?filters[status][]=active"), [c]);
  assert.deepEqual(await found("?filters[status][]=active&filters[status][]=inactive"), [a, b, c]);
  assert.deepEqual(await found("?filters[updated_at]=2026-03-02T15:05:00Z...2026-03-03T00:00:00Z"), [a, b]);
  assert.deepEqual(await found("?query=reinforcing"), [b, c]);
  assert.deepEqual(await found("?query=03-200.l"), [c]);

  const one = await harness.call("PATCH", `${WBS}/wbs_codes/${a}`, { status: "active" });
  assert.deepEqual([one.status, one.body.status], [200, "active"]);
  assert.equal((await harness.call("PATCH", `${WBS}/wbs_codes/${a}`, { status: "gone" })).status, 422);
  assert.equal((await harness.call("PATCH", `${WBS}/wbs_codes/9`, { status: "active" })).status, 404);
  // One unknown id, and nothing is changed at all.
  const bad = await harness.call("PATCH", `${WBS}/wbs_codes/update_all`, {
    ids: [a, 9],
    attributes: { status: "inactive" },
  });
  assert.deepEqual([bad.status, bad.body.error.code], [400, "BAD_REQUEST"]);
  assert.deepEqual(await found("?filters[status][]=inactive"), [b]);
});

Deno.test("an inactive item is not offered, and makes no new WBS codes", async () => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const base = `${WBS}/segments/${ids.code}/segment_items`;
  const set = await harness.call("PATCH", `${base}/update_all`, { ids: [52], attributes: { status: "inactive" } });
  assert.equal(set.status, 204);
  assert.deepEqual((await harness.get(`${base}?only_active_items=true`)).map(({ id }: { id: number }) => id), [51]);
  const refused = await harness.call("POST", `${WBS}/wbs_codes`, { segment_items: items(ids, 52, ids.materials) });
  assert.equal(refused.status, 400);
  const back = await harness.call("PATCH", `${base}/52`, { status: "active", name: "Rebar" });
  assert.deepEqual([back.status, back.body.status, back.body.name], [200, "active", "Rebar"]);
});

Deno.test("v2 wraps its rows in data, writes ids as text, and gives ten a page", async () => {
  const harness = await start({ data: DATA });
  const ids = await pattern(harness);
  const types = await harness.get(`${WBS}/segments/${ids.type}/segment_items`);
  const bulk = [51, 52].flatMap((code) =>
    types.map(({ id }: { id: number }) => ({ segment_items: items(ids, code, id) }))
  );
  assert.equal(bulk.length, 14);
  await harness.call("PATCH", `${WBS}/wbs_codes/bulk_create`, { bulk });
  const { headers, body } = await harness.call("GET", V2);
  assert.deepEqual([headers.get("Total"), headers.get("Per-Page"), body.data.length], ["14", "10", 10]);
  assert.equal(typeof body.data[0].id, "string");
  assert.deepEqual(
    (await harness.get(`${V2}?filters[search]=03-200.M`)).data.map(({ code }: { code: string }) => code),
    [
      "03-200.M",
    ],
  );
  assert.equal((await harness.get(`${V2}/ids`)).data.length, 14);
});
