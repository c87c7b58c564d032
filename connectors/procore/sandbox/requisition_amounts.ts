/**
 * The arithmetic of an application for payment: its continuation sheet (AIA G703) and its summary (G702), exact.
 *
 * Stored material is a balance. Either it stays stored until it is billed as work, or it stands as work completed in the next requisition
 * (`move_materials_to_previous_work_completed`); the total completed and stored to date is the same.
 *
 * @module
 */
import { Big } from "../../../engine/decimal.ts";
import type { Carried, Requisition, RequisitionItem } from "./requisition.ts";

const digits = new Map<string, number>();

/** How many decimals a currency has: 0 for JPY, 2 for USD, 3 for KWD. */
export function digitsOf(currency: string): number {
  let found = digits.get(currency);
  if (found === undefined) {
    found = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(currency, found);
  }
  return found;
}

/** An item, reckoned. */
export interface ItemAmounts {
  total: Big;
  totalBefore: Big;
  workRetainage: Big;
  storedRetainage: Big;
  /** Retainage held when the requisition was made. */
  retainageBefore: Big;
  /** Cost of this period. */
  gross: Big;
  /** Cost of this period less what is retained of it, and with what is released. */
  net: Big;
}

/** Reckons an item. */
export function itemAmounts({ carried, ...item }: RequisitionItem): ItemAmounts {
  const total = new Big(carried.work).plus(item.work_completed_this_period).plus(item.materials_presently_stored);
  const totalBefore = new Big(carried.work).plus(carried.stored);
  const workRetainage = new Big(carried.work_retainage).plus(item.work_retained).minus(item.work_released);
  const storedRetainage = new Big(item.materials_retained).minus(item.materials_released);
  const retainageBefore = new Big(carried.work_retainage).plus(carried.stored_retainage);
  const gross = total.minus(totalBefore);
  const net = gross.minus(workRetainage.plus(storedRetainage).minus(retainageBefore));
  return { total, totalBefore, workRetainage, storedRetainage, retainageBefore, gross, net };
}

/** What the next requisition's item begins with; `move`: stored material becomes work completed. */
export function carriedFrom(item: RequisitionItem | undefined, move: boolean): Carried {
  if (!item) {
    return { work: "0", stored: "0", moved: "0", work_retainage: "0", stored_retainage: "0", moved_retainage: "0" };
  }
  const { workRetainage, storedRetainage } = itemAmounts(item);
  const work = new Big(item.carried.work).plus(item.work_completed_this_period);
  const stored = item.materials_presently_stored;
  if (!move) {
    return {
      work: work.toFixed(),
      stored,
      moved: "0",
      work_retainage: workRetainage.toFixed(),
      stored_retainage: storedRetainage.toFixed(),
      moved_retainage: "0",
    };
  }
  return {
    work: work.plus(stored).toFixed(),
    stored: "0",
    moved: stored,
    work_retainage: workRetainage.plus(storedRetainage).toFixed(),
    stored_retainage: "0",
    moved_retainage: storedRetainage.toFixed(),
  };
}

/** The lines of the summary. */
export interface Summary {
  original: Big;
  changes: { positive: Big; negative: Big; newPositive: Big; newNegative: Big };
  total: Big;
  workRetainage: Big;
  storedRetainage: Big;
  /** Total completed and stored, less retainage. */
  earned: Big;
  /** The same of the requisition before. */
  certified: Big;
  stored: Big;
  newMaterials: Big;
  gross: Big;
}

/** Reckons the summary from the items. */
export function summaryOf({ items }: Pick<Requisition, "items">): Summary {
  const zero = new Big(0);
  const changes = { positive: zero, negative: zero, newPositive: zero, newNegative: zero };
  const sum = { original: zero, total: zero, workRetainage: zero, storedRetainage: zero, certified: zero };
  let [stored, newMaterials, gross] = [zero, zero, zero];
  for (const item of items) {
    const one = itemAmounts(item);
    if (item.item_type === "contract_item") sum.original = sum.original.plus(item.scheduled_value);
    else {
      const isNew = item.previous_progress_id === null;
      if (item.scheduled_value.startsWith("-")) {
        changes.negative = changes.negative.plus(item.scheduled_value);
        if (isNew) changes.newNegative = changes.newNegative.plus(item.scheduled_value);
      } else {
        changes.positive = changes.positive.plus(item.scheduled_value);
        if (isNew) changes.newPositive = changes.newPositive.plus(item.scheduled_value);
      }
    }
    sum.total = sum.total.plus(one.total);
    sum.workRetainage = sum.workRetainage.plus(one.workRetainage);
    sum.storedRetainage = sum.storedRetainage.plus(one.storedRetainage);
    sum.certified = sum.certified.plus(one.totalBefore).minus(one.retainageBefore);
    stored = stored.plus(item.materials_presently_stored);
    newMaterials = newMaterials.plus(item.materials_presently_stored).minus(item.carried.stored);
    gross = gross.plus(one.gross);
  }
  const earned = sum.total.minus(sum.workRetainage).minus(sum.storedRetainage);
  return { ...sum, changes, earned, stored, newMaterials, gross };
}
