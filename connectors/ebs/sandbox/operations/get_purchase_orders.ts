/**
 * `get_purchase_orders`.
 *
 * @module
 */
import type { Row, Value } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { fieldsOf } from "../../../../engine/fields.ts";
import { orderDistribution, orderLine, purchaseOrder } from "../../../../schemas/ebs/purchase_orders.ts";
import type { Database } from "../database.ts";
import { currencyUnitOf, numberText } from "../numbers.ts";
import { NO_ORDER } from "../order_index.ts";
import { lookup } from "../table.ts";
import { type Call, type Output, paged, text } from "./paging.ts";

/** Shipments that order nothing of their own, and those that repeat a planned one (reference §4.5). */
const UNCOUNTED: ReadonlySet<unknown> = new Set([...NO_ORDER, "SCHEDULED"]);

/** Orders and agreements of the operating unit. A change of a line, shipment or distribution is a change of the order. */
export function getPurchaseOrders(call: Call): Output {
  const { db, input } = call;
  const flat = text(input, "P_FLAT") === "Y";
  const flatLines: Row[] = [], flatDistributions: Row[] = [];

  const output = paged(call, {
    from: (orgId) => db.ordersOf(orgId),
    changed: (order, since) => db.orders.lastChange(order) >= since,
    row(order) {
      const { PO_HEADER_ID, CURRENCY_CODE, ORG_ID } = order;
      const unit = lookup(db.tables.HR_OPERATING_UNITS, Number(ORG_ID));
      const currencyUnit = currencyUnitOf(CURRENCY_CODE);
      const row: Row = {
        ...order,
        CURRENCY_UNIT: currencyUnit,
        LEDGER_ID: unit?.LEDGER_ID,
        LEDGER_CURRENCY_CODE: unit?.CURRENCY_CODE,
        TOTAL_AMOUNT: totalOf(db, PO_HEADER_ID as string, new Big(currencyUnit)),
      };
      const lines = db.orders.linesOf(PO_HEADER_ID as string).map((line): Row => {
        const distributions = distributionsOf(db, line);
        if (!flat) return { ...written(line, LINE_DECIMALS), DISTRIBUTIONS: distributions };
        const { PO_LINE_ID } = line;
        for (const distribution of distributions) flatDistributions.push({ ...distribution, PO_LINE_ID });
        return written(line, LINE_DECIMALS);
      });
      if (flat) flatLines.push(...lines);
      else row.LINES = lines;
      return written(row, ORDER_DECIMALS);
    },
  });
  return { ...output, X_LINES: flatLines, X_DISTRIBUTIONS: flatDistributions };
}

/** What an order comes to: its shipments, ordered less cancelled, each rounded to the smallest amount of the currency. */
function totalOf(db: Database, headerId: string, currencyUnit: Big): string {
  let total = new Big(0);
  for (const line of db.orders.linesOf(headerId)) {
    for (const shipment of db.orders.shipmentsOf(line.PO_LINE_ID as string)) {
      if (UNCOUNTED.has(shipment.SHIPMENT_TYPE)) continue;
      const amount = (line.MATCHING_BASIS ?? shipment.MATCHING_BASIS) === "AMOUNT"
        ? number(shipment.AMOUNT).minus(number(shipment.AMOUNT_CANCELLED))
        : number(shipment.QUANTITY).minus(number(shipment.QUANTITY_CANCELLED))
          .times(number(shipment.PRICE_OVERRIDE ?? line.UNIT_PRICE));
      total = total.plus(amount.div(currencyUnit).round(0, Big.roundHalfUp).times(currencyUnit));
    }
  }
  return plain(total);
}

const number = (value: Value): Big => new Big((value as string | undefined) ?? "0");

/** A line's distributions, shipment by shipment, with what they take from it. */
function distributionsOf(db: Database, line: Row): Row[] {
  return db.orders.shipmentsOf(line.PO_LINE_ID as string).flatMap((shipment): Row[] => {
    if (NO_ORDER.has(shipment.SHIPMENT_TYPE)) return [];
    const { SHIPMENT_NUM, SHIPMENT_TYPE, PRICE_OVERRIDE, CANCEL_FLAG, CLOSED_CODE } = shipment;
    return db.orders.distributionsOf(shipment.LINE_LOCATION_ID as string).map((distribution) =>
      written({
        ...distribution,
        SHIPMENT_NUM,
        SHIPMENT_TYPE,
        PRICE_OVERRIDE,
        SHIPMENT_CANCEL_FLAG: CANCEL_FLAG,
        SHIPMENT_CLOSED_CODE: CLOSED_CODE,
      }, DISTRIBUTION_DECIMALS)
    );
  });
}

const decimalsOf = (schema: typeof purchaseOrder): string[] =>
  Object.entries(fieldsOf(schema)).flatMap(([name, { kind }]) => kind === "decimal" ? [name] : []);
const ORDER_DECIMALS = decimalsOf(purchaseOrder);
const LINE_DECIMALS = decimalsOf(orderLine);
const DISTRIBUTION_DECIMALS = decimalsOf(orderDistribution);

/** A row with its numbers as the package writes them. */
function written(row: Row, decimals: readonly string[]): Row {
  const result: Row = { ...row };
  for (const name of decimals) if (typeof row[name] === "string") result[name] = numberText(row[name]);
  return result;
}
