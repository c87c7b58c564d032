/**
 * From what was read to the report: pure, so that the same rows give the same report, to the last byte.
 *
 * @module
 */
import { accountRows, proofRows } from "./accounts.ts";
import { commitmentRows } from "./commitments.ts";
import { coverageRows } from "./coverage.ts";
import { exceptionsIn, type Owners } from "./exceptions.ts";
import { registerOf } from "./register.ts";
import { rollForward } from "./rollforward.ts";
import type { Recognise } from "./target.ts";
import type { Gathered } from "./facts.ts";
import type { Header, Report } from "./types.ts";

/** What a report is made with. */
export interface Making {
  header: Header;
  gathered: Gathered;
  recognise: Recognise;
  owners: Owners;
  /** Accounts that are meant for this alone. */
  dedicated?: Readonly<Record<string, "net" | "withheld">>;
  /** The period before, as it was frozen. */
  former?: Report;
}

/** Makes the report. */
export function makeReport({ header, gathered, recognise, owners, dedicated, former }: Making): Report {
  const { period, at } = header;
  const rolled = rollForward({ gathered, period, recognise, former });
  const { cost, retainage, closing } = rolled;
  const accounts = accountRows(gathered.documents, { period, balances: gathered.balances, dedicated });
  const commitments = commitmentRows(gathered, { period });
  const exceptions = exceptionsIn({ gathered, recognise, rolled, accounts, commitments, period, at, owners });
  const coverage = coverageRows(gathered.sheets, {
    documents: gathered.documents,
    period,
    recognise,
    outbox: gathered.outbox,
    closing,
  });
  return {
    header,
    proof: proofRows({ cost, retainage, accounts }),
    cost,
    retainage,
    accounts,
    commitments,
    register: registerOf(gathered.documents, { contracts: gathered.contracts, period }),
    exceptions,
    coverage,
    open: exceptions.filter(({ open }) => open).length,
    names: namesIn(gathered.names, { cost, retainage, accounts }),
    receipts: receiptsOf(gathered),
  };
}

/** The names that the report needs: a chart of accounts has many more. */
function namesIn(
  { projects, accounts }: Gathered["names"],
  parts: Pick<Report, "cost" | "retainage" | "accounts">,
): Gathered["names"] {
  const used = new Set([...parts.cost, ...parts.retainage, ...parts.accounts].map(({ account }) => account));
  return { projects, accounts: Object.fromEntries(Object.entries(accounts).filter(([id]) => used.has(id))) };
}

/** What receiving has accrued of each position so far: only where it says more than invoices do. */
function receiptsOf({ bookings }: Gathered): Record<string, string> {
  const found: Record<string, string> = {};
  for (const booking of bookings) {
    if (booking.received !== "0") found[booking.position] = booking.received;
  }
  return found;
}
