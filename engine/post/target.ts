/**
 * What should stand of a chain: certified to date, less what the destination has booked by itself.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import type { Posting } from "../pipeline/model.ts";
import type { Certified, Positions } from "../state/posting_types.ts";
import type { BookedPositions } from "./types.ts";

/** How targets are reckoned. */
export interface Targeting {
  recognise: Posting["recognise"];
  booked: BookedPositions;
  /** The smallest amount of the currency; what is withheld is rounded to it. */
  unit: string;
}

const ZERO = new Big(0);
const atLeastZero = (value: Big): Big => value.lt(0) ? ZERO : value;

/** What should stand at each position that is certified so far. */
export function targetsOf(certified: Certified["positions"], targeting: Targeting): Positions {
  const { recognise, unit } = targeting;
  const known = new Map(Object.entries(certified).map(([position, { cost }]) => [position, new Big(cost)]));
  const counted = recognise === "final" ? undefined : bookedOf(known, targeting.booked);
  const targets: Positions = {};
  for (const [position, { withheld }] of Object.entries(certified)) {
    const cost = known.get(position)!;
    const open = counted ? uncovered(cost, counted.get(position) ?? ZERO) : cost;
    const held = cost.eq(0)
      ? recognise === "final" ? new Big(withheld) : ZERO
      : roundTo(new Big(withheld).times(open).div(cost), unit);
    targets[position] = { cost: plain(open), withheld: plain(held), net: plain(open.minus(held)) };
  }
  return targets;
}

/** What of an amount is not booked: never more than it, never less than nothing; a negative one is its mirror image. */
const uncovered = (cost: Big, booked: Big): Big =>
  cost.gte(0)
    ? atLeastZero(cost.minus(atLeastZero(booked)))
    : atLeastZero(cost.abs().minus(atLeastZero(booked.times(-1)))).times(-1);

/**
 * What is booked of each certified position. What the destination does not know by itself (a line that a change order added) is billed on
 * another position of its pool: what is booked there beyond what is certified there counts for it, in the order of names.
 */
function bookedOf(certified: ReadonlyMap<string, Big>, { amounts, pools }: BookedPositions): Map<string, Big> {
  const booked = new Map(Object.entries(amounts).map(([position, amount]) => [position, new Big(amount)]));
  // By pool: what is beyond, upwards and downwards.
  const beyond = new Map<string, { up: Big; down: Big }>();
  for (const [position, amount] of booked) {
    const pool = pools[position];
    if (pool === undefined) continue;
    const cost = certified.get(position) ?? ZERO;
    const so = beyond.get(pool) ?? { up: ZERO, down: ZERO };
    beyond.set(pool, {
      up: so.up.plus(atLeastZero(amount.minus(atLeastZero(cost)))),
      down: so.down.plus(atLeastZero(atLeastZero(cost.times(-1)).times(-1).minus(amount))),
    });
  }
  for (const position of [...certified.keys()].sort()) {
    const left = Object.hasOwn(amounts, position) ? undefined : beyond.get(pools[position]);
    if (!left) continue;
    const cost = certified.get(position)!;
    const way = cost.gte(0) ? "up" : "down";
    const taken = cost.abs().lt(left[way]) ? cost.abs() : left[way];
    left[way] = left[way].minus(taken);
    booked.set(position, way === "up" ? taken : taken.times(-1));
  }
  return booked;
}

/** Rounded to whole units, halves away from zero. */
export const roundTo = (value: Big, unit: string): Big => value.div(unit).round(0, Big.roundHalfUp).times(unit);
