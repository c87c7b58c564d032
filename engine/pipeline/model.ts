/**
 * A checked pipeline: what `check` makes of a YAML file, and all that a run needs to know of it.
 *
 * @module
 */
import type { Kind } from "../fields.ts";

/** Where in a file something stands: 1-based line and column. */
export interface Place {
  file: string;
  line: number;
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
  match: Record<string, string>;
  how: "auto" | "suggest";
}

/** A pipeline, checked. */
export interface Pipeline {
  name: string;
  description: string;
  file: string;
  /** SHA-256 over the meaning of the file (not its comments), hex. */
  hash: string;
  source: {
    connection: string;
    stream: string;
    /** CEL over `rec`; absent: everything is in scope. */
    where?: string;
    /** One part for each distinct value at this path; a record without any has no part and is skipped. */
    split?: string;
    /** Joins, by the name they get in rules. */
    with: Record<string, { connection: string; stream: string; key: string }>;
  };
  destination: {
    connection: string;
    stream: string;
    /** The destination partition is the id that `link` gave `of`. */
    partition?: { link: string; of: string; missing: "park" | "skip" | "reject" };
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
  map: Record<string, Rule>;
  trigger: {
    schedule?: Schedule;
    after: string[];
    webhook: string[];
  };
  /** Pipelines this one's links and partition name, and `after`: they run before it in `run --all`. */
  needs: string[];
}

/** How documents are posted, and what keeps them from being posted. */
export interface Posting {
  mode: "shadow" | "live";
  recognise: "until_invoiced" | "accrue" | "final";
  /** Nothing dated before this day is posted; by project id where that differs. Days, `YYYY-MM-DD`. */
  from: { default: string; projects: Record<string, string> };
  approval: "none" | "required";
  period: "hold" | "next";
  as: "journal" | "notice" | "memo";
  /** More than this in one run halts it; `value` is a decimal in the ledger's currency. */
  caps: { count?: number; value?: string };
}

/** When a pipeline starts by itself. */
export interface Schedule {
  cron: string;
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
  name: string;
  connector: string;
  /** Goes into `origin_id`; letters, digits and dashes. */
  tag: string;
  /** The other settings; leaves may be `{ secret: name }` or `{ env: NAME }`. */
  settings: Record<string, unknown>;
  place: Place;
}

/** Everything a command works with, checked. */
export interface Project {
  /** In dependency order. */
  pipelines: Pipeline[];
  connections: Record<string, ConnectionConfig>;
}

/** One mistake in a file people write. */
export interface Diagnostic {
  place: Place;
  /** Stable, for machines and docs: `unknown-field`, `bad-cron` … */
  code: string;
  /** The mistake, one sentence with the value in it. */
  message: string;
  /** What to write instead. */
  help?: string;
  severity: "error" | "warning";
  /** Characters to underline from the place on; 1 where unknown. */
  length: number;
}
