/**
 * Where a journal is, in the words of the contract.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Failure } from "../../../engine/failure.ts";
import type { HeldLine, PostedJournal, Probe, Sending } from "../../../engine/posting.ts";
import type { PostingState } from "../streams/postings.ts";
import { codesIn, isError, meaningOf } from "./codes.ts";

/** A row of `get_postings` as a probe; undefined: the package knows no such key. */
export function probeOf(key: string, row: Row | undefined): Probe {
  if (!row) return { key, state: "absent" };
  const sending: Sending = {
    hash: (row.BODY_HASH ?? "") as string,
    group: (row.GROUP_ID ?? "") as string,
    withdrawals: withdrawalsOf(row),
    ...(row.REQUEST_ID !== undefined && { request: row.REQUEST_ID as string }),
  };
  const state = row.POSTING_STATE as PostingState;
  switch (state) {
    case "WITHDRAWN":
    case "DELETED":
      return { key, state: state === "DELETED" ? "deleted" : "withdrawn", ...sending };
    case "INTERFACE":
      return { key, state: "interface", running: isRunning(row), lines: heldLines(row), ...sending };
    default:
      return { key, state: LOWER[state], journal: journalOf(row), ...sending };
  }
}

/** How often a posting was withdrawn. */
export const withdrawalsOf = ({ WITHDRAWALS }: Row): number => Number(WITHDRAWALS ?? 0);

const LOWER = { UNPOSTED: "unposted", POSTED: "posted", REVERSED: "reversed", CHANGED: "changed" } as const;

/** Whether a posting's import is still to come or to end. */
export const isRunning = (row: Row): boolean =>
  row.REQUEST_PHASE === "PENDING" || row.REQUEST_PHASE === "RUNNING" || row.REQUEST_PHASE === "INACTIVE";

/** The journal of a posting's row. */
export function journalOf(row: Row): PostedJournal {
  return {
    id: row.JE_HEADER_ID as string,
    name: (row.JE_NAME ?? "") as string,
    batch: (row.JE_BATCH_NAME ?? "") as string,
    period: (row.JE_PERIOD_NAME ?? "") as string,
    debit: (row.RUNNING_TOTAL_DR ?? "0") as string,
    credit: (row.RUNNING_TOTAL_CR ?? "0") as string,
    posted: row.JE_STATUS === "P",
    ...(row.REVERSAL_JE_HEADER_ID !== undefined && { reversal: row.REVERSAL_JE_HEADER_ID as string }),
  };
}

/** The lines of a posting that wait in the interface. */
export function heldLines(row: Row): HeldLine[] {
  return ((row.INTERFACE_LINES ?? []) as Row[]).map((line) => ({
    line: `line ${line.REFERENCE22 ?? "?"}, account ${line.CODE_COMBINATION_ID ?? "?"}, ` +
      (line.ENTERED_DR !== undefined ? `debit ${line.ENTERED_DR}` : `credit ${line.ENTERED_CR}`),
    codes: codesIn((line.STATUS ?? "") as string),
  }));
}

/** Whether Journal Import has found something in a posting's own lines, not only in those of others. */
export const isCulprit = (row: Row): boolean => heldLines(row).some(({ codes }) => codes.some(isError));

/** Whether Journal Import has looked at a posting's lines at all. */
export const wasSeen = (row: Row): boolean =>
  ((row.INTERFACE_LINES ?? []) as Row[]).some(({ STATUS }) => STATUS !== "NEW");

/** What Journal Import has against a posting, in plain words: the first code, its line, and the codes of all lines as the value. */
export function refusal(key: string, row: Row): Failure {
  const held = heldLines(row).filter(({ codes }) => codes.some(isError));
  const [{ line, codes }] = held;
  const { fact, action } = meaningOf(codes.find(isError)!);
  return new Failure("post.refused", {
    fact: `${fact} (${line})`,
    value: [...new Set(held.flatMap(({ codes }) => codes))].join(", "),
    place: `journal ${key}`,
    action,
  });
}
