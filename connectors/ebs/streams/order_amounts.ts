/**
 * What an order is worth, distribution by distribution, in exact decimals and rounded as Oracle rounds (reference §4.5): a shipment
 * as a whole, to the currency's smallest amount, halves away from zero.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";

const ZERO = new Big(0);
const CENT = new Big("0.01");

/** Amounts that a part of an order comes to; absent where a figure of it is no number. */
export interface Amounts {
  /** Ordered less cancelled. */
  net?: Big;
  /** Taken up by invoices. */
  billed?: Big;
  /** What is still to be reckoned with. */
  committed?: Big;
}

/** The amounts as columns; what could not be computed stays absent. */
export const amountColumns = ({ net, billed, committed }: Amounts): Row => ({
  ...(net && { NET_AMOUNT: plain(net) }),
  ...(billed && { BILLED_AMOUNT: plain(billed) }),
  ...(committed && { COMMITTED_AMOUNT: plain(committed) }),
});

/** Adds amounts up; a sum with an unknown part is unknown. */
export function totalOf(parts: readonly Amounts[]): Amounts {
  const total: Amounts = { net: ZERO, billed: ZERO, committed: ZERO };
  for (const part of parts) {
    for (const name of ["net", "billed", "committed"] as const) {
      const [sum, amount] = [total[name], part[name]];
      total[name] = sum && amount ? sum.plus(amount) : undefined;
    }
  }
  return total;
}

/** Rounds to a currency's smallest amount. */
export type Rounding = (amount: Big) => Big;

/** The rounding of a currency whose smallest amount is `unit` (`0.01`, `1`, `0.05`); a cent where it is not told. */
export function roundingTo(unit: Value): Rounding {
  const told = parseNumber(unit);
  const smallest = told?.gt(0) ? told : CENT;
  const decimals = -smallest.e;
  if (smallest.eq(new Big(`1e${smallest.e}`))) return (amount) => amount.round(decimals, Big.roundHalfUp);
  return (amount) => amount.div(smallest).round(0, Big.roundHalfUp).times(smallest);
}

/** Whether a cancelled or finally closed level leaves nothing but what is billed. */
export const isEnded = (cancelled: Value, closed: Value): boolean => cancelled === "Y" || closed === "FINALLY CLOSED";

/**
 * The amounts of a line's distributions, in their order. Each distribution takes what its shipment's rounded amount grows by with
 * it: so they add up to the shipment, and the shipments to Oracle's total. `ended` says that order or line leave only what is billed.
 */
export function lineAmounts(line: Row, { ended, rounded }: { ended: boolean; rounded: Rounding }): Amounts[] {
  const shipments = new Map<Value, { exact: Big; given: Big }>();
  return ((line.DISTRIBUTIONS ?? []) as Row[]).map((distribution) => {
    const figures = figuresOf(line, distribution);
    const exact = figures.ordered?.minus(figures.cancelled ?? ZERO);
    const shipment = shipments.get(distribution.LINE_LOCATION_ID) ?? { exact: ZERO, given: ZERO };
    let net: Big | undefined;
    if (exact && figures.cancelled) {
      const upTo = shipment.exact.plus(exact);
      const given = rounded(upTo);
      net = given.minus(shipment.given);
      shipments.set(distribution.LINE_LOCATION_ID, { exact: upTo, given });
    }
    const billed = figures.billed && rounded(figures.billed);
    const over = ended || isEnded(distribution.SHIPMENT_CANCEL_FLAG, distribution.SHIPMENT_CLOSED_CODE);
    return { net, billed, committed: over ? billed : net };
  });
}

/** Exact figures of a distribution, not yet rounded. */
function figuresOf(line: Row, distribution: Row): { ordered?: Big; cancelled?: Big; billed?: Big } {
  const amountBilled = parseNumber(distribution.AMOUNT_BILLED);
  if (isByAmount(line, distribution)) {
    return {
      ordered: parseNumber(distribution.AMOUNT_ORDERED),
      cancelled: parseNumber(distribution.AMOUNT_CANCELLED),
      billed: amountBilled,
    };
  }
  const price = parseNumber(distribution.PRICE_OVERRIDE ?? line.UNIT_PRICE);
  const worth = (quantity: Value): Big | undefined => {
    const count = parseNumber(quantity);
    return count && price && count.times(price);
  };
  return {
    ordered: worth(distribution.QUANTITY_ORDERED),
    cancelled: worth(distribution.QUANTITY_CANCELLED),
    // Invoices may have had another price than the order; where they left no amount, the order's own counts.
    billed: amountBilled?.eq(0) ? worth(distribution.QUANTITY_BILLED) : amountBilled,
  };
}

/** Lines say what they are matched by; where one does not, a quantity tells. */
function isByAmount({ MATCHING_BASIS, QUANTITY }: Row, { QUANTITY_ORDERED }: Row): boolean {
  if (MATCHING_BASIS !== undefined) return MATCHING_BASIS === "AMOUNT";
  return QUANTITY === undefined && QUANTITY_ORDERED === undefined;
}

/** A number of the database: NULL counts as 0, as in Oracle's own totals; undefined where it is no number. */
function parseNumber(value: Value): Big | undefined {
  if (value === undefined || value === null) return ZERO;
  return typeof value === "string" ? parseDecimal(value) : undefined;
}
