/**
 * The contract between the engine and the systems it joins. A connector is one module that says `export default defineConnector({…})`;
 * the engine knows it only through this page.
 *
 * @module
 */
import type { z } from "zod";
import type { Clock, Random } from "./clock.ts";
import type { Failure } from "./failure.ts";
import type { Period, PostDocument, PostedDocument, Posting, PostOutcome, Probe, Withdrawal } from "./posting.ts";

/** HTTP as a function: the live network, a sandbox in this process, a recorder and a fault injector are all of this type. */
export type Wire = (request: Request) => Promise<Response>;

/** A value in a record. Ids, decimals, integers and times are strings; see `fields.ts`. */
export type Value =
  | string
  | boolean
  | null
  | undefined
  | Row
  | readonly Value[];
/** A record of a source or a destination. */
export interface Row {
  /** A value by its field's name. */
  [field: string]: Value;
}

/** Structured log lines; `fields` never hold a secret (the log masks what the vault has opened, all the same). */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Record<string, unknown>,
) => void;

/** Everything outside a connector, handed in. */
export interface World {
  /** How calls leave. */
  wire: Wire;
  /** The only time there is. */
  clock: Clock;
  /** The only chance there is. */
  random: Random;
  /** Where lines for the operator go. */
  log: Log;
  /** Aborts when the run is to stop. */
  signal: AbortSignal;
  /** The tags of all connections: what keys of our own begin with at a destination, whichever source they come from. */
  tags: readonly string[];
  /** What other processes on the same connection leave to this one; absent where there are none. */
  share?: Share;
}

/** A connection's limits, shared with other processes: what one uses, the others do without. */
export interface Share {
  /**
   * Asks for one call. `known` are the rate windows as this process knows them, its own calls taken off, and `inFlight` its calls that are
   * under way. Gives 0 where the call may leave, and otherwise the milliseconds after which to ask again.
   */
  call(
    known: readonly { limit: number; remaining: number; resetAt: number }[],
    inFlight: number,
  ): Promise<number>;
  /** Resolves when one more of `most` calls at once may be under way; what it gives is to be called when the call is over. */
  slot(most: number): Promise<() => void>;
}

/** A part of a stream that can be worked on by itself: an EBS operating unit, a Procore project. */
export interface Partition {
  /** What cursors, links and leases are kept under. */
  id: string;
  /** For people: `Denver (204)`. */
  name: string;
}

/** The one partition of a stream that has none. */
export const WHOLE: Partition = { id: "-", name: "all" };

/**
 * What a read asks for. Exactly one of the two ways; by `period` only what belongs to a period of the books, as these call it: for streams
 * with `source.periods`.
 */
export type ReadRequest =
  & { partition: Partition; pageSize?: number; period?: string }
  & (
    /** Everything that changed since `since` (a source time; null: everything), after the key `after`. */
    | { since: string | null; after: string | null }
    /** Just these keys. */
    | { keys: readonly string[] }
  );

/** One page of a read, ascending by key. */
export interface Page {
  /** Ascending by key; no more than the stream's page size. */
  rows: Row[];
  /** The source's own time when the first page of this pass was read; becomes the next cursor. */
  asOf: string;
  /** Whether more pages follow. */
  more: boolean;
}

/** Asks a destination for its present rows. */
export interface FindRequest {
  /** The destination partition, `WHOLE` where the stream has none. */
  partition: Partition;
  /** `id`, or the name of a field of the stream's `find` list. */
  by: string;
  /** Values to look for; text fields are matched trimmed and without regard to case, the identity field at least as it is. */
  values: readonly string[];
}

/** One write. `fields` holds only what is to be set. */
export interface Change {
  /** What is to be done. */
  action: "create" | "update" | "deactivate";
  /** The destination id; absent for a create. */
  id?: string;
  /** What is to be set, by destination field; a keyed list (`lists`) is given whole, each item with its present `id` where it is there. */
  fields: Row;
  /** Items of keyed lists that are to go: list field → their destination ids. */
  remove?: Readonly<Record<string, readonly string[]>>;
  /** The destination's row as it was read for this plan; absent for a create. */
  present?: Row;
}

/** What became of one change, in the order the changes were given. */
export type Outcome =
  | { ok: true; id: string; row?: Row }
  | { ok: false; failure: Failure };

/** A list field whose items are records of their own. Items without a key of ours are a person's, and never touched. */
export interface KeyedList {
  /** The item field that holds our own key. */
  identity: string;
  /** The item field that names an item for people. */
  label?: string;
  /** The item field that holds what an item is worth: a plan shows what a change does to the sum. */
  amount?: string;
}

/** What a look at a change found: it is held, or some fields of it are left alone. */
export type Review = { failure: Failure } | { leave: readonly string[]; why: string };

/** Describes a stream: data that `check`, the docs and the engine read. */
export interface Stream {
  /** One line for people and the reference pages. */
  description: string;
  /** A row as it is read; every field that a mapping or an expression may name. */
  record: z.ZodObject;
  /** The field that identifies a row. */
  key: string;
  /** How keys ascend in a read: as numbers, or as text. Default `number`. */
  order?: "number" | "text";
  /** The field that names a row for people: `VENDOR_NAME`. */
  label?: string;
  /** What a partition of this stream is called (`operating unit`, `project`); absent: it has only {@link WHOLE}. */
  partition?: string;
  /** Present where the stream can be a source. */
  source?: {
    /** Rows a page. */
    pageSize: number;
    /** Whether `since` is understood; otherwise every pass reads everything. */
    incremental: boolean;
    /** Milliseconds that the next cursor steps back behind the database's time. */
    overlap: number;
    /** Whether a read understands `period`. */
    periods?: boolean;
  };
  /** Present where the stream can be a destination. */
  destination?: {
    /** What a mapping may set; a field that is not optional here is required to create. */
    fields: z.ZodObject;
    /** The writable field that holds our own key at the destination, unique there: a write of unknown fate is read back by it. */
    identity?: string;
    /** Fields that `find` understands, besides `id`. */
    find: readonly string[];
    /** Fields whose value may stand only once in a partition. */
    unique: readonly string[];
    /** List fields whose items are records of their own, compared item by item, by field. */
    lists?: Readonly<Record<string, KeyedList>>;
    /**
     * A look at an update before it is planned, from the present row alone, without a call: what the system would refuse, or what is
     * better left alone.
     */
    review?: (change: Change) => Review | undefined;
    /** Changes one write call takes at the most. */
    bulk: number;
    /** Calls that writing these changes of one partition costs, as far as it can be told without asking; default: one for each `bulk`. */
    calls?: (changes: readonly Change[]) => number;
    /** Whether rows can be made here at all, and whether they can be deactivated. */
    creates: boolean;
    deactivates: boolean;
    /** The boolean field that says whether a row is in use; setting it to false counts as a deactivation. */
    active?: string;
  };
  /** Present where documents can be posted here: what must have its effect once, and has no natural key. */
  posting?: Posting;
  /** Names of the system's webhook resources that announce changes of this stream. */
  webhooks?: readonly string[];
}

/** A stream of an open session. */
export interface OpenStream {
  /** The partitions this connection covers. */
  partitions(): Promise<Partition[]>;
  /** Yields pages. Throws a `Failure`; a page is given whole or not at all. */
  read?(request: ReadRequest): AsyncIterable<Page>;
  /** All keys there are, as cheaply as the system tells them: what a pass by cursor was never told of, and what is gone, is found by them. */
  keys?(partition: Partition): Promise<string[]>;
  /** The destination's present rows, inactive ones included, each with `id`. Order is free; what is not there is left out. */
  find?(request: FindRequest): Promise<Row[]>;
  /**
   * Writes at most `bulk` changes and yields one outcome for each, in order. Throws when the whole call failed:
   * `wire.fate-unknown` where it may have arrived, any other failure where it surely did not.
   *
   * A stream that makes many calls of one write awaits `held` before each: it throws once another process has taken the work over, as one
   * does while this one sleeps.
   */
  write?(partition: Partition, changes: readonly Change[], held?: () => Promise<void>): Promise<Outcome[]>;
  /**
   * Posts at most `posting.bulk` documents and waits for what the destination makes of them: one outcome for each, in order. Throws
   * only where the run was stopped; then, as after a crash, `probe` tells what arrived.
   */
  post?(partition: Partition, documents: readonly PostDocument[]): Promise<PostOutcome[]>;
  /** Where documents are, by the destination's own word: one answer for each key, in order. Throws where it cannot be asked. */
  probe?(partition: Partition, keys: readonly string[]): Promise<Probe[]>;
  /** Takes a document back that has not reached the books, so that it may be sent with another body. Throws where it cannot be asked. */
  withdraw?(partition: Partition, key: string): Promise<Withdrawal>;
  /** The periods of a partition's books, ascending by day; adjusting ones are left out. */
  calendar?(partition: Partition): Promise<Period[]>;
  /**
   * A look at documents before they are sent, beyond what they say themselves: accounts that may not be charged. One answer for each, in
   * order: why it may not be sent, or undefined.
   */
  review?(partition: Partition, documents: readonly PostDocument[]): Promise<(Failure | undefined)[]>;
  /** All documents whose key begins with `prefix` that the destination was ever sent, ascending by key, a page at a time. */
  posted?(partition: Partition, prefix: string): AsyncIterable<PostedDocument[]>;
}

/** What a system tells us by a call of its own: that a record changed, never what it is now. */
export interface Delivery {
  /** The announcement's own id, a ULID: the same one may come several times. */
  id: string;
  /** The resource, as {@link Stream.webhooks} names it. */
  resource: string;
  /** The record's key in its stream. Absent where only something below a record is named: then all changes of the partition are to be read. */
  key?: string;
  /** The source partition, where the delivery names one. */
  partition?: string;
  /** What happened to it. */
  action: "create" | "update" | "delete";
  /** When it happened: ISO time in UTC. */
  at: string;
  /** The user who did it, as the system counts users. */
  by?: string;
}

/** How a connection's deliveries are told from forged ones, and read. Neither calls anybody. */
// deno-lint-ignore no-explicit-any -- a registry holds connectors of any settings
export interface Webhooks<Settings = any> {
  /** Whether a call carries the connection's own secret, compared in constant time; never where the connection has none. */
  authentic(settings: Settings, headers: Headers): boolean;
  /** Reads a delivery's body. Throws `webhook.malformed`, without any of the body's values. */
  read(settings: Settings, body: string): Delivery;
}

/** A resource's event that a hook listens for. */
export interface Trigger {
  /** As {@link Stream.webhooks} names it. */
  resource: string;
  /** What must happen to a record. */
  action: Delivery["action"];
}

/** A hook of ours at the system: where it sends what. */
export interface Hook {
  /** The system's own id of it. */
  id: string;
  /** Where deliveries are sent. */
  url: string;
  /** Whether it sends just what we can read, with the secret that the connection has now. */
  sound: boolean;
  /** What is wrong with one that is not sound, for people: `is disabled`. */
  fault?: string;
  /** What it listens for, each with the id it is removed by. */
  triggers: (Trigger & { id: string })[];
}

/** The hooks of an open connection. Every call may throw a `Failure`. */
export interface HookKeeper {
  /** Our hooks, and nobody else's. */
  list(): Promise<Hook[]>;
  /** The events that may be listened for, by resource. */
  offered(): Promise<Map<string, Delivery["action"][]>>;
  /** Makes a hook without triggers; gives its id. */
  create(url: string): Promise<string>;
  /** Makes an unsound hook sound. */
  mend(id: string): Promise<void>;
  /** Removes a hook with its triggers. One that is gone is no failure. */
  remove(id: string): Promise<void>;
  /** Has a hook listen for these. */
  listen(id: string, triggers: readonly Trigger[]): Promise<void>;
  /** Removes triggers of a hook, by their ids. Those that are gone are no failure. */
  unlisten(id: string, triggers: readonly string[]): Promise<void>;
  /** Whether a delivery announces a write of our own: it was made by the user we are logged in as. */
  own(delivery: Pick<Delivery, "by">): Promise<boolean>;
}

/** Who answers at the other end; pinned at first use and compared at every later one. */
export interface Identity {
  /** Facts that must not change, by name: `{ database: "EBSPRD", dbid: "1234" }`. */
  facts: Record<string, string>;
  /** For people: `EBSPRD on ebs.example.test as PROCORE_INT`. */
  name: string;
}

/** One thing a ping found out. */
export interface Finding {
  /** `warn` may be lived with; `fail` keeps runs from working. */
  level: "ok" | "warn" | "fail";
  /** One sentence a newcomer can act on. */
  message: string;
  /** What to do, where level is not `ok`. */
  action?: string;
}

/** A connection that is open. Logging in happens at the first call, and again when a session dies. */
export interface Session {
  /** Who answers. The first call of a session; logs in. */
  identity(): Promise<Identity>;
  /** Logs in and says what it found; never throws for what it can say. */
  ping(): AsyncIterable<Finding>;
  /** A stream by its name in `Connector.streams`. */
  stream(name: string): OpenStream;
  /** The connection's hooks, where the system has webhooks. */
  hooks?: HookKeeper;
  /** Logs out where the system knows that; never throws. */
  close(): Promise<void>;
}

/** What a sandbox is told at its start. */
export interface SandboxOptions {
  /** The world's time; the control API can move the sandbox away from it. */
  clock: Clock;
  /** The world's chance: the same seed gives the same sandbox. */
  random: Random;
  /** Rows by file name, without `.jsonl`: `suppliers`, `projects` … A sandbox takes what it knows and ignores the rest. */
  data: Record<string, Row[]>;
  /** How it calls others: webhook deliveries leave by it. Absent: none leave. */
  deliver?: Wire;
}

/** A system's stand-in: answers as the real one does, and has a control API below `/_sandbox/`. */
export interface Sandbox {
  /** Answers a request as the system would. */
  fetch: Wire;
  /** The connection's settings that reach this sandbox at `origin` (`http://127.0.0.1:8101`). */
  settings(origin: string): Record<string, unknown>;
  /** One line for people: what it holds. */
  summary(): string;
}

/** A connector, whole. */
// deno-lint-ignore no-explicit-any -- a registry holds connectors of any settings
export interface Connector<Settings = any> {
  /** As `connector:` in connections.yaml says it. */
  name: string;
  /** The system's own name: `Oracle E-Business Suite`. */
  title: string;
  /** The settings beside `connector` and `tag`, after secrets were opened. */
  settings: z.ZodType<Settings>;
  /** Names of settings that are secrets: never written plainly, always masked. */
  secrets: readonly string[];
  /** The origins that requests may go to: `https://api.procore.com`. */
  origins(settings: Settings): string[];
  /** What can be read and written, by name. */
  streams: Record<string, Stream>;
  /** Present where the system announces changes by calls of its own. */
  webhooks?: Webhooks<Settings>;
  /** Opens a session. Calls nobody yet. */
  open(settings: Settings, world: World): Session;
  /** Makes a stand-in of the system. */
  sandbox(options: SandboxOptions): Sandbox;
}

/** Types a connector; it is given back as it is. */
export function defineConnector<Settings>(
  connector: Connector<Settings>,
): Connector<Settings> {
  return connector;
}

/** The connectors by name, as `main.ts` hands them in. */
export type Registry = Record<string, Connector>;
