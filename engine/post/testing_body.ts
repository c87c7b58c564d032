/**
 * A body as a pipeline would map it: cost against what is left to be paid and what is withheld.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { Big, plain } from "../decimal.ts";
import type { Positions } from "../state/posting_types.ts";
import { positionRows, type Shape } from "./draft.ts";

/** Names of a document's fields, as no real system has them. */
export const SHAPE: Shape = {
  lines: "lines",
  says: {
    ledger: "ledger",
    date: "date",
    currency: "currency",
    unit: "unit",
    description: "text",
    account: "account",
    balancing: "company",
    debit: "dr",
    credit: "cr",
    position: "position",
    measure: "measure",
  },
};

/** The body before it is finished: amounts of nothing and negative ones among them. */
export function mapped(moved: Positions): Row {
  const line = (amounts: Row, account: string, measure: string, side: "dr" | "cr"): Row => ({
    account,
    company: "01",
    position: amounts.position,
    measure,
    [side]: amounts[measure],
  });
  const rows = positionRows([], moved);
  return {
    ledger: "1",
    date: "2026-10-20",
    currency: "USD",
    text: "A bill",
    lines: [
      ...rows.map((row) => line(row, "6100", "cost", "dr")),
      ...rows.map((row) => line(row, "2100", "net", "cr")),
      ...rows.map((row) => line(row, "2200", "withheld", "cr")),
    ],
  };
}

/** One position's movement. */
export const moving = (cost: string, withheld = "0"): Positions => ({
  a: { cost, withheld, net: plain(new Big(cost).minus(withheld)) },
});
