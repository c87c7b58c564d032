/**
 * The words of a reconciliation: what was read of both systems, as plain rows, and the report that is made of them. All amounts are
 * decimals as text; a day is `YYYY-MM-DD`.
 *
 * @module
 */
import type { Measure } from "../posting.ts";

/** Where a certified document stands. */
export type Standing =
  /** It counts. */
  | "counts"
  /** It contradicts itself, and counts only once it is corrected. */
  | "unfit"
  /** Its contract is one of ours by kind, and was made from no order that is known. */
  | "unmatched"
  /** It bills what no pipeline of ours ever made. */
  | "outside";

/** What a source document certifies: balances to date, by position. */
export interface Sheet {
  /** Source key. */
  key: string;
  /** The contract that it bills. */
  chain: string;
  /** Source partition: the project. */
  project: string;
  /** Where it stands among those of its contract; numbers as numbers. */
  order: string;
  date: string;
  currency: string;
  label: string;
  /** What it adds, for people. */
  value: string;
  standing: Standing;
  /** Why it does not count. */
  why?: string;
  /** Dated before the pipeline's first day: counted, and never posted. */
  history: boolean;
  lines: { position: string; account?: string; cost: string; withheld: string }[];
}

/** A line of an invoice: what it takes up, and from when on. */
export interface Invoice {
  date: string;
  amount: string;
  /** The day on which its whole invoice was cancelled. */
  cancelled?: string;
  /** It reverses another line, or is reversed by one, that is here too: a cancellation is told by the two of them. */
  paired: boolean;
}

/** What Oracle has made of a position by itself. */
export interface Booking {
  position: string;
  /** What it is charged to. */
  account: string;
  currency: string;
  /** The smallest amount of its currency. */
  unit: string;
  /** To date. */
  billed: string;
  /** To date, and only where receipts are accrued at once. */
  received: string;
  invoices: readonly Invoice[];
}

/** A contract that was made from an order. */
export interface Contract {
  id: string;
  /** As people know it. */
  name: string;
  project: string;
  /** Destination partition: the operating unit. */
  unit: string;
  currency: string;
  /** What its positions are ordered for, less what is cancelled. */
  ordered: string;
  /** Lines and approved change orders; absent where the contract cannot be read any more. */
  revised?: string;
  /** What approved change orders add. */
  changes?: string;
  /** Change orders that are not decided yet. */
  pending?: string;
  /** Positions of this contract, by the order's own key. */
  positions: readonly string[];
  /** All positions of its order, other contracts' among them. */
  all: readonly string[];
}

/** A document that was sent to the books. */
export interface Document {
  key: string;
  chain: string;
  /** Source key. */
  source: string;
  purpose: "recognise" | "reverse" | "adjust";
  /** For `reverse`: the key of what it takes back. */
  reverses?: string;
  /** What the destination says: `posted`, `interface` … */
  state: string;
  date: string;
  currency: string;
  /** Its journal, where it is in the books. */
  journal?: { id: string; name: string; batch: string; period: string; posted: boolean; reversal?: string };
  /** When it was first sent, ISO. */
  at: string;
  lines: readonly { account: string; debit?: string; credit?: string; position?: string; measure?: Measure }[];
  /** Whether our own memory knows it. */
  known: boolean;
  /** Who has accepted that it was reversed, changed or deleted over there. */
  accepted?: string;
  label?: string;
}

/** What the books say of an account at the end of a period: credits less debits. */
export interface AccountBalance {
  account: string;
  currency: string;
  /** Of posted journals, whoever made them. */
  balance: string;
}

/** The period of a reconciliation. */
export interface Span {
  /** As the books call it: `OCT-26`. */
  name: string;
  from: string;
  to: string;
  open: boolean;
  /** For people. */
  status: string;
}

/** Something that keeps the two systems apart, or waits. */
export interface Exception {
  kind:
    | "rejected"
    | "parked"
    | "unfit"
    | "unmatched"
    | "waiting"
    | "unknown"
    | "refused"
    | "unposted"
    | "changed"
    | "deleted"
    | "reversed"
    | "stranger"
    | "missing"
    | "difference"
    | "account"
    | "cut-off"
    | "commitment"
    | "project";
  /** What it is about: a source key, a document's key, a row. */
  subject: string;
  /** The project, by name. */
  project?: string;
  /** What is the matter, one sentence. */
  cause: string;
  /** Who can settle it. */
  owner: string;
  /** ISO time since when; absent where it shows only now. */
  since?: string;
  /** Whole days since then. */
  age?: number;
  value?: string;
  currency?: string;
  /** Whether it keeps the period from being signed. */
  open: boolean;
}

/** What was read, as plain rows. */
export interface Gathered {
  contracts: readonly Contract[];
  sheets: readonly Sheet[];
  bookings: readonly Booking[];
  documents: readonly Document[];
  /** Absent: accounts are not compared, since only a part of the projects is looked at. */
  balances?: readonly AccountBalance[];
  /** What state and systems tell by themselves. */
  exceptions: readonly Exception[];
  /** Names for people: projects by id, accounts by id. */
  names: { projects: Record<string, string>; accounts: Record<string, string> };
  /** Documents of ours that wait, by source key: their state. */
  outbox: ReadonlyMap<string, string>;
}

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
