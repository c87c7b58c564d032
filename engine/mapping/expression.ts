/**
 * Expressions inside a mapping.
 *
 * @module
 */
import type { Value } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Field } from "../fields.ts";
import { compileCel, recordField } from "../pipeline/cel.ts";
import { shortcut } from "./shortcut.ts";
import { type Context, type Evaluate, Problem, type Scope } from "./scope.ts";

const word: Field = { kind: "text", required: true };
const RUN: Field = recordField({ id: word, at: word });
const CONNECTION: Field = recordField({ name: word, tag: word });

const known = new WeakMap<Context["levels"], Record<string, Field>>();

/**
 * The variables of an expression: `rec`, above it `parent` and `root`, `part`, `run` and `connection`. One object for each place in
 * a map: `compileCel` keeps what it derives from it.
 */
function variablesOf({ depth, levels }: Context): Record<string, Field> {
  const before = known.get(levels);
  if (before) return before;
  const record = (level: number): Field => recordField(levels[level] ?? {});
  const variables: Record<string, Field> = {
    rec: record(depth),
    root: record(0),
    part: word,
    run: RUN,
    connection: CONNECTION,
  };
  if (depth > 0) variables.parent = record(depth - 1);
  known.set(levels, variables);
  return variables;
}

/** Compiles an expression. Throws `config.invalid` where it does not pass the check that `check` has made before. */
export function compileExpression(expression: string, context: Context, expects?: "boolean"): Evaluate {
  const compiled = compileCel(expression, { variables: variablesOf(context), expects });
  if ("errors" in compiled) {
    const [{ message, offset }] = compiled.errors;
    throw new Failure("config.invalid", {
      fact: message,
      value: expression,
      place: `field ${context.field}, character ${offset + 1}`,
    });
  }
  const { depth, levels, field } = context;
  const short = shortcut(expression, levels[depth]);
  // One object for all evaluations: each reads it before it returns.
  const values: Record<string, Value> = {};
  const evaluate: Evaluate = (scope) => {
    values.rec = scope.stack[depth];
    values.root = scope.stack[0];
    if (depth > 0) values.parent = scope.stack[depth - 1];
    values.part = scope.part;
    values.run = scope.around.run;
    values.connection = scope.around.connection;
    try {
      return compiled.evaluate(values);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      throw new Problem(thrown.code, thrown.message, { field, value: thrown.value });
    }
  };
  if (!short) return evaluate;
  return (scope) => short(scope.stack[depth]) ?? evaluate(scope);
}

/** Compiles a condition. */
export function compileCondition(expression: string, context: Context): (scope: Scope) => boolean {
  const evaluate = compileExpression(expression, context, "boolean");
  return (scope) => evaluate(scope) === true;
}
