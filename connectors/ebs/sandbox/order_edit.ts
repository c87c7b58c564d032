/**
 * What Oracle's order form does by itself: a new part of an order takes over from the one above it, and a changed line with a
 * single shipment and distribution changes these too. Where there are several, a person must say what becomes of each; until
 * then header and distributions disagree.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { TableName, Tables } from "./load.ts";
import { lookup } from "./table.ts";

/** A level of an order below another: columns of the parent by the column that takes them over. */
interface Level {
  parent: TableName;
  /** The column that names the parent. */
  by: string;
  /** The column that numbers the rows of one parent. */
  number: string;
  /** Taken over by a new row. */
  takes: Record<string, string>;
  /** Follow the parent's while this row is its only one. */
  follows: Record<string, string>;
}

const LEVELS: Partial<Record<TableName, Level>> = {
  PO_LINES_ALL: {
    parent: "PO_HEADERS_ALL",
    by: "PO_HEADER_ID",
    number: "LINE_NUM",
    takes: { ORG_ID: "ORG_ID" },
    follows: {},
  },
  PO_LINE_LOCATIONS_ALL: {
    parent: "PO_LINES_ALL",
    by: "PO_LINE_ID",
    number: "SHIPMENT_NUM",
    takes: {
      PO_HEADER_ID: "PO_HEADER_ID",
      ORG_ID: "ORG_ID",
      MATCHING_BASIS: "MATCHING_BASIS",
      QUANTITY: "QUANTITY",
      PRICE_OVERRIDE: "UNIT_PRICE",
      AMOUNT: "AMOUNT",
    },
    follows: { QUANTITY: "QUANTITY", PRICE_OVERRIDE: "UNIT_PRICE", AMOUNT: "AMOUNT" },
  },
  PO_DISTRIBUTIONS_ALL: {
    parent: "PO_LINE_LOCATIONS_ALL",
    by: "LINE_LOCATION_ID",
    number: "DISTRIBUTION_NUM",
    takes: {
      PO_HEADER_ID: "PO_HEADER_ID",
      PO_LINE_ID: "PO_LINE_ID",
      ORG_ID: "ORG_ID",
      PO_RELEASE_ID: "PO_RELEASE_ID",
      QUANTITY_ORDERED: "QUANTITY",
      AMOUNT_ORDERED: "AMOUNT",
    },
    follows: {
      QUANTITY_ORDERED: "QUANTITY",
      QUANTITY_CANCELLED: "QUANTITY_CANCELLED",
      AMOUNT_ORDERED: "AMOUNT",
      AMOUNT_CANCELLED: "AMOUNT_CANCELLED",
    },
  },
};

/** What a new row has of its parent. Throws an `Error` where the parent is not there. */
export function fromParent(tables: Tables, name: TableName, given: Row): Row {
  const level = LEVELS[name];
  if (!level) return {};
  const parent = lookup(tables[level.parent], Number(given[level.by]));
  if (!parent) throw new Error(`${level.parent} has no ${level.by} ${given[level.by]}`);
  const siblings = childrenOf(tables, name, level, parent);
  const row: Row = { [level.number]: String(siblings.length + 1) };
  // A second part of a line is for what the first leaves open: nothing is known of it.
  const takes = siblings.length === 0 ? Object.entries(level.takes) : Object.entries(level.takes).filter(isPlace);
  for (const [column, from] of takes) if (parent[from] !== undefined) row[column] = parent[from];
  if (name === "PO_LINES_ALL") row.MATCHING_BASIS = given.QUANTITY === undefined ? "AMOUNT" : "QUANTITY";
  if (name === "PO_LINE_LOCATIONS_ALL") row.SHIPMENT_TYPE = "STANDARD";
  return row;
}

const isPlace = ([column]: [string, string]): boolean => !/^(QUANTITY|AMOUNT)/.test(column);

/** Lets the only row below a changed one follow, and so on down. */
export function passDown(tables: Tables, name: TableName, row: Row, changed: ReadonlySet<string>): void {
  for (const [below, level] of Object.entries(LEVELS) as [TableName, Level][]) {
    if (level.parent !== name) continue;
    const children = childrenOf(tables, below, level, row);
    if (children.length !== 1) continue;
    const [child] = children;
    const followed = new Set<string>();
    for (const [column, from] of Object.entries(level.follows)) {
      if (!changed.has(from)) continue;
      if (row[from] === undefined) delete child[column];
      else child[column] = row[from];
      followed.add(column);
    }
    if (followed.size === 0) continue;
    child.LAST_UPDATE_DATE = row.LAST_UPDATE_DATE;
    passDown(tables, below, child, followed);
  }
}

function childrenOf(tables: Tables, name: TableName, { parent, by }: Level, row: Row): Row[] {
  const id = row[tables[parent].key];
  return tables[name].items.filter((child) => child[by] === id);
}
