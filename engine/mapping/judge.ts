/**
 * What decides over a record as a whole: `skip`, `where` and `require`.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Pipeline, TemplatePart } from "../pipeline/model.ts";
import { compileCondition } from "./expression.ts";
import { compileText } from "./path.ts";
import { type Context, Problem, type Scope } from "./scope.ts";
import { compileChoice } from "./trace.ts";

/** Whether a record is so. */
export type Condition = (scope: Scope) => boolean;
/** A condition, and what a person reads. */
export interface Judge {
  holds: Condition;
  says: (scope: Scope) => string;
}

/** Why a record that `where` leaves out is skipped. */
export const OUTSIDE = "outside `where`";

/** Compiles what decides over a record as a whole. */
export function compileJudges(
  source: Pipeline["source"],
  context: Context,
): { where?: Condition; skips: Judge[]; requirements: Judge[] } {
  const { where, skip = [], require = [] } = source;
  return {
    skips: skip.map((one) => ({
      holds: compileChoice(one.when, one, { ...context, field: "skip" }),
      says: compileWords(one.words, { ...context, field: "skip" }),
    })),
    where: where === undefined ? undefined : compileChoice(where, source, { ...context, field: "where" }),
    requirements: require.map((one) => ({
      holds: compileChoice(one.that, one, { ...context, field: "require" }),
      says: compileWords(one.words, { ...context, field: "require" }),
    })),
  };
}

/** Compiles what can be said before anything is joined: whatever an expression over the source's own fields can be. */
export function compileEarly(source: Pipeline["source"], context: Context): (scope: Scope) => string | undefined {
  const { skip = [], where } = source;
  const alone = (expression: string, field: string): Condition | undefined => {
    try {
      return compileCondition(expression, { ...context, field });
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.code === "config.invalid") return undefined;
      throw thrown;
    }
  };
  const joined = (part: TemplatePart): boolean =>
    "path" in part && Object.hasOwn(source.with, part.path.replace(/^root\./, "").split(".")[0]);
  const skips = skip.flatMap((one): Judge[] => {
    const holds = one.words.some(joined) ? undefined : alone(one.when, "skip");
    return holds ? [{ holds, says: compileWords(one.words, { ...context, field: "skip" }) }] : [];
  });
  const inside = where === undefined ? undefined : alone(where, "where");
  return (scope) => wordsOfFirst(skips, scope) ?? (inside && !inside(scope) ? OUTSIDE : undefined);
}

/** The words of the first that holds. */
export function wordsOfFirst(judges: readonly Judge[], scope: Scope): string | undefined {
  return judges.find(({ holds }) => holds(scope))?.says(scope);
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
