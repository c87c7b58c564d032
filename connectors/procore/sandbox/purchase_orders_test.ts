import assert from "node:assert/strict";
import { type Harness, start } from "./testing.ts";

const ORDERS = "/rest/v1.0/purchase_order_contracts";
const P = 501;
const DATA = {
  procore_projects: [
    { id: "501", name: "Airport", project_number: "P-1" },
    { id: "502", name: "Bridge", project_number: "P-2", custom_segment: "optional" },
    { id: "503", name: "Closed", project_number: "P-3", active: false },
    { id: "504", name: "Hidden", project_number: "P-4", permitted: false },
  ],
  procore_vendors: [
    { id: "11", name: "Kone", project_numbers: ["P-1", "P-2", "P-3"] },
    { id: "12", name: "Otis" },
  ],
  procore_cost_codes: [
    { id: "21", project_number: "P-1", code: "03", name: "Concrete" },
    { id: "22", project_number: "P-1", code: "05", name: "Steel" },
    { id: "23", project_number: "P-2", code: "05", name: "Steel" },
  ],
  procore_wbs_codes: [
    { project_number: "P-1", code: "05", type: "M" },
    { project_number: "P-2", code: "05", type: "M" },
    { project_number: "P-1", code: "03", type: "L", status: "inactive" },
  ],
};

async function sandbox() {
  const harness = await start({ data: DATA });
  const [{ id: type }] = (await harness.rows("line_item_types")).filter(({ code }) => code === "S");
  const create = async (fields: object, project_id = P) =>
    await harness.call("POST", ORDERS, { project_id, purchase_order_contract: fields });
  const line = async (order: number, fields: object, project_id = P) =>
    await harness.call("POST", `${ORDERS}/${order}/line_items`, { project_id, line_item: fields });
  const patch = async (order: number, fields: object, project_id = P) =>
    await harness.call("PATCH", `${ORDERS}/${order}`, { project_id, purchase_order_contract: fields });
  const pair = { cost_code_id: 21, line_item_type_id: Number(type) };
  return { ...harness, create, line, patch, pair };
}

Deno.test("totals are derived from lines, change orders and bills, in mixed precision", async () => {
  const { create, line, get, touch, pair } = await sandbox();
  const { body: { id } } = await create({ number: "1", vendor_id: 11 });
  for (const amount of ["10.1", "20.205", 3, "-0.5"]) assert.equal((await line(id, { amount, ...pair })).status, 201);
  await touch("purchase_order_contracts", String(id), {
    approved_change_orders: "100",
    total_requisitions_amount: "12.5",
  });
  const shown = await get(`${ORDERS}/${id}?project_id=${P}`);
  assert.equal(shown.grand_total, "32.81");
  assert.equal(shown.approved_change_orders, "100.0");
  assert.equal(shown.revised_contract, "132.81");
  assert.equal(shown.total_requisitions_amount, "12.50");
  assert.equal(shown.remaining_balance_outstanding, "120.31");
  assert.deepEqual(shown.line_items.map(({ amount }: { amount: string }) => amount), ["10.1", "20.21", "3.0", "-0.5"]);
  assert(!("uom" in shown.line_items[0]));
  const [compact] = await get(`${ORDERS}?project_id=${P}`);
  assert(!("line_items" in compact));
  const unit = await line(id, { quantity: "3", unit_cost: "0.335", extended_type: "calculated", uom: "ea", ...pair });
  assert.equal(unit.body.amount, "1.01");
});

Deno.test("a number stands once in a project, whatever its case, and a deleted contract gives it free", async () => {
  const { create, call } = await sandbox();
  const first = await create({ number: "A-1" });
  assert.deepEqual((await create({ number: " a-1" })).body, { errors: { number: ["has already been taken"] } });
  assert.equal((await create({ number: "A-1" }, 502)).status, 201);
  assert.equal((await create({})).body.number, "PO-001");
  assert.equal((await call("DELETE", `${ORDERS}/${first.body.id}?project_id=${P}`)).status, 200);
  assert.equal((await create({ number: "A-1" })).status, 201);
});

Deno.test("a deleted contract is found only where it is asked for, and keeps its origin_id", async () => {
  const { create, call, get } = await sandbox();
  const { body: { id } } = await create({ number: "1", origin_id: "EBS-PO-1" });
  await call("DELETE", `${ORDERS}/${id}?project_id=${P}`);
  assert.deepEqual(await get(`${ORDERS}?project_id=${P}`), []);
  const [row] = await get(`${ORDERS}?project_id=${P}&filters[include_deleted]=with&filters[origin_id]=[EBS-PO-1,x]`);
  assert.equal(row.id, id);
  assert.match(row.deleted_at, /^2026-/);
  assert.equal((await call("GET", `${ORDERS}/${id}?project_id=${P}`)).status, 404);
  const { body } = await call("PATCH", `${ORDERS}/sync`, {
    project_id: P,
    updates: [{ origin_id: "EBS-PO-1", number: "2" }, { id, title: "x" }],
  });
  assert.deepEqual(body.entities, []);
  assert.deepEqual(body.errors.map(({ errors }: { errors: object }) => Object.keys(errors)), [["origin_id"], ["id"]]);
});

Deno.test("a vendor must be on the project, and an approved contract must have one", async () => {
  const { create, patch, call } = await sandbox();
  assert.deepEqual((await create({ number: "1", vendor_id: 12 })).body, {
    errors: { vendor: ["is not in the project's directory"] },
  });
  assert.equal((await call("POST", `/rest/v1.1/projects/${P}/vendors/12/actions/add`)).status, 201);
  assert.equal((await create({ number: "1", vendor_id: 12 })).status, 201);
  const bare = await create({ number: "2" });
  assert.deepEqual((await patch(bare.body.id, { status: "Approved" })).body, {
    errors: { vendor: ["can't be blank"] },
  });
  assert.equal((await patch(bare.body.id, { status: "Shipped" })).status, 422);
});

Deno.test("Approved locks vendor, lines and deletion; back to Draft unlocks them", async () => {
  const { create, line, patch, call, pair, rows } = await sandbox();
  const { body: { id } } = await create({ number: "1", vendor_id: 11 });
  const { body: { id: first } } = await line(id, { amount: "5", ...pair });
  assert.equal((await patch(id, { status: "Approved" })).status, 200);
  const attempts = [
    () => patch(id, { vendor_id: null }),
    () => patch(id, { status: "Draft", vendor_id: null }),
    () => line(id, { amount: "1", ...pair }),
    () => call("PATCH", `${ORDERS}/${id}/line_items/${first}`, { project_id: P, line_item: { amount: "1" } }),
    () => call("DELETE", `${ORDERS}/${id}/line_items/${first}?project_id=${P}`),
    () => call("DELETE", `${ORDERS}/${id}?project_id=${P}`),
  ];
  for (const attempt of attempts) assert.equal((await attempt()).status, 422, String(attempt));
  const synced = await call("PATCH", `${ORDERS}/${id}/line_items/sync?project_id=${P}`, {
    updates: [{ id: first, amount: "9" }],
  });
  assert.equal(synced.body.errors.length, 1);
  assert.equal((await rows("purchase_order_contracts"))[0].grand_total, "5.0");
  assert.equal((await patch(id, { title: "still to be named" })).status, 200);
  assert.equal((await patch(id, { status: "Draft" })).status, 200);
  for (const attempt of attempts.slice(2)) assert((await attempt()).status < 300, String(attempt));
});

Deno.test("line sync creates, updates, reports, and never deletes", async () => {
  const { create, line, call, pair, get } = await sandbox();
  const { body: { id } } = await create({ number: "1" });
  await line(id, { amount: "1", description: "a person's", ...pair });
  const path = `${ORDERS}/${id}/line_items/sync?project_id=${P}`;
  const updates = [{ origin_id: "L-1", amount: "2", ...pair }, { origin_id: "L-2", amount: "x", ...pair }];
  const { body } = await call("PATCH", path, { updates });
  assert.equal(body.entities.length, 1);
  assert.deepEqual(body.errors[0].errors, { amount: ["is invalid"] });
  await call("PATCH", path, { updates: [{ origin_id: "L-1", amount: "3" }] });
  const lines = await get(`${ORDERS}/${id}/line_items?project_id=${P}`);
  assert.deepEqual(lines.map((one: { amount: string }) => one.amount), ["1.0", "3.0"]);
  const many = Array.from({ length: 1001 }, (_, i) => ({ origin_id: `M-${i}`, amount: "1", ...pair }));
  assert.equal((await call("PATCH", path, { updates: many })).status, 413);
});

Deno.test("an unbudgeted code gets a budget line of zero, once", async () => {
  const { create, line, pair, rows } = await sandbox();
  const { body: { id } } = await create({ number: "1" });
  assert.deepEqual(await rows("budget_line_items"), []);
  for (const amount of ["1", "2"]) await line(id, { amount, ...pair });
  const made = await rows("budget_line_items");
  assert.deepEqual(made.map((row) => [row.original_budget_amount, row.project_id]), [["0.0", "501"]]);
});

/** What a line names → which errors it gets; none: it is taken. */
const CODES: [name: string, project: number, fields: (ids: Record<string, number>) => object, errors: string[]][] = [
  ["cost code and cost type", 501, ({ type }) => ({ cost_code_id: 21, line_item_type_id: type }), []],
  ["a WBS code", 501, ({ wbs }) => ({ wbs_code_id: wbs }), []],
  ["an unknown WBS code", 501, () => ({ wbs_code_id: 1 }), ["wbs_code"]],
  ["another project's WBS code", 501, ({ other }) => ({ wbs_code_id: other }), ["wbs_code"]],
  ["an inactive WBS code", 501, ({ off }) => ({ wbs_code_id: off }), ["wbs_code"]],
  ["a pair whose WBS code is inactive", 501, ({ labor }) => ({ cost_code_id: 21, line_item_type_id: labor }), [
    "wbs_code",
  ]],
  ["another project's cost code", 501, ({ type }) => ({ cost_code_id: 23, line_item_type_id: type }), ["cost_code"]],
  ["no cost type", 501, () => ({ cost_code_id: 21 }), ["line_item_type"]],
  ["nothing", 501, () => ({}), ["wbs_code"]],
  ["a pair where the pattern has a third segment", 502, ({ type }) => ({ cost_code_id: 23, line_item_type_id: type }), [
    "wbs_code",
  ]],
  ["a WBS code where the pattern has a third segment", 502, ({ other }) => ({ wbs_code_id: other }), []],
];

for (const [name, project, fields, errors] of CODES) {
  Deno.test(`a line that names ${name} is ${errors.length > 0 ? "refused" : "taken"}`, async () => {
    const { create, line, rows } = await sandbox();
    const codes = await rows("wbs_codes");
    const types = await rows("line_item_types");
    const wbs = (project_id: string, status: string) =>
      Number(codes.find((row) => row.project_id === project_id && row.status === status)!.id);
    const type = (code: string) => Number(types.find((row) => row.code === code)!.id);
    const ids = {
      wbs: wbs("501", "active"),
      off: wbs("501", "inactive"),
      other: wbs("502", "active"),
      type: type("S"),
      labor: type("L"),
    };
    const { body: { id } } = await create({ number: "1" }, project);
    const { status, body } = await line(id, { amount: "1", ...fields(ids) }, project);
    assert.deepEqual(Object.keys(body.errors ?? {}), errors);
    assert.equal(status, errors.length > 0 ? 422 : 201);
    assert.equal((await rows("purchase_order_contract_line_items")).length, errors.length > 0 ? 0 : 1);
  });
}

Deno.test("children without a project are not there; hidden and closed projects take nothing", async () => {
  const { create, call, rows } = await sandbox();
  const { body: { id } } = await create({ number: "1" });
  assert.equal((await call("GET", `${ORDERS}/${id}/line_items`)).status, 404);
  assert.equal((await call("GET", ORDERS)).status, 404);
  assert.equal((await call("GET", `${ORDERS}/${id}/line_items?project_id=502`)).status, 404);
  assert.equal((await call("GET", `${ORDERS}?project_id=504`)).status, 403);
  assert.equal((await create({ number: "2" }, 503)).status, 403);
  assert.equal((await call("GET", `${ORDERS}?project_id=503`)).status, 200);
  assert.equal((await create({ number: "3", currency_iso_code: "EUR" })).status, 422);
  assert.equal((await rows("purchase_order_contracts")).length, 1);
});

Deno.test("a person adds contracts and lines, edits and removes them", async () => {
  const { touch, rows, pair }: Harness & { pair: object } = await sandbox();
  const made = await touch("purchase_order_contracts", undefined, {
    project_number: "P-1",
    number: "7",
    vendor: "Kone",
    status: "Approved",
    lines: [{ amount: "12.5", code: "05", description: "by hand" }],
  });
  assert.equal(made.body.grand_total, "12.5");
  assert.equal(made.body.status, "Approved");
  const key = made.body.id as string;
  assert.equal(
    (await touch("purchase_order_contract_line_items", undefined, {
      purchase_order_contract_id: key,
      amount: "1",
      ...pair,
    })).status,
    400,
  );
  await touch("purchase_order_contracts", key, { status: "Draft" });
  const [line] = await rows("purchase_order_contract_line_items");
  await touch("purchase_order_contract_line_items", line.id as string, { amount: "3" });
  assert.equal((await rows("purchase_order_contracts"))[0].grand_total, "3.0");
  await touch("purchase_order_contract_line_items", line.id as string, { deleted_at: "now" });
  assert.deepEqual(await rows("purchase_order_contract_line_items"), []);
  await touch("purchase_order_contracts", key, { deleted_at: "now" });
  assert.match((await rows("purchase_order_contracts"))[0].deleted_at as string, /Z$/);
});
