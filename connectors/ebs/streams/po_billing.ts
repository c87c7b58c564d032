/**
 * What receiving and payables have made of order distributions: the half of a cost that Oracle books by itself.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";
import { poBilling as record } from "../../../schemas/ebs/po_billing.ts";
import { roundingTo } from "./order_amounts.ts";
import { type EbsStream, OVERLAP, PAGE_SIZE } from "./stream.ts";

/** The stream `po_billing`. A changed invoice or invoice line counts as a change of its distribution. */
export const poBilling: EbsStream = {
  operation: "get_po_billing",
  stream: {
    description: "Order distributions of a covered operating unit, with what was received and invoiced of each.",
    record,
    key: "PO_DISTRIBUTION_ID",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: true, overlap: OVERLAP },
  },
  derive: withAmounts,
};

/**
 * A distribution with its amounts. Never throws: a figure that is no number leaves its amount out, and whoever needs it stops there.
 */
export function withAmounts(row: Row): Row {
  const rounded = roundingTo(row.CURRENCY_UNIT);
  const price = number(row.UNIT_PRICE);
  const byAmount = row.MATCHING_BASIS === "AMOUNT";
  const worth = (what: string): Big | undefined => {
    const amount = number(row[`AMOUNT_${what}`]), quantity = number(row[`QUANTITY_${what}`]);
    return byAmount ? amount : quantity && price && quantity.times(price);
  };
  const amountBilled = number(row.AMOUNT_BILLED);
  // Invoices may have had another price than the order; where they left no amount, the order's own counts.
  const billed = !byAmount && amountBilled?.eq(0) ? worth("BILLED") : amountBilled;
  const [ordered, received] = [worth("ORDERED"), worth("DELIVERED")];
  const accrues = row.ACCRUE_ON_RECEIPT_FLAG === "Y";
  const accrued = accrues ? received : new Big(0);
  const amounts: Record<string, Big | undefined> = {
    ORDERED_AMOUNT: ordered,
    CANCELLED_AMOUNT: worth("CANCELLED"),
    RECEIVED_AMOUNT: received,
    ACCRUED_AMOUNT: accrued,
    BILLED_AMOUNT: billed,
    RECOGNISED_AMOUNT: accrues ? further(billed, accrued, ordered) : billed,
  };
  const computed: Row = {};
  for (const [name, amount] of Object.entries(amounts)) if (amount) computed[name] = plain(rounded(amount));
  return { ...row, ...computed };
}

/** Whichever of both has gone further the way of the order: a line of credit goes below zero. */
function further(billed: Big | undefined, accrued: Big | undefined, ordered: Big | undefined): Big | undefined {
  if (!billed || !accrued) return undefined;
  return (ordered?.lt(0) ? billed.lt(accrued) : billed.gt(accrued)) ? billed : accrued;
}

/** A number of the database: NULL counts as 0; undefined where it is no number. */
const number = (value: Value): Big | undefined =>
  value === undefined || value === null ? new Big(0) : typeof value === "string" ? parseDecimal(value) : undefined;
