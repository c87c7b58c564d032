/**
 * Journals that were ever sent, and where each is.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { parseDecimal, plain } from "../../../engine/decimal.ts";
import { posting, type POSTING_STATES } from "../../../schemas/ebs/postings.ts";
import { type EbsStream, PAGE_SIZE } from "./stream.ts";

/** Where a journal is. */
export type PostingState = typeof POSTING_STATES[number];

/** The stream `postings`: read whole each time, for a journal that an accountant touches tells nobody. */
export const postings: EbsStream = {
  operation: "get_postings",
  stream: {
    description:
      "Journals that were ever sent to the primary ledger of a covered operating unit, and where each is now.",
    record: posting,
    key: "POSTING_KEY",
    order: "text",
    label: "JE_NAME",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: false, overlap: 0, periods: true },
  },
  asks: { P_LINES: "Y" },
  derive: withState,
};

/** Sums of the package, which the database writes as `.5`. */
const SUMS = ["SENT_DR", "SENT_CR", "RUNNING_TOTAL_DR", "RUNNING_TOTAL_CR"] as const;

/** A posting with its state, and amounts in their one form. */
export function withState(row: Row): Row {
  const lines = ((row.SENT_LINES ?? []) as Row[]).map((line) => withPlain(line, ["ENTERED_DR", "ENTERED_CR"]));
  return { ...withPlain(row, SUMS), SENT_LINES: lines, POSTING_STATE: stateOf(row) };
}

/** A row with these numbers in their one form; what is no number stays as it is, for the engine to reject. */
export function withPlain(row: Row, names: readonly string[]): Row {
  const result: Row = { ...row };
  for (const name of names) {
    const number = typeof row[name] === "string" ? parseDecimal(row[name]) : undefined;
    if (number) result[name] = plain(number);
  }
  return result;
}

/** What the package's facts come to. A reversed journal counts as reversed, whatever else was done to it. */
export function stateOf(row: Row): PostingState {
  if (row.JE_HEADER_ID !== undefined) {
    if (row.REVERSAL_JE_HEADER_ID !== undefined) return "REVERSED";
    if (row.CHANGED_FLAG === "Y") return "CHANGED";
    return row.JE_STATUS === "P" ? "POSTED" : "UNPOSTED";
  }
  if (row.WITHDRAWN_DATE !== undefined) return "WITHDRAWN";
  return ((row.INTERFACE_LINES ?? []) as Row[]).length > 0 ? "INTERFACE" : "DELETED";
}
