/**
 * The part of the contract that moves money: documents that must have their effect once, at a destination that knows no natural
 * key for them. What became of one is only ever learnt from the destination; an answer that got lost is `unknown`, never "again".
 *
 * @module
 */
import type { z } from "zod";
import type { Row } from "./connector.ts";
import type { Failure } from "./failure.ts";

/** A document to post: a GL journal. */
export interface PostDocument {
  /** Names source document, revision and purpose; the destination keeps it, and takes each key once. */
  key: string;
  /** Hash of what the document says, as hex; the same key with another hash is a fault. */
  hash: string;
  /**
   * How often it was withdrawn, as far as the sender knows (a probe tells): a withdrawn document is sent anew only by one who knows
   * of the withdrawal, so that a call that comes late does not bring it back. Default 0.
   */
  withdrawals?: number;
  /** As the stream's `posting.fields` describes it, its lines among them. */
  fields: Row;
}

/** A document as it stands in the destination's books. */
export interface PostedJournal {
  /** The destination's id of it. */
  id: string;
  /** For people. */
  name: string;
  /** What it was imported with. */
  batch: string;
  /** The accounting period that it stands in. */
  period: string;
  /** Sum of the debits, in the entered currency, as a decimal. */
  debit: string;
  /** Sum of the credits. */
  credit: string;
  /** Whether it counts in the balances yet. */
  posted: boolean;
  /** Id of the journal that reverses it. */
  reversal?: string;
}

/** What the destination keeps about every document that it was ever sent. */
export interface Sending {
  /** Hash of the body that was sent last under this key; empty where none ever was. */
  hash: string;
  /** What it was sent with, as the destination names it; empty where it never was. */
  group: string;
  /** How often it was withdrawn so far. */
  withdrawals: number;
  /** The destination's own job that imports it; absent where none was started. */
  request?: string;
}

/** A line that the destination did not take, or holds back. */
export interface HeldLine {
  /** Which one: account and amounts, for people. */
  line: string;
  /** The destination's own codes, unknown ones as they are; none while it is not looked at yet. */
  codes: readonly string[];
}

/** Where a document is, by the destination's own word. */
export type Probe =
  & { key: string }
  & (
    /** Never sent, as far as can be seen now: a call that is still on its way may change that. */
    | { state: "absent" }
    /** Sent once, and taken back before it reached the books; or withdrawn before it was ever sent, so that no call from before is taken. */
    | { state: "withdrawn" } & Sending
    /** Handed over and not in the books: waiting for its import, or refused by it. `running`: the import is not over. */
    | { state: "interface"; running: boolean; lines: readonly HeldLine[] } & Sending
    /** In the books as it was sent: not yet, or already in the balances. */
    | { state: "unposted" | "posted"; journal: PostedJournal } & Sending
    /** In the books, and taken back there by another journal. */
    | { state: "reversed"; journal: PostedJournal } & Sending
    /** In the books with other accounts or amounts than were sent. */
    | { state: "changed"; journal: PostedJournal } & Sending
    /** Handed over once, and deleted by somebody since: a person's decision, never a reason to send it again. */
    | { state: "deleted" } & Sending
  );

/** What became of one document. */
export type PostOutcome =
  & { key: string }
  & (
    /** It is in the books, be it by this call or an earlier one. */
    | { result: "confirmed"; journal: PostedJournal }
    /** Nothing of it is in the books, or waits to get there, by this call; the failure's kind says whether it can go later as it is. */
    | { result: "rejected"; failure: Failure }
    /** Nobody knows: only a probe tells. */
    | { result: "unknown"; failure: Failure }
  );

/** What became of a withdrawal. */
export type Withdrawal = { done: true } | { done: false; failure: Failure };

/** What a stream that takes documents says of itself. */
export interface Posting {
  /** What a mapping may set; a field that is not optional here is required. */
  fields: z.ZodObject;
  /** The list field that holds a document's lines. */
  lines: string;
  /** Documents that one call takes at the most. */
  bulk: number;
  /** Which fields say what a document moves: the engine checks and reckons with them, whatever they are called. */
  says: DocumentFields;
}

/** Names of a document's fields, and of its lines'. */
export interface DocumentFields {
  /** Of the document: the books it belongs to. */
  ledger: string;
  /** Of the document: its accounting day, `YYYY-MM-DD`. */
  date: string;
  /** Of the document: ISO 4217. */
  currency: string;
  /** Of the document: the smallest amount of the currency; a hundredth where the field is absent. */
  unit: string;
  /** Of the document: what people read. */
  description: string;
  /** Of a line: the account. */
  account: string;
  /** Of a line: by what it has to balance besides; absent where it has none. */
  balancing: string;
  /** Of a line: one of the two is set, and positive. */
  debit: string;
  /** Of a line: see `debit`. */
  credit: string;
  /** Of a line, and kept by the destination: the position that it moves, as {@link PostedDocument} gives it back. */
  position: string;
  /** Of a line, and kept by the destination: what of the position it moves. */
  measure: string;
}

/** What a line moves of its position: the cost, what of it is withheld, or what is left to be paid. */
export const MEASURES = ["cost", "withheld", "net"] as const;
/** One of {@link MEASURES}. */
export type Measure = typeof MEASURES[number];

/** A period of the books. */
export interface Period {
  /** As the books call it: `OCT-26`. */
  name: string;
  /** First day, `YYYY-MM-DD`. */
  from: string;
  /** Last day. */
  to: string;
  /** Whether documents may be dated in it now. */
  open: boolean;
  /** For people: `closed`, `never opened`. */
  status: string;
}

/** Whether a key was withdrawn that the destination never had a document of: it only shuts out calls that are late. */
export const isShutOut = (probe: Probe): boolean => probe.state === "withdrawn" && probe.hash === "";

/** A document as the destination remembers it, whether or not it got into the books: what an outbox is rebuilt from. */
export interface PostedDocument {
  /** Where it is. */
  probe: Probe;
  /** The books. */
  ledger: string;
  /** Its day. */
  date: string;
  /** ISO 4217. */
  currency: string;
  /** ISO time it was first sent. */
  at: string;
  /** As they were sent. */
  lines: { account: string; debit?: string; credit?: string; position?: string; measure?: string }[];
}
