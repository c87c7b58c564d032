/**
 * What people do with journals and invoices: post, reverse and delete, clear the interface, enter and cancel. `ACTION` in a touch is the
 * button; a button that needs no row is pressed without a key.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { lookup } from "../table.ts";
import type { LedgerTable } from "./columns.ts";
import { cancelInvoice, enterInvoice } from "./invoices.ts";
import type { Ledger } from "./ledger.ts";

type Button = (ledger: Ledger, row: Row, at: string) => Row;

const BUTTONS: Partial<Record<LedgerTable, Record<string, Button>>> = {
  GL_JE_BATCHES: { POST: postBatch },
  GL_JE_HEADERS: { POST: post, REVERSE: reverse, DELETE: deleteJournal },
  AP_INVOICES_ALL: { CANCEL: cancelInvoice },
  FND_CONCURRENT_REQUESTS: { CANCEL: cancelRequest },
  GL_JE_LINES: { DELETE: deleteRow("GL_JE_LINES") },
  GL_INTERFACE: { DELETE: deleteRow("GL_INTERFACE") },
  GL_INTERFACE_CONTROL: { DELETE: deleteRow("GL_INTERFACE_CONTROL") },
};

/** Buttons that make something new, or run over everything. */
const KEYLESS: Partial<Record<LedgerTable, Record<string, (ledger: Ledger, fields: Row, at: string) => Row>>> = {
  GL_JE_BATCHES: { AUTOPOST: autoPost },
  AP_INVOICES_ALL: { ENTER: enterInvoice },
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
  const keyless = KEYLESS[name]?.[fields.ACTION as string];
  if (keyless) return keyless(ledger, fields, at);
  const button = BUTTONS[name]?.[fields.ACTION as string];
  if (!button) {
    const known = Object.keys({ ...BUTTONS[name], ...KEYLESS[name] });
    throw new Error(`${table} has no ACTION ${fields.ACTION}; it has ${known.join(", ")}`);
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
  const batch = lookup(ledger.tables.GL_JE_BATCHES, Number(header.JE_BATCH_ID));
  if (batch && headersOf(ledger, batch).every(({ STATUS }) => STATUS === "P")) {
    Object.assign(batch, { STATUS: "P", POSTED_DATE: at });
  }
  return header;
}

const headersOf = ({ tables }: Ledger, { JE_BATCH_ID }: Row): Row[] =>
  tables.GL_JE_HEADERS.items.filter((header) => header.JE_BATCH_ID === JE_BATCH_ID);

/** As Oracle does it: a batch is posted whole. */
function postBatch(ledger: Ledger, batch: Row, at: string): Row {
  const open = headersOf(ledger, batch).filter(({ STATUS }) => STATUS !== "P");
  if (open.length === 0) throw new Error(`Batch ${batch.JE_BATCH_ID} has nothing to post`);
  for (const header of open) post(ledger, header, at);
  return batch;
}

/** The program AutoPost: every journal that is not posted yet, of one source where `JE_SOURCE` names it; gives how many in `POSTED`. */
function autoPost(ledger: Ledger, { JE_SOURCE }: Row, at: string): Row {
  const open = ledger.tables.GL_JE_HEADERS.items.filter((header) =>
    header.STATUS !== "P" && (JE_SOURCE === undefined || header.JE_SOURCE === JE_SOURCE)
  );
  for (const header of open) post(ledger, header, at);
  return { POSTED: String(open.length) };
}

/** A request that somebody has enough of; what it was to do is not done. */
function cancelRequest(_ledger: Ledger, row: Row, at: string): Row {
  if (row.PHASE_CODE === "C") throw new Error(`Request ${row.REQUEST_ID} is over`);
  return Object.assign(row, {
    PHASE_CODE: "C",
    STATUS_CODE: "X",
    ACTUAL_COMPLETION_DATE: at,
    COMPLETION_TEXT: "Terminated by a person",
  });
}

const sum = (rows: readonly Row[], column: string): Big =>
  rows.reduce((total, row) => total.plus((row[column] ?? "0") as string), new Big(0));

/** A journal of its own, debits and credits switched, in the same period; it is unposted, as Oracle makes it. */
function reverse(ledger: Ledger, header: Row, at: string): Row {
  if (header.ACCRUAL_REV_JE_HEADER_ID !== undefined) {
    throw new Error(`Journal ${header.JE_HEADER_ID} is reversed already`);
  }
  const { JE_HEADER_ID, EXTERNAL_REFERENCE: _own, POSTED_DATE: _posted, ...own } = header;
  const batch = ledger.add("GL_JE_BATCHES", {
    NAME: `Reverses ${lookup(ledger.tables.GL_JE_BATCHES, Number(header.JE_BATCH_ID))?.NAME ?? ""}`.slice(0, 100),
    STATUS: "U",
    ACTUAL_FLAG: "A",
    DEFAULT_PERIOD_NAME: header.PERIOD_NAME,
  });
  const reversal = ledger.add("GL_JE_HEADERS", {
    ...own,
    JE_BATCH_ID: batch.JE_BATCH_ID,
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
