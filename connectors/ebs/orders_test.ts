import assert from "node:assert/strict";
import fc from "fast-check";
import { manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row } from "../../engine/connector.ts";
import connector from "./connector.ts";
import { pagesOf } from "./testing.ts";

const ORIGIN = "https://ebs.example.test:4443";

/** The orders of the first operating unit, as the connector reads them from a sandbox that holds these. */
async function read(purchase_orders: Row[], settings: Record<string, unknown> = {}): Promise<Row[]> {
  const clock = manualClock(Date.UTC(2026, 2, 1, 12));
  const sandbox = connector.sandbox({ clock, random: seededRandom(5), data: { purchase_orders } });
  const session = connector.open(connector.settings.parse({ ...sandbox.settings(ORIGIN), ...settings }), {
    wire: sandbox.fetch,
    clock,
    random: seededRandom(1),
    log: () => {},
    tags: [],
    signal: new AbortController().signal,
  });
  const partition = { id: "204", name: "204" };
  return (await pagesOf(session, "purchase_orders", { partition })).flatMap((page) => page.rows);
}

const decimal = (low: number, high: number, digits: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.nat({ max: 10 ** digits - 1 })).map(([whole, part]) =>
    `${whole}.${String(part).padStart(digits, "0")}`
  );
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const part = (measure: "QUANTITY" | "AMOUNT", value: fc.Arbitrary<string>) =>
  fc.record({
    SHIPMENT_NUM: fc.constantFrom("1", "2"),
    [`${measure}_ORDERED`]: value,
    [`${measure}_CANCELLED`]: maybe(value),
    AMOUNT_BILLED: maybe(decimal(0, 99, 2)),
  });
const line = fc.oneof(
  fc.record({
    MATCHING_BASIS: fc.constant("QUANTITY"),
    UNIT_PRICE: decimal(0, 999, 5),
    DISTRIBUTIONS: fc.array(part("QUANTITY", decimal(-20, 900, 3)), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    MATCHING_BASIS: fc.constant("AMOUNT"),
    DISTRIBUTIONS: fc.array(part("AMOUNT", decimal(-500, 90_000, 2)), { minLength: 1, maxLength: 5 }),
  }),
);
const order = fc.record({
  CURRENCY_CODE: fc.constantFrom("USD", "USD", "JPY", "BHD"),
  CANCEL_FLAG: fc.constantFrom(undefined, "N", "Y"),
  LINES: fc.array(line, { maxLength: 6 }),
});

Deno.test("whatever is ordered, split, cancelled and billed: the lines add up to Oracle's total, exactly", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 20 }), async (orders) => {
      const rows = await read(orders.map((row, i): Row => ({ PO_HEADER_ID: String(i + 1), ...row })));
      assert.equal(rows.length, orders.length);
      for (const row of rows) {
        assert.equal(row.NET_AMOUNT, row.TOTAL_AMOUNT);
        assert.equal(row.COMMITTED_AMOUNT, row.CANCEL_FLAG === "Y" ? row.BILLED_AMOUNT : row.NET_AMOUNT);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("an order of a thousand distributions is one record, nested or flat", async () => {
  const LINES = Array.from({ length: 250 }, (_, i): Row => ({
    LINE_NUM: String(i + 1),
    DISTRIBUTIONS: Array.from({ length: 4 }, (): Row => ({ AMOUNT_ORDERED: "0.01", CODE_COMBINATION_ID: "10" })),
  }));
  const nested = await read([{ PO_HEADER_ID: "1", LINES }, { PO_HEADER_ID: "2" }]);
  const flat = await read([{ PO_HEADER_ID: "1", LINES }, { PO_HEADER_ID: "2" }], {
    collections: "flat",
    format: "xml",
  });
  assert.deepEqual(flat, nested);
  assert.deepEqual([nested[0].NET_AMOUNT, nested[1].NET_AMOUNT], ["10", "0"]);
});
