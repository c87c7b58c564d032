/**
 * What a person does to purchase orders in Procore's pages, and what bills and change orders do to their totals.
 *
 * @module
 */
import { parseDecimal } from "../../../engine/decimal.ts";
import type { Row } from "../../../engine/connector.ts";
import type { Given } from "./attributes.ts";
import { amountText, deletePurchaseOrder, type PurchaseOrder, purchaseOrdersOf } from "./purchase_order.ts";
import { deleteLine, linesOf } from "./purchase_order_line.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";

/** Adds a line to the purchase order that `purchase_order_contract_id` names; gives its id. */
export function addLine(state: State, company: Company, fields: Row): number {
  const order = company.purchaseOrders.get(Number(fields.purchase_order_contract_id));
  if (!order) throw new Error(`No purchase order ${fields.purchase_order_contract_id}`);
  const { purchase_order_contract_id: _, ...given } = fields;
  const written = linesOf(company, company.projects.get(order.project_id)!, order, state).create(given);
  if ("errors" in written) throw new Error(`A line of ${order.number}: ${JSON.stringify(written.errors)}`);
  return written.row.id;
}

/**
 * Edits a purchase order. `total_requisitions_amount` and `approved_change_orders` stand for what was billed and changed; `deleted_at`
 * deletes it, or gives it back where it is null.
 */
export function editPurchaseOrder(
  state: State,
  company: Company,
  id: number,
  fields: Given,
): Written<unknown> | undefined {
  const row = company.purchaseOrders.get(id);
  if (!row) return undefined;
  const { total_requisitions_amount, approved_change_orders, deleted_at, ...given } = fields;
  const totals: Partial<PurchaseOrder> = {};
  if (total_requisitions_amount !== undefined) {
    totals.total_requisitions_amount = amountOf(total_requisitions_amount).toFixed(2);
  }
  if (approved_change_orders !== undefined) {
    totals.approved_change_orders = amountText(amountOf(approved_change_orders));
  }
  if (deleted_at === null) totals.deleted_at = null;
  if (Object.keys(totals).length > 0) company.purchaseOrders.update(row, { ...totals, updated_at: state.now() });
  const errors = deleted_at ? deletePurchaseOrder(company, row, state) : undefined;
  if (errors) return { errors };
  return purchaseOrdersOf(company, company.projects.get(row.project_id)!, state).update(row, given);
}

/** Edits a line; `deleted_at` removes it for good. */
export function editLine(state: State, company: Company, id: number, fields: Given): Written<unknown> | undefined {
  const row = company.purchaseOrderLines.get(id);
  const order = row && company.purchaseOrders.get(row.purchase_order_contract_id);
  if (!order) return undefined;
  if (!fields.deleted_at) {
    return linesOf(company, company.projects.get(order.project_id)!, order, state).update(row, fields);
  }
  const errors = deleteLine(company, order, row, state);
  return errors ? { errors } : { row };
}

function amountOf(value: unknown) {
  const amount = typeof value === "string" ? parseDecimal(value) : undefined;
  if (!amount) throw new Error(`An amount is a decimal: ${value}`);
  return amount;
}
