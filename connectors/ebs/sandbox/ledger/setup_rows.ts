/**
 * What a plain installation of general ledger has from the start: ledgers, periods around today, sources, categories, currencies.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import type { LedgerTable } from "./columns.ts";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
/** Months back and ahead of the current one that have periods. */
const BACK = 14, AHEAD = 3;

/** The setup rows by table; `at` is the database's time. */
export function setupRows(units: readonly Row[], at: string): Partial<Record<LedgerTable, Row[]>> {
  const ledgers = new Map<string, Row>();
  for (const { LEDGER_ID = "1", LEDGER_NAME, CURRENCY_CODE = "USD" } of units) {
    const id = LEDGER_ID as string;
    ledgers.set(id, {
      LEDGER_ID: id,
      NAME: LEDGER_NAME,
      CURRENCY_CODE,
      CHART_OF_ACCOUNTS_ID: "101",
      SUSPENSE_ALLOWED_FLAG: "N",
      BALANCING_SEGMENT: "SEGMENT1",
    });
  }
  return {
    GL_LEDGERS: [...ledgers.values()],
    GL_PERIOD_STATUSES: [...ledgers.keys()].flatMap((id) => periods(id, at)),
    // Sources that a person made have a number as their own name (reference §5.2).
    GL_JE_SOURCES: numbered([
      { JE_SOURCE_NAME: "Manual", USER_JE_SOURCE_NAME: "Manual" },
      { JE_SOURCE_NAME: "Payables", USER_JE_SOURCE_NAME: "Payables" },
      { JE_SOURCE_NAME: "81", USER_JE_SOURCE_NAME: "Procore" },
    ]),
    GL_JE_CATEGORIES: numbered([
      { JE_CATEGORY_NAME: "Adjustment", USER_JE_CATEGORY_NAME: "Adjustment" },
      { JE_CATEGORY_NAME: "Accrual", USER_JE_CATEGORY_NAME: "Accrual" },
      { JE_CATEGORY_NAME: "101", USER_JE_CATEGORY_NAME: "Subcontract Cost" },
    ]),
    FND_CURRENCIES: numbered([
      { CURRENCY_CODE: "USD", ENABLED_FLAG: "Y", PRECISION: "2" },
      { CURRENCY_CODE: "CAD", ENABLED_FLAG: "Y", PRECISION: "2" },
      { CURRENCY_CODE: "EUR", ENABLED_FLAG: "Y", PRECISION: "2" },
      { CURRENCY_CODE: "JPY", ENABLED_FLAG: "Y", PRECISION: "0" },
      { CURRENCY_CODE: "BHD", ENABLED_FLAG: "Y", PRECISION: "3" },
      { CURRENCY_CODE: "FRF", ENABLED_FLAG: "N", PRECISION: "2" },
    ]),
    GL_DAILY_CONVERSION_TYPES: numbered([
      { CONVERSION_TYPE: "Corporate", USER_CONVERSION_TYPE: "Corporate" },
      { CONVERSION_TYPE: "User", USER_CONVERSION_TYPE: "User" },
    ]),
  };
}

const numbered = (rows: readonly Row[]): Row[] => rows.map((row, i) => ({ ROWID: String(i + 1), ...row }));

/** A ledger's months: the last and this one open, the next future-enterable, what is behind closed, what is ahead never opened. */
function periods(ledgerId: string, at: string): Row[] {
  const [year, month] = at.split("-").map(Number);
  return Array.from({ length: BACK + AHEAD + 1 }, (_, i): Row => {
    const ahead = i - BACK;
    const first = new Date(Date.UTC(year, month - 1 + ahead, 1));
    const last = new Date(Date.UTC(year, month + ahead, 0));
    const [y, m] = [first.getUTCFullYear(), first.getUTCMonth() + 1];
    const number = String(y * 10_000 + m);
    return {
      ROWID: `${ledgerId}${number}`,
      LEDGER_ID: ledgerId,
      EFFECTIVE_PERIOD_NUM: number,
      PERIOD_NAME: `${MONTHS[m - 1]}-${String(y % 100).padStart(2, "0")}`,
      CLOSING_STATUS: ahead > 1 ? "N" : ahead === 1 ? "F" : ahead >= -1 ? "O" : ahead > -12 ? "C" : "P",
      START_DATE: `${first.toISOString().slice(0, 10)}T00:00:00`,
      END_DATE: `${last.toISOString().slice(0, 10)}T00:00:00`,
      PERIOD_YEAR: String(y),
      PERIOD_NUM: String(m),
      ADJUSTMENT_PERIOD_FLAG: "N",
    };
  });
}
