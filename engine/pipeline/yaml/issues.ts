/**
 * What zod finds wrong with a file's shape, as diagnostics: one for each mistake, with the nearest right name.
 *
 * @module
 */
import type { z } from "zod";
import { ALLOWED_KEYS } from "../../../schemas/pipeline/shape.ts";
import { nearest } from "../nearest.ts";
import type { Diagnostic } from "../model.ts";
import { missingColon } from "./faults.ts";
import type { Path, Source } from "./source.ts";

type Issue = z.core.$ZodIssue;

/** A mistake in a shape, and the part of the data it spoils. */
export interface ShapeIssue {
  path: Path;
  diagnostic: Diagnostic;
  /** The key that a misspelt one probably stands for. */
  meant?: string;
}

/** Checks data against a schema. Both are undefined where it fits. */
export function shapeIssues(schema: z.ZodType, source: Source, base: Path = [], data = source.data): ShapeIssue[] {
  const result = schema.safeParse(data);
  if (result.success) return [];
  const flat = result.error.issues.flatMap((issue) => flatten(issue, [], data));
  const found: ShapeIssue[] = [];
  for (const { path, code, message, help, key, meant } of merged(flat)) {
    const whole = [...base, ...path];
    const span = source.span(whole, key ? "key" : "value");
    found.push({ path: whole, diagnostic: source.at(span, { code, message, help }), meant });
  }
  return found;
}

interface Flat {
  path: (string | number)[];
  code: string;
  message: string;
  help?: string;
  /** Points at the key rather than at its value. */
  key?: boolean;
  /** The key that is missing. */
  missing?: string;
  meant?: string;
  /** How far a union's branch is from what was written. */
  cost: number;
}

const at = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data);
const spoken = (value: unknown): string => {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return `the text ${shown(value)}`;
  return String(value);
};
const shown = (value: unknown): string => {
  if (typeof value === "object") return spoken(value);
  const text = String(value);
  return text === "" ? "''" : text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const TYPES: Record<string, string> = {
  string: "text",
  object: "a map of keys",
  record: "a map of keys",
  array: "a list",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function flatten(issue: Issue, prefix: (string | number)[], data: unknown): Flat[] {
  const path = [...prefix, ...issue.path as (string | number)[]];
  const value = at(data, path);
  const name = path.at(-1);
  switch (issue.code) {
    case "invalid_union": {
      const branches = issue.errors.map((issues) => merged(issues.flatMap((one) => flatten(one, path, data))));
      return best(branches, path, value);
    }
    case "unrecognized_keys": {
      const allowed = issue.message.startsWith(ALLOWED_KEYS) ? issue.message.slice(ALLOWED_KEYS.length).split(",") : [];
      return issue.keys.map((key) => {
        // `{ cel "rec.A" }` is a key of two words without a value.
        const first = /^([\w-]+)\s+\S/.exec(key)?.[1];
        if (first !== undefined && allowed.includes(first)) {
          return { path: [...path, key], ...missingColon(first), key: true, cost: 1, meant: first };
        }
        const near = nearest(key, allowed.filter((one) => !Object.hasOwn((value ?? {}) as object, one)));
        const help = near
          ? `did you mean ${near}?`
          : allowed.length
          ? `allowed here: ${allowed.join(", ")}`
          : undefined;
        return {
          path: [...path, key],
          code: "unknown-key",
          message: `Unknown key ${key}`,
          help,
          key: true,
          cost: 3,
          meant: near,
        };
      });
    }
    case "invalid_type": {
      if (value === undefined && path.length > 0) {
        const missing = String(name);
        const message = `${path.length > 1 ? `${path.at(-2)} has no ${missing}` : `The file has no ${missing}`}`;
        return [{ path, code: "missing-key", message, help: `add ${missing}:`, missing, cost: 3 }];
      }
      const message = `${name === undefined ? "The file" : name} must be ${
        TYPES[issue.expected] ?? issue.expected
      }, not ${spoken(value)}`;
      return [{ path, code: "wrong-shape", message, cost: 10 }];
    }
    case "invalid_value": {
      const values = issue.values.map(String);
      const near = typeof value === "string" ? nearest(value, values) : undefined;
      if (value === undefined) {
        return [{
          path,
          code: "missing-key",
          message: `${path.at(-2)} has no ${name}`,
          missing: String(name),
          cost: 3,
        }];
      }
      const help = near ? `did you mean ${near}?` : `write one of ${values.join(", ")}`;
      return [{
        path,
        code: "unknown-value",
        message: `${name} cannot be ${shown(value)}`,
        help,
        cost: typeof value === "string" ? 2 : 10,
      }];
    }
    case "invalid_key":
      return [{
        path,
        code: "bad-name",
        message: `The name ${name} ${issue.issues[0]?.message ?? "is not allowed"}`,
        key: true,
        cost: 1,
      }];
    case "too_big":
    case "too_small": {
      const own = /^(must|is) /.test(issue.message)
        ? issue.message
        : issue.code === "too_big"
        ? `must be at most ${issue.maximum}`
        : `must be at least ${issue.minimum}`;
      return [{ path, code: "out-of-range", message: `${name} ${own}: ${spoken(value)}`, cost: 1 }];
    }
    default:
      return [{
        path,
        code: "bad-value",
        message: `${name ?? "The file"} ${issue.message}${
          value === null || typeof value === "object" ? "" : `: ${shown(value)}`
        }`,
        cost: 1,
      }];
  }
}

/** The branch of a union that was meant: the one that is least wrong about what is there. */
function best(branches: Flat[][], path: (string | number)[], value: unknown): Flat[] {
  // What is wrong inside is nearer than what is wrong as a whole.
  const inside = (one: Flat): boolean => one.path.length > path.length && one.code === "wrong-shape";
  const cost = (branch: Flat[]) => branch.reduce((sum, one) => sum + (inside(one) ? 1 : one.cost), 0);
  let meant: Flat[] | undefined;
  for (const branch of branches) if (!meant || cost(branch) < cost(meant)) meant = branch;
  const onlyShape = meant?.every((one) => one.path.length === path.length && one.code === "wrong-shape");
  if (!meant || onlyShape) {
    const wanted = [
      ...new Set(
        branches.flat().filter((one) => one.path.length === path.length).flatMap((one) =>
          /must be (.+), not/.exec(one.message)?.[1] ?? []
        ),
      ),
    ];
    const message = `${path.at(-1) ?? "The file"} cannot be ${spoken(value)}`;
    return [{
      path,
      code: "wrong-shape",
      message,
      help: wanted.length ? `write ${wanted.join(" or ")}` : undefined,
      cost: 10,
    }];
  }
  return meant;
}

/** A key that is misspelt is also missing: that is one mistake. */
function merged(flat: Flat[]): Flat[] {
  const parent = (one: Flat): string => JSON.stringify(one.path.slice(0, -1));
  const unknown = flat.filter((one) => one.code === "unknown-key" || one.code === "missing-colon");
  const kept: Flat[] = [];
  const paired = new Set<Flat>();
  for (const one of flat) {
    if (one.missing === undefined) {
      kept.push(one);
      continue;
    }
    const rivals = unknown.filter((other) => parent(other) === parent(one) && !paired.has(other));
    const near = rivals.find((other) =>
      other.meant === one.missing || nearest(String(other.path.at(-1)), [one.missing!])
    );
    // Inside a rule a stranger stands for what is missing; among a file's own keys it need not.
    const twin = near ?? (one.path.length > 2 ? rivals[0] : undefined);
    if (!twin) kept.push(one);
    else {
      paired.add(twin);
      if (twin.code === "missing-colon") continue;
      twin.help = `did you mean ${one.missing}?`;
      twin.meant = one.missing;
      twin.cost = near ? 1 : twin.cost;
    }
  }
  return kept;
}
