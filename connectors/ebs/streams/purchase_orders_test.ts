import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../../../engine/connector.ts";
import { Big, sum } from "../../../engine/decimal.ts";
import { purchaseOrder } from "../../../schemas/ebs/purchase_orders.ts";
import { withComputed } from "./purchase_orders.ts";

const APPROVED = { AUTHORIZATION_STATUS: "APPROVED", APPROVED_FLAG: "Y" };
const amountLine = (distribution: Row, line: Row = {}): Row => ({
  PO_LINE_ID: "1",
  MATCHING_BASIS: "AMOUNT",
  ...line,
  DISTRIBUTIONS: [{ PO_DISTRIBUTION_ID: "1", LINE_LOCATION_ID: "1", ...distribution }],
});
const quantityLine = (distribution: Row, line: Row = {}): Row =>
  amountLine(distribution, { MATCHING_BASIS: "QUANTITY", UNIT_PRICE: "10", ...line });
const order = (line: Row, more: Row = {}): Row => ({ PO_HEADER_ID: "1", ...APPROVED, ...more, LINES: [line] });

/** `net billed committed` of the only distribution. */
function worth(row: Row): string {
  const [line] = withComputed(row).LINES as Row[];
  const [{ NET_AMOUNT, BILLED_AMOUNT, COMMITTED_AMOUNT }] = line.DISTRIBUTIONS as Row[];
  return `${NET_AMOUNT} ${BILLED_AMOUNT} ${COMMITTED_AMOUNT}`;
}

const TABLE: [string, Row, string][] = [
  ["by amount", order(amountLine({ AMOUNT_ORDERED: "1200.50" })), "1200.5 0 1200.5"],
  ["a credit", order(amountLine({ AMOUNT_ORDERED: "-.5" })), "-0.5 0 -0.5"],
  ["nothing", order(amountLine({ AMOUNT_ORDERED: "0" })), "0 0 0"],
  [
    "by amount, partly cancelled and billed",
    order(amountLine({ AMOUNT_ORDERED: "100", AMOUNT_CANCELLED: "25", AMOUNT_BILLED: "40" })),
    "75 40 75",
  ],
  ["by quantity", order(quantityLine({ QUANTITY_ORDERED: "3" })), "30 0 30"],
  [
    "by quantity, partly cancelled",
    order(quantityLine({ QUANTITY_ORDERED: "3", QUANTITY_CANCELLED: ".5" })),
    "25 0 25",
  ],
  ["at the shipment's own price", order(quantityLine({ QUANTITY_ORDERED: "3", PRICE_OVERRIDE: "9.999" })), "30 0 30"],
  [
    "billed at another price than ordered",
    order(quantityLine({ QUANTITY_ORDERED: "3", QUANTITY_BILLED: "1", AMOUNT_BILLED: "11.25" })),
    "30 11.25 30",
  ],
  ["billed, and no amount is known", order(quantityLine({ QUANTITY_ORDERED: "3", QUANTITY_BILLED: "2" })), "30 20 30"],
  [
    "a quantity on a line by amount does not count",
    order(amountLine({ AMOUNT_ORDERED: "8", QUANTITY_ORDERED: "1" }, { UNIT_PRICE: "99" })),
    "8 0 8",
  ],
  [
    "no basis, but a quantity",
    order(quantityLine({ QUANTITY_ORDERED: "2" }, { MATCHING_BASIS: undefined })),
    "20 0 20",
  ],
  ["no basis, but an amount", order(amountLine({ AMOUNT_ORDERED: "2" }, { MATCHING_BASIS: undefined })), "2 0 2"],
  [
    "half a cent, away from zero",
    order(quantityLine({ QUANTITY_ORDERED: "1", PRICE_OVERRIDE: "-1.005" })),
    "-1.01 0 -1.01",
  ],
  [
    "a currency without cents",
    order(quantityLine({ QUANTITY_ORDERED: "1", PRICE_OVERRIDE: "10.5" }), { CURRENCY_UNIT: "1" }),
    "11 0 11",
  ],
  [
    "a currency whose smallest coin is 5 cents",
    order(quantityLine({ QUANTITY_ORDERED: "1", PRICE_OVERRIDE: "10.03" }), { CURRENCY_UNIT: ".05" }),
    "10.05 0 10.05",
  ],
  [
    "order finally closed",
    order(amountLine({ AMOUNT_ORDERED: "100", AMOUNT_BILLED: "40" }), { CLOSED_CODE: "FINALLY CLOSED" }),
    "100 40 40",
  ],
  ["order cancelled", order(amountLine({ AMOUNT_ORDERED: "100" }), { CANCEL_FLAG: "Y" }), "100 0 0"],
  [
    "order closed",
    order(amountLine({ AMOUNT_ORDERED: "100", AMOUNT_BILLED: "40" }), { CLOSED_CODE: "CLOSED" }),
    "100 40 100",
  ],
  ["line cancelled", order(amountLine({ AMOUNT_ORDERED: "100", AMOUNT_BILLED: "1" }, { CANCEL_FLAG: "Y" })), "100 1 1"],
  ["line finally closed", order(amountLine({ AMOUNT_ORDERED: "9" }, { CLOSED_CODE: "FINALLY CLOSED" })), "9 0 0"],
  ["shipment cancelled", order(amountLine({ AMOUNT_ORDERED: "9", SHIPMENT_CANCEL_FLAG: "Y" })), "9 0 0"],
  [
    "shipment finally closed, billed beyond the order",
    order(amountLine({ AMOUNT_ORDERED: "9", AMOUNT_BILLED: "9.5", SHIPMENT_CLOSED_CODE: "FINALLY CLOSED" })),
    "9 9.5 9.5",
  ],
  [
    "shipment closed for invoice",
    order(amountLine({ AMOUNT_ORDERED: "9", SHIPMENT_CLOSED_CODE: "CLOSED FOR INVOICE" })),
    "9 0 9",
  ],
  ["a figure that is no number", order(amountLine({ AMOUNT_ORDERED: "n/a" })), "undefined 0 undefined"],
];

for (const [name, row, expected] of TABLE) {
  Deno.test(`net, billed and committed amount: ${name}`, () => assert.equal(worth(row), expected));
}

Deno.test("an order without lines is worth nothing, and one with a wrong figure is worth nothing that is told", () => {
  const empty = withComputed({ PO_HEADER_ID: "1" });
  assert.deepEqual([empty.NET_AMOUNT, empty.COMMITTED_AMOUNT, empty.LINES], ["0", "0", []]);
  const wrong = withComputed(order(amountLine({ AMOUNT_ORDERED: "n/a" }), { TOTAL_AMOUNT: "12.50" }));
  assert.deepEqual([wrong.NET_AMOUNT, wrong.BILLED_AMOUNT, wrong.TOTAL_AMOUNT], [undefined, "0", "12.5"]);
  assert.ok(!purchaseOrder.safeParse(wrong).success, "its record is rejected");
});

Deno.test("what the connector adds is what the schema says, and the row it was given stays as it was", () => {
  const currencies = { CURRENCY_CODE: "USD", LEDGER_CURRENCY_CODE: "USD" };
  const given = order(amountLine({ AMOUNT_ORDERED: "5" }), { TOTAL_AMOUNT: ".5", ...currencies });
  const before = structuredClone(given);
  const row = withComputed(given);
  purchaseOrder.strict().parse(row);
  assert.equal(row.TOTAL_AMOUNT, "0.5");
  assert.deepEqual(given, before);
});

const decimals = (low: number, high: number, digits: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: 0, max: 10 ** digits - 1 })).map(([whole, part]) =>
    `${whole}.${String(part).padStart(digits, "0")}`
  );
const distribution = fc.record({
  LINE_LOCATION_ID: fc.constantFrom("1", "2", "3"),
  QUANTITY_ORDERED: decimals(-50, 5000, 3),
  QUANTITY_CANCELLED: fc.option(decimals(0, 20, 3), { nil: undefined }),
  AMOUNT_BILLED: fc.option(decimals(0, 900, 2), { nil: undefined }),
});
const priced = fc.record({ UNIT_PRICE: decimals(0, 900, 5), DISTRIBUTIONS: fc.array(distribution, { maxLength: 8 }) });

Deno.test("the distributions of a shipment add up to its rounded amount, none is more than a cent off, all have whole cents", () => {
  fc.assert(fc.property(fc.array(priced, { maxLength: 5 }), (lines) => {
    const row = withComputed({ ...APPROVED, LINES: lines.map((line) => ({ MATCHING_BASIS: "QUANTITY", ...line })) });
    const nets: string[] = [];
    for (const line of row.LINES as Row[]) {
      const exactOf = ({ QUANTITY_ORDERED, QUANTITY_CANCELLED }: Row) =>
        new Big(QUANTITY_ORDERED as string).minus((QUANTITY_CANCELLED as string | undefined) ?? "0")
          .times(line.UNIT_PRICE as string);
      for (const shipment of Map.groupBy(line.DISTRIBUTIONS as Row[], (row) => row.LINE_LOCATION_ID).values()) {
        const exact = shipment.reduce((sum, row) => sum.plus(exactOf(row)), new Big(0));
        const own = shipment.map((row) => row.NET_AMOUNT as string);
        assert.equal(sum(own), sum([exact.round(2, Big.roundHalfUp).toFixed()]));
        for (const row of shipment) {
          assert.match(row.NET_AMOUNT as string, /^-?\d+(\.\d{1,2})?$/);
          assert.ok(exactOf(row).minus(row.NET_AMOUNT as string).abs().lte("0.01"));
        }
        nets.push(...own);
      }
    }
    assert.equal(row.NET_AMOUNT, sum(nets));
    assert.equal(row.COMMITTED_AMOUNT, row.NET_AMOUNT, "nothing is ended");
  }));
});

Deno.test("what is ended is worth what is billed, to the cent, whichever level ended it", () => {
  const ends = fc.constantFrom<[Row, Row, Row]>(
    [{ CANCEL_FLAG: "Y" }, {}, {}],
    [{ CLOSED_CODE: "FINALLY CLOSED" }, {}, {}],
    [{}, { CANCEL_FLAG: "Y" }, {}],
    [{}, { CLOSED_CODE: "FINALLY CLOSED" }, {}],
    [{}, {}, { SHIPMENT_CANCEL_FLAG: "Y" }],
    [{}, {}, { SHIPMENT_CLOSED_CODE: "FINALLY CLOSED" }],
  );
  fc.assert(fc.property(fc.array(priced, { maxLength: 4 }), ends, (lines, [header, line, shipment]) => {
    const row = withComputed({
      ...APPROVED,
      ...header,
      LINES: lines.map((one) => ({
        ...one,
        ...line,
        MATCHING_BASIS: "QUANTITY",
        DISTRIBUTIONS: one.DISTRIBUTIONS.map((part) => ({ ...part, ...shipment })),
      })),
    });
    const billed = lines.flatMap((one) => one.DISTRIBUTIONS.flatMap(({ AMOUNT_BILLED }) => AMOUNT_BILLED ?? []));
    assert.equal(row.COMMITTED_AMOUNT, sum(billed));
    assert.equal(row.BILLED_AMOUNT, sum(billed));
  }));
});
