/**
 * Rows as files have them, made into rows as the database has them.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { databaseDate, isDate } from "./dates.ts";
import { databaseNumber, isNumber } from "./numbers.ts";

/** A list as a file has it, or as an answer has it: `[…]`, `{ SITES_ITEM: […] }`, `{ SITES_ITEM: {…} }`; nothing is an empty one. */
export function elements(value: Value, item: string): readonly Row[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as Row[];
  const inside = (value as Row)[item];
  return inside === undefined || inside === null || Array.isArray(inside) ? elements(inside, item) : [inside as Row];
}

/** The {@link elements} of a list as the database has them. */
export const list = (value: Value, item: string): Row[] => elements(value, item).map(scalars);

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
  let type = types.get(column);
  if (!type) types.set(column, type = isDate(column) ? databaseDate : isNumber(column) ? databaseNumber : asItIs);
  return type(text, column);
}

/** How each column that was met holds its text: a file of many rows has few columns. */
const types = new Map<string, (text: string, column: string) => string>();
const asItIs = (text: string): string => text;
