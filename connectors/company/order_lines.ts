/**
 * What a line of an order looks like in full: matched by amount or by quantity, on one account or split, partly cancelled, partly
 * billed. Amounts are exact: the distributions of a line add up to it.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { Big } from "../../engine/decimal.ts";
import type { Dice } from "./dice.ts";

/** What a line is part of. */
export interface LineOptions {
  /** Another project that takes a share of the line; absent: it is for the order's alone. */
  shared?: string;
  /** The order's TYPE_LOOKUP_CODE. */
  type: string;
  /** Whether invoices may have come already. */
  billed: boolean;
  /** Of RETAINAGE_RATE. */
  retainage?: string;
  /** A release of a blanket or planned order. */
  release: string;
}

const UNITS = ["Each", "Cubic Yard", "Square Foot", "Linear Foot", "Ton", "Hour", "Lump Sum"] as const;
/** Weights of a thing that is split in two or three, in percent; what is left goes to the last. */
const SPLITS = [[100], [100], [100], [100], [60], [33, 33], [25]] as const;

/** Fills in a line that has its LINE_NUM, ITEM_DESCRIPTION, AMOUNT and CODE_COMBINATION_ID. */
export function orderLine(dice: Dice, line: Row, options: LineOptions): Row {
  const { shared, type, retainage, release } = options;
  const byQuantity = dice.chance(0.35);
  const { AMOUNT: _given, ...rest } = line;
  const total = dice.chance(0.02) ? "0.00" : line.AMOUNT as string;
  const own: Row = byQuantity
    ? {
      ...rest,
      MATCHING_BASIS: "QUANTITY",
      UNIT_MEAS_LOOKUP_CODE: dice.pick(UNITS),
      QUANTITY: `${dice.whole(1, 800)}${dice.pick(["", "", "", ".5", ".25", ".333"])}`,
      UNIT_PRICE: `${dice.whole(1, 400)}.${dice.pick(["00", "50", "95", "125", "3333", "08375"])}`,
    }
    : { ...line, AMOUNT: total, MATCHING_BASIS: "AMOUNT" };
  if (retainage) own.RETAINAGE_RATE = retainage;
  const cancelled = dice.chance(0.03);
  if (cancelled) Object.assign(own, { CANCEL_FLAG: "Y", CLOSED_CODE: "CLOSED" });

  const measure = byQuantity ? "QUANTITY" : "AMOUNT";
  const whole = new Big(own[measure] as string);
  let percents: readonly number[] = dice.pick(SPLITS);
  if (shared && percents[0] === 100) percents = [70];
  const parts = split(whole, percents, byQuantity ? 3 : 2);
  // Some goods come in two deliveries: each is a shipment of its own.
  const deliveries = parts.length > 1 && dice.chance(0.3);
  const distributions = parts.map((part, i): Row => {
    const row: Row = {
      SHIPMENT_NUM: deliveries ? String(i + 1) : "1",
      [`${measure}_ORDERED`]: part.toFixed(byQuantity ? undefined : 2),
    };
    if (shared && i === parts.length - 1) row.PROJECT_ID = shared;
    if (type === "BLANKET") Object.assign(row, { SHIPMENT_TYPE: "BLANKET", PO_RELEASE_ID: release });
    const left = bill(dice, row, { part, own, byQuantity, billed: options.billed });
    if (cancelled) row[`${measure}_CANCELLED`] = left.toFixed();
    else if (left.gt(1) && dice.chance(0.06)) {
      row[`${measure}_CANCELLED`] = left.div(4).round(2, Big.roundDown).toFixed();
    }
    return row;
  });
  const [first] = distributions;
  if (!cancelled && dice.chance(0.05)) {
    const state = dice.pick([
      { SHIPMENT_CLOSED_CODE: "CLOSED FOR RECEIVING" },
      { SHIPMENT_CLOSED_CODE: "CLOSED FOR INVOICE" },
      { SHIPMENT_CLOSED_CODE: "FINALLY CLOSED" },
      { SHIPMENT_CANCEL_FLAG: "Y", SHIPMENT_CLOSED_CODE: "CLOSED" },
    ]);
    for (const row of distributions) if (row.SHIPMENT_NUM === first.SHIPMENT_NUM) Object.assign(row, state);
  }
  if (type === "PLANNED") {
    // What a planned order has called off so far repeats a part of it.
    distributions.push({ ...first, SHIPMENT_NUM: "9", SHIPMENT_TYPE: "SCHEDULED", PO_RELEASE_ID: release });
  }
  return { ...own, DISTRIBUTIONS: distributions };
}

/** Parts of a whole, each in percent of it, and what is left; rounded, and adding up to it. */
function split(whole: Big, percents: readonly number[], decimals: number): Big[] {
  const parts: Big[] = [];
  let left = whole;
  for (const percent of percents) {
    const part = percent === 100 ? whole : whole.times(percent).div(100).round(decimals, Big.roundDown);
    parts.push(part);
    left = left.minus(part);
  }
  if (percents[0] !== 100) parts.push(left);
  return parts;
}

/** Bills a share of a distribution; gives what is not billed, in what the line is measured by. */
function bill(
  dice: Dice,
  row: Row,
  { part, own, byQuantity, billed }: { part: Big; own: Row; byQuantity: boolean; billed: boolean },
): Big {
  if (!billed || part.lte(0)) return part;
  const share = dice.pick([25, 50, 80, 100]);
  const taken = part.times(share).div(100).round(2, Big.roundDown);
  if (byQuantity) {
    row.QUANTITY_BILLED = taken.toFixed();
    row.AMOUNT_BILLED = taken.times(own.UNIT_PRICE as string).round(2, Big.roundHalfUp).toFixed(2);
  } else row.AMOUNT_BILLED = taken.toFixed(2);
  return part.minus(taken);
}
