/**
 * A requisition (a subcontractor invoice, in Procore's screens) with its items, as the connector reads it. What begins with `cost_`, `retainage_`, `net_`
 * and `foot` is reckoned by the connector, exactly; the rest is Procore's own.
 *
 * Facts: Procore REST API, `GET /rest/v1.1/requisitions` (view `extended`). The sheet is AIA's G703, the summary its G702.
 *
 * @module
 */
import { z } from "zod";
import { date, decimal, id, instant, integer, text, truth } from "../../engine/fields.ts";

/** A requisition's statuses. */
export const REQUISITION_STATUSES = [
  "draft",
  "under_review",
  "revise_and_resubmit",
  "approved",
  "approved_as_noted",
  "pending_owner_approval",
] as const;

/** What an item is of. */
export const ITEM_TYPES = [
  "contract_item",
  "contract_detail_item",
  "change_order_item",
  "whole_change_order_item",
] as const;

const reckoned = {
  cost_to_date: decimal("Total completed and stored to date: work, and material that is stored."),
  cost_previous: decimal("The same at the end of the requisition before."),
  cost_this_period: decimal(
    "To date less the requisition before: stored material is a balance, and counts once. Gross of retainage.",
  ),
  retainage_to_date: decimal("Retainage held at the end of this requisition, on work and on stored material."),
  retainage_previous: decimal("The same at the end of the requisition before."),
  retainage_held_this_period: decimal("What this requisition adds to it."),
  retainage_released_this_period: decimal("What this requisition releases of it."),
  net_this_period: decimal("Cost less what is held, with what is released: what is to be paid."),
};

/** A row of the sheet. */
export const requisitionItemRecord: z.ZodObject = z.object({
  id: id("Procore's id of the row in this requisition; the next requisition has another."),
  item_type: text({ values: ITEM_TYPES }),
  line_item_id: id("The contract's line, or the change order's; absent for a whole change order.").nullish(),
  detail_line_item_id: id("The line's detail, for a `contract_detail_item`.").nullish(),
  change_order_package_id: id().nullish(),
  commitment_line_item_id: id("The commitment's line that a change order's line became.").nullish(),
  commitment_line_item_origin_id: text().nullish(),
  cost_code_id: id().nullish(),
  wbs_code_id: id().nullish(),
  wbs_flat_code: text({ description: "The WBS code as people read it: 03-200.M." }).nullish(),
  description_of_work: text().nullish(),
  position: integer("Its place on the sheet, from 1.").nullish(),
  scheduled_value: decimal("What its line is worth in all.").nullish(),
  work_completed_from_previous_application: decimal().nullish(),
  work_completed_this_period: decimal().nullish(),
  materials_presently_stored: decimal("A balance, not a movement.").nullish(),
  total_completed_and_stored_to_date: decimal().nullish(),
  status: text().nullish(),
  comment: text().nullish(),
  ...reckoned,
});

/** A requisition. */
export const requisitionRecord: z.ZodObject = z.object({
  id: id("Procore's requisition id."),
  number: integer("Counts within the contract, from 1."),
  status: text({ values: REQUISITION_STATUSES }),
  commitment_id: id("The contract that is billed."),
  commitment_type: text({ values: ["PurchaseOrderContract", "WorkOrderContract"] }).nullish(),
  contract_name: text().nullish(),
  previous_requisition_id: id("The contract's requisition before; absent on its first.").nullish(),
  vendor_id: id().nullish(),
  vendor_name: text().nullish(),
  invoice_number: text({ description: "The subcontractor's own number." }).nullish(),
  invoice_type: text({ description: "progress, retainage_release, or both." }).nullish(),
  period_id: id("The billing period.").nullish(),
  requisition_start: date().nullish(),
  requisition_end: date().nullish(),
  billing_date: date().nullish(),
  submitted_at: text().nullish(),
  payment_date: date().nullish(),
  percent_complete: text({ description: "As Procore writes it: 50.00%." }).nullish(),
  final: truth().nullish(),
  comment: text().nullish(),
  erp_status: text().nullish(),
  origin_id: text({ description: "The ERP's key; once it is set, the requisition is locked." }).nullish(),
  origin_data: text().nullish(),
  currency_iso_code: text({ max: 3, description: "ISO 4217." }).nullish(),
  created_at: instant().nullish(),
  updated_at: instant().nullish(),
  original_contract_sum: decimal().nullish(),
  net_change_by_change_orders: decimal().nullish(),
  contract_sum_to_date: decimal().nullish(),
  total_completed_and_stored_to_date: decimal("By the summary.").nullish(),
  total_retainage: decimal("By the summary.").nullish(),
  total_earned_less_retainage: decimal("By the summary.").nullish(),
  less_previous_certificates_for_payment: decimal("By the summary.").nullish(),
  current_payment_due: decimal("By the summary.").nullish(),
  balance_to_finish_including_retainage: decimal("By the summary.").nullish(),
  tax_applicable_to_this_payment: decimal("By the summary.").nullish(),
  ...reckoned,
  foots: truth("Whether items, summary and the requisition before agree, to the last decimal."),
  footing_difference: decimal("By how much they do not agree: the sum of all differences, without sign."),
  footing_fault: text({ description: "What does not agree, in words." }).nullish(),
  items: z.array(requisitionItemRecord),
});
