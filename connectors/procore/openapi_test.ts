/**
 * What the connector sends, held against Procore's own schemas: paths, parameters, bodies; and what the sandbox answers it. The schemas are reference
 * data beside the repository; where they are absent this skips.
 */
import assert from "node:assert/strict";
import { Ajv } from "ajv";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import { type Change, type Row, WHOLE, type Wire } from "../../engine/connector.ts";
import procore from "./connector.ts";
import { procoreSandbox } from "./sandbox/sandbox.ts";
import { START, testWorld } from "./testing.ts";

const FILE = new URL("../../../shared/reference/procore-openapi/procore-subset.full.openapi.json", import.meta.url);

// deno-lint-ignore no-explicit-any -- an OpenAPI document, as it comes
type Json = any;

/** Whether the schemas are there; `deno test` says so where they are not. */
function absent(): boolean {
  try {
    return !Deno.statSync(FILE).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** Nullable throughout, since Procore answers null for most of what is unset; `strict`: no field that the schema does not name. */
function relaxed(schema: Json, strict: boolean): Json {
  if (Array.isArray(schema)) return schema.map((one) => relaxed(one, strict));
  if (schema === null || typeof schema !== "object") return schema;
  const copy: Json = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === "enum" ? value : relaxed(value, strict)]),
  );
  delete copy.nullable;
  delete copy.format;
  if (typeof copy.type === "string") copy.type = [copy.type, "null"];
  // The schemas' list of base types of cost types lacks labor, which the guide names.
  const forgotten = copy.enum?.includes("owner_cost") ? ["labor"] : [];
  if (Array.isArray(copy.enum)) copy.enum = [...new Set([...copy.enum, ...forgotten, null])];
  // Of an answer's forms one is enough: views are told apart by what they leave out.
  if (copy.oneOf) [copy.anyOf, copy.oneOf] = [copy.oneOf, undefined];
  if (copy.oneOf === undefined) delete copy.oneOf;
  if (strict && copy.properties) copy.additionalProperties = false;
  return copy;
}

/** What was sent, without the `id`s of contracts and their lines: the guide to sync actions has them in every update, the schemas forget them. */
function withoutIds(path: string, sent: Json): Json {
  if (!/purchase_order_contracts.*\/sync$/.test(path)) return sent;
  return { ...sent, updates: sent.updates.map(({ id: _, ...update }: Json) => update) };
}

interface Seen {
  method: string;
  url: URL;
  headers: Headers;
  sent: string;
  status: number;
  got: string;
}

/** A session that calls everything the connector knows. */
async function everything(): Promise<Seen[]> {
  const clock = manualClock(START);
  const data: Record<string, Row[]> = {
    procore_projects: [
      { id: "501", name: "Airport", project_number: "P-1" },
      { id: "502", name: "Canal", project_number: "P-3", custom_segment: "optional" },
    ],
    procore_vendors: [{ name: "Old Twin", is_active: false }, { name: "Held" }],
    procore_cost_codes: [
      { id: "21", project_number: "P-1", code: "05-100", name: "Steel" },
      { id: "22", project_number: "P-3", code: "05-100", name: "Steel" },
    ],
    procore_wbs_codes: [{ project_number: "P-1", code: "05-100", type: "M" }],
  };
  const sandbox = procoreSandbox({ clock, random: seededRandom(3), data, limits: { hourly: null, spike: null } });
  const seen: Seen[] = [];
  const wire: Wire = async (request) => {
    const sent = await request.clone().text();
    const response = await sandbox.fetch(request);
    const got = await response.clone().text();
    seen.push({
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      sent,
      status: response.status,
      got,
    });
    return response;
  };
  const settings = procore.settings.parse({ ...sandbox.settings("https://procore.example.test"), page_size: 2 });
  const session = procore.open(settings, { ...testWorld(wire), clock });
  await Array.fromAsync(session.ping());
  const full = (schema: { shape: Record<string, unknown> }, values: Row): Row =>
    Object.fromEntries(
      Object.keys(schema.shape).map((name) => [name, values[name]]).filter(([, value]) => value !== undefined),
    );

  const vendors = session.stream("vendors");
  const values: Row = {
    name: "Granite",
    abbreviated_name: "GR",
    trade_name: "Granite & Co",
    notes: "n",
    address: "1 Quarry Rd",
    city: "Denver",
    zip: "80202",
    state_code: "CO",
    country_code: "US",
    business_phone: "1",
    mobile_phone: "2",
    fax_number: "3",
    email_address: "a@b.example",
    website: "https://b.example",
    is_active: true,
    authorized_bidder: true,
    prequalified: false,
    union_member: false,
    non_union_prevailing_wage: false,
    labor_union: "L",
    license_number: "9",
    origin_id: "EBS-V-1",
    origin_code: "1",
    origin_data: "d",
  };
  const [made] = await vendors.write!(WHOLE, [
    { action: "create", fields: full(procore.streams.vendors.destination!.fields, values) },
    { action: "create", fields: { name: "Held", origin_id: "EBS-V-2" } },
  ]);
  assert(made.ok);
  const found = [];
  for (const by of ["id", "origin_id", "origin_code", "name"]) {
    found.push(
      ...await vendors.find!({ partition: WHOLE, by, values: [made.id, "EBS-V-1", "1", "Granite", "Old Twin"] }),
    );
  }
  const twin = found.find(({ name }) => name === "Old Twin")!;
  await vendors.write!(WHOLE, [{
    action: "update",
    id: twin.id as string,
    fields: { is_active: true },
    present: twin,
  }]);
  await vendors.write!(WHOLE, [{ action: "deactivate", id: made.id, fields: {} }]);

  const projects = session.stream("projects");
  const project: Row = {
    name: "Bridge",
    project_number: "P-2",
    accounting_project_number: "A",
    active: true,
    start_date: "2026-01-01",
    completion_date: "2027-01-01",
    address: "x",
    city: "Denver",
    state_code: "CO",
    zip: "80202",
    country_code: "US",
    time_zone: "America/Denver",
    origin_id: "EBS-P-2",
    origin_data: "d",
  };
  assert.equal(
    (await projects.write!(WHOLE, [{
      action: "create",
      fields: full(procore.streams.projects.destination!.fields, project),
    }]))[0].ok,
    true,
  );

  const hooks = session.hooks!;
  await hooks.offered();
  const hook = await hooks.create("https://gusset.example.test/webhooks/procore");
  await hooks.listen(hook, [{ resource: "Change Order Packages", action: "update" }, {
    resource: "Projects",
    action: "create",
  }]);
  const [{ triggers }] = await hooks.list();
  await hooks.mend(hook);
  await hooks.unlisten(hook, triggers.map(({ id }) => id));
  await hooks.remove(hook);

  const codes = session.stream("cost_codes");
  const partition = { id: "501", name: "Airport" };
  const [steel] = await codes.find!({ partition, by: "code", values: ["05-100"] });
  const changes: Change[] = [
    { action: "create", fields: { code: "01", name: "One", origin_id: "EBS-G-1", origin_data: "d" } },
    { action: "deactivate", id: steel.id as string, fields: {}, present: steel },
  ];
  assert((await codes.write!(partition, changes)).every(({ ok }) => ok));

  const contracts = session.stream("purchase_order_contracts");
  const order = (key: string, cost_code_id: string): Row =>
    full(procore.streams.purchase_order_contracts.destination!.fields, {
      number: key,
      title: "Rebar",
      description: "d",
      status: "Approved",
      vendor_id: made.id,
      origin_id: `EBS-PO-${key}`,
      origin_code: key,
      accounting_method: "amount",
      retainage_percent: "10.0",
      contract_date: "2026-03-03",
      line_items: [1, 2].map((nth) => ({
        origin_id: `EBS-POD-${key}-${nth}`,
        description: "#5 bar",
        amount: "10.50",
        cost_code_id,
      })),
    });
  const canal = { id: "502", name: "Canal" };
  for (const [where, cost_code_id] of [[partition, "21"], [canal, "22"]] as const) {
    await contracts.find!({ partition: where, by: "number", values: ["1"] });
    const [written] = await contracts.write!(where, [{ action: "create", fields: order(where.id, cost_code_id) }]);
    assert(written.ok, JSON.stringify(written));
    const [present] = await contracts.find!({ partition: where, by: "id", values: [written.id] });
    const [first, second] = present.line_items as Row[];
    const fields = { vendor_id: twin.id, line_items: [{ ...first, amount: "11" }] };
    const change: Change = {
      action: "update",
      id: written.id,
      fields,
      present,
      remove: { line_items: [second.id as string] },
    };
    const [changed] = await contracts.write!(where, [change]);
    assert(changed.ok, JSON.stringify(changed));
  }
  // What was approved is billed: read by cursor with the requisition before, by key, and as mere ids.
  const lines = [{ amount: "7.5", cost_code_id: "21", line_item_type_id: "562949953510004" }];
  const bill = { commitment_id: "598134800000301", status: "approved" };
  for (
    const [table, fields] of [
      ["change_order_packages", { contract_id: "598134800000301", status: "approved", lines }],
      ["requisitions", { ...bill, percent: "10" }],
      ["requisitions", { ...bill, percent: "20" }],
    ] as const
  ) {
    const { ok } = await sandbox.fetch(
      new Request("https://procore.example.test/_sandbox/touch", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ table, fields }),
      }),
    );
    assert(ok);
    clock.advance(3_600_000);
  }
  const since = new Date(clock.now() - 3_600_000).toISOString();
  for (const name of ["requisitions", "change_order_packages"]) {
    const bills = session.stream(name);
    const changed = await Array.fromAsync(bills.read!({ partition, since, after: null }));
    assert.equal(changed.flatMap(({ rows }) => rows).length, name === "requisitions" ? 1 : 0);
    const ids = await bills.keys!(partition);
    await Array.fromAsync(bills.read!({ partition, keys: ids }));
  }
  return seen;
}

const name = "every call fits Procore's published schemas, and so does every answer of the sandbox";

Deno.test({ name, ignore: absent() }, async () => {
  const openapi: Json = JSON.parse(await Deno.readTextFile(FILE));
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  const holds = (schema: Json, value: unknown, strict: boolean, place: string) => {
    const check = ajv.compile({ ...relaxed(schema, strict), components: relaxed(openapi.components, strict) });
    assert(check(value), `${place}: ${JSON.stringify(check.errors?.slice(0, 3))}`);
  };
  const patterns = Object.keys(openapi.paths).sort((a, b) =>
    (a.match(/\{/g)?.length ?? 0) - (b.match(/\{/g)?.length ?? 0)
  );
  const routes = new Set<string>();
  for (const { method, url, headers, sent, status, got } of await everything()) {
    if (url.pathname === "/oauth/token") continue;
    const path = patterns.find((pattern) =>
      new RegExp(`^${pattern.replace(/\{[^}]+\}/g, "\\d+")}$`).test(url.pathname)
    );
    const operation = path && openapi.paths[path][method.toLowerCase()];
    const place = `${method} ${path ?? url.pathname}`;
    assert(operation, `Procore publishes no ${place}`);
    routes.add(place);
    const parameters: Json[] = [...operation.parameters ?? [], ...openapi.paths[path!].parameters ?? []];
    const named = (where: string) => new Set(parameters.filter((one) => one.in === where).map((one) => one.name));
    for (const name of url.searchParams.keys()) {
      assert(named("query").has(name) || ["page", "per_page"].includes(name), `${place}: parameter ${name}`);
    }
    for (const { in: where, name, required } of parameters) {
      if (required && where === "query") assert(url.searchParams.has(name), `${place}: without ${name}`);
      if (required && where === "header") assert(headers.has(name), `${place}: without ${name}`);
    }
    if (sent !== "") {
      holds(
        operation.requestBody.content["application/json"].schema,
        withoutIds(url.pathname, JSON.parse(sent)),
        true,
        `${place} sent`,
      );
    }
    const answer = operation.responses[status]?.content?.["application/json"]?.schema;
    if (answer) holds(answer, JSON.parse(got), false, `${place} answered`);
  }
  assert.deepEqual(
    [...routes].sort(),
    [
      "GET /rest/v1.0/companies",
      "GET /rest/v1.0/companies/{company_id}/vendors/inactive",
      "DELETE /rest/v1.0/purchase_order_contracts/{purchase_order_contract_id}/line_items/{id}",
      "GET /rest/v1.0/cost_codes",
      "GET /rest/v1.0/change_order_packages",
      "GET /rest/v1.0/change_order_packages/{id}",
      "GET /rest/v1.0/line_item_types",
      "GET /rest/v1.1/requisitions",
      "GET /rest/v1.1/requisitions/{id}",
      "GET /rest/v1.0/me",
      "GET /rest/v1.0/projects/{project_id}/work_breakdown_structure/patterns",
      "GET /rest/v1.0/purchase_order_contracts",
      "GET /rest/v1.1/projects/{project_id}/vendors",
      "PATCH /rest/v1.0/projects/{project_id}/work_breakdown_structure/wbs_codes/bulk_create",
      "PATCH /rest/v1.0/purchase_order_contracts/sync",
      "PATCH /rest/v1.0/purchase_order_contracts/{purchase_order_contract_id}/line_items/sync",
      "POST /rest/v1.1/projects/{project_id}/vendors/{id}/actions/add",
      "GET /rest/v1.0/projects/{project_id}/work_breakdown_structure/wbs_codes",
      "GET /rest/v1.0/vendors",
      "GET /rest/v1.1/projects",
      "PATCH /rest/v1.0/companies/{company_id}/vendors/inactive/{id}",
      "PATCH /rest/v1.0/cost_codes/sync",
      "DELETE /rest/v2.0/companies/{company_id}/webhooks/hooks/{hook_id}/triggers/{id}",
      "DELETE /rest/v2.0/companies/{company_id}/webhooks/hooks/{id}",
      "GET /rest/v2.0/companies/{company_id}/webhooks/hooks",
      "GET /rest/v2.0/companies/{company_id}/webhooks/hooks/{hook_id}/triggers",
      "GET /rest/v2.0/companies/{company_id}/webhooks/resources",
      "PATCH /rest/v2.0/companies/{company_id}/webhooks/hooks/{id}",
      "POST /rest/v2.0/companies/{company_id}/webhooks/hooks",
      "POST /rest/v2.0/companies/{company_id}/webhooks/hooks/{hook_id}/triggers/bulk",
      "PATCH /rest/v1.0/projects/sync",
      "PATCH /rest/v1.0/projects/{project_id}/work_breakdown_structure/wbs_codes/update_all",
      "PATCH /rest/v1.0/vendors/sync",
    ].sort(),
  );
});
