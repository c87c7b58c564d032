/**
 * A person at the keyboard: edits a row or adds one, by the rules of Oracle's own forms.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { TableName, Tables } from "./load.ts";
import { fromParent, passDown } from "./order_edit.ts";
import { columnText } from "./rows.ts";
import { insert, lookup } from "./table.ts";

/** Columns without which a new row would belong nowhere. */
const REQUIRED: Partial<Record<TableName, readonly string[]>> = {
  AP_SUPPLIER_SITES_ALL: ["VENDOR_ID", "ORG_ID"],
  PA_PROJECTS_ALL: ["ORG_ID"],
  PO_HEADERS_ALL: ["ORG_ID", "TYPE_LOOKUP_CODE"],
  PO_LINES_ALL: ["PO_HEADER_ID"],
  PO_LINE_LOCATIONS_ALL: ["PO_LINE_ID"],
  PO_DISTRIBUTIONS_ALL: ["LINE_LOCATION_ID", "CODE_COMBINATION_ID"],
  AP_INVOICE_DISTRIBUTIONS_ALL: ["INVOICE_ID", "PO_DISTRIBUTION_ID", "AMOUNT"],
  GL_DAILY_RATES: ["FROM_CURRENCY", "TO_CURRENCY", "CONVERSION_TYPE", "CONVERSION_DATE", "CONVERSION_RATE"],
  GL_INTERFACE_CONTROL: ["JE_SOURCE_NAME", "STATUS"],
};

/**
 * Edits the row with this key, or adds it where there is none or no key is given; `at` becomes its LAST_UPDATE_DATE. Null empties
 * a column. Throws an `Error` that names an unknown table or column, a wrong value, or a key that is none; then nothing is changed.
 */
export function edit(
  tables: Tables,
  { table: name, key, fields, at }: { table: string; key: string | undefined; fields: Row; at: string },
): Row {
  const table = Object.hasOwn(tables, name) ? tables[name as TableName] : undefined;
  if (!table) throw new Error(`There is no table ${name}; there are ${Object.keys(tables).join(", ")}`);
  const given: Row = {};
  for (const [column, value] of Object.entries(fields)) {
    if (!table.columns.has(column)) throw new Error(`${name} has no column ${column}`);
    if (typeof value === "object" && value !== null) throw new Error(`${column} is a scalar`);
    given[column] = value === null || value === "" ? undefined : columnText(String(value), column);
  }
  const id = key ?? (given[table.key] as string | undefined) ?? String((table.keys.at(-1) ?? 0) + 1);
  if (given[table.key] !== undefined && given[table.key] !== id) throw new Error(`${table.key} cannot be changed`);
  let row = lookup(table, Number(id));
  if (!row) {
    const missing = (REQUIRED[name as TableName] ?? []).find((column) => given[column] === undefined);
    if (missing) throw new Error(`A new row of ${name} needs ${missing}`);
    row = { [table.key]: id, ...fromParent(tables, name as TableName, given) };
    insert(table, row);
  }
  for (const column in given) {
    if (given[column] === undefined) delete row[column];
    else row[column] = given[column];
  }
  if (table.columns.has("LAST_UPDATE_DATE")) row.LAST_UPDATE_DATE = given.LAST_UPDATE_DATE ?? at;
  passDown(tables, name as TableName, row, new Set(Object.keys(given)));
  return row;
}
