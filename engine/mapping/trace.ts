/**
 * Rules that tell what they do, where somebody listens.
 *
 * @module
 */
import type { Rule } from "../pipeline/model.ts";
import type { Context, Evaluate } from "./scope.ts";

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
