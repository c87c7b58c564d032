/**
 * Invoices as a clerk of payables enters them: matched to the distributions of orders, whole; and cancelled, line by line, as Oracle
 * does it.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { list, scalars } from "../rows.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Enters an invoice `{ INVOICE_NUM, INVOICE_DATE, VENDOR_ID, ORG_ID, LINES: [{ PO_DISTRIBUTION_ID, AMOUNT, QUANTITY_INVOICED }] }`; a credit
 * memo has negative lines. Dates left out are today's. Throws an `Error` where nothing is billed.
 */
export function enterInvoice(ledger: Ledger, fields: Row, at: string): Row {
  const { ACTION: _button, LINES, ...header } = scalars(fields);
  const lines = list(LINES, "LINES_ITEM");
  if (lines.length === 0) throw new Error("An invoice needs LINES");
  for (const { PO_DISTRIBUTION_ID, AMOUNT } of lines) {
    if (PO_DISTRIBUTION_ID === undefined || AMOUNT === undefined) {
      throw new Error("A line of an invoice needs PO_DISTRIBUTION_ID and AMOUNT");
    }
  }
  const invoice = ledger.add("AP_INVOICES_ALL", { INVOICE_DATE: at, LAST_UPDATE_DATE: at, ...header });
  for (const line of lines) {
    ledger.add("AP_INVOICE_DISTRIBUTIONS_ALL", {
      ACCOUNTING_DATE: invoice.INVOICE_DATE,
      ...line,
      INVOICE_ID: invoice.INVOICE_ID,
      ORG_ID: invoice.ORG_ID,
      LAST_UPDATE_DATE: at,
    });
  }
  return invoice;
}

/** Cancels an invoice: each line that stands is reversed by one of today, and both are marked. */
export function cancelInvoice(ledger: Ledger, invoice: Row, at: string): Row {
  if (invoice.CANCELLED_DATE !== undefined) throw new Error(`Invoice ${invoice.INVOICE_ID} is cancelled already`);
  const lines = ledger.tables.AP_INVOICE_DISTRIBUTIONS_ALL.items.filter((line) =>
    line.INVOICE_ID === invoice.INVOICE_ID && line.REVERSAL_FLAG !== "Y"
  );
  for (const line of lines) {
    const { INVOICE_DISTRIBUTION_ID: _id, ...columns } = line;
    ledger.add("AP_INVOICE_DISTRIBUTIONS_ALL", {
      ...columns,
      AMOUNT: negated(line.AMOUNT),
      QUANTITY_INVOICED: negated(line.QUANTITY_INVOICED),
      ACCOUNTING_DATE: at,
      REVERSAL_FLAG: "Y",
      LAST_UPDATE_DATE: at,
    });
    Object.assign(line, { REVERSAL_FLAG: "Y", LAST_UPDATE_DATE: at });
  }
  return Object.assign(invoice, { CANCELLED_DATE: at, LAST_UPDATE_DATE: at });
}

const negated = (value: Row[string]): string | undefined =>
  typeof value === "string" ? plain(new Big(value).times(-1)) : undefined;
