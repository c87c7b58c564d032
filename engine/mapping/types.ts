/**
 * What mapping gives a run.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import type { Failure } from "../failure.ts";
import type { ListPart, Pipeline, Rule } from "../pipeline/model.ts";

/** A link that a record needs before it can be mapped. */
export interface LinkNeed {
  /** The pipeline that made the link. */
  pipeline: string;
  /** Its source key, or its destination id where `reverse`. */
  key: string;
  /** Which part; absent: the record's only one. */
  part?: string;
  /** Whether `key` is the destination's id and the source key is wanted. */
  reverse: boolean;
  /** With `reverse`: the destination id of a child record in one of the linked record's lists, whose source key is wanted instead. */
  child?: { list: string; id: string };
}

/** What the run has found for the needs of a page; undefined: there is no such link (yet). */
export type LinkLookup = (need: LinkNeed) => { id: string } | { ambiguous: string[] } | undefined;

/** What surrounds a record. */
export interface Surroundings {
  /** The source connection's tag and name. */
  connection: { name: string; tag: string };
  /** The run's id, and the ISO time it began. */
  run: { id: string; at: string };
}

/** One destination record that a source record becomes, before links are known. */
export interface Part {
  /** "" where the pipeline does not split. */
  part: string;
}

/** What became of a part. */
export type Mapped =
  | {
    kind: "record";
    part: string;
    /** The destination partition's need, where the pipeline names one: its id is the partition. */
    partition?: string;
    /** Every field of `map`; null where the rule gives nothing, which is to be written as such where something stands. */
    fields: Row;
    /** For fields with `unique:`, what to write where the first choice is taken. */
    alternatives: Record<string, Value>;
  }
  | { kind: "parked"; part: string; need: LinkNeed; why: string }
  | { kind: "skipped"; part: string; why: string }
  | { kind: "rejected"; part: string; failure: Failure };

/** Hears what a mapping does. A mapper compiled without one has no trace of it in its functions. */
export interface Trace {
  /** A rule gave a value, or nothing. */
  gave(rule: Rule, value: Value): void;
  /** A rule could not go on: outer rules are told after those inside them. */
  threw(rule: Rule): void;
  /** A choice was made: a table's entry by its key, `missing` for a link that is not there, `true` or `false` for a condition. */
  took(at: Choice, way: string): void;
  /** The ways through an expression, each with the condition under which it is taken: `took` hears of those. */
  ways(at: Choice, expression: string): readonly { way: string; when: string }[];
  /** A way's condition cannot be judged apart from its expression: nothing will be heard of it. */
  unseen(at: Choice, way: string): void;
}

/** Where a mapping chooses a way; the source for its `where`. */
export type Choice =
  | Rule
  | ListPart
  | Pipeline["source"]
  | NonNullable<Pipeline["source"]["skip"]>[number]
  | NonNullable<Pipeline["source"]["require"]>[number]
  | NonNullable<Pipeline["destination"]["partition"]>;

/** A pipeline's `skip`, `where`, `require`, `split` and `map`, compiled once. Rows come with what was joined to them, but for `early`. */
export interface Mapper {
  /**
   * Why a record that nothing was joined to yet is out of scope, as far as `skip` and `where` tell without a join; undefined where they
   * leave it in, or cannot tell. Throws a `Failure` where an expression fails on it.
   */
  early(row: Row): string | undefined;
  /** The words of the first `skip` that holds; undefined where none does. Throws a `Failure` where an expression fails on it. */
  skips(row: Row): string | undefined;
  /**
   * False where the record is outside `where`. Throws a `Failure`: `record.unfit` where it is not what `require` asks, `map.expression`
   * where an expression fails on it.
   */
  inScope(row: Row): boolean;
  /** The parts a record has; `[""]` where the pipeline does not split, `[]` where it has none. */
  parts(row: Row): string[];
  /** The links that mapping this part will ask for, the partition's included. A link's key is the record's: `run.` and `connection.` are not known here. */
  needs(row: Row, part: string): LinkNeed[];
  /** Maps one part. Never throws: what is wrong with the record is in the answer. */
  map(row: Row, part: string, links: LinkLookup, around: Surroundings): Mapped;
}
