/**
 * What Deno KV holds, as the rest of the engine sees it. One file a collection; all values are JSON in bytes.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Row } from "../connector.ts";
import type { FailureRecord } from "../failure.ts";

/** An open store. One handle a process. */
export interface Store {
  /** The open database. */
  kv: Deno.Kv;
  /** The file, `:memory:`, or the URL without user and password. For people. */
  path: string;
  /** Reached over a network: an answer can be lost. */
  remote: boolean;
  /** Time for deadlines and waits. */
  clock: Clock;
  /** Chance for jitter and ids. */
  random: Random;
  /** Commits of this process by what became of them, where somebody counts: written, refused as a check no longer held, failed. */
  commits?: { done: number; refused: number; failed: number };
  /** Closes the database; nothing of the store can be used afterwards. */
  close(): void;
}

/** The remembered pair of a source record's part and a destination record. */
export interface Link {
  /** Source key. */
  key: string;
  /** "" where the pipeline does not split. */
  part: string;
  /** Destination id. */
  id: string;
  /** Destination partition's id; "-" where the stream has none. */
  partition: string;
  /** Source partition's id; "-" where the stream has none. */
  from: string;
  /** The values last written or seen equal, by destination field. */
  values: Row;
  /** For keyed lists: list field → source key of an item → its destination id. */
  children?: Record<string, Record<string, string>>;
  /** How it came about. */
  how: "created" | "adopted" | "imported";
  /** ISO time of the last write. */
  at: string;
  /** False once we deactivated it at the destination. */
  active: boolean;
}

/** Who holds a pipeline's partition, and the number that shuts out a holder that has lost it. */
export interface Lease {
  /** The pipeline. */
  pipeline: string;
  /** The source partition. */
  partition: string;
  /** Who holds it, for people. */
  owner: string;
  /** Rises by one at every take-over. */
  fence: number;
  /** The check that every commit under this lease carries; throws `lease.lost` once it was released or found gone. */
  guard(): Deno.AtomicCheck;
  /** Prolongs the lease; throws `lease.lost` where it is gone. */
  renew(): Promise<void>;
  /** Lets go; never throws. */
  release(): Promise<void>;
}

/**
 * Writes gathered for one commit or, where they do not fit, for several in order. Every commit checks the fence. A commit that
 * finds the fence moved throws `lease.lost`. `database is locked` is retried. A commit of unknown fate is read back by its operation id.
 */
export interface Batch {
  /** The store it commits to. */
  readonly store: Store;
  /** Sets a value. Throws `state.too-large` where it does not fit. */
  set(key: Deno.KvKey, value: unknown): Batch;
  /** Deletes a key, whether it is there or not. */
  delete(key: Deno.KvKey): Batch;
  /**
   * Commits all of it; resolves when everything is durable. Values set last go in the last commit; what is to stand beside them, if
   * anything, in the first: nothing is changed without it.
   */
  commit(beside?: Beside): Promise<void>;
}

/** Writes of a batch that hold only as long as what they were made from is what it was: made anew where it is not. */
export type Beside = () => Promise<
  { checks: readonly Deno.AtomicCheck[]; writes: readonly { key: Deno.KvKey; value: unknown }[] }
>;

/** How far an incremental read has got, per pipeline and source partition. */
export interface Cursor {
  /** The pipeline's hash when the cursor was set: another one asks for a full pass. */
  hash: string;
  /** Source time that the next pass asks from; null: everything. */
  since: string | null;
  /** A pass that is under way: its `since`, the time of its first page, and the last key that is done. */
  pass?: { since: string | null; asOf: string; after: string; full: boolean };
}

/** Plan words, and what a run did. */
export type Word =
  | "create"
  | "adopt"
  | "update"
  | "unchanged"
  | "deactivate"
  | "skipped"
  | "parked"
  | "rejected";

/** Counts by plan word. */
export type Counts = Record<Word, number>;

/** A run that was started. */
export interface RunRecord {
  /** Unique; ascends with time. */
  id: string;
  /** The pipeline's name. */
  pipeline: string;
  /** The pipeline's hash when the run started. */
  hash: string;
  /** ISO time. */
  startedAt: string;
  /** ISO time; absent while it runs. */
  endedAt?: string;
  /**
   * `failed`: stopped by a failure; `partial`: ended, and something was rejected; `sliced`: its time was up, and the next slice continues
   * from its checkpoint.
   */
  state: "running" | "done" | "partial" | "failed" | "aborted" | "sliced";
  /** What became of its records. */
  counts: Counts;
  /** Records read. */
  read: number;
  /** Calls made. */
  calls: number;
  /** Why it stopped, where it did. */
  failure?: FailureRecord;
  /** What it was asked: `full`, `limit` … */
  options: Record<string, string | number | boolean>;
}

/** A record that is wrong; a person must act. */
export interface RejectedRecord {
  /** Source key. */
  key: string;
  /** "" where the pipeline does not split. */
  part: string;
  /** What is wrong. */
  failure: FailureRecord;
  /** The source row, with secrets masked and long values cut. */
  row: Row;
  /** The source row's hash, uncut: a dismissed record stays quiet while it is the same. */
  hash: string;
  /** ISO time it was first rejected. */
  firstAt: string;
  /** ISO time it was last rejected. */
  lastAt: string;
  /** How often it was rejected. */
  times: number;
  /** The run that rejected it last. */
  run: string;
  /** Source partition, where it is known. */
  from?: string;
  /** Set once a person dismissed it: it stays quiet until the record changes. */
  dismissed?: { by: string; at: string; why: string; hash: string };
}

/** A record that waits. */
export interface ParkedRecord {
  /** Source key. */
  key: string;
  /** "" where the pipeline does not split. */
  part: string;
  /** The link it waits for; absent: it waits for a destination record to appear (`create: never`), and is looked at in every run. */
  need?: {
    pipeline: string;
    key: string;
    part?: string;
    /** The key is the destination's id. */
    reverse?: true;
    /** An item of the linked record is wanted. */
    child?: { list: string; id: string };
  };
  /** Source partition, where it is known. */
  from?: string;
  /** As the plan says it. */
  word: "parked" | "skipped";
  /** For people. */
  why: string;
  /** ISO time. */
  at: string;
  /** The run that parked it. */
  run: string;
}

/** A destination record that looks like the twin of a source record. */
export interface AdoptionRecord {
  /** Source key. */
  key: string;
  /** "" where the pipeline does not split. */
  part: string;
  /** The destination record. */
  id: string;
  /** The destination partition's id; "-" where the stream has none. */
  partition: string;
  /** The match that found it: destination field → value. */
  by: Record<string, string>;
  /** What adopting it would change: field → [now, then]. */
  changes: Record<string, [unknown, unknown]>;
  /** What a changed list is worth: field → [now, then]. */
  worth?: Record<string, [string, string]>;
  /** What speaks against adopting it. */
  why?: string;
  /** ISO time it was found. */
  at: string;
  /** What a person said. Declined: never suggested again, a new record is created. */
  decision?: { accept: boolean; by: string; at: string; why?: string };
}
