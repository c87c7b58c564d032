/**
 * `PO_HEADERS_ALL` with `PO_LINES_ALL` and, shipment by shipment, `PO_DISTRIBUTIONS_ALL`. Amounts are in the order's currency.
 *
 * @module
 */
import { z } from "zod";
import { decimal, id, instant, integer, text } from "../../engine/fields.ts";

const flag = (description?: string): z.ZodOptional<z.ZodString> => text({ max: 1, description }).optional();
const CLOSED = "`OPEN`, `CLOSED`, `FINALLY CLOSED`; absent means open.";

/** What became of an order; see `SCOPE`. */
export const ORDER_SCOPES = ["OPEN", "CLOSED", "ENDED", "INCOMPLETE"] as const;

/** One account's and project's share of a shipment: the finest part of an order. */
export const orderDistribution: z.ZodObject = z.object({
  PO_DISTRIBUTION_ID: id(),
  DISTRIBUTION_NUM: integer().optional(),
  LINE_LOCATION_ID: id("The shipment.").optional(),
  SHIPMENT_NUM: integer().optional(),
  SHIPMENT_TYPE: text({ max: 25, description: "`STANDARD`, `PLANNED`; `BLANKET`, `SCHEDULED` on releases." })
    .optional(),
  PO_RELEASE_ID: id("The release of a blanket or planned order that the shipment belongs to.").optional(),
  CODE_COMBINATION_ID: id("The charge account.").optional(),
  PROJECT_ID: id().optional(),
  TASK_ID: id().optional(),
  PRICE_OVERRIDE: decimal("The shipment's own unit price, which counts before the line's.").optional(),
  QUANTITY_ORDERED: decimal().optional(),
  QUANTITY_CANCELLED: decimal().optional(),
  QUANTITY_BILLED: decimal().optional(),
  AMOUNT_ORDERED: decimal("On lines matched by amount.").optional(),
  AMOUNT_CANCELLED: decimal("On lines matched by amount.").optional(),
  AMOUNT_BILLED: decimal("As invoices had it, at their own prices.").optional(),
  SHIPMENT_CANCEL_FLAG: flag("`Y`: the shipment is cancelled; what was billed stays."),
  SHIPMENT_CLOSED_CODE: text({ max: 25, description: `${CLOSED} Also \`CLOSED FOR RECEIVING\` and \`… INVOICE\`.` })
    .optional(),
  NET_AMOUNT: decimal("Ordered less cancelled; the distributions of a shipment add up to its rounded amount.")
    .optional(),
  BILLED_AMOUNT: decimal("What invoices have taken up.").optional(),
  COMMITTED_AMOUNT: decimal(
    "`NET_AMOUNT`; only `BILLED_AMOUNT` where order, line or shipment is finally closed or cancelled.",
  )
    .optional(),
});

/** A line of an order. */
export const orderLine: z.ZodObject = z.object({
  PO_LINE_ID: id(),
  LINE_NUM: integer().optional(),
  ITEM_DESCRIPTION: text({ max: 240 }).optional(),
  UNIT_MEAS_LOOKUP_CODE: text({ max: 25, description: "The unit's name: `Each`, `Cubic Yard`." }).optional(),
  QUANTITY: decimal().optional(),
  UNIT_PRICE: decimal().optional(),
  AMOUNT: decimal("On lines matched by amount.").optional(),
  MATCHING_BASIS: text({
    max: 30,
    description: "`QUANTITY` or `AMOUNT`: what counts, and what invoices are matched by.",
  })
    .optional(),
  CANCEL_FLAG: flag(),
  CLOSED_CODE: text({ max: 25, description: CLOSED }).optional(),
  RETAINAGE_RATE: decimal("Percent held back from invoices.").optional(),
  DISTRIBUTIONS: z.array(orderDistribution).optional(),
});

/** An order of one operating unit, of whatever type and in whatever state. */
export const purchaseOrder: z.ZodObject = z.object({
  PO_HEADER_ID: id(),
  ORG_ID: id("The operating unit.").optional(),
  SEGMENT1: text({ max: 20, description: "The order number; another operating unit may have the same." }).optional(),
  TYPE_LOOKUP_CODE: text({ max: 25, description: "`STANDARD`, `PLANNED`, `BLANKET`, `CONTRACT`." }).optional(),
  VENDOR_ID: id().optional(),
  VENDOR_SITE_ID: id().optional(),
  CURRENCY_CODE: text({ max: 15 }),
  CURRENCY_UNIT: decimal("The smallest amount of the currency, to which Oracle rounds: `0.01`.").optional(),
  LEDGER_ID: id("The operating unit's primary ledger.").optional(),
  LEDGER_CURRENCY_CODE: text({ max: 15 }),
  AUTHORIZATION_STATUS: text({
    max: 25,
    description:
      "`IN PROCESS`, `PRE-APPROVED`, `APPROVED`, `REQUIRES REAPPROVAL`, `REJECTED`; absent means incomplete.",
  }).optional(),
  APPROVED_FLAG: flag("`Y`; `R`: approved, changed since, and to be approved again; `F`: rejected."),
  APPROVED_DATE: instant("The last approval; a later rejection leaves it.").optional(),
  REVISION_NUM: integer().optional(),
  CLOSED_CODE: text({ max: 25, description: CLOSED }).optional(),
  CANCEL_FLAG: flag("`Y`: cancelled, whatever `CLOSED_CODE` says."),
  USER_HOLD_FLAG: flag(),
  COMMENTS: text({ max: 240 }).optional(),
  CREATION_DATE: instant().optional(),
  LAST_UPDATE_DATE: instant("The header's own; a changed line, shipment or distribution does not move it.").optional(),
  TOTAL_AMOUNT: decimal("Oracle's total: shipments, ordered less cancelled, each rounded; computed by the package.")
    .optional(),
  SCOPE: text({
    values: ORDER_SCOPES,
    description:
      "`OPEN` (also under re-approval), `CLOSED`, `ENDED` (finally closed or cancelled), `INCOMPLETE` (never approved).",
  }).optional(),
  NET_AMOUNT: decimal(
    "Sum over distributions, scheduled releases left out: `TOTAL_AMOUNT`, unless lines and header disagree.",
  ).optional(),
  BILLED_AMOUNT: decimal("Sum over the same distributions.").optional(),
  COMMITTED_AMOUNT: decimal("Sum over the same distributions.").optional(),
  LINES: z.array(orderLine).optional(),
});
