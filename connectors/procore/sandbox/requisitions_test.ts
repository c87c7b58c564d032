/**
 * Requisitions and change orders in the sandbox: numbering, arithmetic, locks, and what they do to their contract.
 */
import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import { type Harness, start } from "./testing.ts";

const PATH = "/rest/v1.1/requisitions";
const CONTRACT = "61";

const data = (order: Row = {}): Record<string, Row[]> => ({
  procore_projects: [{ id: "5", name: "Depot", project_number: "100" }],
  procore_vendors: [{ id: "11", name: "Kone", project_numbers: ["100"] }],
  procore_cost_codes: [{ id: "51", project_number: "100", code: "03", name: "Concrete" }],
  procore_purchase_order_contracts: [{
    id: CONTRACT,
    project_number: "100",
    number: "PO-1",
    vendor: "Kone",
    status: "Approved",
    retainage_percent: "10",
    lines: [{ description: "Bar", amount: "8400", code: "03" }, { description: "Credit", amount: "-400", code: "03" }],
    ...order,
  }],
});

const bill = (harness: Harness, fields: Record<string, unknown>) =>
  harness.touch("requisitions", undefined, { commitment_id: CONTRACT, ...fields });

/** The id of what was touched; fails where the touch was refused. */
// deno-lint-ignore no-explicit-any -- an answer of any shape
function idOf({ status, body }: any): string {
  assert.equal(status, 200, JSON.stringify(body));
  return (body.row ?? body).id;
}

const show = ({ get }: Harness, id: string) => get(`${PATH}/${id}?project_id=5`);
const contract = ({ get }: Harness) => get(`/rest/v1.0/purchase_order_contracts/${CONTRACT}?project_id=5`);

Deno.test("two months of work, stored material and a release foot as the worked example does", async () => {
  const harness = await start({ data: data() });
  const first = idOf(await bill(harness, { percent: "50", status: "approved", invoice_number: "GRS-1" }));
  let shown = await show(harness, first);
  assert.equal(shown.number, 1);
  assert.equal(shown.previous_requisition_id, null);
  assert.equal(shown.percent_complete, "50.00%");
  assert.equal(shown.invoice_type, "progress");
  const part = ({ summary }: typeof shown) => [
    summary.contract_sum_to_date,
    summary.total_completed_and_stored_to_date,
    summary.total_retainage,
    summary.total_earned_less_retainage,
    summary.less_previous_certificates_for_payment,
    summary.current_payment_due,
    summary.balance_to_finish_including_retainage,
  ];
  assert.deepEqual(part(shown), ["8000.00", "4000.00", "400.00", "3600.00", "0.00", "3600.00", "4400.00"]);
  assert.equal(shown.items.length, 2);
  assert.equal(shown.items[1].work_completed_this_period, "-200.00");

  const second = idOf(
    await bill(harness, {
      status: "under_review",
      items: [{ position: 1, work_completed_this_period: "1000", materials_presently_stored: "500.5" }, {
        position: 2,
        work_completed_retainage_released_this_period: "-20",
      }],
    }),
  );
  shown = await show(harness, second);
  assert.equal(shown.number, 2);
  assert.equal(String(shown.previous_requisition_id), String(first));
  assert.equal(shown.invoice_type, "progress_and_retainage_release");
  // Retained: 420 + 100 on work, 50.05 on material; the credit's 20 are given back.
  assert.deepEqual(part(shown), ["8000.00", "5500.50", "570.05", "4930.45", "3600.00", "1330.45", "3069.55"]);
  assert.equal(shown.items[0].net_amount, "1350.45");
  assert.equal(shown.items[0].total_completed_and_stored_to_date_from_previous, "4200.00");
});

Deno.test("only the approved count into the contract's total, and a deleted one leaves list, page and total", async () => {
  const harness = await start({ data: data() });
  const first = idOf(await bill(harness, { percent: "10", status: "approved" }));
  const second = idOf(await bill(harness, { percent: "30" }));
  assert.equal((await contract(harness)).total_requisitions_amount, "800.00");
  assert.equal((await harness.touch("requisitions", second, { status: "approved_as_noted" })).status, 200);
  assert.equal((await contract(harness)).total_requisitions_amount, "2400.00");
  assert.notEqual((await harness.touch("requisitions", first, { deleted_at: "now" })).status, 200, "not the latest");
  assert.equal((await harness.touch("requisitions", second, { deleted_at: "now" })).status, 200);
  assert.equal((await contract(harness)).total_requisitions_amount, "800.00");
  const ids = (await harness.get(`${PATH}?project_id=5`)).map(({ id }: { id: number }) => String(id));
  assert.deepEqual(ids, [String(first)]);
  assert.equal((await harness.call("GET", `${PATH}/${second}?project_id=5`)).status, 404);
  assert.deepEqual((await harness.rows("requisition_items")).map(({ requisition_id }) => requisition_id), [
    first,
    first,
  ]);
});

Deno.test("what may be edited: the latest, before it is approved, and nothing once the ERP has booked it", async () => {
  const harness = await start({ data: data() });
  const first = idOf(await bill(harness, { percent: "10", status: "approved" }));
  const [item] = (await show(harness, first)).items;
  const enter = (id: number) => harness.touch("requisition_items", String(id), { work_completed_this_period: "1" });
  const refused = async (answer: Promise<{ status: number; body: unknown }>, text: RegExp) => {
    const { status, body } = await answer;
    assert.notEqual(status, 200);
    assert.match(JSON.stringify(body), text);
  };
  await refused(enter(item.id), /while the invoice is approved/);
  await harness.touch("requisitions", first, { status: "revise_and_resubmit" });
  assert.equal((await enter(item.id)).status, 200);
  await refused(bill(harness, { percent: "20" }), /previous invoice is not approved/);
  await harness.touch("requisitions", first, { status: "approved" });
  const second = idOf(await bill(harness, { percent: "20" }));
  await harness.touch("requisitions", first, { status: "revise_and_resubmit" });
  await refused(enter(item.id), /only the latest/);
  await harness.touch("requisitions", first, { status: "approved" });

  const body = { project_id: 5, commitment_id: 61, requisition: { origin_id: "EBS-REQ-2" } };
  assert.equal((await harness.call("PATCH", `${PATH}/${second}`, body)).status, 200);
  const before = await show(harness, second);
  assert.equal(before.erp_status, "synced");
  for (const fields of [{ status: "approved" }, { invoice_number: "other" }, { deleted_at: "now" }]) {
    await refused(harness.touch("requisitions", second, fields), /synced with an ERP/);
  }
  const patch = { project_id: 5, commitment_id: 61, requisition: { billing_date: "2026-04-01" } };
  assert.equal((await harness.call("PATCH", `${PATH}/${second}`, patch)).status, 422);
  assert.equal((await harness.call("DELETE", `${PATH}/${second}?project_id=5`)).status, 422);
  assert.deepEqual(await show(harness, second), before);
});

Deno.test("the list: views gate items, filters by time, status and contract; an id filter does nothing; 30 a page", async () => {
  const harness = await start({ data: data() });
  const ids: string[] = [];
  for (let n = 1; n <= 31; n++) {
    ids.push(String(idOf(await bill(harness, { percent: String(n), status: "approved" }))));
  }
  harness.clock.advance(3_600_000);
  await harness.touch("requisitions", ids[4], { comment: "seen" });
  const list = async (query: string) => await harness.get(`${PATH}?project_id=5&per_page=100&${query}`);
  const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => String(id));
  assert.equal((await harness.get(`${PATH}?project_id=5`)).length, 30);
  assert.equal((await list(""))[0].items, undefined);
  assert.equal((await list("view=items"))[0].items.length, 2);
  assert.deepEqual(idsOf(await list("filters[updated_at]=2026-03-02T16:00:00Z...2026-03-03T00:00:00Z")), [ids[4]]);
  assert.deepEqual(idsOf(await list("filters[is_last]=true")), [ids[30]]);
  assert.equal((await list("filters[status]=draft")).length, 0);
  assert.equal((await list("filters[commitment_id]=62")).length, 0);
  assert.equal((await list(`filters[id]=${ids[0]}`)).length, 31);
});

Deno.test("an approved change order adds to its contract, is billed by later requisitions, and stays approved from then on", async () => {
  const harness = await start({ data: data() });
  idOf(await bill(harness, { percent: "50", status: "approved" }));
  const type = (await harness.rows("line_item_types")).find(({ code }) => code === "S")!.id;
  const line = { description: "More bar", amount: "1000.5", cost_code_id: "51", line_item_type_id: type };
  const change = idOf(
    await harness.touch("change_order_packages", undefined, {
      contract_id: CONTRACT,
      title: "More",
      lines: [line, { ...line, amount: "-0.5" }],
    }),
  );
  assert.equal((await contract(harness)).approved_change_orders, "0.0", "a draft adds nothing");
  assert.equal((await harness.touch("change_order_packages", change, { status: "approved" })).status, 200);
  let { approved_change_orders, revised_contract } = await contract(harness);
  assert.deepEqual([approved_change_orders, revised_contract], ["1000.0", "9000.0"]);
  const whole = idOf(
    await harness.touch("change_order_packages", undefined, {
      contract_id: CONTRACT,
      title: "Lump",
      whole: true,
      status: "approved",
      lines: [line],
    }),
  );

  const second = await show(harness, idOf(await bill(harness, { percent: "100", status: "approved" })));
  assert.deepEqual(
    second.items.map(({ item_type, change_order_package_id }: Row) => [item_type, change_order_package_id ?? null]),
    [["contract_item", null], ["contract_item", null], ["change_order_item", Number(change)], [
      "change_order_item",
      Number(change),
    ], ["whole_change_order_item", Number(whole)]],
  );
  assert.equal(second.summary.net_change_by_change_orders, "2000.50");
  assert.equal(second.summary.negative_change_order_item_total, "-0.50");
  assert.equal(second.summary.positive_new_change_order_item_total, "2001.00");
  assert.equal(second.summary.total_completed_and_stored_to_date, "10000.50");
  for (const fields of [{ status: "void" }, { lines: [] }, { deleted_at: "now" }]) {
    assert.notEqual((await harness.touch("change_order_packages", change, fields)).status, 200, JSON.stringify(fields));
  }
  ({ approved_change_orders, revised_contract } = await contract(harness));
  assert.deepEqual([approved_change_orders, revised_contract], ["2000.5", "10000.5"]);
  const list = await harness.get(`/rest/v1.0/change_order_packages?project_id=5&contract_id=${CONTRACT}`);
  assert.deepEqual(list.map(({ number, status }: Row) => [number, status]), [["001", "approved"], ["002", "approved"]]);
  assert.equal((await harness.call("GET", "/rest/v1.0/change_order_packages?project_id=5&contract_id=9")).status, 404);
  const mirror = await harness.get(
    `/rest/v1.0/projects/5/commitment_change_orders?filters[legacy_package_id]=${whole}`,
  );
  assert.deepEqual(mirror.map(({ number, grand_total }: Row) => [number, grand_total]), [["002", "1000.5"]]);
  const [{ id: mirrored }] = mirror;
  assert.notEqual(String(mirrored), String(whole));
  const one = await harness.get(`/rest/v1.0/projects/5/commitment_change_orders/${mirrored}`);
  assert.equal(String(one.legacy_package_id), String(whole));
});

Deno.test("stored material that moves to work completed is billed once, and its retainage with it", async () => {
  for (const move of [false, true]) {
    const harness = await start({ data: data() });
    const given = { move_materials_to_previous_work_completed: move, status: "approved" };
    await bill(harness, { ...given, items: [{ position: 1, materials_presently_stored: "1000" }] });
    const next = move ? {} : { work_completed_this_period: "1000", materials_presently_stored: "0" };
    const { summary, items } = await show(
      harness,
      idOf(await bill(harness, { ...given, items: [{ position: 1, ...next }] })),
    );
    assert.equal(summary.total_completed_and_stored_to_date, "1000.00");
    assert.equal(summary.total_retainage, "100.00");
    assert.equal(summary.current_payment_due, "0.00");
    assert.equal(items[0].materials_moved, move ? "1000.00" : "0.00");
  }
});

Deno.test("what cannot be billed is refused, and leaves nothing behind", async () => {
  const harness = await start({ data: data({ status: "Draft" }) });
  const table: [Record<string, unknown>, RegExp][] = [
    [{ percent: "10" }, /must be approved/],
  ];
  await assertRefused(harness, table);
  await harness.touch("purchase_order_contracts", CONTRACT, { status: "Approved" });
  await assertRefused(harness, [
    [{ commitment_id: "99" }, /No purchase order 99/],
    [{ items: [{ position: 9, work_completed_this_period: "1" }] }, /no such item/],
    [{ items: [{ position: 1, work_completed_this_period: "ten" }] }, /is not a number/],
    [{ items: [{ position: 1, work_completed_retainage_released_this_period: "1" }] }, /more than is retained/],
    [{ status: "paid" }, /not included in the list/],
    [{ period_id: "1" }, /is invalid/],
  ]);
  const period = idOf(
    await harness.touch("billing_periods", undefined, {
      project_id: "5",
      start_date: "2026-03-01",
      end_date: "2026-03-31",
    }),
  );
  const id = idOf(await bill(harness, { percent: "5", period_id: period }));
  assert.equal(String((await show(harness, id)).period_id), String(period));
  assert.equal((await harness.get("/rest/v1.0/projects/5/billing_periods")).length, 1);
});

async function assertRefused(harness: Harness, table: [Record<string, unknown>, RegExp][]): Promise<void> {
  for (const [fields, text] of table) {
    const { status, body } = await bill(harness, fields);
    assert.notEqual(status, 200, JSON.stringify(fields));
    assert.match(JSON.stringify(body), text);
    assert.deepEqual(await harness.rows("requisitions"), []);
    assert.deepEqual(await harness.rows("requisition_items"), []);
  }
}

Deno.test("a subcontract is billed as a commitment of another type, and is no purchase order", async () => {
  const harness = await start({ data: data({ work_order: true }) });
  const id = idOf(await bill(harness, { percent: "50", status: "approved" }));
  const shown = await show(harness, id);
  assert.equal(shown.commitment_type, "WorkOrderContract");
  assert.equal(shown.summary.current_payment_due, "3600.00");
  assert.deepEqual(await harness.get("/rest/v1.0/purchase_order_contracts?project_id=5"), []);
  assert.equal((await harness.call("GET", `/rest/v1.0/purchase_order_contracts/${CONTRACT}?project_id=5`)).status, 404);
  assert.equal((await harness.get("/rest/v1.0/commitments?project_id=5")).length, 1);
});
