/**
 * The rules of making, editing and deleting requisitions. Texts of refusals are assumed.
 *
 * @module
 */
import { Big } from "../../../engine/decimal.ts";
import type { Errors } from "./answers.ts";
import { changed, type Given, idFrom, readAttributes } from "./attributes.ts";
import type { PurchaseOrder } from "./purchase_order.ts";
import {
  APPROVED,
  isLast,
  type Requisition,
  REQUISITION_FIELDS,
  REQUISITION_STATUSES,
  type RequisitionItem,
  requisitionsOn,
} from "./requisition.ts";
import { digitsOf, itemAmounts } from "./requisition_amounts.ts";
import { entered, nextItems } from "./requisition_items.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";

const KINDS = {
  ...REQUISITION_FIELDS,
  status: "text",
  period_id: "number",
  final: "flag",
  move_materials_to_previous_work_completed: "flag",
} as const;

/** What a refusal says of an invoice that the ERP has booked. */
const BOOKED = "cannot be edited because it is synced with an ERP system";

/**
 * Makes a contract's next requisition: `items` `[{ item_type, line_item_id, … }]` enter amounts in those that it begins with. The one before
 * must be approved (assumed: Procore asks for one open invoice at a time), and the contract Approved.
 */
export function createRequisition(
  company: Company,
  order: PurchaseOrder,
  given: Given,
  state: State,
): Written<Requisition> {
  const before = requisitionsOn(company, order.id).at(-1);
  const { values, errors } = read(company, undefined, order.project_id, given);
  if (order.status !== "Approved") errors.commitment = ["must be approved"];
  if (before && !APPROVED.has(before.status)) errors.base = ["the previous invoice is not approved yet"];
  if (Object.keys(errors).length > 0) return { errors };
  const id = state.nextId("requisition");
  const now = state.now();
  const { move_materials_to_previous_work_completed: asked } = values;
  const move = asked === undefined ? before?.move_materials_to_previous_work_completed ?? false : asked === true;
  const items = nextItems(company, order, { before, id, move }, state);
  const wrong = enterAll(company, order, items, given.items);
  if (wrong) return { errors: wrong };
  const fields = Object.fromEntries(Object.keys(REQUISITION_FIELDS).map((name) => [name, values[name] ?? null]));
  const row: Requisition = {
    id,
    project_id: order.project_id,
    commitment_id: order.id,
    number: (before?.number ?? 0) + 1,
    previous_requisition_id: before?.id ?? null,
    status: values.status as string ?? "draft",
    period_id: values.period_id as number ?? null,
    final: values.final === true,
    move_materials_to_previous_work_completed: move,
    items,
    misprints: {},
    created_at: now,
    updated_at: now,
    ...fields as Record<keyof typeof REQUISITION_FIELDS, string | null>,
  };
  row.invoice_number ??= "";
  company.requisitions.insert(row);
  for (const item of items) company.requisitionItems.insert(item);
  const on = company.bills.get(order.id);
  if (on) on.push(row);
  else company.bills.set(order.id, [row]);
  recount(company, order, state);
  return { row };
}

/** Edits header and status, and amounts by `items`, as long as the ERP has not booked it; amounts in the last one alone, before it is approved. */
export function updateRequisition(
  company: Company,
  row: Requisition,
  given: Given,
  state: State,
): Written<Requisition> {
  const order = company.purchaseOrders.get(row.commitment_id)!;
  if (row.origin_id !== null) return { errors: { base: [BOOKED] } };
  const { values, errors } = read(company, row, order.project_id, given);
  if (Object.keys(errors).length > 0) return { errors };
  delete values.move_materials_to_previous_work_completed;
  if (given.items !== undefined) {
    const wrong = editable(company, row) ?? enterAll(company, order, row.items, given.items);
    if (wrong) return { errors: wrong };
  }
  const changes = changed(row, values);
  if (changes || given.items !== undefined) touched(company, order, row, changes ?? {}, state);
  return { row };
}

/** Enters amounts in one item. */
export function updateItem(
  company: Company,
  item: RequisitionItem,
  given: Given,
  state: State,
): Written<RequisitionItem> {
  const row = company.requisitions.get(item.requisition_id)!;
  const order = company.purchaseOrders.get(row.commitment_id)!;
  const locked = editable(company, row);
  if (locked) return { errors: locked };
  const { changes, errors } = entered(item, given, currencyOf(company, order));
  if (Object.keys(errors).length > 0) return { errors };
  company.requisitionItems.update(item, changes);
  touched(company, order, row, {}, state);
  return { row: item };
}

/** Deletes the contract's last requisition, for good: no list shows it again. */
export function deleteRequisition(company: Company, row: Requisition, state: State): Errors | undefined {
  if (row.origin_id !== null) return { base: [BOOKED] };
  if (!isLast(company, row)) return { base: ["only the latest invoice can be deleted"] };
  company.bills.get(row.commitment_id)!.pop();
  for (const item of row.items) company.requisitionItems.remove(item);
  company.requisitions.remove(row);
  recount(company, company.purchaseOrders.get(row.commitment_id)!, state);
}

/** Why its amounts cannot be changed, where they cannot. */
function editable(company: Company, row: Requisition): Errors | undefined {
  if (row.origin_id !== null) return { base: [BOOKED] };
  if (!isLast(company, row)) return { base: ["only the latest invoice can be edited"] };
  if (APPROVED.has(row.status)) return { base: ["can't be changed while the invoice is approved"] };
}

function read(
  company: Company,
  row: Requisition | undefined,
  project_id: number,
  given: Given,
): { values: Given; errors: Errors } {
  const { values, errors } = readAttributes(KINDS, given);
  for (const name of ["status", "final"]) if (values[name] === null) delete values[name];
  if (values.status !== undefined && !REQUISITION_STATUSES.includes(values.status as string)) {
    errors.status = ["is not included in the list"];
  }
  if (values.period_id && company.billingPeriods.get(values.period_id as number)?.project_id !== project_id) {
    errors.period = ["is invalid"];
  }
  const holder = values.origin_id ? company.requisitions.find("origin_id", values.origin_id as string) : undefined;
  if (holder && holder !== row) errors.origin_id = ["has already been taken"];
  return { values, errors };
}

/** Enters amounts in items, all or none. An item is named by its own id, or by type and line (or package). */
function enterAll(
  company: Company,
  order: PurchaseOrder,
  items: RequisitionItem[],
  given: unknown,
): Errors | undefined {
  const all: [RequisitionItem, Partial<RequisitionItem>][] = [];
  for (const one of Array.isArray(given) ? given as Given[] : []) {
    const item = items.find((item) => isNamed(item, one));
    if (!item) return { items: ["is invalid"] };
    const { changes, errors } = entered(item, one, currencyOf(company, order));
    if (Object.keys(errors).length > 0) return errors;
    all.push([item, changes]);
  }
  for (const [item, changes] of all) Object.assign(item, changes);
}

function isNamed(item: RequisitionItem, { id, item_type, line_item_id, change_order_package_id }: Given): boolean {
  if (id !== undefined) return item.id === idFrom(id);
  if (item_type !== undefined && item.item_type !== item_type) return false;
  return line_item_id === undefined
    ? change_order_package_id !== undefined && item.change_order_package_id === idFrom(change_order_package_id)
    : item.line_item_id === idFrom(line_item_id);
}

const currencyOf = (company: Company, { project_id }: PurchaseOrder): string =>
  company.projects.get(project_id)!.currency_iso_code;

function touched(
  company: Company,
  order: PurchaseOrder,
  row: Requisition,
  changes: Partial<Requisition>,
  state: State,
): void {
  company.requisitions.update(row, { ...changes, updated_at: state.now() });
  recount(company, order, state);
}

/** What was billed on a contract: the cost of its approved requisitions, retainage included (assumed). */
function recount(company: Company, order: PurchaseOrder, state: State): void {
  let total = new Big(0);
  for (const { status, items } of requisitionsOn(company, order.id)) {
    if (APPROVED.has(status)) { for (const item of items) total = total.plus(itemAmounts(item).gross); }
  }
  const total_requisitions_amount = total.toFixed(Math.max(2, digitsOf(currencyOf(company, order))));
  if (total_requisitions_amount !== order.total_requisitions_amount) {
    company.purchaseOrders.update(order, { total_requisitions_amount, updated_at: state.now() });
  }
}
