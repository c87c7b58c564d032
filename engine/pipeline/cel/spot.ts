/**
 * Places in a record that an expression names: which field, and what on the way to it may be absent.
 *
 * @module
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import type { Field } from "../../fields.ts";
import { nearest } from "../nearest.ts";

/** A mistake in an expression; `offset` and `length` count characters of it. */
export interface CelError {
  code: string;
  message: string;
  help?: string;
  offset: number;
  length: number;
}

/** Which fields are read: what has to be converted before an evaluation. */
export interface Usage {
  /** Everything below is read. */
  all: boolean;
  fields: Map<string, Usage>;
}

/** Makes an empty {@link Usage}. */
const usage = (): Usage => ({ all: false, fields: new Map() });

/** An expression that names a place in a record. */
export interface Spot {
  field: Field;
  used: Usage;
  /** Tells one spot from another, for guards. */
  path: string;
  /** As it would be written with every step that may be absent optional. */
  safe: string;
  /** Steps on the way that may be absent, outermost first: their paths. */
  doubtful: string[];
  /** Offsets of the names of steps that would have to be optional (`.?`) for absent to be harmless. */
  shaky: number[];
  /** Reached by `.?`: an optional, not a value. */
  optional: boolean;
}
/** What a loop variable stands for; opaque where that is no place in a record. */
export type Bound = Spot | "opaque";
/** Loop variables by name. */
export type Bindings = Map<string, Bound>;
/** A node's arguments. cel-js types them per operator; a walk is easier with one loose view of them. */
// deno-lint-ignore no-explicit-any -- see above
export const args = (node: ASTNode): any => node.args;

/** Adds a mistake at a range of the expression. */
export type Complain = (at: { start: number; end: number }, code: string, message: string, help?: string) => void;

/** Finds spots among these variables. */
export interface Spots {
  /** The spot a chain of accesses names, or undefined where it is some other expression. */
  resolve(node: ASTNode, bound: Bindings): Spot | undefined;
  /** An element of a list; `mark` tells it from the others. */
  element(list: Spot, mark: string): Spot;
  /** What has been named, by variable. */
  used: Map<string, Usage>;
}

/** Makes a finder of spots. */
export function makeSpots(variables: Record<string, Field>, complain: Complain): Spots {
  const used = new Map<string, Usage>();

  function resolve(node: ASTNode, bound: Bindings): Spot | undefined {
    const a = args(node);
    switch (node.op) {
      case "id": {
        const binding = bound.get(a);
        if (binding) return binding === "opaque" ? undefined : binding;
        const field = Object.hasOwn(variables, a) ? variables[a] : undefined;
        if (!field) return undefined;
        if (!used.has(a)) used.set(a, usage());
        const doubtful = field.required || field.kind === "list" ? [] : [a];
        return { field, used: used.get(a)!, path: a, safe: a, doubtful, shaky: [], optional: false };
      }
      case ".":
      case ".?": {
        const from = resolve(a[0], bound);
        return from && step(node, from, a[1]);
      }
      case "[]":
      case "[?]": {
        const from = resolve(a[0], bound);
        if (!from) return undefined;
        if (from.field.kind === "list" && !from.optional) {
          return { ...element(from, markOf(node)), optional: node.op === "[?]" };
        }
        complain(node, "bad-index", "Only a list is indexed by [ ]", `write ${readable(from.path)}.FIELD`);
        return undefined;
      }
      case "rcall": {
        if (a[0] !== "filter" || a[2].length !== 2) return undefined;
        const from = resolve(a[1], bound);
        return from && !from.optional && from.field.kind === "list" ? from : undefined;
      }
    }
  }

  function step(node: ASTNode, from: Spot, name: string): Spot | undefined {
    if (!("fields" in from.field) || from.field.kind === "list") return undefined;
    const field = Object.hasOwn(from.field.fields, name) ? from.field.fields[name] : undefined;
    if (!field) {
      const near = nearest(name, Object.keys(from.field.fields));
      const range = { start: node.pos, end: Math.max(node.pos + name.length, node.end) };
      complain(range, "unknown-field", `${readable(from.path)} has no field ${name}`, near && `did you mean ${near}?`);
      return undefined;
    }
    let below = from.used.fields.get(name);
    if (!below) from.used.fields.set(name, below = usage());
    const path = `${from.path}.${name}`;
    const asked = node.op === ".?";
    const absent = !field.required && field.kind !== "list";
    // Once a step is optional, the rest of the chain is: CEL carries it on.
    const shaky = from.shaky.length > 0 || from.optional || absent;
    return {
      field,
      used: below,
      path,
      safe: `${from.safe}${shaky ? ".?" : "."}${name}`,
      doubtful: !asked && !from.optional && absent ? [...from.doubtful, path] : from.doubtful,
      shaky: shaky ? [...from.shaky, node.pos] : [],
      optional: asked || from.optional,
    };
  }

  function element(list: Spot, mark: string): Spot {
    const item = "fields" in list.field ? list.field.fields[""] : undefined;
    const field: Field = item
      ? { ...item, required: true }
      : { ...(list.field as { fields: Record<string, Field> } & Field), kind: "record", required: true } as Field;
    const name = `${list.path}[${mark}]`;
    return { field, used: list.used, path: name, safe: name, doubtful: [], shaky: [], optional: false };
  }

  return { resolve, element, used };
}

/** What tells `LIST[0]` from `LIST[1]`: the index where it is written out, else where it stands. */
function markOf(node: ASTNode): string {
  const index = args(node)[1] as ASTNode;
  return index.op === "value" ? String(index.args) : `#${node.start}`;
}

/** A path as people write it: without the marks that tell loop variables apart. */
export const readable = (path: string): string => path.replace(/#\d+/g, "");

/** What `has()` would be asked, so that nothing on the way may be absent: `rec.?SITE.CITY`. */
export const asked = (spot: Spot): string => spot.safe.replace(/\.\?([^.]+)$/, ".$1");
