/**
 * The register of journals: the documents of a period, those from before that still stand, and which takes which back.
 *
 * @module
 */
import { plain } from "../decimal.ts";
import { costOf, counts, debitsOf } from "./journals.ts";
import { sorted } from "./sums.ts";
import type { Contract, Document, Span } from "./facts.ts";
import type { RegisterRow } from "./types.ts";

/** Lists them, by day and key. */
export function registerOf(
  documents: readonly Document[],
  { contracts, period }: { contracts: readonly Contract[]; period: Span },
): RegisterRow[] {
  const projects = new Map(contracts.map(({ id, project }) => [id, project]));
  const seen = documents.filter(({ date }) => date <= period.to);
  const takers = new Map(
    seen.flatMap((one) => one.reverses !== undefined && counts(one) ? [[one.reverses, one.key] as const] : []),
  );
  const rows = seen.map((document): RegisterRow => {
    const { key, purpose, reverses, label, chain, date, journal, state, currency } = document;
    const taker = takers.get(key) ?? journal?.reversal;
    const stands = counts(document) && taker === undefined && purpose !== "reverse";
    return {
      key,
      purpose,
      ...(label !== undefined && { label }),
      project: projects.get(chain) ?? "",
      date,
      ...(journal && { period: journal.period, journal: journal.name, batch: journal.batch }),
      state,
      currency,
      amount: plain(debitsOf(document)),
      ...(reverses !== undefined && { reverses }),
      ...(taker !== undefined && { reversed: taker }),
      stands: stands ? plain(costOf(document)) : "0",
    };
  });
  // What was taken back before the period began is of no interest in it.
  return sorted(
    rows.filter(({ date, stands }) => date >= period.from || stands !== "0"),
    ({ date, key }) => `${date} ${key}`,
  );
}
