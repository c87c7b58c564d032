/**
 * What the documents in the books leave standing: by position, and by the account that they stand against.
 *
 * @module
 */
import { Big } from "../decimal.ts";
import type { Measure } from "../posting.ts";
import { type Sums, sums } from "./sums.ts";
import type { Document } from "./facts.ts";

/** A document in the books counts until somebody over there has taken it back; one that was changed counts as it was sent. */
export const counts = ({ state }: Document): boolean => ["posted", "unposted", "changed"].includes(state);

/** What a document's line moves of its measure: debits of cost, credits of the other two. */
export function movedBy({ debit, credit, measure }: Document["lines"][number]): Big {
  const moved = new Big(debit ?? "0").minus(credit ?? "0");
  return measure === "cost" ? moved : moved.times(-1);
}

/** What the documents that count, dated up to a day, leave of each measure at each position. */
export function standingBy(documents: readonly Document[], day: string): Record<Measure, Sums> {
  const standing = { cost: sums(), withheld: sums(), net: sums() };
  for (const document of documents) {
    if (!counts(document) || document.date > day) continue;
    for (const line of document.lines) {
      if (line.measure && line.position !== undefined) standing[line.measure].add(line.position, movedBy(line));
    }
  }
  return standing;
}

/** The cost that a document moves. */
export function costOf({ lines }: Document): Big {
  return lines.reduce((sum, line) => line.measure === "cost" ? sum.plus(movedBy(line)) : sum, new Big(0));
}

/** The sum of a document's debits. */
export const debitsOf = ({ lines }: Document): Big =>
  lines.reduce((sum, { debit }) => sum.plus(debit ?? "0"), new Big(0));
