/**
 * Paths: `VENDOR_NAME`, `SITE.CITY`, `parent.LINE_NUM`, `root.SEGMENT1`, `part`, `run.id`, `connection.tag`.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import type { Field } from "../fields.ts";
import { type Context, type Evaluate, isAbsent, Problem, type Scope, shown } from "./scope.ts";

/** Where a path begins, as a level of the stack, and what is left of it. */
export interface Start {
  level: number;
  segments: string[];
}

/** Resolves the words that lead outside the record. Throws a `TypeError` for a `parent` that there is not: `check` has let it pass. */
export function startOf(path: string, { depth }: Pick<Context, "depth">): Start {
  const segments = path.split(".");
  if (segments[0] === "root") return { level: 0, segments: segments.slice(1) };
  let level = depth;
  while (segments[0] === "parent") {
    segments.shift();
    level--;
  }
  if (level < 0) throw new TypeError(`There is no record above this one: ${path}`);
  return { level, segments };
}

/** The field that segments lead to from a level; undefined where it is not known. */
export function fieldAt(level: number, segments: readonly string[], { levels }: Context): Field | undefined {
  let fields = levels[level];
  let field: Field | undefined;
  for (const segment of segments) {
    field = fields?.[segment];
    fields = field && "fields" in field ? field.fields : undefined;
  }
  return field;
}

const AROUND: Record<string, Evaluate> = {
  "part": (scope) => scope.part,
  "run.id": (scope) => scope.around.run.id,
  "run.at": (scope) => scope.around.run.at,
  "connection.name": (scope) => scope.around.connection.name,
  "connection.tag": (scope) => scope.around.connection.tag,
};

/** Compiles a path. What it finds is given as it is: through a list, the list of what its elements have there. */
export function compilePath(path: string, context: Context): Evaluate {
  if (Object.hasOwn(AROUND, path)) return AROUND[path];
  const { level, segments } = startOf(path, context);
  // A name such as `constructor` is a field only where the record itself has it.
  if (segments.length === 0 || segments.length > 2 || segments.some((segment) => segment in Object.prototype)) {
    return (scope) => follow(scope.stack[level], segments, 0);
  }
  const [name, below] = segments;
  if (below === undefined) return (scope) => scope.stack[level][name];
  return (scope) => {
    const value = scope.stack[level][name];
    if (typeof value !== "object" || value === null) return undefined;
    return Array.isArray(value) ? follow(value, segments, 1) : (value as Row)[below];
  };
}

/** What stands at the segments from `at` on; undefined where nothing does. */
export function follow(value: Value, segments: readonly string[], at: number): Value {
  for (let i = at; i < segments.length; i++) {
    if (Array.isArray(value)) {
      const found: Value[] = [];
      for (const item of value) {
        const below = follow(item, segments, i);
        if (Array.isArray(below)) found.push(...below);
        else if (!isAbsent(below)) found.push(below);
      }
      return found;
    }
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segments[i])) return undefined;
    value = (value as Row)[segments[i]];
  }
  return value;
}

/**
 * The one scalar a path means. Where a path leads through a list, its elements have to agree: picking the first would be a
 * guess. Throws a {@link Problem} (`map.wrong-type`) where they do not, or where a record stands.
 */
export function scalarOf(value: Value, path: string, field: string): string | boolean | undefined {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return undefined;
  if (!Array.isArray(value)) throw new Problem("map.wrong-type", `${path} is a record, not a value`, { field });
  const distinct = [...new Set(value.filter((item) => !isAbsent(item)))];
  if (distinct.length > 1) {
    const fact = `${path} leads through a list whose ${distinct.length} values differ`;
    const action = "Take it inside `each`, or add it up with `sum`.";
    throw new Problem("map.wrong-type", fact, { field, value: shown(distinct), action });
  }
  return scalarOf(distinct[0], path, field);
}

/** Compiles a path to text: a link's key, a hole in a template. Absent comes as undefined. */
export function compileText(path: string, context: Context): (scope: Scope) => string | undefined {
  const read = compilePath(path, context);
  const { field } = context;
  return (scope) => {
    const value = read(scope);
    if (typeof value === "string") return value === "" ? undefined : value;
    const scalar = scalarOf(value, path, field);
    return scalar === undefined || scalar === "" ? undefined : String(scalar);
  };
}
