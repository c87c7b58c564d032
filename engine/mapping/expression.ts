/**
 * Expressions inside a mapping.
 *
 * @module
 */
import type { Value } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Field, Fields } from "../fields.ts";
import { compileCel, recordField } from "../pipeline/cel.ts";
import { type Context, type Evaluate, Problem, type Scope } from "./scope.ts";

const word: Field = { kind: "text", required: true };
const RUN: Field = recordField({ id: word, at: word });
const CONNECTION: Field = recordField({ name: word, tag: word });

/**
 * The variables of an expression: `rec`, above it `parent` and `root`, `part`, `run`, `connection`, and joined records.
 */
export function variablesOf(context: Context): Record<string, Field> {
  const { depth, levels, joins } = context;
  const record = (fields: Fields | undefined): Field => recordField(fields ?? {});
  const variables: Record<string, Field> = { rec: record(levels[depth]), root: record(levels[0]) };
  if (depth > 0) variables.parent = record(levels[depth - 1]);
  for (const [name, fields] of joins) variables[name] = recordField(fields ?? {}, false);
  return { ...variables, part: word, run: RUN, connection: CONNECTION };
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
  const { depth, joins, field } = context;
  // One object for all evaluations: each reads it before it returns.
  const values: Record<string, Value> = {};
  return (scope) => {
    values.rec = scope.stack[depth];
    values.root = scope.stack[0];
    if (depth > 0) values.parent = scope.stack[depth - 1];
    for (const name of joins.keys()) values[name] = scope.stack[0][name];
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
}

/** Compiles a condition. */
export function compileCondition(expression: string, context: Context): (scope: Scope) => boolean {
  const evaluate = compileExpression(expression, context, "boolean");
  return (scope) => evaluate(scope) === true;
}
