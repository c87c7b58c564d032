/**
 * Rules: each compiled once into a function of the scope.
 *
 * @module
 */
import type { Value } from "../connector.ts";
import type { Rule, TemplatePart } from "../pipeline/model.ts";
import { compileDifference, compileNegate, compileSum, compileSumEach } from "./amounts.ts";
import { compileExpression } from "./expression.ts";
import { coerceTo } from "./coerce.ts";
import { compileLink } from "./link.ts";
import { compileList } from "./list.ts";
import { compilePath, compileText, scalarOf } from "./path.ts";
import { compileRecord } from "./record.ts";
import { type Context, type Evaluate, isAbsent, Problem, shown } from "./scope.ts";
import { traced, watched } from "./trace.ts";
import { compileTransforms } from "./transform.ts";

/** Compiles a rule to what it finds, not yet in its destination field's form. */
export function compileRule(rule: Rule, context: Context): Evaluate {
  return traced(rule, compileKind(rule, context), context);
}

function compileKind(rule: Rule, context: Context): Evaluate {
  switch (rule.rule) {
    case "value": {
      const { value } = rule;
      return () => value;
    }
    case "template":
      return compileTemplate(rule.parts, context);
    case "take":
      return compileTake(rule, context);
    case "cel": {
      const found = compileExpression(rule.expression, context);
      const evaluate = watched(found, { at: rule, expression: rule.expression }, context);
      const coerce = rule.type && coerceTo(rule.type, "The expression's result", context.field);
      return coerce ? (scope) => coerce(evaluate(scope)) : evaluate;
    }
    case "link":
      return compileLink(rule, context);
    case "list":
      return compileList(rule.parts, context);
    case "record":
      return compileRecord(rule.map, undefined, context);
    case "sum":
      return compileSum(rule.of, context);
    case "difference":
      return compileDifference(rule.of, context);
    case "sum-each":
      return compileSumEach(rule.each, rule.value, context);
    case "negate":
      return compileNegate(rule.of, context);
  }
}

/** What messages call the value that a rule finds. */
export function nameOf(rule: Rule): string {
  switch (rule.rule) {
    case "take":
      return rule.from;
    case "link":
      return `The id that ${rule.pipeline} linked`;
    case "template":
      return "The template's text";
    case "cel":
      return "The expression's result";
    case "value":
      return "The constant";
    default:
      return `The ${rule.rule === "sum-each" ? "sum" : rule.rule}`;
  }
}

function compileTemplate(parts: readonly TemplatePart[], context: Context): Evaluate {
  const { field } = context;
  // Text and holes alternate, so that filling them in is one loop without a question in it.
  const texts = [""];
  const holes: { path: string; read: ReturnType<typeof compileText> }[] = [];
  for (const part of parts) {
    if ("text" in part) texts[texts.length - 1] += part.text;
    else {
      holes.push({ path: part.path, read: compileText(part.path, context) });
      texts.push("");
    }
  }
  return (scope) => {
    let text = texts[0];
    for (let i = 0; i < holes.length; i++) {
      const value = holes[i].read(scope);
      if (value === undefined) {
        throw new Problem("map.absent", `${holes[i].path} is absent, and the template needs it`, { field });
      }
      text += value + texts[i + 1];
    }
    return text;
  };
}

type Take = Extract<Rule, { rule: "take" }>;

/** Take, fall back, transform, look up, coerce. What transforming leaves empty falls back as well, and is transformed anew. */
function compileTake(rule: Take, context: Context): Evaluate {
  const { from, apply, table, type } = rule;
  const { field } = context;
  const read = compilePath(from, context);
  const fallBack = rule.default && compileRule(rule.default, context);
  const transform = apply.length > 0 ? compileTransforms(apply, from, field) : undefined;
  const transformed = (value: Value): Value => {
    if (!transform || isAbsent(value)) return value;
    const scalar = typeof value === "string" ? value : scalarOf(value, from, field);
    return isAbsent(scalar) ? undefined : transform(String(scalar));
  };
  const otherwise = rule.else && compileRule(rule.else, context);
  const coerce = type && coerceTo(type, from, field);
  const entryOf = table && compileTable(rule, table, context);
  if (!fallBack && !transform && !table && !coerce) return read;
  return (scope) => {
    let value = transformed(read(scope));
    if (fallBack && isAbsent(value)) value = transformed(fallBack(scope));
    if (entryOf) {
      const scalar = scalarOf(value, from, field);
      const entry = isAbsent(scalar) ? undefined : entryOf(String(scalar));
      if (entry !== undefined) value = entry;
      else if (otherwise) value = otherwise(scope);
      else if (!isAbsent(scalar)) {
        throw new Problem("map.no-entry", `${from} has a value that the table does not have`, {
          field,
          value: shown(scalar),
        });
      }
    }
    return coerce ? coerce(value) : value;
  };
}

type Table = NonNullable<Take["table"]>;

function compileTable(rule: Take, table: Table, { trace }: Context): (key: string) => Table[string] | undefined {
  const entryOf = (key: string) => Object.hasOwn(table, key) ? table[key] : undefined;
  if (!trace) return entryOf;
  return (key) => {
    const entry = entryOf(key);
    if (entry !== undefined) trace.took(rule, key);
    return entry;
  };
}
