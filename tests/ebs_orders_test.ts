import assert from "node:assert/strict";
import { company } from "../connectors/company/company.ts";
import connector from "../connectors/ebs/connector.ts";
import { manualClock, seededRandom } from "../engine/clock.ts";
import type { Row } from "../engine/connector.ts";
import { sameDecimal, sum } from "../engine/decimal.ts";
import { publicSpending } from "./support/house.ts";

const AT = Date.parse("2026-03-02T08:00:00Z");
const spending = await publicSpending();

/** All orders that the connector reads of a sandbox with this data, each of them as the schema has it. */
async function read(data: Record<string, Row[]>): Promise<Row[]> {
  const clock = manualClock(AT);
  const box = connector.sandbox({ clock, random: seededRandom(1), data });
  const session = connector.open(connector.settings.parse(box.settings("http://127.0.0.1:8101")), {
    wire: box.fetch,
    clock,
    random: seededRandom(2),
    log: () => {},
    signal: new AbortController().signal,
    tags: [],
  });
  const stream = session.stream("purchase_orders");
  const rows: Row[] = [];
  for (const partition of await stream.partitions()) {
    for await (const page of stream.read!({ partition, since: null, after: null })) rows.push(...page.rows);
  }
  await session.close();
  const exactly = connector.streams.purchase_orders.record.strict();
  for (const row of rows) exactly.parse(row);
  return rows;
}

const distributions = (order: Row): Row[] => (order.LINES as Row[]).flatMap((line) => line.DISTRIBUTIONS as Row[]);

Deno.test("the company's orders: lines agree with Oracle's total to the cent, in every state, whatever the seed", async () => {
  for (const seed of [1, 2, 3]) {
    const data = company({ seed, at: AT });
    const orders = await read(data);
    const quotations = data.purchase_orders.filter((row) => row.TYPE_LOOKUP_CODE === "RFQ");
    assert.equal(orders.length, data.purchase_orders.length - quotations.length);
    for (const order of orders) {
      assert.equal(order.NET_AMOUNT, order.TOTAL_AMOUNT, `order ${order.PO_HEADER_ID}`);
      const parts = distributions(order).filter((row) => row.SHIPMENT_TYPE !== "SCHEDULED");
      assert.equal(sum(parts.map((row) => row.COMMITTED_AMOUNT as string)), order.COMMITTED_AMOUNT);
      if (order.SCOPE === "ENDED") assert.equal(order.COMMITTED_AMOUNT, order.BILLED_AMOUNT);
      if (order.SCOPE === "INCOMPLETE") assert.equal(order.BILLED_AMOUNT, "0");
    }
    const scopes = Map.groupBy(orders, (order) => order.SCOPE as string);
    for (const scope of ["OPEN", "CLOSED", "ENDED", "INCOMPLETE"]) {
      assert.ok((scopes.get(scope) ?? []).length > 4, scope);
    }
    const several = orders.filter((order) => new Set(distributions(order).map((row) => row.PROJECT_ID)).size > 1);
    assert.ok(several.length > orders.length / 4, `${several.length} orders touch several projects`);
  }
});

Deno.test({
  name: "a year of a council's orders: all 10,491 come through, line by line, worth what they were",
  ignore: !spending && (console.log("skipped: ../shared/data/public-spending is not here"), true),
  fn: async () => {
    const given = spending!.purchase_orders;
    const orders = await read(spending!);
    assert.equal(orders.length, given.length);
    const byId = new Map(orders.map((order) => [order.PO_HEADER_ID, order]));
    let lines = 0;
    for (const row of given) {
      const order = byId.get(String(row.PO_HEADER_ID))!;
      const amounts = (row.LINES as Row[]).map((line) => String(line.AMOUNT));
      lines += amounts.length;
      assert.equal(order.SEGMENT1, String(row.SEGMENT1));
      assert.equal(order.SCOPE, "OPEN");
      assert.ok(sameDecimal(order.TOTAL_AMOUNT as string, sum(amounts)));
      assert.equal(order.NET_AMOUNT, order.TOTAL_AMOUNT);
      assert.deepEqual(
        distributions(order).map((part) => `${part.CODE_COMBINATION_ID} ${part.COMMITTED_AMOUNT}`),
        (row.LINES as Row[]).map((line) => `${line.CODE_COMBINATION_ID} ${sum([String(line.AMOUNT)])}`),
      );
    }
    assert.deepEqual([orders.length, lines], [10_491, 14_764]);
  },
});
