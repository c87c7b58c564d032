/**
 * How requisitions are shown: `default` without items, `items` and `extended` with them (reference §3.12).
 *
 * @module
 */
import { Big } from "../../../engine/decimal.ts";
import type { Project } from "./project.ts";
import { isLast, type Requisition, type RequisitionItem } from "./requisition.ts";
import { digitsOf, itemAmounts, type Summary, summaryOf } from "./requisition_amounts.ts";
import { type SegmentItem, tiers } from "./segment.ts";
import { type Company, FIRST_IDS } from "./state.ts";
import { flatCode, itemsOfCode } from "./wbs_code.ts";

/** Shows a requisition; with its items where the view has them. */
export function showRequisition(
  company: Company,
  project: Project,
  row: Requisition,
  view: string | undefined,
): Record<string, unknown> {
  const { items, misprints, ...fields } = row;
  const order = company.purchaseOrders.get(row.commitment_id)!;
  const vendor = order.vendor_id === null ? undefined : company.vendors.get(order.vendor_id);
  const summary = summaryOf(row);
  const money = writer(project);
  const sum = summary.original.plus(summary.changes.positive).plus(summary.changes.negative);
  const shown = {
    ...fields,
    attachments: [],
    commitment_type: order.work_order ? "WorkOrderContract" : "PurchaseOrderContract",
    contract_invoicing_method: "progressive",
    contract_name: [order.number, order.title].filter(Boolean).join(" - "),
    created_by: { id: FIRST_IDS.user, name: "Ada Person", login: "ada@example.test", company_name: company.name },
    currency_configuration: currencyOf(project),
    custom_fields: {},
    deletable: isLast(company, row) && row.origin_id === null,
    electronic_signature_id: null,
    erp_status: row.origin_id === null ? "unsynced" : "synced",
    invoice_type: typeOf(summary, items),
    payment_summary: { invoiced_amount_due: money(summary.earned.minus(summary.certified)) },
    percent_complete: `${(sum.eq(0) ? new Big(0) : summary.total.div(sum).times(100)).toFixed(2)}%`,
    summary: { ...showSummary(row, summary, money), ...misprints },
    total_claimed_amount: money(summary.gross),
    vendor_id: vendor?.id ?? null,
    vendor_name: vendor?.name ?? null,
  };
  if (view !== "items" && view !== "extended") return shown;
  return {
    ...shown,
    items: items.map((item) => showRequisitionItem(company, project, item)),
    item_packages: packagesOn(company, items),
    summary_text: {
      project_name: project.name,
      project_number: project.project_number,
      to_general_contractor: company.name,
      requisition_period_start: row.requisition_start,
      requisition_period_end: row.requisition_end,
      subcontractor_name: vendor?.name ?? null,
      subcontractor_street: vendor?.address ?? null,
      subcontractor_city: vendor?.city ?? null,
      subcontractor_state_code: vendor?.state_code ?? null,
      subcontractor_zip: vendor?.zip ?? null,
      subcontractor_country_code: vendor?.country_code ?? null,
      application_number: String(row.number),
      contract_for: order.title,
      contract_date: order.contract_date,
    },
  };
}

/** Progress, a release of retainage, or both. */
function typeOf({ gross }: Summary, items: readonly RequisitionItem[]): string {
  const releases = items.some((item) => !new Big(item.work_released).plus(item.materials_released).eq(0));
  if (!releases) return "progress";
  return gross.eq(0) ? "retainage_release" : "progress_and_retainage_release";
}

function showSummary(row: Requisition, summary: Summary, money: Writer): Record<string, string> {
  const { original, changes, total, workRetainage, storedRetainage, earned, certified, stored } = summary;
  const net = changes.positive.plus(changes.negative);
  const work = total.minus(stored);
  return {
    original_contract_sum: money(original),
    net_change_by_change_orders: money(net),
    contract_sum_to_date: money(original.plus(net)),
    total_completed_and_stored_to_date: money(total),
    completed_work_retainage_percent: percentOf(workRetainage, work),
    completed_work_retainage_amount: money(workRetainage),
    stored_materials_retainage_percent: percentOf(storedRetainage, stored),
    stored_materials_retainage_amount: money(storedRetainage),
    total_retainage: money(workRetainage.plus(storedRetainage)),
    total_earned_less_retainage: money(earned),
    less_previous_certificates_for_payment: money(certified),
    current_payment_due: money(earned.minus(certified)),
    balance_to_finish_including_retainage: money(original.plus(net).minus(earned)),
    tax_applicable_to_this_payment: money(new Big(0)),
    formatted_period: [row.requisition_start, row.requisition_end].filter(Boolean).join(" - "),
    positive_change_order_item_total: money(changes.positive),
    positive_new_change_order_item_total: money(changes.newPositive),
    positive_previous_change_order_item_total: money(changes.positive.minus(changes.newPositive)),
    negative_change_order_item_total: money(changes.negative),
    negative_new_change_order_item_total: money(changes.newNegative),
    negative_previous_change_order_item_total: money(changes.negative.minus(changes.newNegative)),
    new_materials: money(summary.newMaterials),
    new_materials_quantity: "0.0",
    stored_materials: money(stored),
    stored_materials_quantity: "0.0",
  };
}

/** Shows an item. Quantities stand on unit contracts alone. */
export function showRequisitionItem(
  company: Company,
  project: Project,
  item: RequisitionItem,
): Record<string, unknown> {
  const money = writer(project);
  const { carried } = item;
  const { total, totalBefore, storedRetainage, gross, net } = itemAmounts(item);
  const price = item.scheduled_unit_price === null ? undefined : new Big(item.scheduled_unit_price);
  const quantity = (amount: Big): string => price === undefined || price.eq(0) ? "0.0" : amount.div(price).toFixed(4);
  const ofChange = item.item_type === "contract_item" ? {} : {
    change_order_package_id: item.change_order_package_id,
    commitment_line_item_id: item.line_item_id,
    commitment_line_item_origin_id: null,
  };
  const stored = new Big(item.materials_presently_stored);
  return {
    id: item.id,
    item_type: item.item_type,
    ...ofChange,
    accounting_method: price === undefined ? "amount" : "unit",
    comment: item.comment,
    cost_code_id: item.wbs_code_id === null ? null : company.wbsCodes.get(item.wbs_code_id)!.item_ids[0],
    currency_configuration: currencyOf(project),
    description_of_work: item.description,
    gross_amount: money(gross),
    line_item_id: item.line_item_id,
    line_number: String(item.position),
    materials_moved: money(new Big(carried.moved)),
    materials_presently_stored: money(stored),
    materials_presently_stored_from_previous_progress: money(new Big(carried.stored)),
    materials_presently_stored_quantity: quantity(stored),
    materials_previously_stored_quantity: quantity(new Big(carried.stored)),
    materials_retainage_retained_moved: money(new Big(carried.moved_retainage)),
    materials_stored_retainage_currently_retained: money(storedRetainage),
    materials_stored_retainage_new_materials: money(storedRetainage.minus(carried.stored_retainage)),
    materials_stored_retainage_percent_this_period: percent(item.materials_retainage_percent),
    materials_stored_retainage_released_this_period: money(new Big(item.materials_released)),
    net_amount: money(net),
    position: item.position,
    previous_progress_id: item.previous_progress_id,
    scheduled_quantity: item.scheduled_quantity ?? "0.0",
    scheduled_unit_price: item.scheduled_unit_price ?? "0.0",
    scheduled_value: money(new Big(item.scheduled_value)),
    ssr_manual_override: false,
    status: item.status,
    subcontractor_claimed_amount: money(gross),
    taxes: [],
    total_completed_and_stored_to_date: money(total),
    total_completed_and_stored_to_date_from_previous: money(totalBefore),
    total_completed_and_stored_to_date_percent: percentOf(total, new Big(item.scheduled_value)),
    uom: item.uom,
    wbs_code: item.wbs_code_id === null ? null : showCode(company, project, item.wbs_code_id),
    work_completed_from_previous_application: money(new Big(carried.work)),
    work_completed_from_previous_application_quantity: quantity(new Big(carried.work)),
    work_completed_retainage_from_previous_application: money(new Big(carried.work_retainage)),
    work_completed_retainage_percent_this_period: percent(item.work_retainage_percent),
    work_completed_retainage_released_this_period: money(new Big(item.work_released)),
    work_completed_retainage_retained_this_period: money(new Big(item.work_retained)),
    work_completed_this_period: money(new Big(item.work_completed_this_period)),
    work_completed_this_period_quantity: quantity(new Big(item.work_completed_this_period)),
  };
}

function showCode(company: Company, project: Project, id: number): Record<string, unknown> {
  const code = company.wbsCodes.get(id)!;
  const items = itemsOfCode(company, project, code);
  return {
    id,
    flat_code: flatCode(company, items),
    description: code.description,
    segment_items: items.map((item) => showSegmentItem(company, item)),
  };
}

function showSegmentItem(company: Company, item: SegmentItem): Record<string, unknown> {
  const { row: { id, code, name }, segment } = item;
  const above = tiers(company, item).slice(0, -1);
  return {
    id,
    code,
    name,
    path_ids: above.map((tier) => tier.id),
    path_codes: above.map((tier) => tier.code),
    segment_type: segment.type,
    segment_id: segment.id,
  };
}

function packagesOn(company: Company, items: readonly RequisitionItem[]): Record<string, unknown>[] {
  const ids = new Set(items.map(({ change_order_package_id }) => change_order_package_id).filter((id) => id !== null));
  return [...ids].map((id) => company.changeOrderPackages.get(id)!).map((row, i) => ({
    id: row.id,
    contract_id: row.contract_id,
    change_order_id: row.id,
    number: row.number,
    title: row.title,
    status: row.status,
    position: i + 1,
    change_order_acronym_number: `CCO #${row.number}`,
    change_order_request: null,
    batch: null,
  }));
}

type Writer = (amount: Big) => string;

/** Amounts with the decimals of the project's currency, two at the least. */
function writer({ currency_iso_code }: Project): Writer {
  const digits = Math.max(2, digitsOf(currency_iso_code));
  return (amount) => amount.toFixed(digits).replace(/^-(0\.0*)$/, "$1");
}

const percent = (value: string | null): string => new Big(value ?? "0").toFixed(2);
const percentOf = (amount: Big, of: Big): string => of.eq(0) ? "0.00" : amount.div(of).times(100).toFixed(2);

const currencyOf = ({ currency_iso_code }: Project): Record<string, unknown> => ({
  currency_iso_code,
  currency_exchange_rate: 1,
  base_currency_iso_code: currency_iso_code,
});
