/**
 * A map: destination fields by name, each in its field's form.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import type { Fields } from "../fields.ts";
import type { Rule } from "../pipeline/model.ts";
import { coerceField } from "./coerce.ts";
import { emitRecord, type MapField } from "./emit.ts";
import { compileNested } from "./list.ts";
import { compileRule, nameOf } from "./rules.ts";
import { traced } from "./trace.ts";
import { type Context, type Evaluate, Problem, type Scope } from "./scope.ts";

/** Compiles a map; `targets` are the destination's fields where they are known. The row it makes has every mapped field, absent ones as null. */
export function compileRecord(
  map: Record<string, Rule>,
  targets: Fields | undefined,
  context: Context,
): (scope: Scope) => Row {
  const { fields, compiled } = compileRules(map, targets, context);
  if (context.trace) return compiled;
  return emitRecord(fields, compiled, context);
}

/** Compiles a map's rules one by one; `compiled` makes a row by calling each. */
export function compileRules(
  map: Record<string, Rule>,
  targets: Fields | undefined,
  context: Context,
): { fields: MapField[]; compiled: (scope: Scope) => Row } {
  const fields = Object.entries(map).map(([name, rule]): MapField => ({
    name,
    rule,
    target: targets?.[name],
    evaluate: compileField(rule, targets, name, context),
  }));
  const compiled = (scope: Scope): Row => {
    const row: Row = {};
    for (const { name, evaluate } of fields) row[name] = evaluate(scope);
    return row;
  };
  return { fields, compiled };
}

/** Compiles one field of a map. What it gives is in the field's form, null where absent; a required field is never absent. */
export function compileField(rule: Rule, targets: Fields | undefined, name: string, above: Context): Evaluate {
  return traced(rule, compileFieldAs(rule, targets, name, above), above);
}

function compileFieldAs(rule: Rule, targets: Fields | undefined, name: string, above: Context): Evaluate {
  const target = targets?.[name];
  const field = above.field === "" ? name : `${above.field}.${name}`;
  const context = { ...above, field };
  const found = nameOf(rule);
  const coerced = target && "fields" in target && (rule.rule === "list" || rule.rule === "record")
    ? compileNested(rule, target, context)
    : withForm(compileRule(rule, context), coerceField(target, found, field));
  if (!target?.required) return coerced;
  const fact = rule.rule === "take"
    ? `${found} is absent, and the field is required`
    : "The field is required, and its rule gives nothing";
  return (scope) => {
    const value = coerced(scope);
    if (value === null) throw new Problem("map.absent", fact, { field });
    return value;
  };
}

const withForm =
  (evaluate: Evaluate, coerce: (value: ReturnType<Evaluate>) => ReturnType<Evaluate>): Evaluate => (scope) =>
    coerce(evaluate(scope));
