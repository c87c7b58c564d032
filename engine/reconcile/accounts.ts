/**
 * The accounts that stand against accrued cost, by the documents and by the books; and the proof in a line for each currency.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { counts, movedBy } from "./journals.ts";
import { keyParts, rowKey, sorted, sums } from "./sums.ts";
import type { AccountBalance, Document, Span } from "./facts.ts";
import type { AccountRow, ProofRow, RetainageRow, RollRow } from "./types.ts";

/** Accounts that documents name for what is to be paid and what is withheld, with what the books say of them. */
export function accountRows(
  documents: readonly Document[],
  { period, balances, dedicated = {} }: {
    period: Span;
    balances?: readonly AccountBalance[];
    /** Accounts that are known to be meant for this alone, whether or not anything was posted there. */
    dedicated?: Readonly<Record<string, "net" | "withheld">>;
  },
): AccountRow[] {
  const all = sums(), unposted = sums();
  const measures = new Map<string, "net" | "withheld">(Object.entries(dedicated));
  const keys = new Set<string>();
  for (const document of documents) {
    if (!counts(document) || document.date > period.to) continue;
    for (const line of document.lines) {
      if (line.measure === "cost" || line.measure === undefined) continue;
      if (!measures.has(line.account)) measures.set(line.account, line.measure);
      const key = rowKey(line.account, document.currency);
      keys.add(key);
      all.add(key, movedBy(line));
      if (!document.journal?.posted) unposted.add(key, movedBy(line));
    }
  }
  const known = sums();
  for (const { account, currency, balance } of balances ?? []) {
    if (!measures.has(account)) continue;
    keys.add(rowKey(account, currency));
    known.add(rowKey(account, currency), balance);
  }
  return sorted(keys, (key) => key).map((key) => {
    const [account, currency] = keyParts(key);
    const row = {
      account,
      measure: measures.get(account)!,
      currency,
      journals: all.text(key),
      unposted: unposted.text(key),
    };
    if (!balances) return row;
    const difference = all.of(key).minus(unposted.of(key)).minus(known.of(key));
    return { ...row, balance: known.text(key), difference: plain(difference) };
  });
}

/** Adds a report's rows up by currency: cost by what it is charged to, and the two that stand against it. */
export function proofRows(
  { cost, retainage, accounts }: {
    cost: readonly RollRow[];
    retainage: readonly RetainageRow[];
    accounts: readonly AccountRow[];
  },
): ProofRow[] {
  const closing = sums(), journals = sums(), unposted = sums(), balance = sums();
  const currencies = new Set<string>();
  for (const row of cost) {
    currencies.add(row.currency);
    for (const measure of ["cost", "net"]) closing.add(rowKey(measure, row.currency), row.closing);
    journals.add(rowKey("cost", row.currency), row.journals);
  }
  for (const row of retainage) {
    currencies.add(row.currency);
    closing.add(rowKey("withheld", row.currency), row.closing);
    closing.add(rowKey("net", row.currency), new Big(row.closing).times(-1));
  }
  for (const row of accounts) {
    currencies.add(row.currency);
    const key = rowKey(row.measure, row.currency);
    journals.add(key, row.journals);
    unposted.add(key, row.unposted);
    if (row.balance !== undefined) balance.add(key, row.balance);
  }
  const compared = accounts.some((row) => row.balance !== undefined);
  return [...currencies].sort().flatMap((currency) =>
    (["cost", "net", "withheld"] as const).map((measure): ProofRow => {
      const key = rowKey(measure, currency);
      return {
        measure,
        currency,
        closing: closing.text(key),
        journals: journals.text(key),
        unposted: unposted.text(key),
        ...(measure !== "cost" && compared && { balance: balance.text(key) }),
        difference: plain(closing.of(key).minus(journals.of(key))),
      };
    })
  );
}
