/**
 * Rules that tell what they do, where somebody listens.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Rule } from "../pipeline/model.ts";
import { compileCondition } from "./expression.ts";
import { type Context, type Evaluate, Problem, type Scope } from "./scope.ts";
import type { Choice } from "./types.ts";

/** The rule as it is, or one that tells the context's trace what becomes of it. */
export function traced(rule: Rule, evaluate: Evaluate, { trace }: Pick<Context, "trace">): Evaluate {
  if (!trace) return evaluate;
  return (scope) => {
    try {
      const value = evaluate(scope);
      trace.gave(rule, value);
      return value;
    } catch (thrown) {
      trace.threw(rule);
      throw thrown;
    }
  };
}

/** An expression as it is, or one that tells the context's trace which way it takes. */
export function watched<T>(
  evaluate: (scope: Scope) => T,
  { at, expression }: { at: Choice; expression: string },
  context: Context,
): (scope: Scope) => T {
  const { trace } = context;
  if (!trace) return evaluate;
  const ways = trace.ways(at, expression).flatMap(({ way, when }) => {
    try {
      return [{ way, holds: compileCondition(when, context) }];
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      trace.unseen(at, way);
      return [];
    }
  });
  return (scope) => {
    for (const { way, holds } of ways) if (judged(holds, scope)) trace.took(at, way);
    return evaluate(scope);
  };
}

/** A condition compiled, and told to the context's trace: which of the two it is. */
export function compileChoice(expression: string, at: Choice, context: Context): (scope: Scope) => boolean {
  const condition = watched(compileCondition(expression, context), { at, expression }, context);
  const { trace } = context;
  if (!trace) return condition;
  return (scope) => {
    const holds = condition(scope);
    trace.took(at, String(holds));
    return holds;
  };
}

/** What fails on a record is not the way it takes. */
function judged(holds: (scope: Scope) => boolean, scope: Scope): boolean {
  try {
    return holds(scope);
  } catch (thrown) {
    if (thrown instanceof Problem) return false;
    throw thrown;
  }
}
