/**
 * Procore's requisition in our form: its summary flattened into it, its items with their costs.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { Big } from "../../../engine/decimal.ts";
import { requisitionItemRecord, requisitionRecord } from "../../../schemas/procore/requisitions.ts";
import { inside, rowReader } from "../rows.ts";
import { type Before, footing } from "./footing.ts";
import { type Balance, balanceOf, reckoned, releasedIn, requiredAmountIn } from "./reckon.ts";

const itemFields = rowReader(requisitionItemRecord, {
  wbs_code_id: inside("wbs_code", "id"),
  wbs_flat_code: inside("wbs_code", "flat_code"),
});

const SUMMARY = [
  "original_contract_sum",
  "net_change_by_change_orders",
  "contract_sum_to_date",
  "total_completed_and_stored_to_date",
  "total_retainage",
  "total_earned_less_retainage",
  "less_previous_certificates_for_payment",
  "current_payment_due",
  "balance_to_finish_including_retainage",
  "tax_applicable_to_this_payment",
];

const headerFields = rowReader(requisitionRecord, {
  currency_iso_code: inside("currency_configuration", "currency_iso_code"),
  ...Object.fromEntries(SUMMARY.map((name) => [name, (raw: Row): Value => summaryIn(raw)[name]])),
  items: () => undefined,
});

const NONE: Balance = { cost: new Big(0), retainage: new Big(0) };

/** What the requisition after this one wants to know of it. Throws a `RangeError` where one of its amounts is none. */
export function beforeOf(raw: Row): Before {
  const items = new Map<string, Balance>();
  const balances = itemsIn(raw).map((item) => {
    const balance = balanceOf(item);
    items.set(`#${item.id}`, balance);
    items.set(keyOf(item), balance);
    return balance;
  });
  return { items, sum: together(balances), certified: requiredAmountIn(summaryIn(raw), "total_earned_less_retainage") };
}

/**
 * Our form of a requisition that was read with its items. `before`: the one before it; `first` where it is its contract's first, `unknown` where the
 * one before cannot be read. One whose amounts cannot be read has no items and does not foot.
 */
export function requisitionRow(raw: Row, before: Before | "first" | "unknown"): Row {
  const header = headerFields(raw);
  try {
    const sheet = itemsIn(raw).map((item) => ({
      item,
      now: balanceOf(item),
      then: typeof before === "string" ? NONE : formerOf(item, before),
      released: releasedIn(item),
    }));
    const [sum, sumBefore] = [together(sheet.map(({ now }) => now)), together(sheet.map(({ then }) => then))];
    const released = sheet.reduce((total, one) => total.plus(one.released), new Big(0));
    return {
      ...header,
      ...reckoned(sum, sumBefore, released),
      ...footing({ items: itemsIn(raw), summary: summaryIn(raw), sum, sumBefore, before }),
      items: sheet.map((one) => ({ ...itemFields(one.item), ...reckoned(one.now, one.then, one.released) })),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const fault = { foots: false, footing_difference: "0", footing_fault: error.message };
    for (const name of SUMMARY) delete header[name];
    return { ...header, ...reckoned(NONE, NONE, new Big(0)), ...fault, items: [] };
  }
}

/** The item's balances in the requisition before; none where it is its first. */
function formerOf(item: Row, { items }: Before): Balance {
  return items.get(`#${item.previous_progress_id}`) ?? items.get(keyOf(item)) ?? NONE;
}

/** By what an item is known again in the next requisition. */
function keyOf({ item_type, detail_line_item_id, line_item_id, change_order_package_id }: Row): string {
  return `${item_type} ${detail_line_item_id ?? line_item_id ?? change_order_package_id}`;
}

function together(balances: readonly Balance[]): Balance {
  return balances.reduce((sum, one) => ({
    cost: sum.cost.plus(one.cost),
    retainage: sum.retainage.plus(one.retainage),
  }), NONE);
}

/** A requisition without its items is not one without items: it must not pass for one that costs nothing. */
function itemsIn({ items }: Row): Row[] {
  if (!Array.isArray(items)) throw new RangeError("its items are not there");
  return items as Row[];
}

const summaryIn = ({ summary }: Row): Row =>
  typeof summary === "object" && summary !== null && !Array.isArray(summary) ? summary as Row : {};
