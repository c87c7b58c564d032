import assert from "node:assert/strict";
import type { Change, Row } from "../../../engine/connector.ts";
import { AIRPORT, changeOf, failing, line, only, order, run, site, standing, told } from "./testing.ts";

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
