/**
 * The sandbox's database: its tables, the indexes that the operations read by, and a person at the keyboard.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { edit } from "./edit.ts";
import type { Books } from "./ledger/checks.ts";
import { openLedger } from "./ledger/ledger.ts";
import { loadJournals } from "./ledger/load_journals.ts";
import { type Manager, openManager } from "./ledger/manager.ts";
import { billOrders, billsOrders, type Opening } from "./ledger/payables.ts";
import { isButton, press, retotal } from "./ledger/person.ts";
import { load, type Tables } from "./load.ts";
import { NO_ORDER, ORDER_TYPES, type OrderIndex, orderIndex } from "./order_index.ts";
import { lookup, type Sorted, sortedBy } from "./table.ts";

/** A GL account as one operating unit uses it. */
export interface UsedAccount {
  /** GL_CODE_COMBINATIONS. */
  account: Row;
  /** The unit's projects whose orders charge it, by PROJECT_ID. */
  projects: Row[];
}

/** What the operations read. */
export interface Database {
  /** By Oracle's name. */
  tables: Tables;
  /** The database's own time, `2026-03-02T01:00:00`. */
  now(): string;
  /** A supplier's sites in all operating units. */
  sitesOf(vendorId: string): readonly Row[];
  /** Suppliers with a site in the operating unit. */
  suppliersOf(orgId: string): Sorted<Row>;
  /** Accounts on order distributions of the operating unit's projects. */
  accountsOf(orgId: string): Sorted<UsedAccount>;
  /** Database time at which an order for a project, of any unit, last used the account; "" where none did. */
  lastUse(accountId: string): string;
  /** Projects of the operating unit. */
  projectsOf(orgId: string): Sorted<Row>;
  /** Orders and agreements of the operating unit. */
  ordersOf(orgId: string): Sorted<Row>;
  /** Distributions of the operating unit's orders. */
  distributionsOf(orgId: string): Sorted<Row>;
  /** What is below an order. */
  readonly orders: OrderIndex;
  /** General ledger, and the accounts it knows. */
  readonly books: Books;
  /** Runs what was submitted. */
  readonly manager: Manager;
  /** A person edits a row, or adds one; see `edit.ts`. */
  touch(table: string, key: string | undefined, fields: Row): Row;
}

/** Loads a database. `now` gives its own time, `timeAt` any moment as it writes it; see `load.ts` for `data` and what is thrown. */
export function database(
  data: Record<string, readonly Row[]>,
  { now, timeAt }: { now: () => string; timeAt: (ms: number) => string },
): Database {
  const loaded = load(data, now());
  const ledger = openLedger(loaded.HR_OPERATING_UNITS.items, now());
  const tables: Tables = { ...loaded, ...ledger.tables };
  const books: Books = { ledger, accounts: tables.GL_CODE_COMBINATIONS };
  loadJournals(books, data.gl_journals ?? [], { units: tables.HR_OPERATING_UNITS, at: now() });
  const opening: Opening = new Map();
  let indexes = indexed(tables);
  return {
    tables,
    now,
    sitesOf: (vendorId) => indexes.sitesOf().get(vendorId) ?? [],
    suppliersOf: (orgId) => indexes.suppliersOf(orgId),
    accountsOf: (orgId) => indexes.accountsOf(orgId),
    lastUse: (accountId) => indexes.lastUses().get(accountId) ?? "",
    projectsOf: (orgId) => indexes.projectsOf(orgId),
    ordersOf: (orgId) => indexes.ordersOf(orgId),
    distributionsOf: (orgId) => indexes.distributionsOf(orgId),
    get orders() {
      return indexes.orders;
    },
    books,
    manager: openManager(books, timeAt),
    touch(table, key, fields) {
      const at = now();
      const row = isButton(table, fields)
        ? press(ledger, { table, key, fields, at })
        : edit(tables, { table, key, fields, at });
      ledger.reindex();
      if (table === "GL_JE_LINES") retotal(ledger, row);
      if (billsOrders(table)) {
        const { PO_DISTRIBUTIONS_ALL: distributions, PO_LINE_LOCATIONS_ALL: shipments } = tables;
        billOrders(ledger, { distributions, shipments }, opening, at);
      }
      indexes = indexed(tables);
      return row;
    },
  };
}

/** Built when they are first asked for, all anew after an edit. */
function indexed(tables: Tables) {
  let sites: Map<string, Row[]> | undefined;
  let uses: Map<string, string> | undefined;
  const suppliers = new Map<string, Sorted<Row>>();
  const accounts = new Map<string, Sorted<UsedAccount>>();
  const projects = new Map<string, Sorted<Row>>();
  const orders = new Map<string, Sorted<Row>>();
  const distributions = new Map<string, Sorted<Row>>();
  return {
    orders: orderIndex(tables),
    sitesOf: () => sites ??= group(tables.AP_SUPPLIER_SITES_ALL.items, "VENDOR_ID"),
    suppliersOf(orgId: string) {
      return remember(suppliers, orgId, () => {
        const present = new Set<string>();
        for (const site of tables.AP_SUPPLIER_SITES_ALL.items) {
          if (site.ORG_ID === orgId) present.add(site.VENDOR_ID as string);
        }
        return narrowed(tables.AP_SUPPLIERS, (row) => present.has(row.VENDOR_ID as string));
      });
    },
    projectsOf: (orgId: string) =>
      remember(projects, orgId, () => narrowed(tables.PA_PROJECTS_ALL, (row) => row.ORG_ID === orgId)),
    ordersOf: (orgId: string) =>
      remember(
        orders,
        orgId,
        () => narrowed(tables.PO_HEADERS_ALL, (row) => row.ORG_ID === orgId && ORDER_TYPES.has(row.TYPE_LOOKUP_CODE)),
      ),
    distributionsOf: (orgId: string) =>
      remember(
        distributions,
        orgId,
        () =>
          narrowed(tables.PO_DISTRIBUTIONS_ALL, (row) =>
            row.ORG_ID === orgId &&
            !NO_ORDER.has(lookup(tables.PO_LINE_LOCATIONS_ALL, Number(row.LINE_LOCATION_ID))?.SHIPMENT_TYPE) &&
            ORDER_TYPES.has(lookup(tables.PO_HEADERS_ALL, Number(row.PO_HEADER_ID))?.TYPE_LOOKUP_CODE)),
      ),
    lastUses: () => uses ??= lastUses(tables),
    accountsOf: (orgId: string) => remember(accounts, orgId, () => usedAccounts(tables, orgId)),
  };
}

function usedAccounts(tables: Tables, orgId: string): Sorted<UsedAccount> {
  const uses = new Map<string, Map<string, Row>>();
  for (const { PROJECT_ID, CODE_COMBINATION_ID } of tables.PO_DISTRIBUTIONS_ALL.items) {
    const project = lookup(tables.PA_PROJECTS_ALL, Number(PROJECT_ID));
    if (project?.ORG_ID !== orgId) continue;
    remember(uses, CODE_COMBINATION_ID as string, () => new Map()).set(PROJECT_ID as string, project);
  }
  const found: UsedAccount[] = [];
  for (const [id, projects] of uses) {
    const account = lookup(tables.GL_CODE_COMBINATIONS, Number(id));
    if (!account) continue;
    const ascending = [...projects.values()].sort((a, b) => Number(a.PROJECT_ID) - Number(b.PROJECT_ID));
    found.push({ account, projects: ascending });
  }
  return sortedBy(found, ({ account }) => Number(account.CODE_COMBINATION_ID));
}

function lastUses(tables: Tables): Map<string, string> {
  const uses = new Map<string, string>();
  for (const { PROJECT_ID, CODE_COMBINATION_ID, LAST_UPDATE_DATE } of tables.PO_DISTRIBUTIONS_ALL.items) {
    if (PROJECT_ID === undefined) continue;
    const id = CODE_COMBINATION_ID as string, at = LAST_UPDATE_DATE as string;
    if (at > (uses.get(id) ?? "")) uses.set(id, at);
  }
  return uses;
}

function narrowed({ keys, items }: Sorted<Row>, wanted: (row: Row) => boolean): Sorted<Row> {
  const result: Sorted<Row> = { keys: [], items: [] };
  items.forEach((row, i) => {
    if (!wanted(row)) return;
    result.keys.push(keys[i]);
    result.items.push(row);
  });
  return result;
}

function group(rows: readonly Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row[column] as string;
    const found = groups.get(key);
    if (found) found.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function remember<T>(memory: Map<string, T>, key: string, make: () => T): T {
  let value = memory.get(key);
  if (value === undefined) memory.set(key, value = make());
  return value;
}
