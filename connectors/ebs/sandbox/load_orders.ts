/**
 * Makes the four order tables from rows as files have them: `purchase_orders` with LINES, those with DISTRIBUTIONS where an order
 * is not as simple as most. What is left out is filled in: a standard order, approved, one shipment and one distribution a line.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { sum } from "../../../engine/decimal.ts";
import { elements, list, scalars } from "./rows.ts";

/** Columns of the order tables. */
export const ORDER_COLUMNS = {
  PO_HEADERS_ALL: columns(
    "PO_HEADER_ID ORG_ID SEGMENT1 TYPE_LOOKUP_CODE VENDOR_ID VENDOR_SITE_ID CURRENCY_CODE AUTHORIZATION_STATUS APPROVED_FLAG " +
      "APPROVED_DATE REVISION_NUM CLOSED_CODE CANCEL_FLAG USER_HOLD_FLAG COMMENTS CREATION_DATE LAST_UPDATE_DATE",
  ),
  PO_LINES_ALL: columns(
    "PO_LINE_ID PO_HEADER_ID ORG_ID LINE_NUM ITEM_DESCRIPTION UNIT_MEAS_LOOKUP_CODE QUANTITY UNIT_PRICE AMOUNT MATCHING_BASIS " +
      "CANCEL_FLAG CLOSED_CODE RETAINAGE_RATE LAST_UPDATE_DATE",
  ),
  PO_LINE_LOCATIONS_ALL: columns(
    "LINE_LOCATION_ID PO_LINE_ID PO_HEADER_ID ORG_ID SHIPMENT_NUM SHIPMENT_TYPE PO_RELEASE_ID MATCHING_BASIS PRICE_OVERRIDE " +
      "QUANTITY QUANTITY_CANCELLED QUANTITY_BILLED AMOUNT AMOUNT_CANCELLED AMOUNT_BILLED CANCEL_FLAG CLOSED_CODE " +
      "ACCRUE_ON_RECEIPT_FLAG LAST_UPDATE_DATE",
  ),
  PO_DISTRIBUTIONS_ALL: columns(
    "PO_DISTRIBUTION_ID LINE_LOCATION_ID PO_LINE_ID PO_HEADER_ID ORG_ID DISTRIBUTION_NUM PO_RELEASE_ID CODE_COMBINATION_ID " +
      "PROJECT_ID TASK_ID QUANTITY_ORDERED QUANTITY_CANCELLED QUANTITY_BILLED AMOUNT_ORDERED AMOUNT_CANCELLED AMOUNT_BILLED " +
      "QUANTITY_DELIVERED AMOUNT_DELIVERED ACCRUAL_ACCOUNT_ID LAST_UPDATE_DATE",
  ),
} as const;

/** Rows by table. */
export type OrderRows = Record<keyof typeof ORDER_COLUMNS, Row[]>;

/** What orders refer to. */
export interface OrderContext {
  /** PA_PROJECTS_ALL. */
  projects: readonly Row[];
  /** AP_SUPPLIER_SITES_ALL. */
  sites: readonly Row[];
  /** HR_OPERATING_UNITS; the first is that of orders without a project. */
  units: readonly Row[];
  /** Database time of rows without LAST_UPDATE_DATE. */
  at: string;
}

/**
 * Loads orders. A line or distribution without PROJECT_ID is for the order's PROJECT_NUMBER. Throws an `Error` where that project
 * is not there.
 */
export function loadOrders(rows: readonly Row[], { projects, sites, units, at }: OrderContext): OrderRows {
  const projectOf = new Map(projects.map((row) => [row.SEGMENT1, row]));
  const currencyOf = new Map(units.map((row) => [row.ORGANIZATION_ID, row.CURRENCY_CODE]));
  const siteOf = new Map<string, Row>();
  for (const site of sites) {
    const key = `${site.VENDOR_ID} ${site.ORG_ID}`;
    if (!siteOf.has(key)) siteOf.set(key, site);
  }
  const made: OrderRows = { PO_HEADERS_ALL: [], PO_LINES_ALL: [], PO_LINE_LOCATIONS_ALL: [], PO_DISTRIBUTIONS_ALL: [] };
  const ids = numbering(rows);
  for (const given of rows) {
    const row = scalars(given);
    const project = projectOf.get(row.PROJECT_NUMBER);
    if (row.PROJECT_NUMBER !== undefined && !project) {
      throw new Error(`purchase_orders ${row.PO_HEADER_ID} names project ${row.PROJECT_NUMBER}, which is not there`);
    }
    const ORG_ID = row.ORG_ID ?? project?.ORG_ID ?? units[0].ORGANIZATION_ID;
    const order: Row = pick("PO_HEADERS_ALL", {
      TYPE_LOOKUP_CODE: "STANDARD",
      VENDOR_SITE_ID: siteOf.get(`${row.VENDOR_ID} ${ORG_ID}`)?.VENDOR_SITE_ID,
      CURRENCY_CODE: currencyOf.get(ORG_ID),
      REVISION_NUM: "0",
      LAST_UPDATE_DATE: at,
      ...row,
      ...approval(given, row),
      ORG_ID,
    });
    order.CREATION_DATE ??= order.APPROVED_DATE ?? order.LAST_UPDATE_DATE;
    made.PO_HEADERS_ALL.push(order);
    list(row.LINES, "LINES_ITEM").forEach((line, i) =>
      addLine(made, ids, order, { LINE_NUM: `${i + 1}`, ...line }, project)
    );
  }
  return made;
}

/** Approved unless it is stated, be it by null: an extract of orders seldom says what is true of all of them. */
function approval(given: Row, { AUTHORIZATION_STATUS, APPROVED_FLAG }: Row): Row {
  const status = Object.hasOwn(given, "AUTHORIZATION_STATUS")
    ? AUTHORIZATION_STATUS
    : APPROVED_FLAG === undefined
    ? "APPROVED"
    : STATUS_OF_FLAG[APPROVED_FLAG as string];
  return { AUTHORIZATION_STATUS: status, APPROVED_FLAG: APPROVED_FLAG ?? FLAG_OF_STATUS[status as string] ?? "N" };
}

const STATUS_OF_FLAG: Record<string, string> = { Y: "APPROVED", R: "REQUIRES REAPPROVAL", F: "REJECTED" };
const FLAG_OF_STATUS: Record<string, string> = { APPROVED: "Y", "REQUIRES REAPPROVAL": "R", REJECTED: "F" };
const SHIPMENT_TYPES: Record<string, string> = { BLANKET: "BLANKET", PLANNED: "PLANNED" };

function addLine(made: OrderRows, ids: Numbering, order: Row, given: Row, project: Row | undefined): void {
  const { PO_HEADER_ID, ORG_ID, LAST_UPDATE_DATE } = order;
  const byQuantity = given.MATCHING_BASIS === undefined
    ? given.QUANTITY !== undefined
    : given.MATCHING_BASIS === "QUANTITY";
  const parts = given.DISTRIBUTIONS === undefined
    ? [byQuantity ? { QUANTITY_ORDERED: given.QUANTITY } : { AMOUNT_ORDERED: given.AMOUNT ?? "0" }]
    : list(given.DISTRIBUTIONS, "DISTRIBUTIONS_ITEM");
  const line = pick("PO_LINES_ALL", {
    LAST_UPDATE_DATE,
    MATCHING_BASIS: byQuantity ? "QUANTITY" : "AMOUNT",
    ...given,
    ...(byQuantity
      ? { QUANTITY: given.QUANTITY ?? total(parts, "QUANTITY_ORDERED") }
      : { AMOUNT: given.AMOUNT ?? total(parts, "AMOUNT_ORDERED") }),
    PO_LINE_ID: given.PO_LINE_ID ?? ids.next("PO_LINE_ID"),
    PO_HEADER_ID,
    ORG_ID,
  });
  made.PO_LINES_ALL.push(line);
  const { PO_LINE_ID, MATCHING_BASIS } = line;

  const shipments = Map.groupBy(parts, (part) => part.LINE_LOCATION_ID ?? part.SHIPMENT_NUM ?? "1");
  let nth = 0;
  for (const own of shipments.values()) {
    const [first] = own;
    const sums = (...names: string[]): Row =>
      Object.fromEntries(names.map((name) => [name.replace("_ORDERED", ""), total(own, name)]));
    const shipment = pick("PO_LINE_LOCATIONS_ALL", {
      LAST_UPDATE_DATE,
      SHIPMENT_NUM: String(++nth),
      SHIPMENT_TYPE: SHIPMENT_TYPES[order.TYPE_LOOKUP_CODE as string] ?? "STANDARD",
      PRICE_OVERRIDE: line.UNIT_PRICE,
      ...first,
      ...(byQuantity
        ? sums("QUANTITY_ORDERED", "QUANTITY_CANCELLED", "QUANTITY_BILLED", "AMOUNT_BILLED")
        : sums("AMOUNT_ORDERED", "AMOUNT_CANCELLED", "AMOUNT_BILLED")),
      CANCEL_FLAG: first.SHIPMENT_CANCEL_FLAG,
      CLOSED_CODE: first.SHIPMENT_CLOSED_CODE,
      LINE_LOCATION_ID: first.LINE_LOCATION_ID ?? ids.next("LINE_LOCATION_ID"),
      MATCHING_BASIS,
      PO_LINE_ID,
      PO_HEADER_ID,
      ORG_ID,
    });
    made.PO_LINE_LOCATIONS_ALL.push(shipment);
    own.forEach((part, i) =>
      made.PO_DISTRIBUTIONS_ALL.push(pick("PO_DISTRIBUTIONS_ALL", {
        LAST_UPDATE_DATE,
        DISTRIBUTION_NUM: String(i + 1),
        CODE_COMBINATION_ID: given.CODE_COMBINATION_ID,
        PROJECT_ID: given.PROJECT_ID ?? project?.PROJECT_ID,
        ...part,
        PO_DISTRIBUTION_ID: part.PO_DISTRIBUTION_ID ?? ids.next("PO_DISTRIBUTION_ID"),
        LINE_LOCATION_ID: shipment.LINE_LOCATION_ID,
        PO_LINE_ID,
        PO_HEADER_ID,
        ORG_ID,
      }))
    );
  }
}

/** The sum of a column, undefined where no row has it. */
function total(rows: readonly Row[], column: string): string | undefined {
  const values = rows.flatMap((row) => typeof row[column] === "string" ? [row[column]] : []);
  return values.length > 0 ? sum(values) : undefined;
}

/** Gives ids to rows that have none. */
interface Numbering {
  next(key: string): string;
}

/** Goes on behind the largest id that is given. */
function numbering(orders: readonly Row[]): Numbering {
  const last: Record<string, number> = { PO_LINE_ID: 0, LINE_LOCATION_ID: 0, PO_DISTRIBUTION_ID: 0 };
  const see = (row: Row): void => {
    for (const key in last) if (row[key] !== undefined) last[key] = Math.max(last[key], Number(row[key]) || 0);
  };
  for (const order of orders) {
    for (const line of elements(order.LINES, "LINES_ITEM")) {
      see(line);
      for (const part of elements(line.DISTRIBUTIONS, "DISTRIBUTIONS_ITEM")) see(part);
    }
  }
  return { next: (key) => String(++last[key]) };
}

function columns(names: string): ReadonlySet<string> {
  return new Set(names.split(" "));
}

/** What is a column of the table, without what is undefined. */
function pick(table: keyof typeof ORDER_COLUMNS, row: Row): Row {
  const picked: Row = {};
  for (const name of ORDER_COLUMNS[table]) if (row[name] !== undefined) picked[name] = row[name];
  return picked;
}
