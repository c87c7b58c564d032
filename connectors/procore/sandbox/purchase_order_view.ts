/**
 * How purchase orders and their lines are shown: `compact` as lists and sync answers, `extended` with lines, and the whole for one.
 *
 * @module
 */
import { Big } from "../../../engine/decimal.ts";
import { showCostCode } from "./cost_codes.ts";
import { showLineItemType } from "./line_item_type.ts";
import type { Project } from "./project.ts";
import { amountText, type PurchaseOrder } from "./purchase_order.ts";
import type { PurchaseOrderLine } from "./purchase_order_line.ts";
import { type Company, FIRST_IDS } from "./state.ts";
import { flatCode, itemsOfCode } from "./wbs_code.ts";

/** Shows a purchase order without its lines. */
export function showPurchaseOrder(company: Company, project: Project, row: PurchaseOrder): Record<string, unknown> {
  const { project_id: _, vendor_id, lines: __, work_order: ___, ...fields } = row;
  const revised = new Big(row.grand_total).plus(row.approved_change_orders);
  const billed = new Big(row.total_requisitions_amount);
  const vendor = vendor_id === null ? undefined : company.vendors.get(vendor_id);
  return {
    ...fields,
    assignee: null,
    billing_schedule_of_values_status: "draft",
    created_by_id: FIRST_IDS.user,
    currency_configuration: { currency_iso_code: project.currency_iso_code },
    custom_fields: {},
    draft_change_orders_amount: "0.0",
    enable_ssov: false,
    has_change_order_packages: row.approved_change_orders !== "0.0",
    has_potential_change_orders: false,
    pending_change_orders: "0.0",
    pending_revised_contract: amountText(revised),
    percentage_paid: "0.0",
    project: { id: project.id, name: project.name },
    // Totals come in whatever precision their column has.
    remaining_balance_outstanding: revised.minus(billed).toFixed(2),
    requisitions_are_enabled: true,
    revised_contract: amountText(revised),
    show_line_items_to_non_admins: false,
    total_draw_requests_amount: "0.0",
    total_payments: "0.0",
    vendor: vendor ? { id: vendor.id, company: vendor.name } : null,
  };
}

/** With its lines, and more of its vendor. */
export function showExtended(company: Company, project: Project, row: PurchaseOrder): Record<string, unknown> {
  const shown = showPurchaseOrder(company, project, row);
  const vendor = row.vendor_id === null ? undefined : company.vendors.get(row.vendor_id);
  if (vendor) {
    const { id, name, origin_id, origin_data } = vendor;
    shown.vendor = { id, company: name, origin_id, origin_data };
  }
  return { ...shown, line_items: row.lines.map((line) => showLine(company, project, line)) };
}

/** As the list of all commitments has it. */
export function showCommitment(company: Company, project: Project, row: PurchaseOrder): Record<string, unknown> {
  const { id, number, status, title, description, executed, delivery_date, created_at, private: hidden, vendor } =
    showPurchaseOrder(company, project, row) as Record<string, unknown>;
  const currency_configuration = { currency_iso_code: project.currency_iso_code };
  const shown = {
    id,
    number,
    status,
    title,
    description,
    executed,
    delivery_date,
    created_at,
    private: hidden,
    vendor,
  };
  return { ...shown, currency_configuration };
}

/** All there is of one purchase order. */
export function showWhole(company: Company, project: Project, row: PurchaseOrder): Record<string, unknown> {
  return {
    ...showExtended(company, project, row),
    // The schema says one object, the guide several: null offends neither.
    attachments: null,
    change_order_packages: [],
    change_order_requests: [],
    invoice_contacts: [],
    payments_issued: [],
    potential_change_orders: [],
  };
}

/** Shows a line. */
export function showLine(company: Company, project: Project, row: PurchaseOrderLine): Record<string, unknown> {
  const { purchase_order_contract_id, wbs_code_id, uom, quantity, unit_cost, ...fields } = row;
  const code = company.wbsCodes.get(wbs_code_id)!;
  const [costCode, type] = code.item_ids;
  return {
    ...fields,
    ...(uom === null ? {} : { uom }),
    quantity: quantity ?? "0.0",
    unit_cost: unit_cost ?? "0.0",
    change_event_line_item: null,
    company: { id: company.id, name: company.name },
    cost_code: { ...showCostCode(company, project, company.costCodes.get(costCode)!), budgeted: true },
    currency_configuration: { currency_iso_code: project.currency_iso_code },
    extended_amount: row.amount,
    holder: { id: purchase_order_contract_id, holder_type: "PurchaseOrderContract" },
    line_item_type: showLineItemType(company.lineItemTypes.get(type)!),
    project: { id: project.id, name: project.name },
    tax_code_id: null,
    total_amount: row.amount,
    wbs_code: {
      id: code.id,
      flat_code: flatCode(company, itemsOfCode(company, project, code)),
      description: code.description,
    },
  };
}
