/**
 * What should stand of a position, from its balances alone.
 *
 * Reckoned here a second time, apart from the posting room: a control that shared the code of what it controls would agree with its
 * mistakes. `tests/reconcile_agrees_test.ts` holds the two against each other.
 *
 * @module
 */
import { Big } from "../decimal.ts";

/** When recognised cost is given back; see the pipeline language. */
export type Recognise = "until_invoiced" | "accrue" | "final";

/** What stands of a position. */
export interface Target {
  /** Gross. */
  cost: Big;
  /** Of that, withheld. */
  withheld: Big;
}

const ZERO = new Big(0);

/** What is booked counts only on the side on which something is certified. */
const sided = (certified: Big, booked: Big): Big => {
  const against = certified.lt(0) ? booked.times(-1) : booked;
  return against.gt(0) ? against : ZERO;
};

/**
 * What should stand at `certified` and `withheld` to date, where Oracle has booked `booked` by itself.
 *
 * @param unit the smallest amount of the currency, to which the withheld share is rounded
 */
export function targetOf(
  { certified, withheld, booked, unit, recognise }: {
    certified: Big;
    withheld: Big;
    booked: Big;
    unit: Big;
    recognise: Recognise;
  },
): Target {
  if (recognise === "final") return { cost: certified, withheld };
  const size = certified.abs().minus(sided(certified, booked));
  if (!size.gt(0)) return { cost: ZERO, withheld: ZERO };
  const cost = certified.lt(0) ? size.times(-1) : size;
  // One division, at the end and rounded once: nothing is lost on the way.
  return { cost, withheld: rounded(withheld.times(cost), certified, unit) };
}

/** `dividend / divisor`, to the nearest multiple of `unit`, halves away from zero. */
function rounded(dividend: Big, divisor: Big, unit: Big): Big {
  return dividend.div(divisor.times(unit)).round(0, Big.roundHalfUp).times(unit);
}

/** What is booked beyond what is certified: no accrual, and what a pool may use. */
export function beyond(certified: Big, booked: Big): Big {
  const open = booked.minus(certified.gt(0) ? certified : ZERO);
  return open.gt(0) ? open : ZERO;
}
