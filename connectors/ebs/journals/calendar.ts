/**
 * The ledger's periods, in the words of the contract.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { Period } from "../../../engine/posting.ts";

/** What a closing status means (reference §4.8). Journal Import takes journals into open and future-enterable periods. */
const STATUSES: Record<string, { status: string; open: boolean }> = {
  O: { status: "open", open: true },
  F: { status: "future-enterable", open: true },
  C: { status: "closed", open: false },
  P: { status: "permanently closed", open: false },
  N: { status: "never opened", open: false },
  W: { status: "close pending", open: false },
};

/** Rows of `periods` as a calendar, ascending by day; adjusting periods share their days with others and are left out. */
export function calendarOf(rows: readonly Row[]): Period[] {
  const periods = rows.filter((row) => row.ADJUSTMENT_PERIOD_FLAG !== "Y" && row.PERIOD_NAME !== undefined);
  return periods.map(({ PERIOD_NAME, CLOSING_STATUS, START_DATE, END_DATE }): Period => ({
    name: PERIOD_NAME as string,
    from: dayOf(START_DATE),
    to: dayOf(END_DATE),
    ...(STATUSES[CLOSING_STATUS as string] ?? { status: `in status ${CLOSING_STATUS ?? "none"}`, open: false }),
  })).sort((a, b) => a.from < b.from ? -1 : 1);
}

const dayOf = (value: Row[string]): string => String(value ?? "").slice(0, 10);
