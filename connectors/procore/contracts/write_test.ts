import assert from "node:assert/strict";
import type { Change, Outcome, Row } from "../../../engine/connector.ts";
import {
  AIRPORT,
  BRIDGE,
  changeOf,
  create,
  DATA,
  failing,
  line,
  order,
  run,
  site,
  standing,
  told,
  whole,
} from "./testing.ts";

const only = (outcomes: Outcome[]) => {
  const [outcome] = outcomes;
  assert.equal(outcomes.length, 1);
  assert(!outcome.ok);
  return outcome.failure;
};

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

/** What happened to an approved contract, and what then is asked of it → its failure, or none. */
const HELD: [name: string, touched: Row, wanted: Row, why: RegExp | undefined][] = [
  [
    "a line of a billed one",
    { total_requisitions_amount: "5" },
    { line_items: [line("1", "11")] },
    /Approved and 5\.00 is billed/,
  ],
  [
    "a line of a changed one",
    { approved_change_orders: "-2" },
    { line_items: [line("1", "11")] },
    /change orders have changed it by -2\.0/,
  ],
  ["the vendor of a billed one", { total_requisitions_amount: "5" }, { vendor_id: "12" }, /billed/],
  ["the status of a billed one to Draft", { total_requisitions_amount: "5" }, { status: "Draft" }, /billed/],
  ["the status of a billed one to Closed", { total_requisitions_amount: "5" }, { status: "Closed" }, undefined],
  ["the title of a billed one", { total_requisitions_amount: "5" }, { title: "New" }, undefined],
  ["a line of an untouched one", { total_requisitions_amount: "0" }, { line_items: [line("1", "11")] }, undefined],
];

for (const [name, touched, more, why] of HELD) {
  Deno.test(`a change of ${name} is ${why ? "held, and says so" : "made"}`, async () => {
    const { stream, rows, touch, take } = site();
    const wanted = order("1", [line("1", "10")]);
    const [made] = await run(stream(), [wanted]);
    assert(made.ok);
    await touch("purchase_order_contracts", made.id, touched);
    const before = await rows("purchase_order_contracts");
    take();
    const outcomes = await run(stream(), [{ ...wanted, ...more }]);
    if (!why) return assert.deepEqual(told(outcomes), ["ok"]);
    const failure = only(outcomes);
    assert.equal(failure.code, "contract.locked");
    assert.match(failure.message, why);
    assert.match(failure.action, /change order/);
    assert.deepEqual(await rows("purchase_order_contracts"), before);
    assert(!take().some((call) => call.startsWith("PATCH") || call.startsWith("DELETE")), "nothing was written");
  });
}

Deno.test("what was billed between plan and write still holds the change", async () => {
  const { stream, rows, touch } = site();
  const wanted = order("1", [line("1", "10")]);
  const open = stream();
  await run(open, [wanted]);
  const [present] = await open.find!({ partition: AIRPORT, by: "origin_id", values: ["EBS-PO-1"] });
  await touch("purchase_order_contracts", present.id as string, { total_requisitions_amount: "1" });
  const change = changeOf({ ...wanted, line_items: [line("1", "9")] }, present)!;
  assert.equal(only(await open.write!(AIRPORT, [change])).code, "contract.locked");
  assert.equal((await rows("purchase_order_contracts"))[0].status, "Approved");
});

Deno.test("a line that cannot be placed holds back its whole contract, says which and why, and lets the others pass", async () => {
  const { stream, rows } = site();
  const wanted = [
    order("1", [line("1", "10"), line("2", "20", { cost_code_id: "23" }), line("3", "30")]),
    order("2", [line("4", "5")]),
  ];
  const outcomes = await run(stream(), wanted);
  assert.deepEqual(told(outcomes), ["contract.incomplete", "ok"]);
  const failure = only(outcomes.slice(0, 1));
  assert.match(failure.message, /1 of 3 lines cannot be placed.*EBS-POD-2, Line 2.*cost_code is invalid/);
  assert.match(failure.place!, /EBS-PO-1/);
  assert.deepEqual((await standing({ rows })).map(({ status }) => status), ["Draft", "Approved"]);
  const mended = [order("1", [line("1", "10"), line("2", "20"), line("3", "30")]), wanted[1]];
  assert.deepEqual(told(await run(stream(), mended)), ["ok"]);
  assert.deepEqual((await standing({ rows })).map(({ status, total }) => [status, total]), [["Approved", "60"], [
    "Approved",
    "5",
  ]]);
});

/** Orders that are refused, each told in one line; none of them leaves anything Approved. */
const REFUSED: [name: string, wanted: Row, code: string, fact: RegExp][] = [
  [
    "a vendor that is nowhere",
    order("1", [line("1", "1")], { vendor_id: "99" }),
    "record.refused",
    /could not be put on project 501/,
  ],
  [
    "an amount with fractions of a cent",
    order("1", [line("1", "1.005")]),
    "contract.incomplete",
    /stands at 1\.01 in Procore and at 1\.005/,
  ],
  [
    "a number that a person has used",
    order("1", [line("1", "1")], { number: "HAND-1" }),
    "name.taken",
    /number has already been taken/,
  ],
  [
    "a currency that the project has not",
    order("1", [line("1", "1")], { currency_iso_code: "EUR" }),
    "record.refused",
    /currency_iso_code/,
  ],
  [
    "a WBS code of nowhere",
    order("1", [line("1", "1", { cost_code_id: null, wbs_code_id: "7" })]),
    "contract.incomplete",
    /wbs_code is invalid/,
  ],
  ["a line twice", order("1", [line("1", "1"), line("1", "2")]), "contract.incomplete", /same origin_id/],
];

for (const [name, wanted, code, fact] of REFUSED) {
  Deno.test(`an order with ${name} is refused in one clear line`, async () => {
    const { stream, rows, touch } = site();
    await touch("purchase_order_contracts", undefined, { project_id: "501", number: "hand-1" });
    const failure = only(await run(stream(), [wanted]));
    assert.equal(failure.code, code, failure.message);
    assert.match(failure.message, fact);
    assert((await standing({ rows })).every(({ status }) => status === "Draft"));
  });
}

Deno.test("a closed project and one that is not permitted shut the whole call out", async () => {
  const { stream, touch, rows } = site();
  const wanted = order("1", [line("1", "1")], { vendor_id: "11" });
  await failing(run(stream(), [wanted], { id: "503", name: "Closed" }), "permission.missing");
  await touch("projects", "501", { permitted: false });
  await failing(run(stream(), [wanted]), "permission.missing");
  assert.deepEqual(await rows("purchase_order_contracts"), []);
});

Deno.test("a contract that a person deleted is never made again unseen", async () => {
  const { stream, rows, touch } = site();
  const wanted = order("1", [line("1", "1")], { status: "Draft" });
  const [made] = await run(stream(), [wanted]);
  assert(made.ok);
  await touch("purchase_order_contracts", made.id, { deleted_at: "now" });
  const failure = only(await run(stream(), [wanted]));
  assert.equal(failure.code, "record.gone");
  assert.equal(failure.value, made.id);
  assert.equal((await rows("purchase_order_contracts")).length, 1);
});

Deno.test("a contract made by hand is not filled up with the order's lines beside its own", async () => {
  const { stream, rows, touch } = site();
  const { id } = await touch("purchase_order_contracts", undefined, {
    project_id: "501",
    number: "204-1",
    vendor_id: "11",
    lines: [{ amount: "100", code: "03" }],
  });
  const open = stream();
  const [present] = await open.find!({ partition: AIRPORT, by: "number", values: ["204-1"] });
  const change = changeOf(order("1", [line("1", "100")]), present)!;
  const failure = only(await open.write!(AIRPORT, [change]));
  assert.equal(failure.code, "contract.incomplete");
  assert.match(failure.message, /lines of its own that make 100: .*twice/);
  const [row] = await rows("purchase_order_contracts");
  assert.deepEqual([row.id, row.origin_id, row.status, row.grand_total], [id, null, "Draft", "100.0"]);
  const [own] = await rows("purchase_order_contract_line_items");
  await touch("purchase_order_contract_line_items", own.id as string, { deleted_at: "now" });
  const [again] = await open.find!({ partition: AIRPORT, by: "number", values: ["204-1"] });
  assert.deepEqual(told(await open.write!(AIRPORT, [changeOf(order("1", [line("1", "100")]), again)!])), ["ok"]);
  assert.deepEqual((await standing({ rows })).map(({ status, total }) => [status, total]), [["Approved", "100"]]);
});

Deno.test("a person's line stays, is said to explain the difference, and is never removed", async () => {
  const { stream, rows, touch, warnings } = site();
  const wanted = order("1", [line("1", "10"), line("2", "20")]);
  const [made] = await run(stream(), [wanted]);
  assert(made.ok);
  await touch("purchase_order_contracts", made.id, { status: "Draft" });
  const [{ line_item_type }] = await rows("purchase_order_contract_line_items");
  const extra = await touch("purchase_order_contract_line_items", undefined, {
    purchase_order_contract_id: made.id,
    amount: "3",
    cost_code_id: "21",
    line_item_type_id: (line_item_type as Row).id,
  });
  const less = { ...wanted, line_items: [line("1", "10")] };
  assert.deepEqual(told(await run(stream(), [less])), ["ok"]);
  assert.deepEqual(warnings, ["Lines that a person entered add to what the order says"]);
  assert.deepEqual(await standing({ rows }), [
    { number: "204-1", status: "Approved", total: "13", lines: ["EBS-POD-1 10", "a person's 3"] },
  ]);
  const open = stream();
  const [present] = await open.find!({ partition: AIRPORT, by: "origin_id", values: ["EBS-PO-1"] });
  const bad: Change = {
    action: "update",
    id: made.id,
    present,
    fields: { line_items: [line("1", "10")] },
    remove: { line_items: [extra.id as string] },
  };
  const failure = only(await open.write!(AIRPORT, [bad]));
  assert.equal(failure.code, "record.refused");
  assert.equal((await rows("purchase_order_contract_line_items")).length, 2);
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
