/**
 * Going down a path that leads through lists, one level of the stack for each step.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import { fieldsAt, startOf } from "./path.ts";
import { type Context, isAbsent, Problem, type Scope, shown } from "./scope.ts";

/** Calls `visit` for each element at a path, with the element on top of the scope's stack and its owners below it. */
export type Descend = (scope: Scope, visit: () => void) => void;

/** Compiles the way down; gives it with the context of the elements. */
export function compileDescent(path: string, context: Context): { descend: Descend; inner: Context } {
  const start = startOf(path, context);
  const { level, segments, away } = start;
  // Seen from an element, `parent` is what owns it: where the path begins elsewhere, that record comes onto the stack first.
  const first = context.depth + (away ? 2 : 1);
  const depth = first + segments.length - 1;
  const levels = [...context.levels.slice(0, context.depth + 1)];
  if (away) levels.push(context.levels[level]);
  segments.forEach((_, i) => levels.push(fieldsAt({ ...start, segments: segments.slice(0, i + 1) }, context)));

  const down = (scope: Scope, value: Value, at: number, visit: () => void): void => {
    if (isAbsent(value)) return;
    if (Array.isArray(value)) {
      for (const item of value) down(scope, item, at, visit);
      return;
    }
    if (typeof value !== "object") {
      const fact = `${path} holds values, not records`;
      throw new Problem("map.wrong-type", fact, { field: context.field, value: shown(value) });
    }
    const row = value as Row;
    scope.stack[first + at] = row;
    if (at === segments.length - 1) visit();
    else down(scope, Object.hasOwn(row, segments[at + 1]) ? row[segments[at + 1]] : undefined, at + 1, visit);
  };
  const descend: Descend = (scope, visit) => {
    const row = scope.stack[level];
    if (away) scope.stack[first - 1] = row;
    down(scope, Object.hasOwn(row, segments[0]) ? row[segments[0]] : undefined, 0, visit);
  };
  return { descend, inner: { ...context, depth, levels, needs: [] } };
}

/** Lets link needs of the elements be gathered with those of what surrounds them. */
export function lendNeeds(inner: Context, descend: Descend, outer: Context): void {
  if (inner.needs.length === 0) return;
  outer.needs.push((scope, needs) => descend(scope, () => inner.needs.forEach((collect) => collect(scope, needs))));
}
