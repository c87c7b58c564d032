/**
 * The rows in an answer. How the gateway renders a collection inside a collection could not be verified, so child rows are
 * looked for here and nowhere else: inside their parent, or in a table of their own (`P_FLAT`).
 *
 * @module
 */
import type { Row, Value } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import type { Columns, Flat, Operation } from "./operations.ts";
import { itemsOf, textOf } from "./tree.ts";

/** Reads `X_ROWS` with all child rows; a column that nobody declared is dropped, one that says nothing is left out. */
export function rowsOf(output: Value, { outputs, flat }: Operation): Row[] {
  const columns = itemColumns(outputs, "X_ROWS");
  const rows = (itemsOf(output, "X_ROWS") ?? []).map((item) => rowOf(item, columns));
  if (flat) gather(rows, flat, { output, outputs });
  fillLists(rows, columns);
  return rows;
}

/** Gives parents the child rows that came in tables of their own. */
function gather(parents: Row[], level: Flat, answer: { output: Value; outputs: Columns }): void {
  const { of, table: name } = level;
  const table = itemsOf(answer.output, name);
  if (table) spread(parents, table, { columns: itemColumns(answer.outputs, name), ...level });
  if (level.flat) gather(parents.flatMap((row) => (row[of] ?? []) as Row[]), level.flat, answer);
  if (level.beside) gather(parents, level.beside, answer);
}

/** Nobody below a parent is an empty list, however the answer said it. */
function fillLists(rows: readonly Row[], columns: Columns): void {
  for (const [name, column] of Object.entries(columns)) {
    if (typeof column === "string") continue;
    for (const row of rows) {
      const children = (row[name] ??= []) as Row[];
      if (typeof column.items !== "string") fillLists(children, column.items);
    }
  }
}

function itemColumns(outputs: Columns, name: string): Columns {
  const collection = outputs[name];
  if (typeof collection === "string" || typeof collection.items === "string") {
    throw new TypeError(`${name} holds no rows`);
  }
  return collection.items;
}

function rowOf(item: Value, columns: Columns): Row {
  const row: Row = {};
  if (item === null || item === undefined || item === "") return row;
  if (typeof item !== "object" || Array.isArray(item)) {
    throw new Failure("wire.garbled", { fact: "A row is no structure" });
  }
  for (const key of Object.keys(item)) {
    const name = Object.hasOwn(columns, key) ? key : key.toUpperCase();
    if (!Object.hasOwn(columns, name)) continue;
    const column = columns[name];
    if (typeof column === "string") {
      const text = textOf((item as Row)[key], name);
      if (text !== undefined) row[name] = text;
    } else if (typeof column.items !== "string") {
      const { items } = column;
      const children = itemsOf(item, name);
      if (children) row[name] = children.map((child) => rowOf(child, items));
    }
  }
  return row;
}

/** Gives the rows of a table of their own to their parents; of two rows with one key the first is the parent. */
function spread(
  rows: Row[],
  table: Value[],
  { columns, of, key }: { columns: Columns; of: string; key: string },
): void {
  const parents = new Map<Value, Row[]>();
  for (const row of rows) {
    if (Array.isArray(row[of]) && row[of].length > 0) continue;
    const children: Row[] = [];
    row[of] = children;
    if (!parents.has(row[key])) parents.set(row[key], children);
  }
  for (const item of table) {
    const { [key]: parent, ...child } = rowOf(item, columns);
    parents.get(parent)?.push(child);
  }
}
