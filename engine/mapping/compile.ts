/**
 * A pipeline's `where`, `split` and `map`, compiled once into functions.
 *
 * @module
 */
import type { Row, Stream, Value } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { fieldsOf } from "../fields.ts";
import type { Pipeline, Rule, TemplatePart } from "../pipeline/model.ts";
import { compileNeed, resolving } from "./link.ts";
import { compileText } from "./path.ts";
import { compileField, compileRecord } from "./record.ts";
import { type CollectNeeds, type Context, type Evaluate, Hold, Problem, type Scope } from "./scope.ts";
import { narrowed, partsAt } from "./split.ts";
import { compileChoice } from "./trace.ts";
import type { LinkNeed, Mapped, Mapper, Surroundings, Trace } from "./types.ts";

/** The streams a pipeline reads and writes, and those it joins, by the name they have in rules. */
export interface MapperStreams {
  source: Stream;
  destination: Stream;
  joined?: Record<string, Stream>;
  /** Hears what the mapping does, for tests of pipelines; it is slower then. */
  trace?: Trace;
}

/**
 * Compiles a checked pipeline. A mapper is for one run at a time: it keeps one scope and is not re-entrant.
 *
 * - Absent is one thing: null, missing, the empty text. Text of blanks is absent only once it is trimmed.
 * - A mapped field that is absent is null in `fields`: the rule says that there is nothing, which is not the same as saying nothing.
 * - A part sees the record with only its own elements in the lists on the way to the split's value.
 * - A plain path through a list gives the value its elements agree on, and rejects the record where they differ.
 *
 * Throws `config.invalid` for an expression that the checker would not have let pass.
 */
export function compileMapper(pipeline: Pipeline, { source, destination, joined = {}, trace }: MapperStreams): Mapper {
  const joins = new Map(
    Object.keys(pipeline.source.with).map((name) => [name, joined[name] && fieldsOf(joined[name].record)]),
  );
  const top: Context = { depth: 0, levels: [fieldsOf(source.record)], field: "", joins, needs: [], trace };
  const targets = destination.destination && fieldsOf(destination.destination.fields);
  const record = compileRecord(pipeline.map, targets, top);
  const alternatives = compileAlternatives(pipeline.map, top, targets);
  const where = pipeline.source.where === undefined
    ? undefined
    : compileChoice(pipeline.source.where, pipeline.source, { ...top, field: "where" });
  const requirements = (pipeline.source.require ?? []).map((one) => ({
    holds: compileChoice(one.that, one, { ...top, field: "require" }),
    says: compileWords(one.words, { ...top, field: "require" }),
  }));
  const split = pipeline.source.split?.split(".");
  const partition = compilePartition(pipeline, top);
  const scope: Scope = { stack: [], part: "", links: () => undefined, around: NOWHERE };

  const enter = (row: Row, part: string): void => {
    scope.stack[0] = split ? narrowed(row, split, part) : row;
    scope.part = part;
  };
  const place = (row: Row, field?: string): string =>
    `${pipeline.source.stream} ${String(row[source.key] ?? "without a key")}${field ? `, field ${field}` : ""}`;
  const failureOf = (row: Row, thrown: unknown): Failure => {
    if (!(thrown instanceof Problem)) return asFailure(thrown);
    const { code, fact, detail: { field, value, action } } = thrown;
    return new Failure(code, { fact, value, action, place: place(row, field) });
  };

  return {
    inScope(row) {
      if (!where && requirements.length === 0) return true;
      scope.stack[0] = row;
      scope.part = "";
      try {
        if (where && !where(scope)) return false;
        for (const { holds, says } of requirements) if (!holds(scope)) throw new Problem("record.unfit", says(scope));
        return true;
      } catch (thrown) {
        throw failureOf(row, thrown);
      }
    },
    parts: (row) => split ? partsAt(row, split) : WHOLE_RECORD.slice(),
    needs(row, part) {
      const needs: LinkNeed[] = [];
      if (top.needs.length === 0) return needs;
      enter(row, part);
      for (const collect of top.needs) collectFrom(collect, scope, needs);
      return needs;
    },
    map(row, part, links, around): Mapped {
      try {
        enter(row, part);
        scope.links = links;
        scope.around = around;
        if (!partition) return { kind: "record", part, fields: record(scope), alternatives: alternatives(scope) };
        const id = partition(scope) as string;
        return { kind: "record", part, partition: id, fields: record(scope), alternatives: alternatives(scope) };
      } catch (thrown) {
        if (thrown instanceof Hold) return { ...thrown.held, part };
        return { kind: "rejected", part, failure: failureOf(row, thrown) };
      }
    },
  };
}

/** What a person reads: a hole that holds nothing is a dash, and never a failure of its own. */
function compileWords(parts: readonly TemplatePart[], context: Context): (scope: Scope) => string {
  const pieces = parts.map((part) => {
    if ("text" in part) return () => part.text;
    const read = compileText(part.path, context);
    return (scope: Scope): string => {
      try {
        return read(scope) ?? "–";
      } catch (thrown) {
        if (thrown instanceof Problem) return "several values";
        throw thrown;
      }
    };
  });
  return (scope) => pieces.map((piece) => piece(scope)).join("");
}

const NONE: Record<string, Value> = Object.freeze({});
const WHOLE_RECORD = [""];
const NOWHERE: Surroundings = { connection: { name: "", tag: "" }, run: { id: "", at: "" } };

/** A place whose key cannot be read asks for nothing: mapping the record will say what is wrong with it. */
function collectFrom(collect: CollectNeeds, scope: Scope, needs: LinkNeed[]): void {
  try {
    collect(scope, needs);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
  }
}

/** The destination partition's id. It comes first: a record that belongs nowhere is not worth a complaint about its fields. */
function compilePartition({ destination: { partition } }: Pipeline, top: Context): Evaluate | undefined {
  if (!partition) return undefined;
  const context = { ...top, field: "partition" };
  const { link: pipeline, of, missing } = partition;
  if (pipeline === undefined) return compileOwnPartition(of, missing, context);
  const need = compileNeed({ pipeline, of, reverse: false, missing }, context);
  top.needs.unshift((scope, needs) => {
    const asked = need(scope);
    if (asked) needs.push(asked);
  });
  const resolve = resolving({ at: partition, missing }, context);
  return (scope) => {
    const asked = need(scope);
    if (asked) return resolve(asked, scope);
    if (missing === "skip") throw new Hold({ kind: "skipped", why: `${of} is absent: it belongs to no partition` });
    throw new Problem("map.absent", `${of} is absent, and the destination's partition needs it`, {
      field: context.field,
    });
  };
}

/** The partition that the record itself names. */
function compileOwnPartition(of: string, missing: "park" | "skip" | "reject", context: Context): Evaluate {
  const idOf = compileText(of, context);
  return (scope) => {
    const id = idOf(scope);
    if (id !== undefined) return id;
    if (missing === "skip") throw new Hold({ kind: "skipped", why: `${of} is absent: it belongs to no partition` });
    const { field } = context;
    throw new Problem("map.absent", `${of} is absent, and the destination's partition needs it`, { field });
  };
}

/** What `unique:` offers where the first choice is taken. An alternative that cannot be made is none. */
function compileAlternatives(
  map: Record<string, Rule>,
  top: Context,
  targets: Parameters<typeof compileField>[1],
): (scope: Scope) => Record<string, Value> {
  const offers = Object.entries(map).flatMap(([name, rule]) =>
    "unique" in rule && rule.unique ? [{ name, evaluate: compileField(rule.unique, targets, name, top) }] : []
  );
  if (offers.length === 0) return () => NONE;
  return (scope) => {
    const made: Record<string, Value> = {};
    for (const { name, evaluate } of offers) {
      try {
        const value = evaluate(scope);
        if (value !== null) made[name] = value;
      } catch (thrown) {
        if (!(thrown instanceof Problem || thrown instanceof Hold)) throw thrown;
      }
    }
    return made;
  };
}
