/**
 * Expressions: CEL, checked against the stream's schema before anything runs.
 *
 * A record's text, ids, dates and times are `string` in an expression, integers `int`, truth values `bool`, and amounts `Decimal`: an
 * exact decimal that only computes with decimals (`rec.AMOUNT * decimal('1.5')`), never with binary fractions. What `absent` means
 * is told in `cel/walk.ts`. Beside CEL's own functions there are `decimal(text)`, `.fixed(places)`, `.round(places)`, `.abs()`,
 * `.div(by, places)`, `text.rx('RE2 pattern')` and `text.truncate(characters)`.
 *
 * @module
 */
import { EvaluationError, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import type { Value } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Field, Fields, Kind } from "../fields.ts";
import { scopeOf } from "./cel/environment.ts";
import { converter, toValue } from "./cel/values.ts";
import { type CelError, type Usage, walk, type Walked } from "./cel/walk.ts";
import { nearest } from "./nearest.ts";

export type { CelError } from "./cel/walk.ts";

/** Characters an expression may have. */
const LONGEST = 4096;

/** What an expression gives: a kind of field, a list, or what is not known before it runs. */
export type ResultType = Kind | "list" | "unknown";

/** An expression that has passed the check. */
export interface Compiled {
  /** What it gives. */
  type: ResultType;
  /** Whether it may give nothing. */
  optional: boolean;
  /** Paths it reads, sorted: `rec.SITE.CITY`. */
  paths: string[];
  /**
   * Evaluates it; `values` holds a row, a list or a scalar for each variable. A result is given as a record holds it: integers and
   * decimals as text. Throws `map.expression` where a value is absent that the expression needs, or is not what its schema says.
   */
  evaluate(values: Record<string, Value>): Value;
}

/** Says which variables an expression may use, and what it has to give. */
export interface CelOptions {
  /** By name. Keep one object for many expressions: what is derived from it is kept with it. */
  variables: Record<string, Field>;
  /** `boolean` for conditions. */
  expects?: "boolean";
}

/** A record as a variable of an expression. */
export function recordField(fields: Fields, required = true): Field {
  return { kind: "record", required, fields };
}

const failed = (error: CelError): { errors: CelError[] } => ({ errors: [error] });

/** Compiles an expression, or says what is wrong with it and where in it. Never throws. */
export function compileCel(expression: string, options: CelOptions): Compiled | { errors: CelError[] } {
  const { variables, expects } = options;
  const whole = { offset: 0, length: Math.max(1, expression.length) };
  if (expression.trim() === "") return failed({ ...whole, code: "bad-expression", message: "The expression is empty" });
  if (expression.length > LONGEST) {
    const message = `The expression has ${expression.length} characters; ${LONGEST} are allowed`;
    return failed({ offset: 0, length: 1, code: "bad-expression", message });
  }
  try {
    const { environment, constructors } = scopeOf(variables);
    const parsed = environment.parse(expression);
    const walked = walk(parsed.ast, variables);
    if (walked.errors.length > 0) return { errors: walked.errors };
    const checked = parsed.check();
    if (!checked.valid) return failed(explain(checked.error!, variables));
    const result = resultOf(checked.type!);
    if (!result) {
      const message = `The expression gives ${spoken(checked.type!)}, which a record cannot hold`;
      return failed({ ...whole, code: "wrong-type", message });
    }
    if (expects && (result.type !== expects || result.optional)) {
      const message = `The condition gives ${spoken(checked.type!)}, not true or false`;
      return failed({ ...whole, code: "wrong-type", message, help: "compare it with something" });
    }
    const run = walked.rewrites.length === 0 ? parsed : environment.parse(rewritten(expression, walked.rewrites));
    if (run !== parsed && !run.check().valid) throw new Error(`rewritten expression fails: ${expression}`);
    const inputs = [...walked.usage].map(([name, used]) => ({
      name,
      convert: converter(variables[name], used, constructors, name),
    }));
    return {
      ...result,
      paths: pathsOf(walked.usage),
      evaluate: (values) => {
        const context: Record<string, unknown> = {};
        try {
          for (const { name, convert } of inputs) {
            const value = convert(values[name]);
            if (value !== undefined) context[name] = value;
          }
          return toValue(run(context));
        } catch (error) {
          throw failureOf(error, expression);
        }
      },
    };
  } catch (error) {
    return failed(explain(error, variables));
  }
}

function rewritten(expression: string, edits: Walked["rewrites"]): string {
  let text = expression;
  // From the end, so that offsets stay true; a step that two comparisons share is edited once.
  const seen = new Set<string>();
  for (const edit of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    const key = `${edit.start}:${edit.end}:${edit.text}`;
    if (!seen.has(key)) text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
    seen.add(key);
  }
  return text;
}

function pathsOf(used: Map<string, Usage>, prefix = ""): string[] {
  const paths: string[] = [];
  for (const [name, below] of used) {
    const path = prefix + name;
    if (below.all || below.fields.size === 0) paths.push(path);
    if (!below.all) paths.push(...pathsOf(below.fields, `${path}.`));
  }
  return paths.sort();
}

const RESULTS: Record<string, ResultType> = { string: "text", int: "integer", bool: "boolean", Decimal: "decimal" };

function resultOf(type: string): { type: ResultType; optional: boolean } | undefined {
  const inner = /^optional<(.*)>$/.exec(type)?.[1];
  if (inner) {
    const below = resultOf(inner);
    return below && { ...below, optional: true };
  }
  if (RESULTS[type]) return { type: RESULTS[type], optional: false };
  const item = /^list<(.*)>$/.exec(type)?.[1];
  if (item && resultOf(item) && resultOf(item)!.type !== "list") return { type: "list", optional: false };
  return undefined;
}

const SPOKEN: Record<string, string> = {
  string: "text",
  int: "a whole number",
  bool: "true or false",
  double: "a binary fraction",
  Decimal: "a decimal",
  null: "null",
};

function spoken(type: string): string {
  const optional = /^optional<(.*)>$/.exec(type)?.[1];
  if (optional) return `${spoken(optional)} that may be absent`;
  const item = /^list<(.*)>$/.exec(type)?.[1];
  if (item) return `a list of ${spoken(item)}`;
  return SPOKEN[type] ?? (type.startsWith("record ") ? `the record ${type.slice(7)}` : type);
}

const HINTS: [pattern: RegExp, help: string][] = [
  [/string \S+ int|int \S+ string/, "ids and codes are text: put the number in quotes"],
  [/Decimal \S+ int|int \S+ Decimal/, "write decimal(2) for a whole number"],
  [/Decimal \S+ string|string \S+ Decimal/, "write decimal('1.5') for an amount, string(…) for its text"],
  [/optional</, "give it a value: .orValue(…)"],
];

/** What cel-js says, in the words of this house. */
function explain(error: unknown, variables: Record<string, Field>): CelError {
  if (!(error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)) {
    const message = error instanceof RangeError ? "The expression is nested too deep" : String(error);
    return { code: "bad-expression", message, offset: 0, length: 1 };
  }
  const range = error.range ?? { start: 0, end: 1 };
  const place = { offset: range.start, length: Math.max(1, range.end - range.start) };
  const unknown = /^Unknown variable: (.*)$/.exec(error.summary)?.[1];
  if (unknown !== undefined) {
    const near = nearest(unknown, Object.keys(variables));
    const help = near ? `did you mean ${near}?` : `there are ${Object.keys(variables).join(", ")}`;
    return { ...place, code: "unknown-variable", message: `There is no ${unknown} here`, help };
  }
  if (error instanceof ParseError) {
    const end = /EOF/.test(error.summary);
    const message = end ? "The expression ends too early" : error.summary;
    return { ...place, code: "bad-expression", message, help: end ? "complete it" : undefined };
  }
  const overload = /^no such overload: (.*)$/.exec(error.summary)?.[1];
  const help = HINTS.find(([pattern]) => pattern.test(error.summary))?.[1];
  const operands = overload && /^(.+) (==|!=|<=?|>=?|[-+*/%]|in) (.+)$/.exec(overload);
  if (operands) {
    const message = `${operands[2]} cannot take ${spoken(operands[1])} and ${spoken(operands[3])}`;
    return { ...place, code: "wrong-type", message, help };
  }
  const message = error.summary.replace(/'([^']+)'/g, (_, type) => `'${SPOKEN[type] ?? type.replace(/record /g, "")}'`);
  return { ...place, code: "wrong-type", message, help };
}

function failureOf(error: unknown, expression: string): Failure {
  if (error instanceof Failure) return error;
  const key = error instanceof EvaluationError && /^No such key: (.*)$/.exec(error.summary)?.[1];
  const unknown = error instanceof EvaluationError && /^Unknown variable: (.*)$/.exec(error.summary)?.[1];
  const fact = key || unknown
    ? `The expression needs ${key || unknown}, which is absent`
    : `The expression fails: ${error instanceof EvaluationError ? error.summary : "it has no result"}`;
  return new Failure("map.expression", { fact, place: expression.slice(0, 120), cause: error });
}
