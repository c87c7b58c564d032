/**
 * What an item of a requisition costs, exactly. Its cost is a balance, total completed and stored to date; what it costs this period is that balance
 * less the requisition before's. Stored material that is billed as work later stands in both balances, and so counts once.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";

/** Cost and retainage as they stand at the end of a requisition. */
export interface Balance {
  cost: Big;
  retainage: Big;
}

/** An amount of a raw row; zero where it is absent. Throws a `RangeError` that names it where it is none. */
export function amountIn(raw: Row, name: string): Big {
  return optionalAmountIn(raw, name) ?? new Big(0);
}

/** As {@link amountIn}; undefined where it is absent. */
export function optionalAmountIn(raw: Row, name: string): Big | undefined {
  const value = raw[name];
  if (value === null || value === undefined || value === "") return undefined;
  const amount = typeof value === "string" ? parseDecimal(value) : undefined;
  if (amount === undefined) throw new RangeError(`${name} is no amount: ${value}`);
  return amount;
}

/** As {@link amountIn}; throws a `RangeError` where it is absent, too. */
export function requiredAmountIn(raw: Row, name: string): Big {
  const amount = optionalAmountIn(raw, name);
  if (amount === undefined) throw new RangeError(`${name} is not there`);
  return amount;
}

/** Work before and now, and what is stored: what the item's total should be. Unit contracts leave some of them out. */
export function partsOf(item: Row): Big | undefined {
  const work = optionalAmountIn(item, "work_completed_this_period");
  if (work === undefined) return undefined;
  return work.plus(amountIn(item, "work_completed_from_previous_application"))
    .plus(amountIn(item, "materials_presently_stored"));
}

/** An item's balances at the end of its requisition. */
export function balanceOf(item: Row): Balance {
  return {
    cost: optionalAmountIn(item, "total_completed_and_stored_to_date") ?? partsOf(item) ?? new Big(0),
    // That what is currently retained of stored material is after its release is assumed; a summary that says otherwise does not foot.
    retainage: amountIn(item, "work_completed_retainage_from_previous_application")
      .plus(amountIn(item, "work_completed_retainage_retained_this_period"))
      .minus(amountIn(item, "work_completed_retainage_released_this_period"))
      .plus(amountIn(item, "materials_stored_retainage_currently_retained")),
  };
}

/** What an item releases of retainage. */
export function releasedIn(item: Row): Big {
  return amountIn(item, "work_completed_retainage_released_this_period")
    .plus(amountIn(item, "materials_stored_retainage_released_this_period"));
}

/** The reckoned fields of an item, or of all of them together. */
export function reckoned(now: Balance, before: Balance, released: Big): Row {
  const cost = now.cost.minus(before.cost);
  const held = now.retainage.minus(before.retainage).plus(released);
  return {
    cost_to_date: plain(now.cost),
    cost_previous: plain(before.cost),
    cost_this_period: plain(cost),
    retainage_to_date: plain(now.retainage),
    retainage_previous: plain(before.retainage),
    retainage_held_this_period: plain(held),
    retainage_released_this_period: plain(released),
    net_this_period: plain(cost.minus(held).plus(released)),
  };
}
