/**
 * What the outbox remembers: every document that is to reach a destination's books once, and what it came from.
 *
 * @module
 */
import type { FailureRecord } from "../failure.ts";
import type { Measure, PostedJournal } from "../posting.ts";

/** What is moved, or stands, at one position: decimals by measure; `net` is cost less what is withheld. */
export type Amounts = Record<Measure, string>;
/** Amounts by position. */
export type Positions = Record<string, Amounts>;

/** What a source document certifies, as it was last read: the half of a balance that comes from the source. */
export interface Certified {
  /** Source key. */
  key: string;
  /** Documents of one chain follow one another. */
  chain: string;
  /** Source partition. */
  from: string;
  /** Where it stands in its chain; compared as keys are, numbers as numbers. */
  order: string;
  /** Whether it counts: it is in scope, and whole. What does not count any more is taken back where it was posted. */
  counts: boolean;
  /** Why it does not count, for people. */
  why?: string;
  /** Hash of what bears money, canonical: a document's revision rises only with it. */
  hash: string;
  /** What a person calls it. */
  label?: string;
  /** What it is worth, for people, as a decimal. */
  value?: string;
  /** ISO 4217. */
  currency: string;
  /** The smallest amount of its currency; a hundredth where it is left out. */
  unit?: string;
  /** The day it is dated. */
  date: string;
  /** Destination partition. */
  to?: string;
  /** Dated before `from`: counted, and never posted. */
  history: boolean;
  /** Certified to date, by position; `net` is left out here. */
  positions: Record<string, { cost: string; withheld: string }>;
  /** ISO time it was read. */
  at: string;
}

/** What a document is for. */
export type Purpose =
  /** It books what its source document certifies. */
  | "recognise"
  /** It takes another document back, line by line. */
  | "reverse"
  /** It brings what stands to what should stand: payables have booked the cost, or taken it back; or a new period accrues it again. */
  | "adjust";

/**
 * Where a document is: `planned → (approved) → intent → sent → imported → posted`. `unknown` is left only by what the destination
 * says; `rejected` and `withdrawn` are not in the books; `reversed`, `changed` and `deleted` by a person over there.
 */
export type PostingState =
  | "planned"
  | "approved"
  | "declined"
  | "intent"
  | "sent"
  | "unknown"
  | "imported"
  | "posted"
  | "rejected"
  | "withdrawn"
  | "reversed"
  | "changed"
  | "deleted";

/** A step of a document's history. */
export interface PostingEvent {
  /** ISO time. */
  at: string;
  /** What it came to. */
  state: PostingState;
  /** Why, for people. */
  why?: string;
  /** The run, or the person. */
  by?: string;
}

/** A document of the outbox, without its body. */
export interface PostingRecord {
  /** Names source document, revision and purpose; unique at the destination. */
  key: string;
  pipeline: string;
  chain: string;
  /** Source key of the document it was made from. */
  source: string;
  /** Source partition. */
  from: string;
  /** Destination partition. */
  to: string;
  purpose: Purpose;
  /** Counts the source's documents of this purpose, from 1; of an `adjust`, the chain's. */
  revision: number;
  /** The key of the document that it takes back. */
  reverses?: string;
  /** The key of a document that has to be in the books before this one leaves. */
  after?: string;
  /** {@link Certified.hash} that it was made from. */
  money: string;
  /** Hash of the body. */
  hash: string;
  /** Its day, and the currency of its amounts. */
  date: string;
  currency: string;
  /** Sum of its debits. */
  value: string;
  /** What a person calls its source. */
  label?: string;
  /** What it moves. */
  moved: Positions;
  state: PostingState;
  /** How often it was withdrawn, as far as is known. */
  withdrawals: number;
  /** The plan it waits in, or was released by. */
  plan?: string;
  /** As it stands in the books. */
  journal?: PostedJournal;
  /** Why it is not in the books, or unknown. */
  failure?: FailureRecord;
  /** Set by a person who looked at a reversed, changed or deleted one: `accept` leaves it as it is, `retry` lets it be posted anew. */
  settled?: { how: "accept" | "retry"; by: string; at: string; why?: string };
  /** Set by a person who wants it taken back: the next run reverses it, and its source is held until they let it go, or its money changes. */
  takeBack?: { by: string; at: string; why?: string };
  /** What became of it so far, oldest first; the last 20. */
  history: PostingEvent[];
}
