/**
 * What a reconciliation reads of both systems, as plain rows. All amounts are decimals as text; a day is `YYYY-MM-DD`.
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
  /** What people call it. */
  label?: string;
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
