/**
 * General ledger as tables and the ways they are read by. Nothing here knows a key twice: Oracle has no unique key that would stop
 * a journal that comes again, only the package's own table has one.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { insert, type Table, table } from "../table.ts";
import { LEDGER_COLUMNS, type LedgerTable } from "./columns.ts";
import { setupRows } from "./setup_rows.ts";

/** The tables by Oracle's name. */
export type LedgerTables = Record<LedgerTable, Table>;

/** General ledger, as the operations and Journal Import use it. */
export interface Ledger {
  tables: LedgerTables;
  /** Adds a row; its key is the next one where it has none. */
  add(table: LedgerTable, row: Row): Row;
  /** Deletes rows. */
  remove(table: LedgerTable, rows: readonly Row[]): void;
  /** Rows by the value of a column that is indexed. */
  by(index: Index, value: string): readonly Row[];
  /** To be called after a person edited any of the tables. */
  reindex(): void;
}

/** The indexes there are: table and column. */
const INDEXES = {
  postings: ["XXGUSSET_POSTINGS", "POSTING_KEY"],
  sentLines: ["XXGUSSET_POSTING_LINES", "POSTING_KEY"],
  interfaceGroup: ["GL_INTERFACE", "GROUP_ID"],
  interfaceKey: ["GL_INTERFACE", "REFERENCE6"],
  journals: ["GL_JE_HEADERS", "EXTERNAL_REFERENCE"],
  journalLines: ["GL_JE_LINES", "JE_HEADER_ID"],
  invoiceLines: ["AP_INVOICE_DISTRIBUTIONS_ALL", "PO_DISTRIBUTION_ID"],
} as const satisfies Record<string, readonly [LedgerTable, string]>;

/** The name of an index. */
export type Index = keyof typeof INDEXES;

/** Where ids begin, so that those of different kinds are not taken for one another. */
const FIRST: Partial<Record<LedgerTable, number>> = {
  FND_CONCURRENT_REQUESTS: 7_625_700,
  GL_JE_BATCHES: 310_001,
  GL_JE_HEADERS: 510_001,
};

/** Makes an empty ledger for these operating units; `at` is the database's time. */
export function openLedger(units: readonly Row[], at: string): Ledger {
  const rows = setupRows(units, at);
  const tables = Object.fromEntries(
    Object.entries(LEDGER_COLUMNS).map(([name, [key, ...columns]]) => [
      name,
      table(name, key, [key, ...columns], rows[name as LedgerTable] ?? []),
    ]),
  ) as LedgerTables;
  const indexes = {} as Record<Index, Map<string, Row[]>>;

  function note(name: LedgerTable, row: Row): void {
    for (const [index, [table, column]] of Object.entries(INDEXES) as [Index, readonly [LedgerTable, string]][]) {
      if (table !== name || row[column] === undefined) continue;
      const value = row[column] as string;
      const found = indexes[index].get(value);
      if (found) found.push(row);
      else indexes[index].set(value, [row]);
    }
  }
  function reindex(): void {
    for (const index of Object.keys(INDEXES) as Index[]) indexes[index] = new Map();
    for (const name of new Set(Object.values(INDEXES).map(([table]) => table))) {
      for (const row of tables[name].items) note(name, row);
    }
  }
  reindex();
  const given = new Map<LedgerTable, number>();

  return {
    tables,
    add(name, row) {
      const into = tables[name];
      // A sequence never gives the number of what was deleted again.
      const next = Math.max(given.get(name) ?? 0, into.keys.at(-1) ?? 0, (FIRST[name] ?? 1) - 1) + 1;
      given.set(name, next);
      const added: Row = { [into.key]: String(next), ...row };
      insert(into, added);
      note(name, added);
      return added;
    },
    remove(name, gone) {
      if (gone.length === 0) return;
      const from = tables[name];
      const set = new Set(gone);
      const left = from.items.filter((row) => !set.has(row));
      from.items = left;
      from.keys = left.map((row) => Number(row[from.key]));
      for (const [index, [table, column]] of Object.entries(INDEXES) as [Index, readonly [LedgerTable, string]][]) {
        if (table !== name) continue;
        for (const value of new Set(gone.map((row) => row[column] as string))) {
          const kept = (indexes[index].get(value) ?? []).filter((row) => !set.has(row));
          if (kept.length > 0) indexes[index].set(value, kept);
          else indexes[index].delete(value);
        }
      }
    },
    by: (index, value) => indexes[index].get(value) ?? [],
    reindex,
  };
}

/** The period of a ledger that a day is in; adjusting periods are entered by name alone. */
export function periodOf({ tables }: Ledger, ledgerId: string, day: string): Row | undefined {
  return tables.GL_PERIOD_STATUSES.items.find((row) =>
    row.LEDGER_ID === ledgerId && row.ADJUSTMENT_PERIOD_FLAG !== "Y" &&
    (row.START_DATE as string).slice(0, 10) <= day.slice(0, 10) &&
    day.slice(0, 10) <= (row.END_DATE as string).slice(0, 10)
  );
}
