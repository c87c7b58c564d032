/**
 * The words of a report. All amounts are decimals as text; a day is `YYYY-MM-DD`.
 *
 * @module
 */
import type { Document, Exception, Gathered, Span } from "./facts.ts";

/** A row of a roll-forward: one project, account and currency. */
export interface RollRow {
  project: string;
  account: string;
  currency: string;
  /** What stood at the end of the period before: as it was frozen, else as it is reckoned now. */
  opening: string;
  /** What is known of earlier periods now and was not when they were frozen. */
  corrections: string;
  /** Certified in the period. */
  certified: string;
  /** Of what is certified, taken over by invoices in the period. */
  invoiced: string;
  /** Of what is certified, taken over by accrued receipts that no invoice took over. */
  received: string;
  /** `opening + corrections + certified - invoiced - received`. */
  closing: string;
  /** What unreversed journals of the period and before say. */
  journals: string;
  /** `closing - journals`. */
  difference: string;
  /** What payables and receiving have booked beyond what is certified: no accrual. */
  beyond: string;
}

/** A row of the retainage's roll-forward. */
export interface RetainageRow {
  project: string;
  account: string;
  currency: string;
  opening: string;
  corrections: string;
  withheld: string;
  released: string;
  /** What went with the cost that invoices and receipts took over. */
  taken: string;
  /** `opening + corrections + withheld - released - taken`. */
  closing: string;
  journals: string;
  difference: string;
}

/** An account that stands against accrued cost. */
export interface AccountRow {
  account: string;
  measure: "net" | "withheld";
  currency: string;
  /** Of unreversed journals, posted and unposted. */
  journals: string;
  /** How much of that is not posted yet. */
  unposted: string;
  /** By the books; absent where it is not compared. */
  balance?: string;
  /** `journals - unposted - balance`. */
  difference?: string;
}

/** The proof in one line for each currency: what should stand, what journals say, what the accounts say. */
export interface ProofRow {
  measure: "cost" | "net" | "withheld";
  currency: string;
  closing: string;
  journals: string;
  unposted: string;
  balance?: string;
  difference: string;
}

/** An order beside its contract. */
export interface CommitmentRow {
  contract: string;
  project: string;
  currency: string;
  /** Ordered less cancelled. */
  ordered: string;
  /** The contract's sum with approved change orders. */
  revised?: string;
  /** Of that, approved change orders. */
  changes?: string;
  pending?: string;
  /** `ordered - revised`. */
  difference?: string;
  /** To date, by payables. */
  billed: string;
  /** To date, by the source's documents that count. */
  certified: string;
}

/** A line of the register. */
export interface RegisterRow {
  key: string;
  purpose: Document["purpose"];
  label?: string;
  project: string;
  date: string;
  period?: string;
  journal?: string;
  batch?: string;
  state: string;
  currency: string;
  /** Sum of its debits. */
  amount: string;
  /** The document that it takes back, or that takes it back. */
  reverses?: string;
  reversed?: string;
  /** What it leaves at the period's end, at cost. */
  stands: string;
}

/** How much of what was certified in the period is accounted for; values without sign. */
export interface CoverageRow {
  what: "journalised" | "nothing to post" | "waiting" | "refused" | "missing" | "unmatched" | "history" | "outside";
  currency: string;
  documents: number;
  value: string;
}

/** What changed in a period after it was frozen. */
export interface Change {
  part: string;
  /** The row. */
  key: string;
  field: string;
  was?: string;
  now?: string;
}

/** What a report begins with. */
export interface Header {
  name: string;
  description: string;
  period: Span;
  /** Ledgers and operating units that were read. */
  books: { unit: string; ledger?: string; period: string; status: string }[];
  /** Own time of each system when it was read, by connection. */
  times: Record<string, string>;
  /** ISO time of this installation. */
  at: string;
  pipelines: { name: string; hash: string; mode?: string; recognise?: string }[];
  projects: { expected: number; seen: number; missing: string[]; only?: string[] };
}

/** The report. */
export interface Report {
  header: Header;
  proof: ProofRow[];
  cost: RollRow[];
  retainage: RetainageRow[];
  accounts: AccountRow[];
  commitments: CommitmentRow[];
  register: RegisterRow[];
  exceptions: Exception[];
  coverage: CoverageRow[];
  /** How many exceptions are open. */
  open: number;
  /** Names for people: projects by id, accounts by id. */
  names: Gathered["names"];
  /** Receipts by position when it was made: what the next period's opening is reckoned with. */
  receipts: Record<string, string>;
}
