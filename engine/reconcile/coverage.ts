/**
 * How much of what was certified in a period is accounted for. Values are taken without their sign: a credit that is missing does not
 * make up for a cost that is.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { counts } from "./journals.ts";
import type { Recognise } from "./target.ts";
import type { Stand } from "./standing.ts";
import { keyParts, rowKey, sums } from "./sums.ts";
import type { Document, Sheet, Span } from "./facts.ts";
import type { CoverageRow } from "./types.ts";

const ORDER: readonly CoverageRow["what"][] = [
  "journalised",
  "nothing to post",
  "waiting",
  "refused",
  "missing",
  "unmatched",
  "history",
  "outside",
];

/** What is known of the documents besides. */
export interface Known {
  documents: readonly Document[];
  /** Documents that are dated later are not seen. */
  period: Span;
  /** What is accrued anew in each period stays recognised when it is taken back at its end. */
  recognise: Recognise;
  /** States of our own documents that wait, by source key. */
  outbox: ReadonlyMap<string, string>;
  /** Contracts at the period's end. */
  closing: ReadonlyMap<string, Stand>;
}

/** Counts and values of the period's documents, by what became of them; those that are not there are left out. */
export function coverageRows(sheets: readonly Sheet[], known: Known): CoverageRow[] {
  const { period } = known;
  const fateOf = fates(known);
  const values = sums(), numbers = new Map<string, number>();
  for (const sheet of sheets) {
    if (sheet.date < period.from || sheet.date > period.to) continue;
    const key = rowKey(fateOf(sheet), sheet.currency);
    values.add(key, new Big(sheet.value).abs());
    numbers.set(key, (numbers.get(key) ?? 0) + 1);
  }
  const rows = [...numbers].map(([key, documents]): CoverageRow => {
    const [what, currency] = keyParts(key);
    return { what: what as CoverageRow["what"], currency, documents, value: values.text(key) };
  });
  return rows.sort((a, b) =>
    a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : ORDER.indexOf(a.what) - ORDER.indexOf(b.what)
  );
}

/** The share of a currency's certified value that is accounted for, in percent with one decimal; what is outside is left out. */
export function coveredShare(rows: readonly CoverageRow[], currency: string): string {
  let [covered, all] = [new Big(0), new Big(0)];
  for (const row of rows) {
    if (row.currency !== currency || row.what === "outside" || row.what === "history") continue;
    all = all.plus(row.value);
    if (row.what === "journalised" || row.what === "nothing to post") covered = covered.plus(row.value);
  }
  if (all.eq(0)) return "100";
  // Rounded down: 99.99 percent are not all.
  return plain(covered.times(100).div(all).round(1, Big.roundDown));
}

/** What became of a document that was certified. */
export function fates(
  { documents: all, period, recognise, outbox, closing }: Known,
): (sheet: Sheet) => CoverageRow["what"] {
  const documents = all.filter(({ date }) => date <= period.to);
  const taken = new Set(
    documents.flatMap((one) => one.reverses !== undefined && counts(one) ? [one.reverses] : []),
  );
  const live = new Set(
    documents.filter((one) =>
      one.purpose === "recognise" && counts(one) && (recognise === "accrue" || !taken.has(one.key))
    ).map(({ source }) => source),
  );
  const still = new Set(
    [...closing.values()].flatMap(({ movements }) => movements.flatMap(({ sheet, moves }) => moves ? [] : [sheet.key])),
  );
  // Taken out of the books over there, and a person left it so.
  const left = new Set(
    documents.filter((one) => one.accepted !== undefined && !counts(one)).map(({ source }) => source),
  );
  return ({ key, standing, history }) => {
    if (standing === "outside" || standing === "unmatched") return standing;
    if (standing === "unfit") return "refused";
    if (history) return "history";
    if (live.has(key)) return "journalised";
    const state = outbox.get(key);
    if (state === "rejected" || state === "declined" || left.has(key)) return "refused";
    if (state !== undefined) return "waiting";
    return still.has(key) ? "nothing to post" : "missing";
  };
}
