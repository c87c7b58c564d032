/**
 * Procore's records as ours: only the fields of the schema, and values compared as people mean them.
 *
 * @module
 */
import type { z } from "zod";
import type { Row, Value } from "../../engine/connector.ts";

/** Takes the schema's fields from a raw record; `derived` says how those are found that Procore nests or names otherwise. */
export function rowReader(
  schema: z.ZodObject,
  derived: Record<string, (raw: Row) => Value>,
): (raw: Row) => Row {
  const names = Object.keys(schema.shape);
  return (raw) => {
    const row: Row = {};
    for (const name of names) {
      const value = Object.hasOwn(derived, name) ? derived[name](raw) : raw[name];
      if (value !== undefined) row[name] = value;
    }
    return row;
  };
}

/** A field of a nested record: `inside("vendor_group", "id")`. Null where the record is null. */
export function inside(name: string, field: string): (raw: Row) => Value {
  return (raw) => {
    const nested = raw[name];
    if (nested === null || nested === undefined) return nested;
    return typeof nested === "object" && !Array.isArray(nested) ? (nested as Row)[field] : undefined;
  };
}

/** The form in which texts are compared: trimmed, without regard to case. */
export function folded(value: Value): string {
  return typeof value === "string" ? value.trim().toLowerCase() : "";
}

/** The rows whose field has one of the values, each once; ids and texts alike, absent values match nothing. */
export function matching(rows: Iterable<Row>, by: string, values: readonly string[]): Row[] {
  const wanted = new Set(values.map(folded));
  wanted.delete("");
  const found = new Map<string, Row>();
  for (const row of rows) {
    if (wanted.has(folded(row[by]))) found.set(row.id as string, row);
  }
  return [...found.values()];
}

/** Ids ascend as numbers of any length. */
export function byId(a: Row, b: Row): number {
  return compareIds(a.id as string, b.id as string);
}

/** Compares two ids of digits as numbers, without making them numbers. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
