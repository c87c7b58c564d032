/**
 * `get_po_billing`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { currencyUnitOf, numberText } from "../numbers.ts";
import { lookup } from "../table.ts";
import { type Call, type Output, paged, text } from "./paging.ts";

const DECIMALS = [
  "UNIT_PRICE",
  ...["ORDERED", "CANCELLED", "DELIVERED", "BILLED"].flatMap((what) => [`QUANTITY_${what}`, `AMOUNT_${what}`]),
  "AMOUNT",
  "QUANTITY_INVOICED",
];

/** Distributions of the operating unit's orders, with the invoice lines that bill them. A changed one of these counts as a change. */
export function getPoBilling(call: Call): Output {
  const { db, input } = call;
  const { tables, books: { ledger } } = db;
  const flat = text(input, "P_FLAT") === "Y";
  const flatInvoices: Row[] = [];
  const invoiceOf = (line: Row): Row | undefined => lookup(tables.AP_INVOICES_ALL, Number(line.INVOICE_ID));

  const output = paged(call, {
    from: (orgId) => db.distributionsOf(orgId),
    changed: (distribution, since) =>
      [
        distribution,
        lookup(tables.PO_LINE_LOCATIONS_ALL, Number(distribution.LINE_LOCATION_ID)),
        ...ledger.by("invoiceLines", distribution.PO_DISTRIBUTION_ID as string).flatMap((
          line,
        ) => [line, invoiceOf(line)]),
      ].some((row) => row !== undefined && (row.LAST_UPDATE_DATE as string) >= since),
    row(distribution) {
      const { PO_DISTRIBUTION_ID, LINE_LOCATION_ID, PO_LINE_ID, PO_HEADER_ID, ORG_ID } = distribution;
      const header = lookup(tables.PO_HEADERS_ALL, Number(PO_HEADER_ID));
      const line = lookup(tables.PO_LINES_ALL, Number(PO_LINE_ID));
      const shipment = lookup(tables.PO_LINE_LOCATIONS_ALL, Number(LINE_LOCATION_ID));
      const invoices = ledger.by("invoiceLines", PO_DISTRIBUTION_ID as string).map((row): Row => {
        const { INVOICE_NUM, INVOICE_DATE, CANCELLED_DATE } = invoiceOf(row) ?? {};
        return written({ ...row, INVOICE_NUM, INVOICE_DATE, CANCELLED_DATE });
      });
      if (flat) flatInvoices.push(...invoices.map((row): Row => ({ ...row, PO_DISTRIBUTION_ID })));
      return written({
        ...distribution,
        LEDGER_ID: lookup(tables.HR_OPERATING_UNITS, Number(ORG_ID))?.LEDGER_ID,
        CURRENCY_CODE: header?.CURRENCY_CODE,
        CURRENCY_UNIT: numberText(currencyUnitOf(header?.CURRENCY_CODE)),
        MATCHING_BASIS: line?.MATCHING_BASIS ?? shipment?.MATCHING_BASIS,
        UNIT_PRICE: shipment?.PRICE_OVERRIDE ?? line?.UNIT_PRICE,
        ACCRUE_ON_RECEIPT_FLAG: shipment?.ACCRUE_ON_RECEIPT_FLAG,
        ...(!flat && { INVOICES: invoices }),
      });
    },
  });
  return { ...output, X_INVOICES: flatInvoices };
}

/** A row with its numbers as the package writes them. */
function written(row: Row): Row {
  const result: Row = { ...row };
  for (const name of DECIMALS) if (typeof row[name] === "string") result[name] = numberText(row[name]);
  return result;
}
