/**
 * A table: rows by numeric primary key, ascending, so that keyset paging is a binary search and no request sorts anything.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";

/** Items by ascending key. */
export interface Sorted<T> {
  /** Primary keys. NUMBER(15) fits a JavaScript number exactly. */
  keys: number[];
  /** The items, in the order of {@link Sorted.keys}. */
  items: T[];
}

/** A table of the sandbox's database. */
export interface Table extends Sorted<Row> {
  /** Oracle's name. */
  name: string;
  /** The primary key's column. */
  key: string;
  /** Every column there is. */
  columns: ReadonlySet<string>;
}

/** The position of the first item whose key is greater than `key`. */
export function positionAfter({ keys }: Sorted<unknown>, key: number): number {
  let low = 0, high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The item with this key. */
export function lookup<T>(sorted: Sorted<T>, key: number): T | undefined {
  const at = positionAfter(sorted, key) - 1;
  return at >= 0 && sorted.keys[at] === key ? sorted.items[at] : undefined;
}

/** Sorts items once by their key. */
export function sortedBy<T>(items: readonly T[], keyOf: (item: T) => number): Sorted<T> {
  const pairs = items.map((item) => ({ key: keyOf(item), item }));
  let ascending = true;
  for (let i = 1; i < pairs.length && ascending; i++) ascending = pairs[i - 1].key < pairs[i].key;
  if (!ascending) pairs.sort((a, b) => a.key - b.key);
  return { keys: pairs.map(({ key }) => key), items: pairs.map(({ item }) => item) };
}

/** A table of these rows. Throws an `Error` that names a row without a whole-number key, and a key that stands twice. */
export function table(name: string, key: string, columns: Iterable<string>, rows: readonly Row[]): Table {
  const sorted = sortedBy(rows, (row) => keyNumber(name, key, row[key]));
  sorted.keys.forEach((value, i) => {
    if (i > 0 && sorted.keys[i - 1] === value) throw new Error(`${name} has two rows with ${key} ${value}`);
  });
  return { name, key, columns: new Set(columns), ...sorted };
}

/** Adds a row at its place. */
export function insert(into: Table, row: Row): void {
  const key = keyNumber(into.name, into.key, row[into.key]);
  const at = positionAfter(into, key);
  if (at > 0 && into.keys[at - 1] === key) throw new Error(`${into.name} already has ${into.key} ${key}`);
  into.keys.splice(at, 0, key);
  into.items.splice(at, 0, row);
}

function keyNumber(name: string, column: string, value: unknown): number {
  if (typeof value !== "string" || !/^[1-9]\d{0,14}$/.test(value)) {
    throw new Error(`${name} needs a whole number from 1 to 15 digits in ${column}: current value is ${value}`);
  }
  return Number(value);
}
