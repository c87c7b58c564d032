/**
 * The package's own memory of journals, `XXGUSSET_POSTINGS`: the one place where a key is unique.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { numberText } from "../numbers.ts";
import { lookup } from "../table.ts";
import type { Books } from "./checks.ts";
import { periodOf } from "./ledger.ts";
import { requestStatus } from "./manager.ts";

/** What the package hands over for one ledger and source. */
export interface Handover {
  ledgerId: string;
  /** As people see it. */
  source: string;
  groupId: string;
  /** The database's time. */
  at: string;
}

/** What became of a key. */
export type SubmitResult = "SENT" | "PRESENT" | "CONFLICT" | "WITHDRAWN";

/** A key's own row; undefined where it was never sent. */
export const postingOf = ({ ledger }: Books, key: string): Row | undefined => ledger.by("postings", key)[0];

/** Takes a journal into the memory and its lines into the interface, or says why not. */
export function handOver(books: Books, journal: Row, lines: readonly Row[], run: Handover): SubmitResult {
  const { ledger } = books;
  const key = journal.POSTING_KEY as string;
  const present = postingOf(books, key);
  if (present && present.WITHDRAWN_DATE === undefined) {
    return present.BODY_HASH === journal.BODY_HASH ? "PRESENT" : "CONFLICT";
  }
  if (present && (journal.WITHDRAWALS ?? "0") !== present.WITHDRAWALS) return "WITHDRAWN";
  const fields: Row = {
    POSTING_KEY: key,
    BODY_HASH: journal.BODY_HASH,
    LEDGER_ID: run.ledgerId,
    USER_JE_SOURCE_NAME: run.source,
    ACCOUNTING_DATE: journal.ACCOUNTING_DATE,
    PERIOD_NAME: periodOf(ledger, run.ledgerId, journal.ACCOUNTING_DATE as string)?.PERIOD_NAME,
    CURRENCY_CODE: journal.CURRENCY_CODE,
    GROUP_ID: run.groupId,
    LAST_UPDATE_DATE: run.at,
  };
  if (present) {
    ledger.remove("XXGUSSET_POSTING_LINES", ledger.by("sentLines", key));
    Object.assign(present, fields);
    delete present.WITHDRAWN_DATE;
    delete present.REQUEST_ID;
  } else ledger.add("XXGUSSET_POSTINGS", { ...fields, WITHDRAWALS: "0", CREATION_DATE: run.at });
  for (const line of lines) {
    const { LINE_NUM, CODE_COMBINATION_ID, REFERENCE10, REFERENCE23, REFERENCE24 } = line;
    const references = { REFERENCE10, REFERENCE23, REFERENCE24 };
    const amounts = { ENTERED_DR: number(line.ENTERED_DR), ENTERED_CR: number(line.ENTERED_CR) };
    ledger.add("XXGUSSET_POSTING_LINES", {
      POSTING_KEY: key,
      LINE_NUM,
      CODE_COMBINATION_ID,
      ...amounts,
      ...references,
    });
    ledger.add("GL_INTERFACE", interfaceRow(journal, line, amounts, run));
  }
  return "SENT";
}

function interfaceRow(journal: Row, line: Row, amounts: Row, run: Handover): Row {
  const { POSTING_KEY, BODY_HASH: _hash, WITHDRAWALS: _withdrawals, ...columns } = journal;
  return {
    ...columns,
    STATUS: "NEW",
    LEDGER_ID: run.ledgerId,
    USER_JE_SOURCE_NAME: run.source,
    GROUP_ID: run.groupId,
    ACTUAL_FLAG: "A",
    DATE_CREATED: run.at,
    CODE_COMBINATION_ID: line.CODE_COMBINATION_ID,
    ...amounts,
    REFERENCE6: POSTING_KEY,
    REFERENCE10: line.REFERENCE10,
    REFERENCE21: POSTING_KEY,
    REFERENCE22: line.LINE_NUM,
    REFERENCE23: line.REFERENCE23,
    REFERENCE24: line.REFERENCE24,
    REFERENCE25: line.REFERENCE25,
  };
}

const number = (text: unknown): string | undefined =>
  typeof text === "string" && text !== "" ? plain(new Big(text)) : undefined;

/** Takes a journal back where there is none yet. */
export function takeBack(books: Books, key: string, at: string): "WITHDRAWN" | "ABSENT" | "RUNNING" | "IMPORTED" {
  const { ledger } = books;
  const posting = postingOf(books, key);
  if (!posting) return "ABSENT";
  if (posting.WITHDRAWN_DATE !== undefined) return "WITHDRAWN";
  if (ledger.by("journals", key).length > 0) return "IMPORTED";
  const request = requestStatus(books, (posting.REQUEST_ID ?? "0") as string);
  if (request && request.phase !== "COMPLETE") return "RUNNING";
  const rows = ledger.by("interfaceKey", key);
  // Neither there nor a journal: somebody deleted it, before its import or after. That is theirs to decide.
  if (rows.length === 0) return "IMPORTED";
  ledger.remove("GL_INTERFACE", rows);
  posting.WITHDRAWN_DATE = posting.LAST_UPDATE_DATE = at;
  posting.WITHDRAWALS = String(Number(posting.WITHDRAWALS) + 1);
  return "WITHDRAWN";
}

/** A posting as `get_postings` gives it, its interface lines in `INTERFACE_LINES`, what was sent in `SENT_LINES`. */
export function postingRow(books: Books, posting: Row): Row {
  const { ledger } = books;
  const key = posting.POSTING_KEY as string;
  const sent = ledger.by("sentLines", key);
  const [journal] = ledger.by("journals", key);
  const lines = journal ? ledger.by("journalLines", journal.JE_HEADER_ID as string) : [];
  const { ROWID: _id, LAST_UPDATE_DATE: _at, ...own } = posting;
  return {
    ...own,
    REQUEST_PHASE: requestStatus(books, (posting.REQUEST_ID ?? "0") as string)?.phase,
    SENT_DR: total(sent, "ENTERED_DR"),
    SENT_CR: total(sent, "ENTERED_CR"),
    ...(journal && {
      JE_HEADER_ID: journal.JE_HEADER_ID,
      JE_NAME: journal.NAME,
      JE_BATCH_NAME: lookup(ledger.tables.GL_JE_BATCHES, Number(journal.JE_BATCH_ID))?.NAME,
      JE_STATUS: journal.STATUS,
      JE_PERIOD_NAME: journal.PERIOD_NAME,
      JE_LINE_COUNT: String(lines.length),
      RUNNING_TOTAL_DR: total(lines, "ENTERED_DR"),
      RUNNING_TOTAL_CR: total(lines, "ENTERED_CR"),
      REVERSAL_JE_HEADER_ID: journal.ACCRUAL_REV_JE_HEADER_ID,
      CHANGED_FLAG: byAccount(sent) === byAccount(lines) ? "N" : "Y",
    }),
    INTERFACE_LINES: ledger.by("interfaceKey", key).map((row): Row => ({
      REFERENCE22: row.REFERENCE22,
      CODE_COMBINATION_ID: row.CODE_COMBINATION_ID,
      ENTERED_DR: row.ENTERED_DR && numberText(row.ENTERED_DR as string),
      ENTERED_CR: row.ENTERED_CR && numberText(row.ENTERED_CR as string),
      STATUS: row.STATUS,
    })),
    SENT_LINES: sent.map(({ ROWID: _id, POSTING_KEY: _key, ...line }): Row => ({
      ...line,
      ENTERED_DR: line.ENTERED_DR && numberText(line.ENTERED_DR as string),
      ENTERED_CR: line.ENTERED_CR && numberText(line.ENTERED_CR as string),
    })),
  };
}

const summed = (rows: readonly Row[], column: string): Big =>
  rows.reduce((sum, row) => sum.plus((row[column] ?? "0") as string), new Big(0));
const total = (rows: readonly Row[], column: string): string => numberText(plain(summed(rows, column)));

/** Debits and credits by account, as one text. */
function byAccount(rows: readonly Row[]): string {
  const accounts = Map.groupBy(rows, (row) => row.CODE_COMBINATION_ID as string);
  return [...accounts].map(([id, own]) =>
    `${id} ${plain(summed(own, "ENTERED_DR"))} ${plain(summed(own, "ENTERED_CR"))}`
  ).sort().join("\n");
}
