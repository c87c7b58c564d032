/**
 * Walks an expression before it is type-checked: which fields it reads, which of them may be absent where it reads them, and
 * what is not allowed at all.
 *
 * Absent, in an expression: comparing a text field with literals (`==`, `!=`, `in`) takes absent for the empty text, as everywhere
 * in the language. Every other use of a field that may be absent must be guarded: by `has(rec.X)`, by such a comparison
 * (`rec.X != '' && …`), or by `rec.?X.orValue(…)`. A list is never absent: it is empty.
 *
 * @module
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import type { Field } from "../../fields.ts";
import { pattern } from "./environment.ts";
import {
  args,
  asked,
  type Bindings,
  type CelError,
  type Complain,
  makeSpots,
  readable,
  type Spot,
  type Usage,
} from "./spot.ts";

export type { CelError, Usage } from "./spot.ts";

/** What the walk found. */
export interface Walked {
  errors: CelError[];
  usage: Map<string, Usage>;
  /** Source ranges to be replaced so that absent text compares as empty text. */
  rewrites: { start: number; end: number; text: string }[];
}

type Facts = ReadonlySet<string>;

const NONE: Facts = new Set();
const DEFAULTS: Record<string, string> = { decimal: "decimal('0')", integer: "0", boolean: "false" };
const TEXTUAL: readonly string[] = ["text", "id", "date", "instant"];
const COMPREHENSIONS = new Set(["all", "exists", "exists_one", "map", "filter"]);
const DEEPEST = 3;

/** Walks an expression. Errors come in the order of their offsets. */
export function walk(root: ASTNode, variables: Record<string, Field>): Walked {
  const errors: CelError[] = [];
  const rewrites: Walked["rewrites"] = [];
  let loops = 0;
  let spots = 0;
  const bindings: Bindings = new Map();

  const complain: Complain = (node, code, message, help) => {
    if (errors.some((e) => e.offset === node.start && e.code === code)) return;
    errors.push({ code, message, help, offset: node.start, length: node.end - node.start });
  };

  const { resolve, element, used } = makeSpots(variables, complain);

  /** Walks what stands inside a chain: indexes, the conditions of filters, and what it starts from. */
  function inside(node: ASTNode, bound: Bindings, facts: Facts): void {
    const a = args(node);
    if (node.op === "." || node.op === ".?") return inside(a[0], bound, facts);
    if (node.op === "[]" || node.op === "[?]") {
      visit(a[1], bound, facts);
      return inside(a[0], bound, facts);
    }
    if (node.op !== "id") visit(node, bound, facts);
  }

  /** What is surely there where this condition is true (or false). */
  function learn(node: ASTNode, truth: boolean, bound: Bindings): Facts {
    const a = args(node);
    if (node.op === "!_") return learn(a, !truth, bound);
    if ((node.op === "&&" && truth) || (node.op === "||" && !truth)) {
      return new Set([...learn(a[0], truth, bound), ...learn(a[1], truth, bound)]);
    }
    const there = (spot: Spot | undefined): Facts => spot ? new Set(prefixes(spot)) : NONE;
    if (truth && node.op === "call" && a[0] === "has") return there(peek(a[1][0], bound));
    if (truth && node.op === "rcall" && a[0] === "hasValue") return there(peek(a[1], bound));
    if (node.op === "==" || node.op === "!=") {
      const [spot, literal] = comparison(node, bound);
      if (!spot) return NONE;
      const filled = literal !== "";
      return filled === ((node.op === "==") === truth) ? there(spot) : NONE;
    }
    if (truth && node.op === "in") {
      const [spot, literal] = comparison(node, bound);
      if (spot && literal !== "") return there(spot);
    }
    return NONE;
  }

  const prefixes = (spot: Spot): string[] => {
    const parts = spot.path.split(".");
    return parts.map((_, i) => parts.slice(0, i + 1).join("."));
  };

  /** Resolves without complaint and without counting as a use. */
  function peek(node: ASTNode, bound: Bindings): Spot | undefined {
    const before = errors.length;
    const spot = resolve(node, bound);
    errors.length = before;
    return spot;
  }

  /** A text field compared with literals: the field, and "" where one of them is empty. */
  function comparison(node: ASTNode, bound: Bindings): [Spot | undefined, string | undefined, ASTNode | undefined] {
    const [left, right] = args(node) as [ASTNode, ASTNode];
    const literals = (n: ASTNode): string[] | undefined => {
      if (n.op === "value" && typeof n.args === "string") return [n.args];
      if (node.op !== "in" || n.op !== "list") return undefined;
      const values = (args(n) as ASTNode[]).map((item) => item.op === "value" ? item.args : undefined);
      return values.every((v) => typeof v === "string") ? values as string[] : undefined;
    };
    const [side, values] = literals(right)
      ? [left, literals(right)!]
      : node.op !== "in" && literals(left)
      ? [right, literals(left)!]
      : [undefined, []];
    const spot = side && peek(side, bound);
    if (!spot || spot.optional || !TEXTUAL.includes(spot.field.kind)) {
      return [undefined, undefined, undefined];
    }
    return [spot, values.includes("") ? "" : values[0], side];
  }

  /** Whether a text field is compared with a number, which is the mistake even where the field may be absent. */
  function numbered(node: ASTNode, bound: Bindings): boolean {
    const [left, right] = args(node) as [ASTNode, ASTNode];
    for (const [side, other] of [[left, right], [right, left]]) {
      if (other.op !== "value" || typeof other.args !== "bigint") continue;
      const spot = peek(side, bound);
      if (!spot || spot.optional || !TEXTUAL.includes(spot.field.kind)) continue;
      complain(
        node,
        "wrong-type",
        `${readable(spot.path)} is text, ${other.args} is a number`,
        `write '${other.args}' in quotes`,
      );
      return true;
    }
    return false;
  }

  function comprehend(node: ASTNode, list: Spot | undefined, bound: Bindings, facts: Facts): void {
    const [, , inner] = args(node) as [string, ASTNode, ASTNode[]];
    if (++loops > DEEPEST) complain(node, "too-deep", `Lists are walked more than ${DEEPEST} levels deep`);
    const variable = args(inner[0]);
    const item = list && list.field.kind === "list" && !list.optional ? element(list, "") : undefined;
    const name = `${variable}#${++spots}`;
    const child = new Map(bound).set(variable, item ? { ...item, path: name, safe: variable } : "opaque");
    let known = facts;
    for (const [i, body] of inner.slice(1).entries()) {
      // `filter` hands elements on, `map(x, condition, value)` knows its condition.
      visit(body, child, known);
      if (i === 0 && inner.length === 3) known = new Set([...known, ...learn(body, true, child)]);
    }
    loops--;
  }

  function accept(node: ASTNode, spot: Spot, facts: Facts): void {
    const missing = spot.doubtful.filter((path) => !facts.has(path));
    if (missing.length > 0) {
      const shown = readable(spot.path);
      const nested = "fields" in spot.field;
      const ask = `has(${asked(spot)}) && …`;
      const fallback = DEFAULTS[spot.field.kind] ?? "''";
      const help = nested ? `guard it: ${ask}` : `write ${spot.safe}.orValue(${fallback}), or guard it: ${ask}`;
      complain(node, "may-be-absent", `${shown} may be absent`, help);
    }
    if ("fields" in spot.field) spot.used.all = true;
  }

  function visit(node: ASTNode, bound: Bindings, facts: Facts): void {
    const a = args(node);
    switch (node.op) {
      case "value":
        if (typeof a === "number") {
          complain(node, "float", `${node.input.slice(node.start, node.end)} would be inexact`, "write decimal('…')");
        }
        return;
      case "id":
      case ".":
      case ".?":
      case "[]":
      case "[?]": {
        const before = errors.length;
        const spot = resolve(node, bound);
        if (spot) accept(node, spot, facts);
        if (errors.length === before) inside(node, bound, facts);
        return;
      }
      case "&&":
      case "||":
        visit(a[0], bound, facts);
        return visit(a[1], bound, new Set([...facts, ...learn(a[0], node.op === "&&", bound)]));
      case "?:":
        visit(a[0], bound, facts);
        visit(a[1], bound, new Set([...facts, ...learn(a[0], true, bound)]));
        return visit(a[2], bound, new Set([...facts, ...learn(a[0], false, bound)]));
      case "==":
      case "!=":
      case "in": {
        const [spot, , side] = comparison(node, bound);
        if (spot && side) {
          if (spot.doubtful.some((path) => !facts.has(path))) soften(side, spot);
          inside(side, bound, facts);
          return;
        }
        if (numbered(node, bound)) return;
        visit(a[0], bound, facts);
        return visit(a[1], bound, facts);
      }
      case "call":
        return call(node, a[0], a[1], bound, facts);
      case "rcall":
        return method(node, a[0], a[1], a[2], bound, facts);
      case "list":
        for (const item of a) visit(item, bound, facts);
        return;
      case "map":
        for (const [key, value] of a) {
          visit(key, bound, facts);
          visit(value, bound, facts);
        }
        return;
      default:
        for (const child of Array.isArray(a) ? a : [a]) if (child?.op) visit(child, bound, facts);
    }
  }

  /** Notes how `rec.SITE.CITY` becomes `rec.?SITE.?CITY.orValue('')` in the text that is evaluated. */
  function soften(side: ASTNode, spot: Spot): void {
    for (const end of spot.shaky) rewrites.push({ start: side.input.lastIndexOf(".", end), end, text: ".?" });
    rewrites.push({ start: side.end, end: side.end, text: ".orValue('')" });
  }

  function call(node: ASTNode, name: string, given: ASTNode[], bound: Bindings, facts: Facts): void {
    if (name === "has" && given.length === 1) {
      const target = given[0];
      const spot = resolve(target, bound);
      inside(target, bound, facts);
      if (!spot) return;
      if (spot.field.kind === "list") {
        return complain(node, "has-list", "A list is never absent, only empty", `write size(${spot.path}) > 0`);
      }
      // The last step may be absent, that is the question; the ones before it may not.
      const open = spot.doubtful.filter((path) => path !== spot.path && !facts.has(path));
      if (open.length > 0) {
        complain(target, "may-be-absent", `${readable(open[0])} may be absent`, `write has(${asked(spot)})`);
      }
      return;
    }
    if (name === "double") complain(node, "float", "double() would be inexact", "write decimal('…')");
    if (name === "dyn") complain(node, "no-dyn", "dyn() would switch the check off", "leave it out");
    if (name === "rx") literalPattern(node, given[1]);
    for (const argument of given) visit(argument, bound, facts);
  }

  function method(node: ASTNode, name: string, on: ASTNode, given: ASTNode[], bound: Bindings, facts: Facts): void {
    if (name === "matches") {
      return complain(node, "no-matches", "matches() can take forever on some text", "write TEXT.rx('pattern')");
    }
    if (name === "json") return complain(node, "no-json", "json() has no types that could be checked");
    if (name === "rx") literalPattern(node, given[0]);
    if (COMPREHENSIONS.has(name) && given[0]?.op === "id") {
      const list = resolve(on, bound);
      // What happens to a filter's elements is known only where the chain goes on, so all of them is converted.
      if (list && name === "filter") list.used.all = true;
      const before = list?.used.all;
      if (list) accept(on, list, facts);
      if (list && list.field.kind === "list") list.used.all = before!;
      inside(on, bound, facts);
      return comprehend(node, list, bound, facts);
    }
    if (name === "bind" && on.op === "id" && args(on) === "cel" && given.length === 3) {
      const spot = resolve(given[1], bound);
      visit(given[1], bound, facts);
      const binding = spot ? { ...spot, doubtful: [], shaky: [] } : "opaque";
      return visit(given[2], new Map(bound).set(args(given[0]), binding), facts);
    }
    if (["orValue", "or", "hasValue", "value"].includes(name)) {
      const spot = resolve(on, bound);
      if (spot && name === "value") accept(on, { ...spot, optional: false, doubtful: [spot.path] }, facts);
      else if (spot) accept(on, spot, facts);
      if (spot) inside(on, bound, facts);
      else visit(on, bound, facts);
    } else visit(on, bound, facts);
    for (const argument of given) visit(argument, bound, facts);
  }

  function literalPattern(node: ASTNode, given: ASTNode | undefined): void {
    if (!given) return;
    if (given.op !== "value" || typeof given.args !== "string") {
      return complain(given, "bad-pattern", "The pattern of rx() must be written out", "write rx('…')");
    }
    try {
      pattern(given.args);
    } catch (error) {
      complain(given, "bad-pattern", `Not an RE2 pattern: ${error instanceof Error ? error.message : node.op}`);
    }
  }

  visit(root, bindings, NONE);
  errors.sort((x, y) => x.offset - y.offset);
  return { errors, usage: used, rewrites };
}
