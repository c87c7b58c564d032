/**
 * A checked pipeline: what `check` makes of a YAML file, and all that a run needs to know of it.
 *
 * @module
 */
import type { Kind } from "../fields.ts";

/** Where in a file something stands: 1-based line and column. */
export interface Place {
  /** Path as it was given. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
}

/** A step of `apply:`; `truncate` counts characters. */
export type Transform =
  | { do: "trim" | "upper" | "lower" | "title" | "digits" | "collapse" }
  | { do: "truncate"; length: number }
  | { do: "pad"; length: number; with: string }
  | { do: "replace"; pattern: string; with: string }
  | { do: "prefix" | "suffix"; text: string }
  | { do: "round"; places: number };

/** A piece of a template: literal text, or a path to fill in. */
export type TemplatePart = { text: string } | { path: string };

/** How a rule finds one value. A path is dotted; `parent.`, `root.`, `part`, `run.` and `connection.` lead outside the record. */
export type Rule =
  | { rule: "value"; value: string | boolean | null }
  | { rule: "template"; parts: TemplatePart[]; unique?: Rule }
  | {
    rule: "take";
    from: string;
    default?: Rule;
    apply: Transform[];
    table?: Record<string, string | boolean>;
    else?: Rule;
    type?: Kind;
    /** What to write where the destination already has this value under another record. */
    unique?: Rule;
  }
  | { rule: "cel"; expression: string; type?: Kind }
  | {
    rule: "link";
    pipeline: string;
    of: string;
    part?: string;
    /** The id of a child record of the linked one: gives the child's source key instead. Only with `reverse`. */
    child?: { list: string; of: string };
    reverse: boolean;
    missing: "park" | "reject" | "skip" | "absent";
  }
  | { rule: "list"; parts: ListPart[] }
  | { rule: "record"; map: Record<string, Rule> }
  | { rule: "sum" | "difference"; of: Rule[] }
  | { rule: "sum-each"; each: string; value: Rule }
  | { rule: "negate"; of: Rule };

/** A piece of a list: one item for each element at a path (lists on the way are flattened), or a single item. */
export type ListPart =
  | { each: string; key?: string; where?: string; map: Record<string, Rule> }
  | { one: Record<string, Rule> };

/** One way to recognise a destination record that is already there: destination field → mapped field. All must agree. */
export interface Adoption {
  /** Destination field → mapped field; all must agree. */
  match: Record<string, string>;
  /** Whether a person has to confirm it. */
  how: "auto" | "suggest";
}

/** A pipeline, checked. */
export interface Pipeline {
  /** As links, `after` and the command line name it. */
  name: string;
  /** One sentence for people. */
  description: string;
  /** The file it was read from. */
  file: string;
  /** SHA-256 over the meaning of the file (not its comments), hex. */
  hash: string;
  /** Where records come from. */
  source: {
    connection: string;
    stream: string;
    /** CEL over `rec`; absent: everything is in scope. */
    where?: string;
    /** What leaves a record out of scope besides, with the words it is skipped with. */
    skip?: { when: string; says: string; words: TemplatePart[] }[];
    /** What a record in scope must fulfil, or it is rejected with these words: `says` as it is written, and its parts. */
    require?: { that: string; says: string; words: TemplatePart[] }[];
    /** One part for each distinct value at this path; a record without any has no part and is skipped. */
    split?: string;
    /** Joins, by the name they get in rules, in the order in which they are made: a later one may use what an earlier one brought. */
    with: Record<string, Join>;
  };
  /** Where they go, and what may happen to them there. */
  destination: {
    connection: string;
    stream: string;
    /** The destination partition is the id that `link` gave `of`, or `of` itself where no link is named. */
    partition?: { link?: string; of: string; missing: "park" | "skip" | "reject" };
    /** Tried in order, after the stream's identity field. */
    adopt: Adoption[];
    /** `never`: a record without a twin is skipped until it has one. */
    create: "allowed" | "never";
    leaves: "keep" | "hold" | "deactivate";
    drift: "overwrite" | "keep" | "reject";
    /** Share of links that one run may deactivate, 0 to 1. */
    deactivateAtMost: number;
  };
  /** Present where the pipeline posts documents that must arrive once. */
  posting?: Posting;
  /** Rules by destination field. */
  map: Record<string, Rule>;
  /** What starts a run. */
  trigger: {
    schedule?: Schedule;
    after: string[];
    webhook: string[];
  };
  /** Pipelines this one's links and partition name, and `after`: they run before it in `run --all`. */
  needs: string[];
}

/** Another stream's records, brought to a record, or to each element of a list in it, under the join's name. */
export interface Join {
  /** As connections.yaml names it. */
  connection: string;
  /** A stream that can be read by key. */
  stream: string;
  /** The path of a list: each of its elements gets its own record. Absent: the record itself gets one. */
  each?: string;
  /** Gives the key, as seen from where the joined record goes. Absent: nothing is joined there. */
  key: Rule;
  /** Whether a change of a joined record wakes the records that it was joined to. */
  follow: boolean;
}

/**
 * What a source document certifies, as balances by position: a position is what one debit account is charged for, an order's
 * distribution.
 */
export interface Balance {
  /** The list of the record with what is certified; its elements are gathered by position. */
  each: string;
  /** The position, as seen from an element. */
  position: Rule;
  /** Certified to date, gross. */
  certified: Rule;
  /** What of it is withheld, to date. */
  withheld?: Rule;
  /** What positions share that are not known to `booked`: what was booked there beyond what is certified counts for them. */
  pool?: Rule;
}

/** What the destination has booked of positions by itself. */
export interface Booked {
  /** The list of the record, or of a joined one. */
  each: string;
  /** The position, as seen from an element. */
  position: Rule;
  /** Booked to date; absent halts. */
  amount: Rule;
  /** See {@link Balance.pool}. */
  pool?: Rule;
  /** An account that no line may name: the order's accrual account. */
  never?: Rule;
}

/** How documents are posted, and what keeps them from being posted. */
export interface Posting {
  /** Source documents of one chain follow one another, each certifying all that those before it do: the contract. Default: each stands alone. */
  chain?: string;
  /** The field that orders a chain; numbers as numbers. Default: the record's key. */
  order?: string;
  /** What a source document is worth, for people. */
  value?: string;
  /** What is certified. */
  balance: Balance;
  /** What is booked already; absent with `recognise: final` alone. */
  booked?: Booked;
  /** Whether the one who made a plan may approve it. Default: not. */
  authorMayApprove: boolean;
  /** `shadow` plans and reconciles, and sends nothing. */
  mode: "shadow" | "live";
  /** When the cost that was recognised is given back. */
  recognise: "until_invoiced" | "accrue" | "final";
  /** Nothing dated before this day is posted; by project id where that differs. Days, `YYYY-MM-DD`. */
  from: { default: string; projects: Record<string, string> };
  /** Whether a second person must agree before anything is sent. */
  approval: "none" | "required";
  /** What becomes of a document whose period is closed. */
  period: "hold" | "next";
  /** What it becomes in the ledger. */
  as: "journal" | "notice" | "memo";
  /** More than this in one run halts it; `value` is a decimal in the ledger's currency. */
  caps: { count?: number; value?: string };
}

/** When a pipeline starts by itself. */
export interface Schedule {
  /** Five fields, as cron takes them. */
  cron: string;
  /** IANA name: `America/Denver`. */
  timezone: string;
  /** Milliseconds a start may be late, by chance. */
  jitter: number;
  /** A start that nobody was there for. */
  missed: "skip" | "once";
  /** A start while the last run is still at work. */
  overlap: "skip" | "queue";
  /** Hours in which nothing starts, `HH:MM` in the schedule's zone; `from` after `to` spans midnight. */
  quiet: { from: string; to: string }[];
}

/** A connection as connections.yaml has it, before secrets are opened. */
export interface ConnectionConfig {
  /** As pipelines name it. */
  name: string;
  /** The connector's name. */
  connector: string;
  /** Goes into `origin_id`; letters, digits and dashes. */
  tag: string;
  /** The other settings; leaves may be `{ secret: name }` or `{ env: NAME }`. */
  settings: Record<string, unknown>;
  /** Where it stands in the file. */
  place: Place;
}

/** Everything a command works with, checked. */
export interface Project {
  /** In dependency order. */
  pipelines: Pipeline[];
  /** Connections by name. */
  connections: Record<string, ConnectionConfig>;
}

/** One mistake in a file people write. */
export interface Diagnostic {
  /** Where the mistake begins. */
  place: Place;
  /** Stable, for machines and docs: `unknown-field`, `bad-cron` … */
  code: string;
  /** The mistake, one sentence with the value in it. */
  message: string;
  /** What to write instead. */
  help?: string;
  /** An error keeps everything from running. */
  severity: "error" | "warning";
  /** Characters to underline from the place on; 1 where unknown. */
  length: number;
}
