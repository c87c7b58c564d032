import assert from "node:assert/strict";
import fc from "fast-check";
import { COMPANY_ID, ORIGIN, start } from "./testing.ts";

const DATA = {
  procore_projects: [{ id: "5", name: "Depot", project_number: "100" }],
  procore_vendors: [{ id: "11", name: "Kone", origin_id: "EBS-V-1" }],
  procore_cost_codes: [{ id: "51", project_number: "100", code: "03", name: "Concrete" }],
  procore_wbs_codes: [{ project_number: "100", code: "03", type: "M" }],
};
const WBS = "/rest/v1.0/projects/5/work_breakdown_structure";
const own = { company_id: COMPANY_ID };

type Wrap = (junk: unknown) => unknown;
const WRITES: [method: string, path: string, wrap: Wrap][] = [
  ["PATCH", "/rest/v1.0/vendors/sync", (junk) => ({ ...own, updates: junk })],
  ["PATCH", "/rest/v1.0/vendors/sync", (junk) => ({ ...own, updates: [junk] })],
  ["POST", "/rest/v1.0/vendors", (junk) => ({ ...own, vendor: junk })],
  ["PATCH", "/rest/v1.0/vendors/11", (junk) => ({ ...own, vendor: junk, business_register: junk })],
  ["POST", `/rest/v1.0/vendors/11/business_register?company_id=${COMPANY_ID}`, (junk) => ({ business_register: junk })],
  ["POST", "/rest/v1.1/projects/5/vendors", (junk) => ({ vendor: junk })],
  ["PATCH", "/rest/v1.0/projects/sync", (junk) => ({ ...own, updates: [junk] })],
  ["PATCH", "/rest/v1.0/projects/5", (junk) => ({ ...own, project: junk })],
  ["PATCH", "/rest/v1.0/cost_codes/sync?project_id=5", (junk) => ({ updates: [junk] })],
  ["POST", "/rest/v1.0/cost_codes", (junk) => ({ project_id: 5, cost_code: junk })],
  ["POST", "/rest/v1.0/cost_codes", (junk) => junk],
  ["PATCH", "/rest/v1.0/cost_codes/51", (junk) => ({ project_id: 5, cost_code: junk })],
  [
    "POST",
    "/rest/v1.0/cost_codes/copy_from_standard_list",
    (junk) => ({ project_id: 5, standard_cost_code_list_id: junk }),
  ],
  ["PATCH", "/rest/v1.0/line_item_types/sync", (junk) => ({ ...own, updates: [junk] })],
  ["POST", `${WBS}/wbs_codes`, (junk) => junk],
  ["POST", `${WBS}/wbs_codes`, (junk) => ({ segment_items: junk, description: junk })],
  ["POST", `${WBS}/wbs_codes`, (junk) => ({ segment_items: [junk, junk] })],
  ["PATCH", `${WBS}/wbs_codes/bulk_create`, (junk) => ({ bulk: junk })],
  ["PATCH", `${WBS}/wbs_codes/bulk_create`, (junk) => ({ bulk: [junk] })],
  ["PATCH", `${WBS}/wbs_codes/update_all`, (junk) => ({ ids: junk, attributes: junk })],
  ["PATCH", `${WBS}/wbs_codes/598134600000021`, (junk) => ({ status: junk, description: junk })],
  ["PATCH", `${WBS}/segments/562949953530001/segment_items/51`, (junk) => ({ status: junk, code: junk, name: junk })],
  ["PATCH", `${WBS}/segments/562949953530001/segment_items/update_all`, (junk) => ({ ids: [junk], attributes: junk })],
  ["POST", "/oauth/token", (junk) => junk],
  ["POST", "/oauth/revoke", (junk) => junk],
];

/** JSON of every shape, more often than not with names and values that mean something here. */
const junk = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      1e21,
      51,
      11,
      "",
      " ",
      "x".repeat(300),
      "Kone",
      "EBS-V-1",
      "\u0000",
      "é",
    ),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ..."id origin_id name code parent_id is_active bidding status segment_id segment_item_id csv_import_code base_type"
          .split(" "),
        ..."business_register_attributes type identifier country_code state_code standard_cost_code_ids total_value"
          .split(" "),
        ..."start_date __proto__ constructor toString extras permitted created_at".split(" "),
      ),
      tie("any"),
      { maxKeys: 5 },
    ),
  ),
})).any;

Deno.test("no body, however odd, breaks the sandbox or slips in what is no attribute", async () => {
  const { call, rows } = await start({ data: DATA });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...WRITES), junk, async ([method, path, wrap], junk) => {
      const { status, body } = await call(method, path, wrap(junk));
      assert.notEqual(status, 500, `${method} ${path} ${JSON.stringify(junk)}: ${JSON.stringify(body)}`);
    }),
    { numRuns: 1500 },
  );
  // The control API still renders everything, and only text ever got into a text column.
  for (const row of await rows("vendors")) {
    assert.equal(typeof row.name, "string");
    assert.ok(row.city === null || typeof row.city === "string");
    assert.equal(typeof row.is_active, "boolean");
  }
  for (const row of await rows("wbs_codes")) assert.ok(row.description === null || typeof row.description === "string");
  for (const row of await rows("projects")) assert.equal(row.permitted, true);
});

Deno.test("no query, however odd, breaks a list", async () => {
  const { call } = await start({ data: DATA });
  const paths = [
    `/rest/v1.0/vendors?company_id=${COMPANY_ID}`,
    `/rest/v1.1/projects?company_id=${COMPANY_ID}`,
    "/rest/v1.0/cost_codes?project_id=5",
    `${WBS}/wbs_codes?x`,
  ];
  const names = ["page", "per_page", "sort", "view", "query", "x"];
  const filters = [
    "id",
    "origin_id",
    "search",
    "updated_at",
    "by_status",
    "include_deleted",
    "vendor_id",
    "status",
    "__proto__",
  ];
  const name = fc.constantFrom(...names, ...filters.flatMap((one) => [`filters[${one}]`, `filters[${one}][]`]));
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom("[", "[]", "[,]", "...", "a...b...c", `"`, "-1", "1e9", "__proto__", "-"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(fc.tuple(name, value), { maxLength: 4 }),
      async (path, query) => {
        const { status, headers } = await call("GET", `${path}&${new URLSearchParams(query)}`);
        assert.equal(status, 200);
        assert.match(headers.get("Total")!, /^\d+$/);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("an odd login header is a failed login and no more", async () => {
  const { sandbox } = await start();
  for (const header of ["Basic %%%", "Basic bm9jb2xvbg==", "Bearer", "x"]) {
    const response = await sandbox.fetch(
      new Request(`${ORIGIN}/oauth/token`, { method: "POST", headers: { Authorization: header }, body: "{" }),
    );
    assert.equal((await response.json()).error, "invalid_client");
  }
});
