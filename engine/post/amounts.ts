/**
 * Arithmetic on what stands at positions. A position without amounts is left out.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { MEASURES } from "../posting.ts";
import type { Amounts, Positions } from "../state/posting_types.ts";

/** The sum of positions. */
export const plus = (...all: readonly Positions[]): Positions => combine(all.map((one) => [one, 1]));

/** What is left of `a` without `b`. */
export const minus = (a: Positions, b: Positions): Positions => combine([[a, 1], [b, -1]]);

/** The opposite. */
export const negated = (positions: Positions): Positions => combine([[positions, -1]]);

/** Whether nothing moves. */
export const isNothing = (positions: Positions): boolean => Object.values(positions).every(isZero);

/** Whether both say the same. */
export const same = (a: Positions, b: Positions): boolean => isNothing(minus(a, b));

/** The sum of cost over all positions. */
export const costOf = (positions: Positions): Big =>
  Object.values(positions).reduce((sum, { cost }) => sum.plus(cost), new Big(0));

const isZero = (amounts: Amounts): boolean =>
  MEASURES.every((measure) => amounts[measure] === "0" || new Big(amounts[measure]).eq(0));

function combine(all: readonly (readonly [Positions, 1 | -1])[]): Positions {
  const sums: Positions = {};
  for (const position of [...new Set(all.flatMap(([one]) => Object.keys(one)))].sort()) {
    const amounts = Object.fromEntries(MEASURES.map((measure) => {
      let total = new Big(0);
      for (const [one, sign] of all) {
        const amount = one[position]?.[measure] ?? "0";
        // Most of them are nothing: not worth being parsed.
        if (amount !== "0") total = sign === 1 ? total.plus(amount) : total.minus(amount);
      }
      return [measure, plain(total)];
    })) as Amounts;
    if (!isZero(amounts)) sums[position] = amounts;
  }
  return sums;
}
