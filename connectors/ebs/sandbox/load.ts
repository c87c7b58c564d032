/**
 * Makes the database's tables from rows as files have them: `suppliers` with their SITES, `code_combinations`, `projects`,
 * `purchase_orders` with their LINES, `operating_units`. What an extract leaves out is filled in as a plain installation would
 * have it: one operating unit, one active purchasing site a supplier, flags that say "in use".
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { codeCombination } from "../../../schemas/ebs/code_combinations.ts";
import { operatingUnit } from "../../../schemas/ebs/operating_units.ts";
import { project } from "../../../schemas/ebs/projects.ts";
import { supplier, supplierSite } from "../../../schemas/ebs/suppliers.ts";
import type { LedgerTable } from "./ledger/columns.ts";
import { loadOrders, ORDER_COLUMNS } from "./load_orders.ts";
import { list, scalars } from "./rows.ts";
import { type Table, table } from "./table.ts";

/** The tables by Oracle's name. */
export type Tables = Record<TableName, Table>;
/** Oracle's names of what the sandbox holds. */
export type TableName = LoadedTable | LedgerTable;
/** Those that are made from files. */
export type LoadedTable =
  | "HR_OPERATING_UNITS"
  | "AP_SUPPLIERS"
  | "AP_SUPPLIER_SITES_ALL"
  | "GL_CODE_COMBINATIONS"
  | "PA_PROJECTS_ALL"
  | "PO_HEADERS_ALL"
  | "PO_LINES_ALL"
  | "PO_LINE_LOCATIONS_ALL"
  | "PO_DISTRIBUTIONS_ALL";

const UNIT: Row = {
  ORGANIZATION_ID: "204",
  NAME: "Main Operating Unit",
  SHORT_CODE: "MAIN",
  LEDGER_ID: "1",
  LEDGER_NAME: "Main Ledger",
  CURRENCY_CODE: "USD",
};

/**
 * Loads rows. `at` is the database time that rows without LAST_UPDATE_DATE get. Throws an `Error` that names the table and
 * the row where a key is missing, is no whole number or stands twice, or an order names a project that is not there.
 */
export function load(data: Record<string, readonly Row[]>, at: string): Record<LoadedTable, Table> {
  const given = (file: string) => (data[file] ?? []).map(scalars);
  const units = given("operating_units").map((row) => ({ ...UNIT, ...row }));
  if (units.length === 0) units.push({ ...UNIT });
  const home = units[0].ORGANIZATION_ID;

  const suppliers: Row[] = [], sites: Row[] = [];
  let nextSite = 1;
  for (const { SITES, ACTIVE_FLAG: _computed, ...row } of given("suppliers")) {
    suppliers.push({
      ...row,
      SEGMENT1: row.SEGMENT1 ?? row.VENDOR_ID,
      VENDOR_TYPE_LOOKUP_CODE: row.VENDOR_TYPE_LOOKUP_CODE ?? "VENDOR",
      ENABLED_FLAG: row.ENABLED_FLAG ?? "Y",
      LAST_UPDATE_DATE: row.LAST_UPDATE_DATE ?? at,
    });
    const own = SITES === undefined
      ? [{ VENDOR_SITE_CODE: "MAIN", PURCHASING_SITE_FLAG: "Y", PAY_SITE_FLAG: "Y" }]
      : list(SITES, "SITES_ITEM");
    for (const { ACTIVE_FLAG: _computed, ...site } of own) {
      sites.push({
        VENDOR_ID: row.VENDOR_ID,
        ...site,
        VENDOR_SITE_ID: site.VENDOR_SITE_ID ?? String(nextSite++),
        ORG_ID: site.ORG_ID ?? home,
        LAST_UPDATE_DATE: site.LAST_UPDATE_DATE ?? row.LAST_UPDATE_DATE ?? at,
      });
    }
  }

  const projects = given("projects").map((row, i): Row => ({
    PROJECT_STATUS_CODE: "APPROVED",
    TEMPLATE_FLAG: "N",
    ORG_ID: home,
    LAST_UPDATE_DATE: at,
    ...row,
    PROJECT_ID: row.PROJECT_ID ?? String(1001 + i),
    // PA_PROJECTS_ALL.NAME takes 30 characters, LONG_NAME 240.
    NAME: typeof row.NAME === "string" ? row.NAME.slice(0, 30) : row.NAME,
    LONG_NAME: row.LONG_NAME ?? row.NAME,
  }));

  const accounts = given("code_combinations").map(({ PROJECTS: _derived, ACTIVE_FLAG: _computed, ...row }): Row => ({
    CHART_OF_ACCOUNTS_ID: "101",
    ACCOUNT_TYPE: "E",
    ENABLED_FLAG: "Y",
    SUMMARY_FLAG: "N",
    DETAIL_POSTING_ALLOWED_FLAG: "Y",
    LAST_UPDATE_DATE: at,
    ...row,
    CONCATENATED_SEGMENTS: row.CONCATENATED_SEGMENTS ?? segments(row).join("-"),
  }));

  const orders = loadOrders(data.purchase_orders ?? [], { projects, sites, units, at });
  const orderTable = (name: keyof typeof ORDER_COLUMNS, key: string) =>
    table(name, key, ORDER_COLUMNS[name], orders[name]);
  return {
    HR_OPERATING_UNITS: table("HR_OPERATING_UNITS", "ORGANIZATION_ID", columns(operatingUnit), units),
    AP_SUPPLIERS: table("AP_SUPPLIERS", "VENDOR_ID", columns(supplier, "SITES", "SITE", "ACTIVE_FLAG"), suppliers),
    AP_SUPPLIER_SITES_ALL: table(
      "AP_SUPPLIER_SITES_ALL",
      "VENDOR_SITE_ID",
      [...columns(supplierSite, "ACTIVE_FLAG"), "VENDOR_ID", "LAST_UPDATE_DATE"],
      sites,
    ),
    GL_CODE_COMBINATIONS: table(
      "GL_CODE_COMBINATIONS",
      "CODE_COMBINATION_ID",
      columns(codeCombination, "PROJECTS", "ACTIVE_FLAG"),
      accounts,
    ),
    PA_PROJECTS_ALL: table("PA_PROJECTS_ALL", "PROJECT_ID", columns(project), projects),
    PO_HEADERS_ALL: orderTable("PO_HEADERS_ALL", "PO_HEADER_ID"),
    PO_LINES_ALL: orderTable("PO_LINES_ALL", "PO_LINE_ID"),
    PO_LINE_LOCATIONS_ALL: orderTable("PO_LINE_LOCATIONS_ALL", "LINE_LOCATION_ID"),
    PO_DISTRIBUTIONS_ALL: orderTable("PO_DISTRIBUTIONS_ALL", "PO_DISTRIBUTION_ID"),
  };
}

const columns = (schema: { shape: object }, ...without: string[]): string[] =>
  Object.keys(schema.shape).filter((name) => !without.includes(name));

function segments(row: Row): Value[] {
  const found: Value[] = [];
  for (let i = 1; row[`SEGMENT${i}`] !== undefined; i++) found.push(row[`SEGMENT${i}`]);
  return found;
}
