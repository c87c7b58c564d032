/**
 * Payables: what invoice lines take up of an order's distributions, kept on the distribution and its shipment as Oracle does.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { lookup, type Table } from "../table.ts";
import type { Ledger } from "./ledger.ts";

/** What was billed before the sandbox began, by distribution. */
export type Opening = Map<Row, { AMOUNT_BILLED: Big; QUANTITY_BILLED: Big }>;

/** The tables that invoices change. */
export interface Orders {
  distributions: Table;
  shipments: Table;
}

/** Whether a touch of this table changes what is billed. */
export const billsOrders = (table: string): boolean =>
  table === "AP_INVOICES_ALL" || table === "AP_INVOICE_DISTRIBUTIONS_ALL";

/**
 * Counts anew what invoices take up; a cancelled invoice takes up nothing. `at` is the change date of what changes.
 */
export function billOrders(ledger: Ledger, { distributions, shipments }: Orders, opening: Opening, at: string): void {
  const ids = new Set(ledger.tables.AP_INVOICE_DISTRIBUTIONS_ALL.items.map((row) => row.PO_DISTRIBUTION_ID as string));
  for (const id of ids) {
    const distribution = lookup(distributions, Number(id));
    if (!distribution) continue;
    const start = opening.get(distribution) ??
      { AMOUNT_BILLED: figure(distribution.AMOUNT_BILLED), QUANTITY_BILLED: figure(distribution.QUANTITY_BILLED) };
    opening.set(distribution, start);
    const lines = ledger.by("invoiceLines", id).filter((line) => !isCancelled(ledger, line));
    const total = (column: string, from: Big) => plain(lines.reduce((sum, row) => sum.plus(figure(row[column])), from));
    const billed: Row = {
      AMOUNT_BILLED: total("AMOUNT", start.AMOUNT_BILLED),
      QUANTITY_BILLED: total("QUANTITY_INVOICED", start.QUANTITY_BILLED),
    };
    const shipment = lookup(shipments, Number(distribution.LINE_LOCATION_ID));
    let changed = false;
    for (const [column, value] of Object.entries(billed) as [string, string][]) {
      const grows = figure(value).minus(figure(distribution[column]));
      if (grows.eq(0)) continue;
      changed = true;
      distribution[column] = value;
      if (shipment) shipment[column] = plain(figure(shipment[column]).plus(grows));
    }
    if (changed) { for (const row of [distribution, shipment]) if (row) row.LAST_UPDATE_DATE = at; }
  }
}

const figure = (value: unknown): Big => new Big(typeof value === "string" ? value : "0");

const isCancelled = ({ tables }: Ledger, { INVOICE_ID }: Row): boolean =>
  lookup(tables.AP_INVOICES_ALL, Number(INVOICE_ID))?.CANCELLED_DATE !== undefined;
