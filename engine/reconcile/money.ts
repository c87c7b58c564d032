/**
 * Amounts and words as a report shows them.
 *
 * @module
 */
import { Big, parseDecimal } from "../decimal.ts";
import type { Part } from "./parts.ts";
import { sums } from "./sums.ts";

/** An amount with thousands set apart and two decimals at least. */
export function money(amount: string): string {
  const value = parseDecimal(amount);
  if (!value) return amount;
  const places = Math.max(2, value.toFixed().split(".")[1]?.length ?? 0);
  const [whole, part] = value.toFixed(places).split(".");
  return `${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}.${part}`;
}

/** A part's totals by column, where it has several rows and all of one currency; else undefined. */
export function totalsOf({ columns, rows }: Part): Record<string, string> | undefined {
  const [first] = rows;
  if (rows.length < 2 || rows.some((row) => row.currency !== first.currency)) return undefined;
  const totals = sums();
  for (const row of rows) {
    for (const { name, total } of columns) if (total && row[name] !== undefined) totals.add(name, new Big(row[name]));
  }
  const found = columns.filter(({ total }) => total).map(({ name }) => [name, totals.text(name)]);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
