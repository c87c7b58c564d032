/**
 * The posting room's words. The way through it, for one page of chains:
 *
 * `read → join → certify (what each source document certifies) → reckon (what should stand, less what stands) → draft (documents) →
 * review → (approve) → outbox (intent, sent, confirmed) → watch`
 *
 * Nothing is added up from events: what should stand comes from the balances of both systems, what stands from the documents that
 * the destination has confirmed.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import type { Certified, Positions, PostingRecord, Purpose } from "../state/posting_types.ts";

/** What the destination has booked by itself of a chain's positions. */
export interface BookedPositions {
  /** Booked to date, by position: all positions of the order, certified or not. */
  amounts: Record<string, string>;
  /** The pool of each position, certified or booked, that has one. */
  pools: Record<string, string>;
  /** Accounts that no line of the chain may name. */
  never: string[];
}

/** All that is known of a chain when it is reckoned. */
export interface Chain {
  id: string;
  /** In the chain's order; those that do not count among them. */
  certified: readonly Certified[];
  booked: BookedPositions;
  /** The chain's outbox, in the order in which documents were made. */
  documents: readonly PostingRecord[];
  /** The smallest amount of its currency: `0.01`. */
  unit: string;
}

/** A document that is to be made. */
export interface Step {
  purpose: Purpose;
  /** Source key whose row is mapped; of a `reverse`, of the document it takes back. */
  source: string;
  revision: number;
  /** For `reverse`: the key of the document that is taken back. */
  reverses?: string;
  /** The key of a document that has to be in the books first. */
  after?: string;
  /** What it moves; positions that do not move are left out. */
  moved: Positions;
  /** The day it is to have: a roll-over of an accrual. Absent: the mapped one for `recognise`, the run's for the others. */
  date?: string;
  /** Why, for people: `payables have invoiced 40,000.00 since`. */
  why: string;
}

/** What reckoning came to. */
export interface Reckoned {
  steps: Step[];
  /** Why the chain waits for a person, or for a document of unknown fate; nothing is posted for it until then. */
  blocked?: string;
}

/** A document with its body, ready to be looked at and sent. */
export interface Draft {
  record: PostingRecord;
  /** As `posting.fields` describes it. */
  fields: Row;
  /** Why it is made, for people. */
  why?: string;
}
