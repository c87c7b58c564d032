/**
 * Purchase orders, an operating unit at a time, with their lines and distributions.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { parseDecimal, plain } from "../../../engine/decimal.ts";
import { purchaseOrder } from "../../../schemas/ebs/purchase_orders.ts";
import { amountColumns, type Amounts, isEnded, lineAmounts, roundingTo, totalOf } from "./order_amounts.ts";
import { scopeOf } from "./order_scope.ts";
import { type EbsStream, OVERLAP, PAGE_SIZE } from "./stream.ts";

/**
 * The stream `purchase_orders`: orders of every type and in every state, agreements and releases as Oracle has them; which of them
 * matter is for a pipeline's `where` to say. A changed line, shipment or distribution counts as a change of its order.
 */
export const purchaseOrders: EbsStream = {
  operation: "get_purchase_orders",
  stream: {
    description: "Purchase orders and agreements of a covered operating unit, with lines and distributions.",
    record: purchaseOrder,
    key: "PO_HEADER_ID",
    label: "SEGMENT1",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: true, overlap: OVERLAP },
  },
  derive: withComputed,
};

/** An order with the columns that no table has. Never throws: a figure that is no number leaves its amounts out, and its record is rejected. */
export function withComputed(order: Row): Row {
  const rounded = roundingTo(order.CURRENCY_UNIT);
  const ended = isEnded(order.CANCEL_FLAG, order.CLOSED_CODE);
  const all: Amounts[] = [];
  const lines = ((order.LINES ?? []) as Row[]).map((line): Row => {
    const amounts = lineAmounts(line, { ended: ended || isEnded(line.CANCEL_FLAG, line.CLOSED_CODE), rounded });
    const distributions = (line.DISTRIBUTIONS ?? []) as Row[];
    // A scheduled release repeats a part of its planned shipment; Oracle's total does not count it again either.
    all.push(...amounts.filter((_, i) => distributions[i].SHIPMENT_TYPE !== "SCHEDULED"));
    return { ...line, DISTRIBUTIONS: distributions.map((row, i): Row => ({ ...row, ...amountColumns(amounts[i]) })) };
  });
  const total = typeof order.TOTAL_AMOUNT === "string" ? parseDecimal(order.TOTAL_AMOUNT) : undefined;
  return {
    ...order,
    // The database writes `.5`; amounts that are compared as text need one form.
    ...(total && { TOTAL_AMOUNT: plain(total) }),
    SCOPE: scopeOf(order),
    ...amountColumns(totalOf(all)),
    LINES: lines,
  };
}
