import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import { bench, DATA, ids, PLAIN, rowsOf } from "./testing.ts";

/** One order with everything in it, beside the simplest. */
const RICH: Row = {
  PO_HEADER_ID: "900",
  SEGMENT1: "6041",
  VENDOR_ID: "30",
  PROJECT_NUMBER: "D-1",
  APPROVED_DATE: "2026-02-03",
  LAST_UPDATE_DATE: "2026-02-04",
  LINES: [
    {
      LINE_NUM: "2",
      QUANTITY: "10",
      UNIT_PRICE: "3.335",
      CODE_COMBINATION_ID: "10",
      DISTRIBUTIONS: [
        { SHIPMENT_NUM: "2", QUANTITY_ORDERED: "3", PROJECT_ID: "3", SHIPMENT_CLOSED_CODE: "CLOSED FOR INVOICE" },
        { SHIPMENT_NUM: "1", QUANTITY_ORDERED: "3.5", QUANTITY_CANCELLED: "0.5" },
        { SHIPMENT_NUM: "1", QUANTITY_ORDERED: "3.5", CODE_COMBINATION_ID: "11", AMOUNT_BILLED: "0.50" },
      ],
    },
    { LINE_NUM: "1", AMOUNT: "-12.50", CODE_COMBINATION_ID: "10" },
  ],
};
const more = (...rows: Row[]) => ({ ...DATA, purchase_orders: [...DATA.purchase_orders, ...rows] });
const SINCE = "2026-03-02T01:00:01"; // START is 01:00:00 in Denver
// deno-lint-ignore no-explicit-any -- answers are walked freely
const linesOf = (row: any): any[] => row.LINES.LINES_ITEM;

Deno.test("the simplest order is filled in: approved, by amount, one shipment and one distribution a line", async () => {
  const { call } = bench();
  const [order] = rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204" }));
  const [line] = linesOf(order);
  const own = [order.TYPE_LOOKUP_CODE, order.AUTHORIZATION_STATUS, order.APPROVED_FLAG, order.CURRENCY_CODE];
  assert.deepEqual(own, ["STANDARD", "APPROVED", "Y", "USD"]);
  assert.deepEqual([order.CURRENCY_UNIT, order.LEDGER_ID, order.TOTAL_AMOUNT], [".01", "1", "10"]);
  assert.deepEqual([line.MATCHING_BASIS, line.AMOUNT, line.QUANTITY], ["AMOUNT", "10", undefined]);
  assert.deepEqual(line.DISTRIBUTIONS.DISTRIBUTIONS_ITEM, [{
    PO_DISTRIBUTION_ID: "1",
    DISTRIBUTION_NUM: "1",
    LINE_LOCATION_ID: "1",
    SHIPMENT_NUM: "1",
    SHIPMENT_TYPE: "STANDARD",
    CODE_COMBINATION_ID: "10",
    PROJECT_ID: "1",
    AMOUNT_ORDERED: "10",
  }]);
});

Deno.test("approved unless it is stated, be it by null", async () => {
  const table: [Row, string][] = [
    [{}, "APPROVED Y"],
    [{ APPROVED_DATE: null }, "APPROVED Y"],
    [{ AUTHORIZATION_STATUS: null }, "undefined N"],
    [{ AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL" }, "REQUIRES REAPPROVAL R"],
    [{ AUTHORIZATION_STATUS: "REJECTED" }, "REJECTED F"],
    [{ AUTHORIZATION_STATUS: "IN PROCESS", APPROVED_FLAG: "R" }, "IN PROCESS R"],
    [{ APPROVED_FLAG: "N" }, "undefined N"],
    [{ APPROVED_FLAG: "R" }, "REQUIRES REAPPROVAL R"],
  ];
  const purchase_orders = table.map(([row], i): Row => ({ PO_HEADER_ID: String(i + 1), ...row }));
  const { call } = bench(PLAIN, { purchase_orders });
  const rows = rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204" }));
  assert.deepEqual(
    rows.map((row) => `${row.AUTHORIZATION_STATUS} ${row.APPROVED_FLAG}`),
    table.map(([, expected]) => expected),
  );
});

Deno.test("lines and distributions come by their numbers, with what they take from the shipment; totals are rounded by shipment", async () => {
  const { call } = bench(PLAIN, more(RICH));
  const [order] = rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204", P_IDS: { P_IDS_ITEM: ["900"] } }));
  assert.deepEqual(linesOf(order).map((line) => line.LINE_NUM), ["1", "2"]);
  const parts = linesOf(order)[1].DISTRIBUTIONS.DISTRIBUTIONS_ITEM as Row[];
  assert.deepEqual(
    parts.map((row) =>
      `${row.SHIPMENT_NUM}.${row.DISTRIBUTION_NUM} ${row.QUANTITY_ORDERED} ${row.CODE_COMBINATION_ID} ${row.PROJECT_ID}`
    ),
    ["1.1 3.5 10 1", "1.2 3.5 11 1", "2.1 3 10 3"],
  );
  assert.deepEqual(parts.map((row) => row.PRICE_OVERRIDE), ["3.335", "3.335", "3.335"]);
  assert.deepEqual(parts.map((row) => row.SHIPMENT_CLOSED_CODE), [undefined, undefined, "CLOSED FOR INVOICE"]);
  assert.equal(parts[0].QUANTITY_CANCELLED, ".5");
  // 6.5 × 3.335 = 21.6775, 3 × 3.335 = 10.005: 21.68 + 10.01 - 12.5
  assert.equal(order.TOTAL_AMOUNT, "19.19");
});

Deno.test("flat, lines and distributions stand in tables of their own and name their parents", async () => {
  const { call } = bench(PLAIN, more(RICH));
  const output = await call("get_purchase_orders", { P_ORG_ID: "204", P_FLAT: "Y" }) as Record<string, Row>;
  assert.ok(rowsOf(output).every((row) => row.LINES === undefined));
  const lines = output.X_LINES.X_LINES_ITEM as Row[], parts = output.X_DISTRIBUTIONS.X_DISTRIBUTIONS_ITEM as Row[];
  assert.deepEqual(lines.map((row) => `${row.PO_HEADER_ID} ${row.LINE_NUM}`), ["1 1", "900 1", "900 2"]);
  assert.ok(lines.every((row) => row.DISTRIBUTIONS === undefined));
  assert.deepEqual(new Set(parts.map((row) => row.PO_LINE_ID)), new Set(lines.map((row) => row.PO_LINE_ID)));
  assert.equal(parts.length, 5);
});

Deno.test("requests for quotation are no orders; price breaks and prepayments order nothing, scheduled releases add nothing", async () => {
  const line = (...types: string[]): Row => ({
    LINE_NUM: "1",
    CODE_COMBINATION_ID: "10",
    DISTRIBUTIONS: types.map((SHIPMENT_TYPE, i): Row => ({
      SHIPMENT_NUM: String(i + 1),
      SHIPMENT_TYPE,
      AMOUNT_ORDERED: "100",
    })),
  });
  const purchase_orders = [
    { PO_HEADER_ID: "1", TYPE_LOOKUP_CODE: "RFQ" },
    { PO_HEADER_ID: "2", TYPE_LOOKUP_CODE: "QUOTATION" },
    { PO_HEADER_ID: "3", TYPE_LOOKUP_CODE: "CONTRACT" },
    { PO_HEADER_ID: "4", TYPE_LOOKUP_CODE: "PLANNED", LINES: [line("PLANNED", "SCHEDULED")] },
    { PO_HEADER_ID: "5", TYPE_LOOKUP_CODE: "BLANKET", LINES: [line("BLANKET", "PRICE BREAK")] },
    { PO_HEADER_ID: "6", LINES: [line("STANDARD", "PREPAYMENT")] },
  ];
  const { call } = bench(PLAIN, { purchase_orders });
  const rows = rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204" }));
  const count = (row: Row) => row.LINES ? linesOf(row)[0].DISTRIBUTIONS.DISTRIBUTIONS_ITEM.length : 0;
  assert.deepEqual(
    rows.map((row) => `${row.PO_HEADER_ID} ${row.TOTAL_AMOUNT} ${count(row)}`),
    ["3 0 0", "4 100 2", "5 100 1", "6 100 1"],
  );
});

Deno.test("a change of any part of an order is a change of the order, and of no other", async (t) => {
  const edits: [string, string, string | undefined, Row][] = [
    ["header", "PO_HEADERS_ALL", "900", { CLOSED_CODE: "CLOSED" }],
    ["line", "PO_LINES_ALL", "3", { CANCEL_FLAG: "Y" }],
    ["shipment", "PO_LINE_LOCATIONS_ALL", "3", { CLOSED_CODE: "FINALLY CLOSED" }],
    ["distribution", "PO_DISTRIBUTIONS_ALL", "4", { AMOUNT_BILLED: "3.20" }],
    ["new line", "PO_LINES_ALL", undefined, { PO_HEADER_ID: "900", AMOUNT: "1" }],
  ];
  for (const [name, table, key, fields] of edits) {
    await t.step(name, async () => {
      const { call, steer, clock } = bench(PLAIN, more(RICH));
      const changed = async () =>
        ids(await call("get_purchase_orders", { P_ORG_ID: "204", P_UPDATED_SINCE: SINCE }), "PO_HEADER_ID");
      assert.deepEqual(await changed(), []);
      clock.advance(2000);
      const answer = await steer("/touch", { table, key, fields });
      assert.equal(answer.error, undefined);
      assert.deepEqual(await changed(), ["900"]);
    });
  }
});

Deno.test("a changed line with one shipment and one distribution changes both; where there are several they stay", async () => {
  const { call, steer } = bench(PLAIN, more(RICH));
  const read = async () => {
    const [order] = rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204", P_IDS: { P_IDS_ITEM: ["900"] } }));
    const parts = linesOf(order).flatMap((line) => line.DISTRIBUTIONS.DISTRIBUTIONS_ITEM as Row[]);
    return `${order.TOTAL_AMOUNT}: ${parts.map((row) => row.AMOUNT_ORDERED ?? row.QUANTITY_ORDERED).join(" ")}`;
  };
  assert.equal(await read(), "19.19: -12.5 3.5 3.5 3");
  // Line 4 is the credit: the second line that RICH gives.
  await steer("/touch", { table: "PO_LINES_ALL", key: "4", fields: { AMOUNT: "20.00" } });
  assert.equal(await read(), "51.69: 20 3.5 3.5 3");
  await steer("/touch", { table: "PO_LINES_ALL", key: "3", fields: { QUANTITY: "99" } });
  assert.equal(await read(), "51.69: 20 3.5 3.5 3");
  // A distribution alone: header and lines now disagree, as the form would not let them.
  await steer("/touch", { table: "PO_DISTRIBUTIONS_ALL", key: "6", fields: { AMOUNT_ORDERED: "21" } });
  assert.equal(await read(), "51.69: 21 3.5 3.5 3");
});

Deno.test("a new line, its shipment and its distribution take over from above", async () => {
  const { call, steer } = bench();
  const touch = (table: string, fields: Row) => steer("/touch", { table, fields });
  await touch("PO_HEADERS_ALL", { PO_HEADER_ID: "77", ORG_ID: "204", TYPE_LOOKUP_CODE: "STANDARD", VENDOR_ID: "7" });
  await touch("PO_LINES_ALL", { PO_LINE_ID: "770", PO_HEADER_ID: "77", QUANTITY: "4", UNIT_PRICE: "2.5" });
  await touch("PO_LINE_LOCATIONS_ALL", { LINE_LOCATION_ID: "7700", PO_LINE_ID: "770" });
  await touch("PO_DISTRIBUTIONS_ALL", { LINE_LOCATION_ID: "7700", CODE_COMBINATION_ID: "10", PROJECT_ID: "3" });
  const [order] = rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204", P_IDS: { P_IDS_ITEM: ["77"] } }));
  assert.equal(order.TOTAL_AMOUNT, "10");
  const [part] = linesOf(order)[0].DISTRIBUTIONS.DISTRIBUTIONS_ITEM;
  assert.equal(`${part.QUANTITY_ORDERED} ${part.PRICE_OVERRIDE} ${part.SHIPMENT_NUM}`, "4 2.5 1");
  for (
    const [table, fields, says] of [
      ["PO_LINES_ALL", {}, /needs PO_HEADER_ID/],
      ["PO_LINES_ALL", { PO_HEADER_ID: "5" }, /PO_HEADERS_ALL has no PO_HEADER_ID 5/],
      ["PO_DISTRIBUTIONS_ALL", { LINE_LOCATION_ID: "7700" }, /needs CODE_COMBINATION_ID/],
      ["PO_LINES_ALL", { PO_HEADER_ID: "77", AMOUNT: "much" }, /AMOUNT must be a number: current value is much/],
    ] as const
  ) assert.match((await touch(table, fields)).error as string, says);
});

Deno.test("rows that a read gave load again as they were", async () => {
  const first = rowsOf(await bench(PLAIN, more(RICH)).call("get_purchase_orders", { P_ORG_ID: "204" }));
  const { call } = bench(PLAIN, { ...DATA, purchase_orders: first });
  assert.deepEqual(rowsOf(await call("get_purchase_orders", { P_ORG_ID: "204" })), first);
});

Deno.test("a number column takes numbers alone", () => {
  const line = { LINE_NUM: "1", AMOUNT: "12,50", CODE_COMBINATION_ID: "10" };
  assert.throws(
    () => bench(PLAIN, { purchase_orders: [{ PO_HEADER_ID: "1", LINES: [line] }] }),
    /AMOUNT must be a number: current value is 12,50/,
  );
});
