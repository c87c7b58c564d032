/**
 * What Journal Import finds wrong with rows of the interface, by its own status codes (reference §5.3).
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big } from "../../../../engine/decimal.ts";
import { lookup, type Table } from "../table.ts";
import { type Ledger, periodOf } from "./ledger.ts";

/** GL amounts have 15 digits before the point in the sandbox; more is EC13. */
const TOO_LARGE = new Big("1e15");

/** What the checks look at. */
export interface Books {
  ledger: Ledger;
  /** GL_CODE_COMBINATIONS. */
  accounts: Table;
}

/** The codes of one row by itself. */
export function rowCodes(books: Books, row: Row): string[] {
  return [
    ...periodCodes(books, row),
    ...accountCodes(books, row),
    ...currencyCodes(books, row),
    ...nameCodes(books, row),
  ];
}

function periodCodes({ ledger }: Books, row: Row): string[] {
  const isOpen = ({ CLOSING_STATUS }: Row) => CLOSING_STATUS === "O" || CLOSING_STATUS === "F";
  const own = ledger.tables.GL_PERIOD_STATUSES.items.filter(({ LEDGER_ID }) => LEDGER_ID === row.LEDGER_ID);
  if (!own.some(isOpen)) return ["EP02"];
  const period = periodOf(ledger, row.LEDGER_ID as string, row.ACCOUNTING_DATE as string);
  return period && isOpen(period) ? [] : ["EP01"];
}

function accountCodes({ accounts }: Books, row: Row): string[] {
  const account = lookup(accounts, Number(row.CODE_COMBINATION_ID));
  if (!account) return ["EF05"];
  if (account.ENABLED_FLAG === "N") return ["EF03"];
  if (account.DETAIL_POSTING_ALLOWED_FLAG === "N" || account.SUMMARY_FLAG === "Y") return ["EF02"];
  const day = (row.ACCOUNTING_DATE as string).slice(0, 10);
  const [start, end] = [account.START_DATE_ACTIVE, account.END_DATE_ACTIVE] as (string | undefined)[];
  return (start !== undefined && day < start.slice(0, 10)) || (end !== undefined && day > end.slice(0, 10))
    ? ["EF01"]
    : [];
}

function currencyCodes({ ledger }: Books, row: Row): string[] {
  const { tables } = ledger;
  const amount = new Big((row.ENTERED_DR ?? row.ENTERED_CR ?? "0") as string);
  const codes = amount.abs().gte(TOO_LARGE) ? ["EC13"] : [];
  const currency = tables.FND_CURRENCIES.items.find(({ CURRENCY_CODE }) => CURRENCY_CODE === row.CURRENCY_CODE);
  if (currency?.ENABLED_FLAG !== "Y") return [...codes, "EC08"];
  const own = lookup(tables.GL_LEDGERS, Number(row.LEDGER_ID))?.CURRENCY_CODE;
  if (row.CURRENCY_CODE === own) {
    const differs = (["DR", "CR"] as const).some((side) =>
      row[`ACCOUNTED_${side}`] !== undefined && row[`ACCOUNTED_${side}`] !== row[`ENTERED_${side}`]
    );
    return differs ? [...codes, "EC12"] : codes;
  }
  if (row.ACCOUNTED_DR !== undefined || row.ACCOUNTED_CR !== undefined) return codes;
  return rateOf(ledger, row) === undefined ? [...codes, rateCode(ledger, row)] : codes;
}

function rateCode({ tables }: Ledger, row: Row): string {
  const type = row.USER_CURRENCY_CONVERSION_TYPE;
  if (type === undefined) return "EC03";
  if (!tables.GL_DAILY_CONVERSION_TYPES.items.some(({ USER_CONVERSION_TYPE }) => USER_CONVERSION_TYPE === type)) {
    return "EC11";
  }
  if (type === "User") return "EC01";
  return row.CURRENCY_CONVERSION_DATE === undefined ? "EC02" : "EC06";
}

/** The rate from a row's currency to its ledger's; 1 where they are the same, undefined where there is none. */
export function rateOf({ tables }: Ledger, row: Row): Big | undefined {
  const own = lookup(tables.GL_LEDGERS, Number(row.LEDGER_ID))?.CURRENCY_CODE;
  if (row.CURRENCY_CODE === own) return new Big(1);
  const type = row.USER_CURRENCY_CONVERSION_TYPE;
  if (type === "User") {
    return row.CURRENCY_CONVERSION_RATE === undefined ? undefined : new Big(row.CURRENCY_CONVERSION_RATE as string);
  }
  const internal = tables.GL_DAILY_CONVERSION_TYPES.items.find((known) => known.USER_CONVERSION_TYPE === type);
  const rate = tables.GL_DAILY_RATES.items.find((known) =>
    known.FROM_CURRENCY === row.CURRENCY_CODE && known.TO_CURRENCY === own &&
    known.CONVERSION_TYPE === internal?.CONVERSION_TYPE && internal !== undefined &&
    known.CONVERSION_DATE === row.CURRENCY_CONVERSION_DATE
  );
  return rate === undefined ? undefined : new Big(rate.CONVERSION_RATE as string);
}

function nameCodes({ ledger: { tables } }: Books, row: Row): string[] {
  const codes: string[] = [];
  if (!tables.GL_JE_CATEGORIES.items.some((known) => known.USER_JE_CATEGORY_NAME === row.USER_JE_CATEGORY_NAME)) {
    codes.push("EM01");
  }
  if (!lookup(tables.GL_LEDGERS, Number(row.LEDGER_ID))) codes.push("EM03");
  if (row.ACTUAL_FLAG !== "A") codes.push("EM04");
  return codes;
}

/** The balancing segment's value of a row's account. */
export function balancingValue({ ledger, accounts }: Books, row: Row): string {
  const column = (lookup(ledger.tables.GL_LEDGERS, Number(row.LEDGER_ID))?.BALANCING_SEGMENT ?? "SEGMENT1") as string;
  return (lookup(accounts, Number(row.CODE_COMBINATION_ID))?.[column] ?? "") as string;
}

/** Whether the rows of one journal are out of balance, by balancing segment, in the entered currency. */
export function isUnbalanced(books: Books, rows: readonly Row[]): boolean {
  const sums = new Map<string, Big>();
  for (const row of rows) {
    const value = balancingValue(books, row);
    const amount = new Big((row.ENTERED_DR ?? "0") as string).minus((row.ENTERED_CR ?? "0") as string);
    sums.set(value, (sums.get(value) ?? new Big(0)).plus(amount));
  }
  return [...sums.values()].some((sum) => !sum.eq(0));
}
