/**
 * A document as a person reads it: what it is for, its day and worth, and each of its lines, debit or credit.
 *
 * @module
 */
import type { PlannedDocument, PlannedLine } from "../run/types.ts";
import { money } from "./list_view.ts";
import { clean, counted, cut, type Paint } from "./style.ts";

/** Lines shown of a document; the others are counted. */
const SHOWN = 12;

/** The lines that show a document below its record. */
export function documentLines(
  { key, why, date, period, currency, value, journal, lines }: PlannedDocument,
  { paint, columns }: { paint: Paint; columns: number },
): string[] {
  const dated = period ? `${date} (${period})` : date;
  const head = `${dated}  ${money(value)} ${currency}  ${clean(why)}`;
  const named = journal ? `journal ${clean(journal)}` : clean(key);
  const shown = lines.slice(0, SHOWN).map(cells);
  const widths = [0, 1, 2].map((i) => Math.max(0, ...shown.map((row) => row[i].length)));
  const room = Math.max(10, columns - 14 - widths[0] - widths[1] - widths[2] - 8);
  const rows = shown.map(([account, debit, credit, rest]) =>
    `${account.padEnd(widths[0])}  ${debit.padStart(widths[1])}  ${credit.padStart(widths[2])}  ${
      paint("dim", cut(rest, room))
    }`
  );
  const more = lines.length - shown.length;
  return [
    head,
    paint("dim", named),
    ...rows,
    ...(more > 0 ? [paint("dim", `… and ${counted(more, "line")} more`)] : []),
  ];
}

function cells({ account, debit, credit, measure, position, description }: PlannedLine): string[] {
  const rest = [description, measure && position ? `${measure} of ${position}` : measure].filter(Boolean).join(", ");
  return [
    `account ${clean(account)}`,
    debit ? `Dr ${money(debit)}` : "",
    credit ? `Cr ${money(credit)}` : "",
    clean(rest),
  ];
}
