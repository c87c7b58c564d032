/**
 * What a run is asked, what it says while it works, and what it leaves behind.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Log, Registry, Row, Session, Value, Wire } from "../connector.ts";
import type { FailureRecord } from "../failure.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";
import type { Counts, RunRecord, Store, Word } from "../state/types.ts";
import type { CallCounter } from "../wire/types.ts";

/** Everything a run works with. */
export interface Engine {
  /** Where state lives. */
  store: Store;
  /** Connectors by name. */
  registry: Registry;
  /** Pipelines and connections, checked. */
  project: Project;
  /** The only time there is. */
  clock: Clock;
  /** The only chance there is. */
  random: Random;
  /** Where lines for the operator go. */
  log: Log;
  /** Other processes may be at work on the same state: partitions are claimed so that each gets some. */
  shared?: boolean;
  /** How long a lease lasts without being renewed, in milliseconds; a minute where nothing is said. */
  leaseMs?: number;
  /** Opens a connection, or gives the open one. Nothing is called yet. */
  connect(connection: string): Promise<OpenConnection>;
  /** Closes every open connection. */
  close(): Promise<void>;
}

/** An open connection and what it has cost so far. */
export interface OpenConnection {
  /** As connections.yaml names it. */
  name: string;
  /** Goes into `origin_id`. */
  tag: string;
  /** Logs in at its first call. */
  session: Session;
  /** Calls made so far. */
  calls: CallCounter;
  /** Makes sure, once, that the same system answers as at the first use: `identity.changed` where not. Gives its pinned facts. */
  ready(): Promise<Record<string, string>>;
}

/** How `connect` reaches a system: the live network by default, a sandbox's `fetch` in tests. */
export type WireFor = (connection: string) => Wire;

/** What a run is asked to do. */
export interface RunOptions {
  /** What is run. */
  pipeline: Pipeline;
  /** `plan` prints and writes nothing, neither at the destination nor to KV. */
  mode: "plan" | "apply";
  /** Reads everything again, and finds records that are gone from the source. */
  full?: boolean;
  /** Reads everything again as `full` does, compares unchanged records with the destination too, and shows drift. */
  verify?: boolean;
  /** Stops after so many source records; moves no cursor. */
  limit?: number;
  /** Just these source keys; moves no cursor. */
  only?: string[];
  /** Just this source partition: the others are neither read nor leased, and their cursors stay. One that is not covered has no records. */
  partition?: string;
  /** Applies exactly these changes; moves no cursor. */
  plan?: { header: PlanHeader; changes: AsyncIterable<PlannedChange> };
  /** Lets more than the pipeline's share be deactivated. */
  allowDeactivations?: boolean;
  /** Links that earlier pipelines of the same `dry-run --all` would make. */
  provisional?: Map<string, Map<string, string>>;
  /** Waits for another run's lease to end, instead of failing with `run.leased`; hears for how long, in milliseconds. */
  onWait?: (failure: FailureRecord, ms: number) => void;
  /** Who asked for it, where that matters: a plan is approved by somebody else. */
  by?: string;
  /** Stops the run in order: what was confirmed is kept. With the reason `run.sliced` it ends as `sliced`, not as `aborted`. */
  signal?: AbortSignal;
  /** Hears of every change, in order; of what is unchanged only where something of it was left alone. */
  onChange?: (change: PlannedChange) => void | Promise<void>;
  /** Hears how far it has got, once a page that was read, and once a chunk or page that is done. */
  onProgress?: (progress: Progress) => void;
}

/** How far a run has got. */
export interface Progress {
  /** The pipeline's name. */
  pipeline: string;
  /** Source records read so far. */
  read: number;
  /** Records by plan word so far. */
  counts: Counts;
  /** Calls made so far, on both sides. */
  calls: number;
  /** Milliseconds since its start. */
  elapsed: number;
  /** Source records expected, where a former run tells. */
  expected?: number;
}

/** The first line of a saved plan. */
export interface PlanHeader {
  /** The format's version. */
  gusset: 1;
  /** The pipeline's name. */
  pipeline: string;
  /** The pipeline's hash: another one makes the plan stale. */
  hash: string;
  /** ISO time it was made. */
  at: string;
  /** The pinned facts of both connections when it was made. */
  connections: Record<string, Record<string, string>>;
}

/** One field of a change: as it is at the destination, and as it would be. */
export interface FieldChange {
  /** At the destination now; absent where there is no record yet. */
  old: Value;
  /** What it would become. */
  new: Value;
  /** The old value is not what we wrote last: a person changed it. */
  drift?: true;
  /** Drift that `drift: keep` leaves alone. */
  kept?: true;
  /** For a keyed list: which items change, and how. */
  items?: ListChange;
}

/** What changes in a keyed list. Items of `added` and `removed` hold the fields we write, and the destination's id where there is one. */
export interface ListChange {
  /** Items that the destination does not have yet. */
  added: Row[];
  /** Items of ours that left. */
  removed: Row[];
  /** Items that stay, by their own key, and what changes in them. */
  changed: { key: string; label?: string; fields: Record<string, FieldChange> }[];
  /** Keys of those among `added` that we wrote once and a person removed. */
  dropped?: string[];
  /** What the list is worth, a person's items included, as it is and as it would be. */
  amount?: [old: string, new: string];
}

/** One line of a plan, and of what a run did. */
export interface PlannedChange {
  /** What happens, or happened, to the record. */
  word: Word;
  /** Source key. */
  key: string;
  /** "" where the pipeline does not split. */
  part: string;
  /** What a person calls it: the supplier's name, the code. */
  label?: string;
  /** Destination partition. */
  partition?: string;
  /** Destination id, where it is known. */
  id?: string;
  /** For create, adopt, update and deactivate: by destination field. */
  fields?: Record<string, FieldChange>;
  /** For adopt: the match that found it. `suggested` waits for a person. */
  by?: Record<string, string>;
  /** Waits for a person's word before it is taken over. */
  suggested?: true;
  /** Why it is skipped, parked or otherwise remarkable. */
  why?: string;
  /** Why it is rejected. */
  failure?: FailureRecord;
  /** Fields that are only known once another pipeline has run. */
  afterApply?: string[];
  /** The document that is, or would be, posted. */
  document?: PlannedDocument;
  /** What the record is worth, where the pipeline says so: a decimal. */
  value?: string;
}

/** A document as a plan shows it. */
export interface PlannedDocument {
  /** Names source document, revision and purpose. */
  key: string;
  /** What it is for: to book, to take back, or to bring to what should stand. */
  purpose: "recognise" | "reverse" | "adjust";
  /** Where it is; `planned` in a plan. */
  state: string;
  /** Why it is made, for people. */
  why: string;
  /** Its accounting day. */
  date: string;
  /** The period that day is in, once it is there. */
  period?: string;
  /** ISO 4217. */
  currency: string;
  /** Sum of its debits. */
  value: string;
  /** The destination's name of it, once it is there. */
  journal?: string;
  /** The plan that it waits in for a second person. */
  plan?: string;
  /** Its lines, in their order. */
  lines: PlannedLine[];
}

/** A line of a document: debit or credit. */
export interface PlannedLine {
  /** The account's id. */
  account: string;
  /** A decimal; a line has a debit or a credit. */
  debit?: string;
  /** A decimal. */
  credit?: string;
  /** What of the position it moves. */
  measure?: string;
  /** The position that it moves. */
  position?: string;
  /** What people read of it. */
  description?: string;
}

/** How a run ended. */
export interface RunResult {
  /** As the state keeps it. */
  record: RunRecord;
  /** Records by plan word. */
  counts: Counts;
  /** Calls made, by connection and route. */
  calls: Record<string, CallCounter>;
  /** For a plan: the write calls that applying it would cost. */
  writeCalls: number;
  /** That is the most it costs: some of them may prove needless. */
  atMost?: true;
  /** How many source partitions it left to other runs, which held them. */
  elsewhere?: number;
  /** Why it stopped, where it did. */
  failure?: FailureRecord;
  /** What a saved plan of this run begins with. */
  header: PlanHeader;
}
