/**
 * Costs of a requisition's items, reckoned by hand beside them; and the published example.
 */
import assert from "node:assert/strict";
import type { Row, Value } from "../../../engine/connector.ts";
import { parseJson } from "../../../engine/json.ts";
import { requisitionRecord } from "../../../schemas/procore/requisitions.ts";
import { beforeOf, requisitionRow } from "./row.ts";

const EXAMPLE = new URL(
  "../../../../shared/reference/procore-openapi/examples/requisitions_list_extended.json",
  import.meta.url,
);

/** Whether the example is there; `deno test` says so where it is not. */
function absent(): boolean {
  try {
    return !Deno.statSync(EXAMPLE).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/** An item: work before, work now, stored, and the retainage before, held, released, and on what is stored. */
function item(
  id: string,
  [before, now, stored]: [string, string, string],
  [retained, held, released, onStored]: [string, string, string, string] = ["0", "0", "0", "0"],
  more: Row = {},
): Row {
  const total = [before, now, stored].map(Number).reduce((sum, one) => sum + one, 0);
  return {
    id,
    item_type: "contract_item",
    line_item_id: `9${id.slice(-1)}`,
    work_completed_from_previous_application: before,
    work_completed_this_period: now,
    materials_presently_stored: stored,
    total_completed_and_stored_to_date: String(total),
    work_completed_retainage_from_previous_application: retained,
    work_completed_retainage_retained_this_period: held,
    work_completed_retainage_released_this_period: released,
    materials_stored_retainage_currently_retained: onStored,
    ...more,
  };
}

function requisition(items: Row[], [total, retainage, certified, due]: string[], more: Row = {}): Row {
  return {
    id: "501",
    number: "2",
    status: "approved",
    commitment_id: "61",
    items,
    summary: {
      total_completed_and_stored_to_date: total,
      total_retainage: retainage,
      total_earned_less_retainage: String(Number(total) - Number(retainage)),
      less_previous_certificates_for_payment: certified,
      current_payment_due: due,
      ...more.summary as Row,
    },
  };
}

const costs = ({ items }: Row): Value[][] =>
  (items as Row[]).map((one) => [
    one.cost_this_period,
    one.retainage_held_this_period,
    one.retainage_released_this_period,
    one.net_this_period,
  ]);

Deno.test("stored material is a balance: stored, stored still, billed as work, it costs once", () => {
  const first = requisition([item("11", ["0", "0", "1000"], ["0", "0", "0", "100"])], ["1000", "100", "0", "900"]);
  const still = requisition([item("21", ["0", "0", "1000"], ["0", "0", "0", "100"])], ["1000", "100", "900", "0"]);
  const billed = requisition([item("31", ["0", "1000", "0"], ["0", "100", "0", "0"])], ["1000", "100", "900", "0"]);
  const rows = [
    requisitionRow(first, "first"),
    requisitionRow(still, beforeOf(first)),
    requisitionRow(billed, beforeOf(still)),
  ];
  assert.deepEqual(rows.map(costs), [[["1000", "100", "0", "900"]], [["0", "0", "0", "0"]], [["0", "0", "0", "0"]]]);
  assert.deepEqual(rows.map(({ footing_fault }) => footing_fault), [undefined, undefined, undefined]);
});

Deno.test("retainage that is released costs nothing, and is paid", () => {
  const first = requisition([item("11", ["0", "500", "0"], ["0", "50", "0", "0"])], ["500", "50", "0", "450"]);
  const release = requisition([item("21", ["500", "0", "0"], ["50", "0", "50", "0"])], ["500", "0", "450", "50"]);
  const row = requisitionRow(release, beforeOf(first));
  assert.deepEqual(costs(row), [["0", "0", "50", "50"]]);
  assert.equal(row.net_this_period, "50");
  assert.equal(row.foots, true);
});

Deno.test("an item is known again by Procore's id of the former, or else by its type and line", () => {
  const first = requisition([item("11", ["0", "500", "0"]), item("12", ["0", "7", "0"])], ["507", "0", "0", "507"]);
  const swapped = [
    item("21", ["7", "1", "0"], undefined, { previous_progress_id: "12" }),
    item("22", ["500", "3", "0"], undefined, { previous_progress_id: "11" }),
  ];
  const named = requisitionRow(requisition(swapped, ["511", "0", "507", "4"]), beforeOf(first));
  assert.deepEqual(costs(named).map(([cost]) => cost), ["1", "3"]);
  const bare = [item("21", ["500", "1", "0"]), item("22", ["7", "3", "0"])];
  const told = requisitionRow(requisition(bare, ["511", "0", "507", "4"]), beforeOf(first));
  assert.deepEqual(costs(told).map(([cost]) => cost), ["1", "3"]);
});

Deno.test("a credit is a negative cost, and an item that leaves out what unit contracts leave out foots by its total", () => {
  const credit = item("11", ["0", "-20.05", "0"], ["0", "-2", "0", "0"]);
  const { work_completed_this_period: _, materials_presently_stored: __, ...bare } = item("12", ["0", "30", "0"]);
  const row = requisitionRow(requisition([credit, bare], ["9.95", "-2", "0", "11.95"]), "first");
  assert.equal(row.footing_fault, undefined);
  assert.deepEqual(costs(row).map(([cost, , , net]) => [cost, net]), [["-20.05", "-18.05"], ["30", "30"]]);
  assert.equal(row.cost_this_period, "9.95");
});

Deno.test("payment due foots with the tax in it and without", () => {
  for (const [due, foots] of [["100", true], ["108.25", true], ["108.24", false]] as const) {
    const taxed = requisition([item("11", ["0", "100", "0"])], ["100", "0", "0", due], {
      summary: { tax_applicable_to_this_payment: "8.25" },
    });
    assert.equal(requisitionRow(taxed, "first").foots, foots, due);
  }
});

Deno.test("an item that was billed before and is gone does not foot, even where the summary follows it", () => {
  const first = requisition([item("11", ["0", "500", "0"]), item("12", ["0", "7", "0"])], ["507", "0", "0", "507"]);
  const row = requisitionRow(requisition([item("21", ["500", "0", "0"])], ["500", "0", "507", "-7"]), beforeOf(first));
  assert.equal(row.foots, false);
  assert.equal(row.footing_difference, "7");
  assert.match(row.footing_fault as string, /on these items: 500, on all of the requisition before: 507/);
});

Deno.test("amounts of thirty digits lose none", () => {
  const amount = "123456789012345678901234567890.12";
  const one = item("11", ["0", "0", "0"], undefined, {
    work_completed_this_period: amount,
    total_completed_and_stored_to_date: amount,
  });
  const row = requisitionRow(
    requisition([one], [amount, "0", "0", amount], { summary: { total_earned_less_retainage: amount } }),
    "first",
  );
  assert.equal(row.cost_this_period, amount);
  assert.equal(row.foots, true);
});

Deno.test({
  name: "the published example is read whole, costs what it says, and foots",
  ignore: absent(),
  async fn() {
    const { response } = parseJson(await Deno.readTextFile(EXAMPLE)) as { response: { body: Row[] } };
    const [raw] = response.body;
    const row = requisitionRow(raw, "first");
    const { success, error } = requisitionRecord.strict().safeParse(row);
    assert.ok(success, String(error));
    assert.equal(row.footing_fault, undefined);
    assert.equal(row.cost_this_period, "4200");
    assert.equal(row.net_this_period, "3780");
    const [{ net_this_period, wbs_flat_code, line_item_id }] = row.items as Row[];
    assert.deepEqual([net_this_period, wbs_flat_code, line_item_id], ["3780", "03-200.M", "598134325810401"]);
  },
});
