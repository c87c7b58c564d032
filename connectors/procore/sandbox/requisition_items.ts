/**
 * The items of a requisition: what a new one begins with, and what may be entered in them.
 *
 * @module
 */
import { Big, parseDecimal } from "../../../engine/decimal.ts";
import type { Errors } from "./answers.ts";
import { type Given, unwrapped } from "./attributes.ts";
import { approvedPackages, type ChangeOrderPackage, packageTotal } from "./change_order_package.ts";
import type { PurchaseOrder } from "./purchase_order.ts";
import type { Requisition, RequisitionItem } from "./requisition.ts";
import { carriedFrom, digitsOf, itemAmounts } from "./requisition_amounts.ts";
import type { Company, State } from "./state.ts";

/** What an item is of: a line of the contract, or of an approved change order. */
type Source =
  & Pick<RequisitionItem, "item_type" | "line_item_id" | "change_order_package_id" | "wbs_code_id" | "description">
  & Pick<RequisitionItem, "scheduled_value" | "scheduled_quantity" | "scheduled_unit_price" | "uom">;

const NO_UNITS = { scheduled_quantity: null, scheduled_unit_price: null, uom: null };

/** The items of an approved package: one for each line, or one for all of it. */
function packageSources({ id, whole, lines, title, ...row }: ChangeOrderPackage): Source[] {
  if (whole) {
    return [{
      item_type: "whole_change_order_item",
      line_item_id: null,
      change_order_package_id: id,
      wbs_code_id: lines.length === 1 ? lines[0].wbs_code_id : null,
      description: title,
      scheduled_value: packageTotal({ id, whole, lines, title, ...row }).toFixed(),
      ...NO_UNITS,
    }];
  }
  return lines.map((line) => ({
    item_type: "change_order_item",
    line_item_id: line.id,
    change_order_package_id: id,
    wbs_code_id: line.wbs_code_id,
    description: line.description,
    scheduled_value: line.amount,
    ...NO_UNITS,
  }));
}

/** The items of a contract's next requisition: its lines, and the lines of its approved change orders; each carries over the balances of before. */
export function nextItems(
  company: Company,
  order: PurchaseOrder,
  { before, id, move }: { before: Requisition | undefined; id: number; move: boolean },
  state: State,
): RequisitionItem[] {
  const unit = order.accounting_method === "unit";
  const sources: Source[] = order.lines.map((line) => ({
    item_type: "contract_item",
    line_item_id: line.id,
    change_order_package_id: null,
    wbs_code_id: line.wbs_code_id,
    description: line.description,
    scheduled_value: line.amount,
    scheduled_quantity: unit ? line.quantity : null,
    scheduled_unit_price: unit ? line.unit_cost : null,
    uom: unit ? line.uom : null,
  }));
  sources.push(...approvedPackages(company, order.id).flatMap(packageSources));
  // What was billed stays on the sheet, even where its line is gone from the contract.
  for (const item of before?.items ?? []) {
    if (!sources.some((source) => keyOf(source) === keyOf(item))) sources.push(item);
  }
  return sources.map((source, i) =>
    newItem(source, { before, requisition_id: id, move, position: i + 1 }, order, state)
  );
}

function newItem(
  { item_type, line_item_id, change_order_package_id, wbs_code_id, description, ...scheduled }: Source,
  { before, requisition_id, move, position }: {
    before: Requisition | undefined;
    requisition_id: number;
    move: boolean;
    position: number;
  },
  order: PurchaseOrder,
  state: State,
): RequisitionItem {
  const source = { item_type, line_item_id, change_order_package_id };
  const former = before?.items.find((item) => keyOf(item) === keyOf(source));
  const carried = carriedFrom(former, move);
  const { scheduled_value, scheduled_quantity, scheduled_unit_price, uom } = scheduled;
  return {
    id: state.nextId("requisition_item"),
    requisition_id,
    ...source,
    wbs_code_id,
    description,
    scheduled_value,
    scheduled_quantity,
    scheduled_unit_price,
    uom,
    position,
    previous_progress_id: former?.id ?? null,
    carried,
    work_completed_this_period: "0",
    materials_presently_stored: carried.stored,
    work_retainage_percent: order.retainage_percent,
    work_retained: "0",
    work_released: "0",
    materials_retainage_percent: order.retainage_percent,
    materials_retained: carried.stored_retainage,
    materials_released: "0",
    status: "no_action",
    comment: null,
  };
}

const keyOf = ({ item_type, line_item_id, change_order_package_id }: Partial<Source>): string =>
  `${item_type} ${line_item_id ?? change_order_package_id}`;

/** Attribute → the item's own field. */
const ENTERED = {
  work_completed_this_period: "work_completed_this_period",
  materials_presently_stored: "materials_presently_stored",
  work_completed_retainage_retained_this_period: "work_retained",
  work_completed_retainage_released_this_period: "work_released",
  work_completed_retainage_percent_this_period: "work_retainage_percent",
  materials_stored_retainage_currently_retained: "materials_retained",
  materials_stored_retainage_percent_this_period: "materials_retainage_percent",
  materials_stored_retainage_released_this_period: "materials_released",
} as const;

/**
 * What entering `given` changes in an item. Amounts are rounded to the currency, half up. Where no retainage is given it follows from its percentage;
 * `percent_complete` stands for the work that brings the item there, as a person types it. More than is held cannot be released.
 */
export function entered(
  item: RequisitionItem,
  given: Given,
  currency: string,
): { changes: Partial<RequisitionItem>; errors: Errors } {
  const errors: Errors = {};
  const changes: Partial<RequisitionItem> = {};
  const digits = digitsOf(currency);
  for (const [attribute, field] of Object.entries(ENTERED)) {
    if (given[attribute] === undefined) continue;
    const amount = parseDecimal(String(unwrapped(given[attribute])));
    if (!amount) errors[attribute] = ["is not a number"];
    else changes[field] = field.endsWith("percent") ? amount.toFixed() : money(amount, digits);
  }
  const percent = given.percent_complete === undefined ? undefined : parseDecimal(String(given.percent_complete));
  if (percent && changes.work_completed_this_period === undefined) {
    const now = { ...item, ...changes };
    const done = part(new Big(now.scheduled_value), percent, digits);
    changes.work_completed_this_period = money(
      new Big(done).minus(now.carried.work).minus(now.materials_presently_stored),
      digits,
    );
  }
  if (typeof given.comment === "string") changes.comment = given.comment;
  if (given.status !== undefined) {
    if (["approved", "rejected", "no_action"].includes(given.status as string)) changes.status = given.status as string;
    else errors.status = ["is not included in the list"];
  }
  const now = { ...item, ...changes };
  if (changes.work_retained === undefined && touches(changes, "work_completed_this_period", "work_retainage_percent")) {
    changes.work_retained = part(new Big(now.work_completed_this_period), now.work_retainage_percent, digits);
  }
  if (
    changes.materials_retained === undefined &&
    touches(changes, "materials_presently_stored", "materials_retainage_percent")
  ) changes.materials_retained = part(new Big(now.materials_presently_stored), now.materials_retainage_percent, digits);
  const { workRetainage, storedRetainage } = itemAmounts({ ...item, ...changes });
  if (
    changes.work_released?.startsWith("-") === false && !new Big(changes.work_released).eq(0) && workRetainage.lt(0)
  ) {
    errors.work_completed_retainage_released_this_period = ["is more than is retained"];
  }
  if (
    changes.materials_released?.startsWith("-") === false && !new Big(changes.materials_released).eq(0) &&
    storedRetainage.lt(0)
  ) errors.materials_stored_retainage_released_this_period = ["is more than is retained"];
  return { changes, errors };
}

const touches = (changes: object, ...names: string[]): boolean => names.some((name) => Object.hasOwn(changes, name));
const money = (amount: Big, digits: number): string => amount.round(digits, Big.roundHalfUp).toFixed();

/** So many percent of an amount, rounded to the currency. */
function part(amount: Big, percent: Big | string | null, digits: number): string {
  return money(amount.times(percent ?? "0").times("0.01"), digits);
}
