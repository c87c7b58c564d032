/**
 * What an accountant does with journals: posts, reverses and deletes them, changes lines, clears the interface. `ACTION` in a touch
 * is the button: `POST`, `REVERSE`, `DELETE`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { lookup } from "../table.ts";
import type { LedgerTable } from "./columns.ts";
import type { Ledger } from "./ledger.ts";

type Button = (ledger: Ledger, row: Row, at: string) => Row;

const BUTTONS: Partial<Record<LedgerTable, Record<string, Button>>> = {
  GL_JE_HEADERS: { POST: post, REVERSE: reverse, DELETE: deleteJournal },
  GL_JE_LINES: { DELETE: deleteRow("GL_JE_LINES") },
  GL_INTERFACE: { DELETE: deleteRow("GL_INTERFACE") },
  GL_INTERFACE_CONTROL: { DELETE: deleteRow("GL_INTERFACE_CONTROL") },
};

/** Whether a touch presses a button. */
export const isButton = (table: string, fields: Row): boolean =>
  Object.hasOwn(BUTTONS, table) && fields.ACTION !== undefined;

/** Presses it; the row as it then is. Throws an `Error` where Oracle's form would not do that. */
export function press(ledger: Ledger, { table, key, fields, at }: {
  table: string;
  key: string | undefined;
  fields: Row;
  at: string;
}): Row {
  const name = table as LedgerTable;
  const button = BUTTONS[name]?.[fields.ACTION as string];
  if (!button) {
    throw new Error(`${table} has no ACTION ${fields.ACTION}; it has ${Object.keys(BUTTONS[name]!).join(", ")}`);
  }
  const row = lookup(ledger.tables[name], Number(key));
  if (!row) throw new Error(`${table} has no ${ledger.tables[name].key} ${key}`);
  return button(ledger, row, at);
}

function post(ledger: Ledger, header: Row, at: string): Row {
  if (header.STATUS === "P") throw new Error(`Journal ${header.JE_HEADER_ID} is posted already`);
  const lines = ledger.by("journalLines", header.JE_HEADER_ID as string);
  if (!sum(lines, "ENTERED_DR").eq(sum(lines, "ENTERED_CR"))) throw new Error("An unbalanced journal cannot be posted");
  for (const row of [header, ...lines]) row.STATUS = "P";
  header.POSTED_DATE = at;
  return header;
}

const sum = (rows: readonly Row[], column: string): Big =>
  rows.reduce((total, row) => total.plus((row[column] ?? "0") as string), new Big(0));

/** A journal of its own, debits and credits switched, in the same period; it is unposted, as Oracle makes it. */
function reverse(ledger: Ledger, header: Row, at: string): Row {
  if (header.ACCRUAL_REV_JE_HEADER_ID !== undefined) {
    throw new Error(`Journal ${header.JE_HEADER_ID} is reversed already`);
  }
  const { JE_HEADER_ID, EXTERNAL_REFERENCE: _own, POSTED_DATE: _posted, ...own } = header;
  const reversal = ledger.add("GL_JE_HEADERS", {
    ...own,
    NAME: `Reverses ${header.NAME}`.slice(0, 100),
    STATUS: "U",
    DATE_CREATED: at,
    RUNNING_TOTAL_DR: header.RUNNING_TOTAL_CR,
    RUNNING_TOTAL_CR: header.RUNNING_TOTAL_DR,
  });
  for (const line of ledger.by("journalLines", JE_HEADER_ID as string)) {
    const { ROWID: _id, ...columns } = line;
    ledger.add("GL_JE_LINES", {
      ...columns,
      JE_HEADER_ID: reversal.JE_HEADER_ID,
      STATUS: "U",
      ENTERED_DR: line.ENTERED_CR,
      ENTERED_CR: line.ENTERED_DR,
      ACCOUNTED_DR: line.ACCOUNTED_CR,
      ACCOUNTED_CR: line.ACCOUNTED_DR,
    });
  }
  Object.assign(header, {
    ACCRUAL_REV_STATUS: "R",
    ACCRUAL_REV_PERIOD_NAME: header.PERIOD_NAME,
    ACCRUAL_REV_JE_HEADER_ID: reversal.JE_HEADER_ID,
  });
  return header;
}

function deleteJournal(ledger: Ledger, header: Row): Row {
  if (header.STATUS === "P") throw new Error("A posted journal cannot be deleted, only reversed");
  ledger.remove("GL_JE_LINES", ledger.by("journalLines", header.JE_HEADER_ID as string));
  ledger.remove("GL_JE_HEADERS", [header]);
  return header;
}

function deleteRow(table: LedgerTable): Button {
  return (ledger, row) => (ledger.remove(table, [row]), row);
}

/** A changed line changes its journal's totals, as the form does it. */
export function retotal(ledger: Ledger, line: Row): void {
  const header = lookup(ledger.tables.GL_JE_HEADERS, Number(line.JE_HEADER_ID));
  if (!header) return;
  const lines = ledger.by("journalLines", line.JE_HEADER_ID as string);
  header.RUNNING_TOTAL_DR = plain(sum(lines, "ENTERED_DR"));
  header.RUNNING_TOTAL_CR = plain(sum(lines, "ENTERED_CR"));
}
