/**
 * From what stops a rule to what a run tells of it.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { type Context, Problem, type Scope } from "./scope.ts";
import type { LinkNeed } from "./types.ts";

/** Makes failures of what is thrown while a row of a stream is looked at; `key` is the stream's. */
export function failing(stream: string, key: string): (row: Row, thrown: unknown) => Failure {
  return (row, thrown) => {
    if (!(thrown instanceof Problem)) return asFailure(thrown);
    const { code, fact, detail: { field, value, action } } = thrown;
    const place = `${stream} ${String(row[key] ?? "without a key")}${field ? `, field ${field}` : ""}`;
    return new Failure(code, { fact, value, action, place });
  };
}

/** The links that the rules of a context will ask for. A place whose key cannot be read asks for nothing: the rule itself will say what is wrong with it. */
export function needsOf({ needs: collectors }: Pick<Context, "needs">, scope: Scope): LinkNeed[] {
  const needs: LinkNeed[] = [];
  for (const collect of collectors) {
    try {
      collect(scope, needs);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
    }
  }
  return needs;
}
