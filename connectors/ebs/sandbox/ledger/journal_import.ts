/**
 * Journal Import (`GLLEZL`): takes the rows of a ledger, source and group, a batch whole or not at all, and makes journals of them;
 * what it takes it deletes from the interface (reference §5.1, §5.3). It knows no key: what comes twice is in the books twice.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { type Books, isUnbalanced, rateOf, rowCodes } from "./checks.ts";
import { periodOf } from "./ledger.ts";

/** What an import is started with: the arguments of `GLLEZLSRS`. */
export interface ImportRun {
  requestId: string;
  /** Its own name, not the one people see. */
  source: string;
  ledgerId: string;
  /** Undefined: only rows without a group. */
  groupId: string | undefined;
  /** Whether what does not balance may go to suspense. */
  suspense: boolean;
  /** The database's time. */
  at: string;
}

/** How it ended, as the request says it. */
export interface ImportEnd {
  status: "NORMAL" | "WARNING" | "ERROR";
  text?: string;
}

/** Imports. */
export function importJournals(books: Books, run: ImportRun): ImportEnd {
  const { tables, by } = books.ledger;
  const stuck = tables.GL_INTERFACE_CONTROL.items.some((row) =>
    row.JE_SOURCE_NAME === run.source && (row.GROUP_ID === undefined || row.GROUP_ID === run.groupId) &&
    row.STATUS !== "P"
  );
  if (stuck) {
    return { status: "ERROR", text: "Another Journal Import of this source and group holds GL_INTERFACE_CONTROL" };
  }
  const source = tables.GL_JE_SOURCES.items.find((row) => row.JE_SOURCE_NAME === run.source)?.USER_JE_SOURCE_NAME;
  const candidates = run.groupId === undefined
    ? tables.GL_INTERFACE.items.filter(({ GROUP_ID }) => GROUP_ID === undefined)
    : by("interfaceGroup", run.groupId);
  const rows = candidates.filter((row) => row.USER_JE_SOURCE_NAME === source && row.LEDGER_ID === run.ledgerId);
  if (source === undefined || rows.length === 0) {
    return { status: "WARNING", text: "LEZL0008: Found no interface records to process" };
  }
  let status: ImportEnd["status"] = "NORMAL";
  for (const batch of Map.groupBy(rows, batchPrefix).values()) {
    if (importBatch(books, run, batch) === "WARNING") status = "WARNING";
  }
  return status === "NORMAL" ? { status } : { status, text: "Journal Import found errors in the interface" };
}

const batchPrefix = ({ REFERENCE1 }: Row): string => ((REFERENCE1 ?? "") as string).slice(0, 50);

/** Rows of one derived name are one journal. */
const journalName = (row: Row): string =>
  [((row.REFERENCE4 ?? "") as string).slice(0, 25), row.USER_JE_CATEGORY_NAME, row.CURRENCY_CODE]
    .filter((part) => part !== "").join(" ");

function importBatch(books: Books, run: ImportRun, rows: readonly Row[]): ImportEnd["status"] {
  const { ledger } = books;
  const codes = new Map(rows.map((row) => [row, rowCodes(books, row)]));
  const journals = Map.groupBy(
    rows,
    (row) => `${journalName(row)}\n${periodOf(ledger, run.ledgerId, row.ACCOUNTING_DATE as string)?.PERIOD_NAME}`,
  );
  let unbalanced = false;
  for (const journal of journals.values()) {
    // What is charged to no account belongs to no balancing segment.
    const unknown = journal.some((row) => codes.get(row)!.includes("EF05"));
    if (unknown || !isUnbalanced(books, journal)) continue;
    unbalanced = true;
    for (const row of journal) codes.get(row)!.push(run.suspense ? "WU01" : "EU02");
  }
  const failed = [...codes.values()].some((found) => found.some((code) => code.startsWith("E")));
  if (failed) {
    for (const [row, found] of codes) {
      row.STATUS = found.length > 0 ? found.join(",") : "P";
      row.REQUEST_ID = run.requestId;
    }
    return "WARNING";
  }
  const [first] = rows;
  const source = first.USER_JE_SOURCE_NAME as string;
  const batch = ledger.add("GL_JE_BATCHES", {
    NAME: `${batchPrefix(first)} ${source} ${run.requestId} A ${run.groupId ?? ""}`.trim().slice(0, 100),
    STATUS: "U",
    ACTUAL_FLAG: "A",
    DEFAULT_PERIOD_NAME: periodOf(ledger, run.ledgerId, first.ACCOUNTING_DATE as string)!.PERIOD_NAME,
  });
  for (const journal of journals.values()) addJournal(books, run, batch, journal);
  ledger.remove("GL_INTERFACE", rows);
  return unbalanced ? "WARNING" : "NORMAL";
}

function addJournal({ ledger }: Books, run: ImportRun, batch: Row, rows: readonly Row[]): void {
  const [first] = rows;
  const category = ledger.tables.GL_JE_CATEGORIES.items.find((row) =>
    row.USER_JE_CATEGORY_NAME === first.USER_JE_CATEGORY_NAME
  );
  const { PERIOD_NAME } = periodOf(ledger, run.ledgerId, first.ACCOUNTING_DATE as string)!;
  const total = (column: string) =>
    plain(rows.reduce((sum, row) => sum.plus((row[column] ?? "0") as string), new Big(0)));
  const header = ledger.add("GL_JE_HEADERS", {
    JE_BATCH_ID: batch.JE_BATCH_ID,
    LEDGER_ID: run.ledgerId,
    JE_CATEGORY: category?.JE_CATEGORY_NAME,
    JE_SOURCE: run.source,
    PERIOD_NAME,
    NAME: journalName(first).slice(0, 100),
    CURRENCY_CODE: first.CURRENCY_CODE,
    STATUS: "U",
    DATE_CREATED: run.at,
    ACTUAL_FLAG: "A",
    DEFAULT_EFFECTIVE_DATE: first.ACCOUNTING_DATE,
    DESCRIPTION: first.REFERENCE5,
    EXTERNAL_REFERENCE: (first.REFERENCE6 as string | undefined)?.slice(0, 80),
    RUNNING_TOTAL_DR: total("ENTERED_DR"),
    RUNNING_TOTAL_CR: total("ENTERED_CR"),
  });
  // Lines are numbered by account and amount, whatever order they came in.
  const figure = (row: Row) => new Big((row.ENTERED_DR ?? "0") as string).minus((row.ENTERED_CR ?? "0") as string);
  const ordered = [...rows].sort((a, b) =>
    Number(a.CODE_COMBINATION_ID) - Number(b.CODE_COMBINATION_ID) || figure(b).cmp(figure(a))
  );
  ordered.forEach((row, i) => {
    const rate = rateOf(ledger, row) ?? new Big(1);
    const accounted = (side: "DR" | "CR") =>
      row[`ACCOUNTED_${side}`] ??
        (row[`ENTERED_${side}`] && plain(rate.times(row[`ENTERED_${side}`] as string).round(2, Big.roundHalfUp)));
    ledger.add("GL_JE_LINES", {
      JE_HEADER_ID: header.JE_HEADER_ID,
      JE_LINE_NUM: String(i + 1),
      LEDGER_ID: run.ledgerId,
      CODE_COMBINATION_ID: row.CODE_COMBINATION_ID,
      PERIOD_NAME,
      EFFECTIVE_DATE: row.ACCOUNTING_DATE,
      STATUS: "U",
      ENTERED_DR: row.ENTERED_DR,
      ENTERED_CR: row.ENTERED_CR,
      ACCOUNTED_DR: accounted("DR"),
      ACCOUNTED_CR: accounted("CR"),
      DESCRIPTION: row.REFERENCE10 ?? "Journal Import Created",
      REFERENCE_1: row.REFERENCE21,
      REFERENCE_2: row.REFERENCE22,
      REFERENCE_3: row.REFERENCE23,
      REFERENCE_4: row.REFERENCE24,
      REFERENCE_5: row.REFERENCE25,
    });
  });
}
