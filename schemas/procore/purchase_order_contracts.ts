/**
 * A purchase order contract with its lines, as the connector reads and writes it.
 *
 * Facts: Procore REST API, `GET /rest/v1.0/purchase_order_contracts` (view `extended`), `PATCH /rest/v1.0/purchase_order_contracts/sync` and
 * `PATCH /rest/v1.0/purchase_order_contracts/{id}/line_items/sync`.
 *
 * @module
 */
import { z } from "zod";
import { date, decimal, id, instant, integer, text, truth } from "../../engine/fields.ts";

/** Procore does not publish the length of a title; 255 characters is its framework's default and what its pages accept. */
const TITLE_LENGTH = 255;

/** A contract's statuses, in the order of its life. Approved and Closed lock vendor and lines; Closed drops out of committed cost. */
export const CONTRACT_STATUSES = [
  "Draft",
  "Processing",
  "Submitted",
  "Partially Received",
  "Received",
  "Approved",
  "Closed",
] as const;

const header = {
  title: text({ max: TITLE_LENGTH }).nullish(),
  description: text().nullish(),
  origin_id: text({ description: "The ERP's key, unique in the company; users do not see it." }).nullish(),
  origin_code: text({ description: "The ERP's number, shown to users as External ID." }).nullish(),
  accounting_method: text({
    values: ["amount", "unit"],
    description: "How lines are reckoned; the project's own way where it is not said.",
  }).nullish(),
  retainage_percent: decimal("Default retainage, in percent: 10.0.").nullish(),
  contract_date: date().nullish(),
  currency_iso_code: text({ max: 3, description: "ISO 4217; a currency that the project does not have is refused." })
    .nullish(),
};

const charge = {
  cost_code_id: id("The cost code that the line is charged to.").nullish(),
  line_item_type_id: id("The cost type; the connection's `cost_type` where it is not said.").nullish(),
  wbs_code_id: id(
    "The WBS code, in place of cost code and cost type; made of the two where the project's pattern needs one.",
  )
    .nullish(),
};

const NUMBER = "The number people know it by, unique in the project.";

/** A line as it is read. Lines without `origin_id` are a person's. */
export const contractLineRecord: z.ZodObject = z.object({
  id: id("Procore's line id."),
  origin_id: text({ description: "The ERP's key; absent on lines that a person entered." }).nullish(),
  description: text().nullish(),
  amount: decimal("In the contract's currency."),
  quantity: decimal().nullish(),
  unit_cost: decimal().nullish(),
  uom: text({ description: "Unit of measure, one of the company's." }).nullish(),
  ...charge,
  position: integer("Its place in the contract, from 1.").nullish(),
});

/** A contract as it is read. Totals are Procore's own. */
export const contractRecord: z.ZodObject = z.object({
  id: id("Procore's contract id."),
  number: text({ description: NUMBER }),
  status: text({ values: CONTRACT_STATUSES }),
  vendor_id: id("The company vendor it is made with.").nullish(),
  ...header,
  executed: truth("Whether it is signed.").nullish(),
  grand_total: decimal("The sum of its lines.").nullish(),
  approved_change_orders: decimal("What approved change orders add.").nullish(),
  revised_contract: decimal("Lines and approved change orders.").nullish(),
  total_requisitions_amount: decimal("What was billed against it.").nullish(),
  created_at: instant().nullish(),
  updated_at: instant().nullish(),
  deleted_at: instant().nullish(),
  line_items: z.array(contractLineRecord).nullish(),
});

/** What a mapping may set. */
export const contractFields: z.ZodObject = z.object({
  number: text({ max: TITLE_LENGTH, description: NUMBER }),
  status: text({ values: CONTRACT_STATUSES, description: "Set last, when all lines are in." }),
  vendor_id: id("The company vendor; it is put on the project where it is not there yet."),
  ...header,
  line_items: z.array(z.object({
    origin_id: text({ description: "The ERP's key, unique in the company: by it a line is known again." }),
    description: text().nullish(),
    amount: decimal("In the contract's currency, in whole cents."),
    ...charge,
  })).nullish(),
});
