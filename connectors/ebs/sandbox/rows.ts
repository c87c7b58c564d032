/**
 * Rows as files have them, made into rows as the database has them.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { databaseDate, isDate } from "./dates.ts";
import { databaseNumber, isNumber } from "./numbers.ts";

/** A list as a file has it, or as an answer has it: `[…]`, `{ SITES_ITEM: […] }`. */
export function list(value: Value, item: string): Row[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((element) => scalars(element as Row));
  return list((value as Row)[item] ?? [], item);
}

/** Numbers of a file become text, dates as the database has them; null and "" are left out, as Oracle does not tell them apart. */
export function scalars(row: Row): Row {
  const result: Row = {};
  for (const name in row) {
    const value = row[name] as unknown;
    if (value === null || value === undefined || value === "") continue;
    const text = typeof value === "number" ? String(value) : value as Value;
    result[name] = typeof text === "string" ? columnText(text, name) : text;
  }
  return result;
}

/** A scalar as its column holds it. Throws an `Error` that names the column where it cannot. */
export function columnText(text: string, column: string): string {
  if (isDate(column)) return databaseDate(text, column);
  return isNumber(column) ? databaseNumber(text, column) : text;
}
