/**
 * What accounts come to, by the books: the proof of what journals should have left there.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { Big, parseDecimal, plain } from "../../../engine/decimal.ts";
import { accountBalance as record } from "../../../schemas/ebs/account_balances.ts";
import { withPlain } from "./postings.ts";
import { type EbsStream, PAGE_SIZE } from "./stream.ts";

/** The stream `account_balances`: a period read whole; without one, that of the database's today. */
export const accountBalances: EbsStream = {
  operation: "get_account_balances",
  stream: {
    description:
      "Actual balances of the accounts that journals were ever sent to, in one period of a covered operating unit's ledger.",
    record,
    key: "BALANCE_KEY",
    order: "text",
    label: "CONCATENATED_SEGMENTS",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: false, overlap: 0, periods: true },
  },
  derive: withEnd,
};

const FIGURES = ["BEGIN_BALANCE", "PERIOD_NET", "UNPOSTED"].flatMap((of) => [`${of}_DR`, `${of}_CR`]);

/** A balance with its end: debits less credits. A figure that is no number leaves it out. */
export function withEnd(row: Row): Row {
  const figure = (name: string): Big | undefined =>
    row[name] === undefined ? new Big(0) : parseDecimal(String(row[name]));
  const [beginDr, beginCr, netDr, netCr] = FIGURES.map(figure);
  const end = beginDr && beginCr && netDr && netCr && beginDr.minus(beginCr).plus(netDr).minus(netCr);
  return { ...withPlain(row, FIGURES), ...(end && { END_BALANCE: plain(end) }) };
}
