/**
 * Going down a path that leads through lists, one level of the stack for each step.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import { fieldAt, startOf } from "./path.ts";
import { type Context, isAbsent, Problem, type Scope, shown } from "./scope.ts";

/** Calls `visit` for each element at a path, with the element on top of the scope's stack and the elements it is in below it. */
export type Descend = (scope: Scope, visit: () => void) => void;

/** Compiles the way down; gives it with the context of the elements. A step into a plain record is no level of its own: `parent` is the list element above. */
export function compileDescent(path: string, context: Context): { descend: Descend; inner: Context } {
  const { level, segments } = startOf(path, context);
  const levels = context.levels.slice(0, context.depth + 1);
  /** The stack's level for each segment's element; the last segment is always one. */
  const places = segments.map((_, i) => {
    const field = fieldAt(level, segments.slice(0, i + 1), context);
    const fields = field && "fields" in field ? field.fields : undefined;
    return field?.kind === "record" && i < segments.length - 1 ? undefined : levels.push(fields) - 1;
  });

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
    const place = places[at];
    if (place !== undefined) scope.stack[place] = value as Row;
    if (at === segments.length - 1) visit();
    else down(scope, held(value as Row, segments[at + 1]), at + 1, visit);
  };
  const descend: Descend = (scope, visit) => down(scope, held(scope.stack[level], segments[0]), 0, visit);
  return { descend, inner: { ...context, depth: levels.length - 1, levels, needs: [] } };
}

const held = (row: Row, name: string): Value => Object.hasOwn(row, name) ? row[name] : undefined;

/** Lets link needs of the elements be gathered with those of what surrounds them. */
export function lendNeeds(inner: Context, descend: Descend, outer: Context): void {
  if (inner.needs.length === 0) return;
  outer.needs.push((scope, needs) => descend(scope, () => inner.needs.forEach((collect) => collect(scope, needs))));
}
