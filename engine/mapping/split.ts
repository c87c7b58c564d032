/**
 * Parts: the several destination records that one source record becomes.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import { isAbsent } from "./scope.ts";
import { follow } from "./path.ts";

/** The distinct values at a split's path, in the order they first appear. */
export function partsAt(row: Row, segments: readonly string[]): string[] {
  const found = follow(row, segments, 0);
  const values = Array.isArray(found) ? found : [found];
  const parts = new Set<string>();
  for (const value of values) {
    if (typeof value === "string" && !isAbsent(value)) parts.add(value);
    else if (typeof value === "boolean") parts.add(String(value));
  }
  return [...parts];
}

/**
 * The record as one part sees it: in every list on the way to the split's value, only the elements that belong to the part.
 * Without this an order that touches two projects would carry all its lines, and their amounts, into both.
 */
export function narrowed(row: Row, segments: readonly string[], part: string): Row {
  return narrow(row, segments, 0, part) as Row | undefined ?? row;
}

function narrow(value: Value, segments: readonly string[], at: number, part: string): Value {
  if (Array.isArray(value)) return narrowList(value, segments, at, part);
  if (at === segments.length) return !isAbsent(value) && String(value) === part ? value : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const row = value as Row;
  const below = narrow(Object.hasOwn(row, segments[at]) ? row[segments[at]] : undefined, segments, at + 1, part);
  if (below === undefined) return undefined;
  return below === row[segments[at]] ? row : { ...row, [segments[at]]: below };
}

/** The list itself where all of it belongs to the part, as in most orders. */
function narrowList(list: readonly Value[], segments: readonly string[], at: number, part: string): Value {
  const own: Value[] = [];
  let whole = true;
  for (const item of list) {
    const kept = narrow(item, segments, at, part);
    if (kept !== undefined) own.push(kept);
    if (kept !== item) whole = false;
  }
  if (own.length === 0) return undefined;
  return whole ? list : own;
}
