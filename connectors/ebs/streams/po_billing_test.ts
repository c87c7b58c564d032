import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import { DENVER, type Desk, desk } from "../journals/testing.ts";
import { withAmounts } from "./po_billing.ts";

async function read(it: Desk, stream: string): Promise<Row[]> {
  const pages = await Array.fromAsync(it.stream(stream).read!({ partition: DENVER, since: null, after: null }));
  return pages.flatMap((page) => page.rows);
}

Deno.test("an order is billed in two parts, credited, and cancelled again: what Oracle recognises follows to the cent", async () => {
  const it = desk();
  const distribution = async () => (await read(it, "po_billing"))[0];
  const recognised = async () => (await distribution()).RECOGNISED_AMOUNT;
  const { PO_DISTRIBUTION_ID, ORDERED_AMOUNT, CODE_COMBINATION_ID } = await distribution();
  assert.deepEqual([ORDERED_AMOUNT, await recognised(), CODE_COMBINATION_ID], ["1000", "0", "10"]);
  const invoice = async (id: string, AMOUNT: string) => {
    await it.touch("AP_INVOICES_ALL", id, { INVOICE_NUM: `INV-${id}`, INVOICE_DATE: "2026-11-08" });
    await it.touch("AP_INVOICE_DISTRIBUTIONS_ALL", undefined, { INVOICE_ID: id, PO_DISTRIBUTION_ID, AMOUNT });
  };
  await invoice("1", "400.10");
  assert.equal(await recognised(), "400.1");
  await invoice("2", "599.90");
  assert.equal(await recognised(), "1000");
  await invoice("3", "-99.95");
  assert.equal(await recognised(), "900.05");
  await it.touch("AP_INVOICES_ALL", "2", { CANCELLED_DATE: "2026-11-09" });
  assert.equal(await recognised(), "300.15");
  const { INVOICES, AMOUNT_BILLED } = await distribution();
  assert.equal(AMOUNT_BILLED, "300.15");
  assert.deepEqual((INVOICES as Row[]).map((row) => `${row.INVOICE_NUM} ${row.AMOUNT} ${row.CANCELLED_DATE ?? "-"}`), [
    "INV-1 400.1 -",
    "INV-2 599.9 2026-11-09T00:00:00",
    "INV-3 -99.95 -",
  ]);
  const [order] = await read(it, "purchase_orders");
  assert.equal(order.BILLED_AMOUNT, "300.15", "the order says the same");
  const flat = desk({ settings: { collections: "flat", format: "xml" } });
  await flat.touch("AP_INVOICES_ALL", "1", { INVOICE_NUM: "INV-1" });
  await flat.touch("AP_INVOICE_DISTRIBUTIONS_ALL", undefined, { INVOICE_ID: "1", PO_DISTRIBUTION_ID, AMOUNT: "1" });
  const rows = await read(flat, "po_billing");
  assert.deepEqual(rows.map((row) => (row.INVOICES as Row[]).length), [1, 0]);
});

Deno.test("what counts as recognised: the larger of billed and accrued, and receipts only where they are accrued at once", () => {
  const quantity = { MATCHING_BASIS: "QUANTITY", UNIT_PRICE: "7.5", QUANTITY_ORDERED: "10", CURRENCY_UNIT: "0.01" };
  const table: [string, Row, Record<string, string>][] = [
    ["received, not accrued", { ...quantity, QUANTITY_DELIVERED: "4" }, {
      RECEIVED_AMOUNT: "30",
      ACCRUED_AMOUNT: "0",
      RECOGNISED_AMOUNT: "0",
    }],
    ["received and accrued", { ...quantity, QUANTITY_DELIVERED: "4", ACCRUE_ON_RECEIPT_FLAG: "Y" }, {
      ACCRUED_AMOUNT: "30",
      RECOGNISED_AMOUNT: "30",
    }],
    ["billed less than accrued", {
      ...quantity,
      QUANTITY_DELIVERED: "4",
      ACCRUE_ON_RECEIPT_FLAG: "Y",
      QUANTITY_BILLED: "1",
      AMOUNT_BILLED: "8",
    }, { BILLED_AMOUNT: "8", RECOGNISED_AMOUNT: "30" }],
    ["billed by quantity alone", { ...quantity, QUANTITY_BILLED: "2" }, {
      BILLED_AMOUNT: "15",
      RECOGNISED_AMOUNT: "15",
    }],
    ["a credit alone", { MATCHING_BASIS: "AMOUNT", AMOUNT_ORDERED: "-9", AMOUNT_BILLED: "-6" }, {
      RECOGNISED_AMOUNT: "-6",
    }],
    ["a line of credit that accrues", {
      MATCHING_BASIS: "AMOUNT",
      AMOUNT_ORDERED: "-9",
      AMOUNT_DELIVERED: "-5",
      ACCRUE_ON_RECEIPT_FLAG: "Y",
      AMOUNT_BILLED: "-2",
    }, { RECOGNISED_AMOUNT: "-5" }],
    ["thirds, rounded", { ...quantity, UNIT_PRICE: "0.333", QUANTITY_DELIVERED: "1" }, { RECEIVED_AMOUNT: "0.33" }],
    ["yen", { MATCHING_BASIS: "AMOUNT", AMOUNT_ORDERED: "10.5", CURRENCY_UNIT: "1" }, { ORDERED_AMOUNT: "11" }],
    ["by amount", { MATCHING_BASIS: "AMOUNT", AMOUNT_ORDERED: "9", AMOUNT_CANCELLED: "2" }, {
      ORDERED_AMOUNT: "9",
      CANCELLED_AMOUNT: "2",
    }],
  ];
  for (const [what, row, expected] of table) {
    const computed = withAmounts(row);
    for (const [name, amount] of Object.entries(expected)) assert.equal(computed[name], amount, `${what}: ${name}`);
  }
  assert.equal("RECOGNISED_AMOUNT" in withAmounts({ ...quantity, AMOUNT_BILLED: "much" }), false);
});

Deno.test("periods and what journals may name are those of the unit's own ledger", async () => {
  const it = desk();
  const periods = await read(it, "periods");
  const status = (name: string) => periods.find((row) => row.PERIOD_NAME === name)?.CLOSING_STATUS;
  assert.deepEqual(["OCT-26", "NOV-26", "DEC-26", "JAN-27", "SEP-26", "SEP-25"].map(status), [
    "O",
    "O",
    "F",
    "N",
    "C",
    "P",
  ]);
  assert.ok(periods.every((row) => row.LEDGER_ID === "1"));
  await it.touch("GL_PERIOD_STATUSES", "120260010", { CLOSING_STATUS: "C" });
  assert.equal((await read(it, "periods")).find((row) => row.PERIOD_NAME === "OCT-26")?.CLOSING_STATUS, "C");
  const setup = await read(it, "journal_setup");
  const ledger = setup.find((row) => row.KIND === "LEDGER")!;
  assert.deepEqual([ledger.LEDGER_ID, ledger.BALANCING_SEGMENT, ledger.ACCESS_SET_ID], ["1", "SEGMENT1", "1017"]);
  assert.equal(setup.find((row) => row.USER_NAME === "Procore")?.NAME, "81");
  assert.ok(!setup.some((row) => row.SETUP_KEY === "CURRENCY:FRF"), "a disabled currency is no choice");
});
