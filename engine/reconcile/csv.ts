/**
 * A report as CSV: one file for each part, amounts as plain decimals.
 *
 * @module
 */
import { stringify } from "csv-stringify/sync";
import type { Part } from "./parts.ts";

/** A part's file. */
export function csvOf({ columns, rows }: Part): string {
  const cells = rows.map((row) =>
    columns.map(({ name, amount }) => amount ? row[name] ?? "" : harmless(row[name] ?? ""))
  );
  return stringify([columns.map(({ head }) => head), ...cells]);
}

/** Text that a spreadsheet would take for a formula is marked as text; whoever named a project may not run anything. */
const harmless = (text: string): string => /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
