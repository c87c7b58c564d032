/**
 * What receiving and payables have made of an order's distributions: `PO_DISTRIBUTIONS_ALL` with `AP_INVOICE_DISTRIBUTIONS_ALL`.
 * Amounts are in the order's currency.
 *
 * @module
 */
import { z } from "zod";
import { decimal, id, instant, text } from "../../engine/fields.ts";

const flag = (description?: string): z.ZodOptional<z.ZodString> => text({ max: 1, description }).optional();

/** A line of an invoice that bills the distribution. */
export const billingInvoice: z.ZodObject = z.object({
  INVOICE_DISTRIBUTION_ID: id(),
  INVOICE_ID: id().optional(),
  INVOICE_NUM: text({ max: 50 }).optional(),
  INVOICE_DATE: instant().optional(),
  ACCOUNTING_DATE: instant("The day that it counts in the ledger.").optional(),
  AMOUNT: decimal("Negative on a credit memo, and on a line that reverses another.").optional(),
  QUANTITY_INVOICED: decimal().optional(),
  CANCELLED_DATE: instant("When the whole invoice was cancelled.").optional(),
  REVERSAL_FLAG: flag("`Y`: this line and the one that it reverses."),
});

/** One distribution of an order of one operating unit. */
export const poBilling: z.ZodObject = z.object({
  PO_DISTRIBUTION_ID: id(),
  PO_HEADER_ID: id().optional(),
  PO_LINE_ID: id().optional(),
  ORG_ID: id("The operating unit.").optional(),
  LEDGER_ID: id("Its primary ledger.").optional(),
  CURRENCY_CODE: text({ max: 15 }).optional(),
  CURRENCY_UNIT: decimal("The smallest amount of the currency, to which Oracle rounds: `0.01`.").optional(),
  CODE_COMBINATION_ID: id("The charge account, which payables debits too.").optional(),
  ACCRUAL_ACCOUNT_ID: id("The account that receipts are accrued on; journals of others do not belong there.")
    .optional(),
  PROJECT_ID: id().optional(),
  MATCHING_BASIS: text({ max: 30, description: "`QUANTITY` or `AMOUNT`." }).optional(),
  UNIT_PRICE: decimal("The shipment's, else the line's.").optional(),
  QUANTITY_ORDERED: decimal().optional(),
  QUANTITY_CANCELLED: decimal().optional(),
  QUANTITY_DELIVERED: decimal().optional(),
  QUANTITY_BILLED: decimal().optional(),
  AMOUNT_ORDERED: decimal().optional(),
  AMOUNT_CANCELLED: decimal().optional(),
  AMOUNT_DELIVERED: decimal().optional(),
  AMOUNT_BILLED: decimal("As invoices had it, less credit memos and cancelled invoices.").optional(),
  ACCRUE_ON_RECEIPT_FLAG: flag("`Y`: a receipt debits the charge account, before any invoice."),
  LAST_UPDATE_DATE: instant("The distribution's own.").optional(),
  INVOICES: z.array(billingInvoice).optional(),
  ORDERED_AMOUNT: decimal("Computed, rounded to the currency's smallest amount, as all below.").optional(),
  CANCELLED_AMOUNT: decimal().optional(),
  RECEIVED_AMOUNT: decimal("What was delivered, at the order's price.").optional(),
  ACCRUED_AMOUNT: decimal("`RECEIVED_AMOUNT` where receipts are accrued at once, else 0.").optional(),
  BILLED_AMOUNT: decimal("What invoices have taken up.").optional(),
  RECOGNISED_AMOUNT: decimal("The larger of billed and accrued: what Oracle has booked as cost by itself.").optional(),
});
