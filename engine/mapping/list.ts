/**
 * Lists: one item for each element at a path, or single items.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import type { Fields } from "../fields.ts";
import type { ListPart, Rule } from "../pipeline/model.ts";
import { withItemKey } from "./item_key.ts";
import { compileDescent, lendNeeds } from "./level.ts";
import { compileText } from "./path.ts";
import { compileRecord } from "./record.ts";
import { type Context, type Evaluate, Problem, type Scope } from "./scope.ts";
import { compileChoice } from "./trace.ts";

type Append = (scope: Scope, items: Row[]) => void;

/** Compiles a list whose items have the destination's `targets`, where they are known. */
export function compileList(parts: readonly ListPart[], context: Context, targets?: Fields): Evaluate {
  const appends = parts.map((part) =>
    "one" in part ? compileOne(part.one, context, targets) : compileEach(part, context, targets)
  );
  return (scope) => {
    const items: Row[] = [];
    for (const append of appends) append(scope, items);
    return items;
  };
}

/** Compiles a list or record rule for a nested destination field. */
export function compileNested(
  rule: Extract<Rule, { rule: "list" | "record" }>,
  target: { kind: "list" | "record"; fields: Fields },
  context: Context,
): Evaluate {
  const { field } = context;
  if (rule.rule === "record") {
    const record = compileRecord(rule.map, target.fields, context);
    return target.kind === "record" ? record : (scope) => [record(scope)];
  }
  const list = compileList(rule.parts, context, target.fields);
  if (target.kind === "list") return list;
  return (scope) => {
    const items = list(scope) as readonly Value[];
    if (items.length > 1) {
      throw new Problem("map.wrong-type", "The field takes one record", { field, value: `${items.length} items` });
    }
    return items[0] ?? null;
  };
}

function compileOne(map: Record<string, Rule>, context: Context, targets?: Fields): Append {
  const record = compileRecord(map, targets, context);
  return (scope, items) => void items.push(record(scope));
}

function compileEach(part: Extract<ListPart, { each: string }>, context: Context, targets?: Fields): Append {
  const { descend, inner } = compileDescent(part.each, context);
  const record = compileRecord(part.map, targets, inner);
  const where = part.where === undefined ? undefined : compileChoice(part.where, part, inner);
  const key = part.key === undefined ? undefined : compileText(part.key, inner);
  lendNeeds(inner, descend, context);
  return (scope, items) => {
    let place = 0;
    descend(scope, () => {
      place++;
      try {
        if (!where || where(scope)) items.push(withItemKey(record(scope), key?.(scope)));
      } catch (thrown) {
        throw thrown instanceof Problem
          ? placed(thrown, part.key && key?.(scope) ? `${part.key} ${key(scope)}` : `item ${place}`)
          : thrown;
      }
    });
  };
}

/** The same problem, with the item it is about. */
function placed({ code, fact, detail }: Problem, item: string): Problem {
  return new Problem(code, fact, { ...detail, field: `${detail.field}, ${item}` });
}
