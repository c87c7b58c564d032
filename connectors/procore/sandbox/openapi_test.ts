/**
 * Holds the sandbox's answers against the published schemas of Procore's API. The schemas are optimistic about null, so null is let
 * pass; names, types and enums are not. Skipped where the reference data is absent.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { FIRST_IDS } from "./state.ts";
import { COMPANY_ID, type Harness, start } from "./testing.ts";

const FILE = fileURLToPath(
  new URL("../../../../shared/reference/procore-openapi/procore-subset.full.openapi.json", import.meta.url),
);
const absent = !existsSync(FILE);
if (absent) console.log("openapi_test.ts: skipped, ../shared/reference/procore-openapi is not there");

// deno-lint-ignore no-explicit-any -- a document of schemas
type Json = any;
const document: Json = absent ? undefined : JSON.parse(readFileSync(FILE, "utf8"));

/** A schema with null allowed everywhere, references resolved. */
function relaxed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(relaxed);
  if (typeof schema !== "object" || schema === null) return schema;
  if (schema.$ref) {
    return relaxed(schema.$ref.slice(2).split("/").reduce((at: Json, key: string) => at[key], document));
  }
  const { nullable: _, ...rest } = schema;
  const found: Json = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === "properties") {
      found.properties = Object.fromEntries(
        Object.entries(value as Json).map(([name, inner]) => [name, relaxed(inner)]),
      );
    } else if (key === "enum") found.enum = [...new Set([...value as Json, null, "", ...forgotten(value as Json)])];
    // A row may fit several views: they differ by what they leave out.
    else if (key === "oneOf") found.anyOf = relaxed(value);
    else if (key === "type") found.type = [value, "null"];
    else if (!key.startsWith("x-")) found[key] = relaxed(value);
  }
  return found;
}

/** The schemas' list of base types of cost types lacks labor, which the guide names. */
const forgotten = (values: Json[]): string[] => values.includes("owner_cost") ? ["labor"] : [];

const ajv = absent ? undefined : new Ajv({ strict: false, allErrors: true });
if (ajv) (formats as unknown as (ajv: Ajv) => void)(ajv);

/** The schema of an answer's body. */
function schemaOf(method: string, path: string, status: number): Json {
  const answer = document.paths[path]?.[method.toLowerCase()]?.responses[status];
  assert.ok(answer, `${method} ${path} documents no ${status}`);
  return answer.content?.["application/json"]?.schema;
}

/** The properties a schema documents for an element: of a list's, of a sync's entities, of one of several views. */
function documented(schema: Json): string[] {
  const plain = relaxed(schema);
  const element = plain.items ?? plain.properties?.entities?.items ?? plain;
  const views: Json[] = element.oneOf ?? element.anyOf ?? [element];
  return Object.keys(views.map((view) => view.properties ?? {}).sort((a, b) => keys(b) - keys(a))[0]);
}
const keys = (value: object): number => Object.keys(value).length;

const project = 5;
const WBS = "/rest/v1.0/projects/{project_id}/work_breakdown_structure";
const PROJECT_VENDORS = "/rest/v1.1/projects/{project_id}/vendors";
const ORDERS = "/rest/v1.0/purchase_order_contracts";
const REQUISITIONS = "/rest/v1.1/requisitions";
const PACKAGES = "/rest/v1.0/change_order_packages";
const PERIODS = "/rest/v1.0/projects/{project_id}/billing_periods";
const WEBHOOKS = "/rest/v2.0/companies/{company_id}/webhooks";
const own = { company_id: COMPANY_ID };

/** Method, documented path, query, body and status of each call; ids are filled in by the harness. */
const CALLS: [method: string, path: string, query: string, body: unknown, status: number][] = [
  ["GET", "/rest/v1.0/me", "", undefined, 200],
  ["GET", "/rest/v1.0/companies", "", undefined, 200],
  ["GET", "/rest/v1.0/company_base_url", "", undefined, 200],
  ["GET", "/rest/v1.0/vendors", `company_id=${COMPANY_ID}`, undefined, 200],
  ["POST", "/rest/v1.0/vendors", "", { ...own, vendor: { name: "New", bidding: { small_business: true } } }, 201],
  ["PATCH", "/rest/v1.0/vendors/sync", "", {
    ...own,
    updates: [{
      origin_id: "EBS-V-9",
      name: "Synced",
      business_register_attributes: { type: "ein", identifier: "84-1" },
    }, { id: 1, name: "Ghost" }],
  }, 200],
  ["GET", "/rest/v1.0/vendors/{vendor}", `company_id=${COMPANY_ID}`, undefined, 200],
  ["PATCH", "/rest/v1.0/vendors/{vendor}", "", { ...own, vendor: { name: "Renamed" } }, 200],
  ["GET", "/rest/v1.0/companies/{company_id}/vendors/inactive", "", undefined, 200],
  ["PATCH", "/rest/v1.0/companies/{company_id}/vendors/inactive/{inactive}", "", undefined, 200],
  ["POST", "/rest/v1.0/vendors/{vendor}/business_register", `company_id=${COMPANY_ID}`, {
    business_register: { type: "ein", identifier: "84-2" },
  }, 201],
  ["GET", PROJECT_VENDORS, "", undefined, 200],
  ["POST", `${PROJECT_VENDORS}/{vendor}/actions/add`, "", undefined, 201],
  ["GET", "/rest/v1.0/projects/{project_id}/vendors/{vendor}", "", undefined, 200],
  ["GET", "/rest/v1.1/projects", `company_id=${COMPANY_ID}`, undefined, 200],
  ["GET", "/rest/v1.0/projects", `company_id=${COMPANY_ID}`, undefined, 200],
  ["GET", "/rest/v1.0/projects/{project}", `company_id=${COMPANY_ID}`, undefined, 200],
  ["POST", "/rest/v1.0/projects", "", { ...own, project: { name: "Tower", start_date: "2026-04-01" } }, 201],
  ["PATCH", "/rest/v1.0/projects/sync", "", { ...own, updates: [{ id: 5, total_value: "1.5" }, { id: 1 }] }, 200],
  ["GET", "/rest/v1.0/cost_codes", `project_id=${project}`, undefined, 200],
  ["GET", "/rest/v1.0/cost_codes/{cost_code}", `project_id=${project}`, undefined, 200],
  ["POST", "/rest/v1.0/cost_codes", "", { project_id: project, cost_code: { code: "05", name: "Metals" } }, 201],
  ["PATCH", "/rest/v1.0/cost_codes/sync", `project_id=${project}`, {
    updates: [{ code: "07", name: "Moisture", origin_id: "EBS-GL-7" }, { code: "", name: "x" }],
  }, 200],
  ["GET", "/rest/v1.0/line_item_types", `company_id=${COMPANY_ID}`, undefined, 200],
  ["PATCH", "/rest/v1.0/line_item_types/sync", "", {
    ...own,
    updates: [{ name: "Freight", csv_import_code: "F", base_type: "other" }],
  }, 200],
  ["GET", "/rest/v1.0/standard_cost_code_lists", `company_id=${COMPANY_ID}`, undefined, 200],
  [
    "GET",
    "/rest/v1.0/standard_cost_codes",
    `company_id=${COMPANY_ID}&standard_cost_code_list_id={list}`,
    undefined,
    200,
  ],
  ["GET", `${WBS}/patterns`, "", undefined, 200],
  ["GET", `${WBS}/segments`, "", undefined, 200],
  ["GET", `${WBS}/segments/{segment}/segment_items`, "", undefined, 200],
  ["GET", `${WBS}/wbs_codes`, "", undefined, 200],
  ["PATCH", `${WBS}/wbs_codes/{wbs_code}`, "", { description: "Other" }, 200],
  ["PATCH", `${WBS}/wbs_codes/bulk_create`, "", { bulk: [{ segment_items: [] }] }, 201],
  ["GET", ORDERS, `project_id=${project}`, undefined, 200],
  ["GET", ORDERS, `project_id=${project}&view=extended`, undefined, 200],
  ["GET", `${ORDERS}/{order}`, `project_id=${project}`, undefined, 200],
  ["POST", ORDERS, "", { project_id: project, purchase_order_contract: { number: "9", title: "Lifts" } }, 201],
  ["PATCH", `${ORDERS}/{order}`, "", { project_id: project, purchase_order_contract: { title: "Lift" } }, 200],
  ["PATCH", `${ORDERS}/sync`, "", { project_id: project, updates: [{ origin_id: "EBS-PO-9" }, { id: 1 }] }, 200],
  ["GET", `${ORDERS}/{order}/line_items`, `project_id=${project}`, undefined, 200],
  ["GET", `${ORDERS}/{order}/line_items/{line}`, `project_id=${project}`, undefined, 200],
  ["PATCH", `${ORDERS}/{order}/line_items/sync`, `project_id=${project}`, {
    updates: [{ id: 71, amount: "2.50", uom: "ea" }, { origin_id: "L-2", amount: "1" }],
  }, 200],
  ["GET", "/rest/v1.0/commitments", `project_id=${project}`, undefined, 200],
  ["POST", PERIODS, "", { billing_period: { start_date: "2026-03-01", end_date: "2026-03-31" } }, 201],
  ["GET", PERIODS, "", undefined, 200],
  ["GET", `${PERIODS}/{period}`, "", undefined, 200],
  ["PATCH", `${PERIODS}/{period}`, "", { billing_period: { status: "closed" } }, 200],
  ["GET", PACKAGES, `project_id=${project}`, undefined, 200],
  ["GET", `${PACKAGES}/{package}`, `project_id=${project}`, undefined, 200],
  ["PATCH", `${PACKAGES}/{package}`, "", { project_id: project, change_order: { title: "Less" } }, 200],
  ["GET", "/rest/v1.0/projects/{project_id}/commitment_change_orders/{change}", "", undefined, 200],
  ["GET", REQUISITIONS, `project_id=${project}&view=extended`, undefined, 200],
  ["GET", `${REQUISITIONS}/{requisition}`, `project_id=${project}&view=extended`, undefined, 200],
  ["POST", REQUISITIONS, "", { project_id: project, commitment_id: 63, requisition: { invoice_number: "9" } }, 201],
  ["PATCH", `${REQUISITIONS}/{requisition}`, "", {
    project_id: project,
    commitment_id: 62,
    requisition: { origin_id: "EBS-REQ-1" },
  }, 200],
  ["PATCH", "/rest/v1.0/requisitions/{made}/bulk_item_update", `project_id=${project}`, { requisition_items: [] }, 200],
  ["DELETE", `${REQUISITIONS}/{made}`, `project_id=${project}`, undefined, 200],
  ["DELETE", `${ORDERS}/{order}/line_items/{line}`, `project_id=${project}`, undefined, 200],
  ["POST", `${WEBHOOKS}/hooks`, "", {
    payload_version: "v2.0",
    namespace: "gusset",
    destination_url: "https://gusset.test/x",
    destination_headers: { Authorization: "Bearer x" },
  }, 201],
  ["GET", `${WEBHOOKS}/hooks`, "", undefined, 200],
  ["GET", `${WEBHOOKS}/resources`, "", undefined, 200],
];

/** Documented, and left out: a project vendor's entry in Procore's network of businesses, which an invented company is not in. */
const LEFT_OUT = ["business"];

Deno.test({
  name: "answers have the names and types that Procore documents, and leave none of the names out",
  ignore: absent,
  async fn(t) {
    const harness = await start({
      data: {
        procore_projects: [{ id: "5", name: "Depot", project_number: "100", total_value: "250000" }],
        procore_vendors: [
          { id: "11", name: "Kone", project_numbers: ["100"], origin_id: "EBS-V-1" },
          { id: "12", name: "Gone", is_active: false },
        ],
        procore_cost_codes: [
          { id: "51", project_number: "100", code: "03", name: "Concrete", origin_id: "EBS-GL-1" },
          { id: "52", project_number: "100", code: "200", name: "Steel", parent_code: "03" },
        ],
        procore_wbs_codes: [{ project_number: "100", code: "200", type: "M" }],
        procore_purchase_order_contracts: [
          {
            id: "61",
            project_number: "100",
            number: "1",
            vendor: "Kone",
            lines: [{ amount: "1", code: "03", uom: "ea" }],
          },
          ...["62", "63"].map((id) => ({
            id,
            project_number: "100",
            number: id,
            vendor: "Kone",
            status: "Approved",
            lines: [{ amount: "5", code: "03" }],
          })),
        ],
        procore_change_order_packages: [
          { project_number: "100", contract: "62", status: "approved", lines: [{ amount: "7", code: "03" }] },
        ],
        procore_requisitions: [
          { project_number: "100", contract: "62", percent: "50", status: "approved" },
        ],
      },
    });
    const ids = await idsIn(harness);
    const fill = (path: string) => path.replace(/\{(\w+)\}/g, (_, name) => String(ids[name]));
    for (const [method, path, query, body, status] of CALLS) {
      const place = `${method} ${path}`;
      await t.step(place, async () => {
        const answer = await harness.call(method, `${fill(path)}?${fill(query)}`, body);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        const schema = schemaOf(method, documentedPath(path), status);
        const { body: found } = answer;
        if (!schema) return assert.equal(found, "", `${place} documents no body`);
        const valid: boolean = ajv!.validate(relaxed(schema), found as unknown);
        assert.ok(valid, `${place}: ${ajv!.errorsText()}`);
        if (found.entities?.length === 0) return;
        const shown = Array.isArray(found) ? found[0] : found.entities?.[0] ?? found;
        const missing = documented(schema).filter((name) => !(name in shown) && !LEFT_OUT.includes(name));
        assert.deepEqual(missing, [], `${place} leaves out what is documented`);
      });
    }
  },
});

/** The path as the document writes it. */
function documentedPath(path: string): string {
  return path.replace("/segments/{segment}/", "/segments/{segment_id}/")
    .replace("{order}/line_items", "{purchase_order_contract_id}/line_items")
    .replace("/v1.0/requisitions/{made}/", "/v1.0/requisitions/{requisition_id}/")
    .replace(
      /\{(period|package|change|requisition|made|vendor|inactive|project|cost_code|wbs_code|order|line)\}/g,
      "{id}",
    );
}

async function idsIn({ get }: Harness): Promise<Record<string, unknown>> {
  const base = "/rest/v1.0/projects/5/work_breakdown_structure";
  const [segment] = await get(`${base}/segments`);
  const [wbsCode] = await get(`${base}/wbs_codes`);
  const [list] = await get(`/rest/v1.0/standard_cost_code_lists?company_id=${COMPANY_ID}`);
  return {
    company_id: COMPANY_ID,
    project_id: 5,
    project: 5,
    vendor: 11,
    inactive: 12,
    cost_code: 52,
    segment: segment.id,
    wbs_code: wbsCode.id,
    list: list.id,
    order: 61,
    period: FIRST_IDS.billing_period,
    package: FIRST_IDS.change_order_package,
    change: FIRST_IDS.commitment_change_order,
    requisition: FIRST_IDS.requisition,
    made: FIRST_IDS.requisition + 1,
    line: (await get(`${ORDERS}/61/line_items?project_id=5`))[0].id,
  };
}

Deno.test({
  name: "errors have the shapes of the reference's examples",
  ignore: absent,
  async fn() {
    const example = (name: string) =>
      JSON.parse(readFileSync(new URL(`./examples/${name}.json`, `file://${FILE}`), "utf8")).response;
    const { call, touch } = await start({ data: { procore_vendors: [{ id: "11", name: "Kone" }] } });
    const taken = await call("POST", "/rest/v1.0/vendors", { ...own, vendor: { name: "kone" } });
    assert.deepEqual({ status: taken.status, body: taken.body }, example("error_v1_validation"));
    const v2 = await call("GET", `/rest/v2.0/companies/${COMPANY_ID}/projects/1/wbs/codes`);
    assert.deepEqual(Object.keys(v2.body.error), Object.keys(example("error_v2").body.error));
    await touch("companies", String(COMPANY_ID), { connected: false });
    const refused = await call("GET", `/rest/v1.0/vendors?company_id=${COMPANY_ID}`);
    assert.deepEqual({ status: refused.status, body: refused.body }, example("error_v1_forbidden"));
  },
});
