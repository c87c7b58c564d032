/**
 * What rules are evaluated in, and how one of them says that it cannot go on.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import type { FailureCode } from "../failure.ts";
import type { Fields } from "../fields.ts";
import type { LinkLookup, LinkNeed, Surroundings, Trace } from "./types.ts";

/** One mapping under way. A mapper has one scope and sets it anew for each record, so that mapping allocates only its result. */
export interface Scope {
  /** The record at each level: `[0]` is the root, the last the one that plain paths mean, the one before it `parent`. */
  stack: Row[];
  part: string;
  links: LinkLookup;
  around: Surroundings;
}

/** A compiled rule. What is absent comes as undefined, null or "". */
export type Evaluate = (scope: Scope) => Value;

/** Gathers the link needs of one place in a mapping. */
export type CollectNeeds = (scope: Scope, needs: LinkNeed[]) => void;

/** Where in a mapping a rule is compiled. */
export interface Context {
  /** The level of `Scope.stack` that plain paths mean. */
  depth: number;
  /** The source's fields at each level; undefined where they are not known. */
  levels: readonly (Fields | undefined)[];
  /** The destination field, dotted. */
  field: string;
  /** Where link rules leave what they will ask for. */
  needs: CollectNeeds[];
  /** Who hears what the rules do; absent where nobody listens. */
  trace?: Trace;
}

/** Null, missing and the empty text are one thing. */
export const isAbsent = (value: Value): value is undefined | null | "" =>
  value === undefined || value === null || value === "";

/**
 * Why a record cannot be mapped; becomes a `Failure` with the record's place. Not an `Error`: a page may be full of them, and
 * none needs a stack.
 */
export class Problem {
  constructor(
    readonly code: FailureCode,
    readonly fact: string,
    readonly detail: { field?: string; value?: string; action?: string } = {},
  ) {}
}

/** Why a record is not mapped now, or not at all, without being wrong. */
export class Hold {
  constructor(readonly held: { kind: "parked"; need: LinkNeed; why: string } | { kind: "skipped"; why: string }) {}
}

/** A value for a message: short, on one line. */
export function shown(value: Value): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
