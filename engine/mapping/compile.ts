/**
 * A pipeline's `skip`, `where`, `require`, `split` and `map`, compiled once into functions.
 *
 * @module
 */
import type { Row, Stream, Value } from "../connector.ts";
import { fieldsOf } from "../fields.ts";
import { documentFields, targetFields, withJoins } from "../pipeline/joins.ts";
import type { Pipeline, Rule } from "../pipeline/model.ts";
import { compileNeed, resolving } from "./link.ts";
import { failing, needsOf } from "./failing.ts";
import { compileEarly, compileJudges, OUTSIDE, wordsOfFirst } from "./judge.ts";
import { compileText } from "./path.ts";
import { compileField, compileRecord } from "./record.ts";
import { type Context, type Evaluate, Hold, Problem, type Scope } from "./scope.ts";
import { narrowed, partsAt } from "./split.ts";
import type { Mapped, Mapper, Surroundings, Trace } from "./types.ts";

/** The streams a pipeline reads and writes. */
export interface MapperStreams {
  source: Stream;
  destination: Stream;
  /** Those it joins, by the name they have in rules; what is not given is not known to the rules. */
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
 * - Of a pipeline that posts, the map makes a document of a record that has `positions` and `posting` besides (`documentFields`).
 * - A plain path through a list gives the value its elements agree on, and rejects the record where they differ.
 *
 * Throws `config.invalid` for an expression that the checker would not have let pass.
 */
export function compileMapper(pipeline: Pipeline, { source, destination, joined = {}, trace }: MapperStreams): Mapper {
  const bare = fieldsOf(source.record);
  const fields = withJoins(bare, pipeline.source.with, joined);
  const level = { depth: 0, field: "", trace };
  const judging: Context = { ...level, levels: [fields], needs: [] };
  const seen = pipeline.posting ? documentFields(fields, pipeline.posting.balance.each) : fields;
  const top: Context = { ...level, levels: [seen], needs: [] };
  const targets = targetFields(destination);
  const record = compileRecord(pipeline.map, targets, top);
  const alternatives = compileAlternatives(pipeline.map, top, targets);
  const { where, skips, requirements } = compileJudges(pipeline.source, judging);
  const early = fields === bare
    ? (scope: Scope) => wordsOfFirst(skips, scope) ?? (where && !where(scope) ? OUTSIDE : undefined)
    : compileEarly(pipeline.source, { ...judging, levels: [bare], trace: undefined });
  const split = pipeline.source.split?.split(".");
  const partition = compilePartition(pipeline, top);
  const scope: Scope = { stack: [], part: "", links: () => undefined, around: NOWHERE };

  const enter = (row: Row, part: string): void => {
    scope.stack[0] = split ? narrowed(row, split, part) : row;
    scope.part = part;
  };
  const failureOf = failing(pipeline.source.stream, source.key);

  const judge = <T>(row: Row, by: (scope: Scope) => T): T => {
    scope.stack[0] = row;
    scope.part = "";
    try {
      return by(scope);
    } catch (thrown) {
      throw failureOf(row, thrown);
    }
  };

  return {
    early: (row) => judge(row, early),
    skips: (row) => skips.length === 0 ? undefined : judge(row, () => wordsOfFirst(skips, scope)),
    inScope(row) {
      if (!where && requirements.length === 0) return true;
      return judge(row, () => {
        if (where && !where(scope)) return false;
        for (const { holds, says } of requirements) if (!holds(scope)) throw new Problem("record.unfit", says(scope));
        return true;
      });
    },
    parts: (row) => split ? partsAt(row, split) : WHOLE_RECORD.slice(),
    needs(row, part) {
      if (top.needs.length === 0) return [];
      enter(row, part);
      return needsOf(top, scope);
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

const NONE: Record<string, Value> = Object.freeze({});
const WHOLE_RECORD = [""];
const NOWHERE: Surroundings = { connection: { name: "", tag: "" }, run: { id: "", at: "" } };

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
