/**
 * `GL_BALANCES`, added up from the journals each time: what posting keeps.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { Big, plain } from "../../../../engine/decimal.ts";
import { numberText } from "../numbers.ts";
import { lookup } from "../table.ts";
import type { Books } from "./checks.ts";
import type { Ledger } from "./ledger.ts";

const COLUMNS = [
  "BEGIN_BALANCE_DR",
  "BEGIN_BALANCE_CR",
  "PERIOD_NET_DR",
  "PERIOD_NET_CR",
  "UNPOSTED_DR",
  "UNPOSTED_CR",
] as const;
type Sums = Record<typeof COLUMNS[number], Big>;

/** The balances of accounts at the end of a period, by the currency that was entered; those without any journal are left out. */
export function balanceRows(
  { ledger, accounts: chart }: Books,
  { ledgerId, period, accounts }: { ledgerId: string; period: string; accounts: ReadonlySet<string> },
): Row[] {
  const sums = new Map<string, Sums>();
  const asked = periodNamed(ledger, ledgerId, period);
  if (!asked) return [];
  for (const line of ledger.tables.GL_JE_LINES.items) {
    const id = line.CODE_COMBINATION_ID as string;
    if (line.LEDGER_ID !== ledgerId || !accounts.has(id)) continue;
    const header = lookup(ledger.tables.GL_JE_HEADERS, Number(line.JE_HEADER_ID));
    const own = header && periodNamed(ledger, ledgerId, header.PERIOD_NAME as string);
    if (!own || number(own) > number(asked)) continue;
    // Income and expense begin anew with each year.
    const type = lookup(chart, Number(id))?.ACCOUNT_TYPE;
    if ((type === "R" || type === "E") && own.PERIOD_YEAR !== asked.PERIOD_YEAR) continue;
    const key = `${id}:${header.CURRENCY_CODE}`;
    const sum = sums.get(key) ?? nothing();
    sums.set(key, sum);
    const into = header.STATUS !== "P" ? "UNPOSTED" : own === asked ? "PERIOD_NET" : "BEGIN_BALANCE";
    for (const side of ["DR", "CR"] as const) {
      sum[`${into}_${side}`] = sum[`${into}_${side}`].plus((line[`ENTERED_${side}`] ?? "0") as string);
    }
  }
  return [...sums].map(([key, sum]): Row => {
    const [id, currency] = key.split(":");
    return {
      BALANCE_KEY: `${key}:${period}`,
      LEDGER_ID: ledgerId,
      CODE_COMBINATION_ID: id,
      CONCATENATED_SEGMENTS: lookup(chart, Number(id))?.CONCATENATED_SEGMENTS,
      CURRENCY_CODE: currency,
      PERIOD_NAME: period,
      ...Object.fromEntries(COLUMNS.map((name) => [name, numberText(plain(sum[name]))])),
    };
  });
}

const nothing = (): Sums => Object.fromEntries(COLUMNS.map((name) => [name, new Big(0)])) as Sums;
const number = (period: Row): number => Number(period.EFFECTIVE_PERIOD_NUM);

const periodNamed = ({ tables }: Ledger, ledgerId: string, name: string): Row | undefined =>
  tables.GL_PERIOD_STATUSES.items.find((row) => row.LEDGER_ID === ledgerId && row.PERIOD_NAME === name);
