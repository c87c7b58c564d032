import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import {
  AIRPORT,
  BRIDGE,
  create,
  DATA,
  failing,
  line,
  only,
  order,
  run,
  site,
  standing,
  told,
  whole,
} from "./testing.ts";

Deno.test("orders become approved contracts, headers and statuses in bulk, lines one call each", async () => {
  const { stream, rows, take, ...rest } = site();
  const wanted = [
    order("1", [line("1", "10.10"), line("2", "-0.1", { cost_code_id: "22" })]),
    order("2", [line("3", "5")], { vendor_id: "12", retainage_percent: null }),
    order("3", [line("4", "7")], { status: "Closed" }),
    order("4", []),
  ];
  const outcomes = await run(stream(), wanted);
  assert.deepEqual(told(outcomes), ["ok", "ok", "ok", "ok"]);
  assert.deepEqual(await standing({ rows }), [
    { number: "204-1", status: "Approved", total: "10", lines: ["EBS-POD-1 10.1", "EBS-POD-2 -0.1"] },
    { number: "204-2", status: "Approved", total: "5", lines: ["EBS-POD-3 5"] },
    { number: "204-3", status: "Closed", total: "7", lines: ["EBS-POD-4 7"] },
    { number: "204-4", status: "Approved", total: "0", lines: [] },
  ]);
  assert.deepEqual(take(), [
    "GET /rest/v1.0/purchase_order_contracts",
    "GET /rest/v1.0/purchase_order_contracts",
    "GET /rest/v1.1/projects/{id}/vendors",
    "POST /rest/v1.1/projects/{id}/vendors/{id}/actions/add",
    "GET /rest/v1.0/projects/{id}/work_breakdown_structure/patterns",
    "GET /rest/v1.0/line_item_types",
    "PATCH /rest/v1.0/purchase_order_contracts/sync",
    "PATCH /rest/v1.0/purchase_order_contracts/{id}/line_items/sync",
    "PATCH /rest/v1.0/purchase_order_contracts/{id}/line_items/sync",
    "PATCH /rest/v1.0/purchase_order_contracts/{id}/line_items/sync",
    "GET /rest/v1.0/purchase_order_contracts",
    "PATCH /rest/v1.0/purchase_order_contracts/sync",
  ]);
  assert(outcomes[0].ok);
  assert.equal(outcomes[0].row!.status, "Approved");
  assert.equal((outcomes[0].row!.line_items as Row[]).length, 2);
  assert.deepEqual(await run(stream(), wanted), [], "a second run writes nothing");
  assert.deepEqual(rest.warnings, []);
});

Deno.test("contracts are found by id, by origin_id and by number; deleted ones are not", async () => {
  const { stream, touch, rows } = site();
  const open = stream();
  const outcomes = await run(open, ["1", "2", "3"].map((key) => order(key, [line(key, "1")], { status: "Draft" })));
  const ids = outcomes.map((outcome) => outcome.ok ? outcome.id : assert.fail());
  await touch("purchase_order_contracts", ids[2], { deleted_at: "now" });
  const by = async (field: string, ...values: string[]) =>
    (await open.find!({ partition: AIRPORT, by: field, values })).map(({ number }) => number);
  assert.deepEqual(await by("id", ...ids, "999", "not an id"), ["204-1", "204-2"]);
  assert.deepEqual(await by("origin_id", "EBS-PO-2", "ebs-po-1", "EBS-PO-3", "x,y"), ["204-1", "204-2"]);
  assert.deepEqual(await by("number", " 204-2", "204-3"), ["204-2"]);
  assert.deepEqual(await open.find!({ partition: BRIDGE, by: "id", values: ids }), []);
  const [found] = await open.find!({ partition: AIRPORT, by: "id", values: [ids[0]] });
  assert.deepEqual(
    (found.line_items as Row[]).map(({ cost_code_id, line_item_type_id }) => [
      cost_code_id,
      typeof line_item_type_id,
    ]),
    [["21", "string"]],
  );
  assert.equal(found.vendor_id, "11");
  assert.equal(found.currency_iso_code, "USD");
  assert.equal((await rows("purchase_order_contracts")).length, 3);
});

Deno.test("what a session has written itself is found by number, without listing the project again", async () => {
  const { stream, take } = site();
  const open = stream();
  await open.find!({ partition: AIRPORT, by: "number", values: ["204-1"] });
  await run(open, [order("1", [line("1", "1")])]);
  take();
  assert.equal((await open.find!({ partition: AIRPORT, by: "number", values: ["204-1"] })).length, 1);
  assert.deepEqual(take(), ["GET /rest/v1.0/purchase_order_contracts"]);
});

Deno.test("an approved contract is edited in place where that is allowed, else opened and approved again", async () => {
  const { stream, rows, take } = site();
  const first = [order("1", [line("1", "10"), line("2", "20"), line("3", "30")])];
  await run(stream(), first);
  take();
  assert.deepEqual(told(await run(stream(), [{ ...first[0], title: "Renamed" }])), ["ok"]);
  const writes = () => take().filter((call) => !call.startsWith("GET"));
  assert.deepEqual(writes(), ["PATCH /rest/v1.0/purchase_order_contracts/sync"], "in place: one call");
  const second = { ...first[0], title: "Renamed", line_items: [line("1", "10"), line("2", "25"), line("4", "1")] };
  assert.deepEqual(told(await run(stream(), [second])), ["ok"]);
  assert.deepEqual(writes(), [
    "PATCH /rest/v1.0/purchase_order_contracts/sync",
    "PATCH /rest/v1.0/purchase_order_contracts/{id}/line_items/sync",
    "DELETE /rest/v1.0/purchase_order_contracts/{id}/line_items/{id}",
    "PATCH /rest/v1.0/purchase_order_contracts/sync",
  ]);
  assert.deepEqual(await standing({ rows }), [
    { number: "204-1", status: "Approved", total: "36", lines: ["EBS-POD-1 10", "EBS-POD-2 25", "EBS-POD-4 1"] },
  ]);
  assert.deepEqual(told(await run(stream(), [{ ...second, vendor_id: "12" }])), ["ok"]);
  assert.equal((await rows("purchase_order_contracts"))[0].vendor_id, "12");
  assert.equal((await rows("purchase_order_contracts"))[0].status, "Approved");
});

Deno.test("where the pattern has a third segment lines get their WBS code, made where it is missing, asked for once", async () => {
  const { stream, rows, take } = site();
  const open = stream();
  const wanted = ["1", "2"].map((key) => order(key, [line(key, "5", { cost_code_id: "23" })]));
  assert.deepEqual(told(await run(open, wanted, BRIDGE)), ["ok", "ok"]);
  const made = await rows("wbs_codes");
  assert.deepEqual(made.map(({ flat_code }) => flat_code), ["05.S"]);
  assert.equal(take().filter((call) => call.endsWith("bulk_create")).length, 1);
  assert.deepEqual(told(await run(open, [order("3", [line("3", "5", { cost_code_id: "23" })])], BRIDGE)), ["ok"]);
  assert(!take().some((call) => call.endsWith("bulk_create")));
  assert.deepEqual(await run(stream(), wanted, BRIDGE), []);
  const canal = await run(stream(), [order("9", [line("9", "5", { cost_code_id: "24" })])], {
    id: "504",
    name: "Canal",
  });
  const failure = only(canal);
  assert.equal(failure.code, "contract.incomplete");
  assert.match(failure.message, /Every WBS code of project 504 must have a Location/);
});

Deno.test("the cost type is found by code, name or base type, or the connection is told to name one", async () => {
  const types = async (cost_type: string) => {
    const { stream, rows } = site(DATA, { cost_type });
    const outcomes = await run(stream(), [order("1", [line("1", "5")])]);
    assert.deepEqual(told(outcomes), ["ok"]);
    return ((await rows("purchase_order_contract_line_items"))[0].line_item_type as Row).code;
  };
  assert.equal(await types("m"), "M");
  assert.equal(await types("Materials"), "M");
  assert.equal(await types("commitment"), "S");
  const { stream, rows } = site(DATA, { cost_type: "Plumbing" });
  const failure = await failing(run(stream(), [order("1", [line("1", "5")])]), "config.invalid");
  assert.match(failure.action, /S \(Commitment\)/);
  assert.deepEqual(await rows("purchase_order_contracts"), [], "nothing was begun");
});

Deno.test("a hundred changed among many cost three bulk calls and one for each contract", async () => {
  const { stream, take, rows } = site();
  const wanted = Array.from({ length: 320 }, (_, i) => order(`${i}`, [line(`${i}`, "5"), line(`${i}b`, "6")]));
  assert((await run(stream(), wanted)).every(({ ok }) => ok));
  take();
  const changed = wanted.map((one, i) =>
    i % 3 === 0 && i < 300 ? { ...one, line_items: [line(`${i}`, "7"), line(`${i}b`, "6")] } : one
  );
  const outcomes = await run(stream(), changed);
  assert.equal(outcomes.length, 100);
  assert(outcomes.every(({ ok }) => ok));
  const calls = take();
  assert.equal(calls.filter((call) => call.endsWith("line_items/sync")).length, 100);
  assert.equal(calls.filter((call) => call === "PATCH /rest/v1.0/purchase_order_contracts/sync").length, 2);
  assert(calls.length < 115, `${calls.length} calls`);
  await whole({ rows }, changed);
});

Deno.test("no write leaves where another ERP connector owns the contracts' origin_id", async () => {
  const { stream, rows } = site({
    ...DATA,
    procore_purchase_order_contracts: [{ project_number: "P-1", number: "1", origin_id: "CE_77" }],
  });
  await failing(run(stream(), [order("1", [line("1", "1")])]), "owner.foreign");
  assert.equal((await rows("purchase_order_contracts")).length, 1);
});

Deno.test("an order without a key of ours is not made", async () => {
  const { stream, rows } = site();
  const { origin_id: _, ...bare } = order("1", [line("1", "1")]);
  assert.equal(only(await stream().write!(AIRPORT, [create(bare)])).code, "record.invalid");
  assert.deepEqual(await rows("purchase_order_contracts"), []);
});
