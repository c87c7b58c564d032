/**
 * `get_account_balances`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { balanceRows } from "../ledger/balances.ts";
import { periodOf } from "../ledger/ledger.ts";
import { ledgerOf } from "./ledger_of.ts";
import { type Call, type Output, pagedByText, text, texts } from "./paging.ts";

/** Balances of one period: of accounts that are named, else of all that journals were ever sent to. */
export function getAccountBalances(call: Call): Output {
  const { db: { books, tables, now }, input } = call;
  return pagedByText(call, {
    from(orgId, keys) {
      const ledgerId = ledgerOf(call.db, orgId);
      const named = [...keys].map((key) => key.split(":")).filter((parts) => parts.length > 2);
      const periods = keys.size > 0
        ? named.map(([, , ...period]) => period.join(":"))
        : [text(input, "P_PERIOD_NAME") ?? periodOf(books.ledger, ledgerId, now())?.PERIOD_NAME as string];
      const ids = keys.size > 0 ? named.map(([id]) => id) : texts(input, "P_IDS");
      const accounts = new Set(keys.size > 0 || ids.length > 0 ? ids : sentTo(ledgerId));
      return [...new Set(periods)].flatMap((period) => balanceRows(books, { ledgerId, period, accounts }))
        .map((item) => ({ key: item.BALANCE_KEY as string, item }));
    },
    row: (row) => row,
  });

  function sentTo(ledgerId: string): string[] {
    const own = new Set(
      tables.XXGUSSET_POSTINGS.items.filter((row) => row.LEDGER_ID === ledgerId).map((row: Row) => row.POSTING_KEY),
    );
    return tables.XXGUSSET_POSTING_LINES.items.filter((row) => own.has(row.POSTING_KEY))
      .map((row) => row.CODE_COMBINATION_ID as string);
  }
}
