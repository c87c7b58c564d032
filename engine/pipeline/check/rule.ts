/**
 * Checks the rules of a map against the source's and the destination's fields, and makes them into the form a run works with.
 *
 * @module
 */
import type { WrittenEach, WrittenLink, WrittenMap, WrittenRule, WrittenTake } from "../../../schemas/pipeline/rule.ts";
import type { Field, Fields, NestedField, ScalarField } from "../../fields.ts";
import { pattern } from "../cel/environment.ts";
import type { ListPart, Rule, Transform } from "../model.ts";
import { nearest } from "../nearest.ts";
import { innerScope, resolve, type Scope } from "../scope.ts";
import type { Path } from "../yaml/source.ts";
import { becomes, SPOKEN } from "./kinds.ts";
import {
  checkCel,
  checkConstant,
  checkFit,
  type Checking,
  checkTemplate,
  fieldName,
  type Place,
  scalarAt,
  some,
  typed,
  unknownField,
} from "./value.ts";

/** A rule that cannot be made because of what was reported. */
const BROKEN: Rule = { rule: "value", value: null };

/** Checks a map. `required`: whether fields that must be there are asked for. */
export function checkMap(
  map: WrittenMap,
  { path, fields, scope, required, title }: {
    path: Path;
    fields: Fields;
    scope: Scope;
    required: boolean;
    title: string;
  },
  on: Checking,
): Record<string, Rule> {
  const rules: Record<string, Rule> = {};
  const misspelt = new Set<string>();
  for (const [name, rule] of Object.entries(map)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) {
      const near = nearest(name, Object.keys(fields).filter((one) => !Object.hasOwn(map, one)));
      if (near) misspelt.add(near);
      const help = near ? `did you mean ${near}?` : `it has ${some(Object.keys(fields))}`;
      on.report([...path, name], { code: "unknown-field", message: `${title} have no field ${name}`, help }, "key");
      continue;
    }
    rules[name] = checkRule(rule, { path: [...path, name], field, scope }, on);
  }
  const missing = Object.keys(fields).filter((name) =>
    required && fields[name].required && !Object.hasOwn(map, name) && !misspelt.has(name)
  );
  if (missing.length > 0) {
    const message = `${title} need ${missing.join(", ")}`;
    on.report(path, { code: "missing-field", message, help: `add ${missing[0]}: to the map` }, "key");
  }
  return rules;
}

/** Checks one rule. */
export function checkRule(rule: WrittenRule, place: Place, on: Checking): Rule {
  const { path, field, scope } = place;
  const below = (...more: Path): Path => [...path, ...more];
  if (typeof rule === "string") {
    checkFit(scalarAt(rule, path, scope, on), place, on);
    return { rule: "take", from: rule, apply: [] };
  }
  if (Array.isArray(rule) || "each" in rule || "one" in rule) return checkList(rule, place, on);
  if ("record" in rule) {
    if (field.kind !== "record") return misfit("record", place, on);
    const title = `Records of ${path.at(-1)}`;
    return {
      rule: "record",
      map: checkMap(rule.record, { path: below("record"), fields: field.fields, scope, required: true, title }, on),
    };
  }
  if ("fields" in field && !("cel" in rule && field.kind === "list")) return misfit(undefined, place, on);
  if ("template" in rule) {
    const parts = checkTemplate(rule.template, below("template"), scope, on);
    checkFit("text", place, on);
    const unique = rule.unique && checkUnique(rule.unique, { ...place, path: below("unique") }, on);
    return { rule: "template", parts, ...(unique && { unique }) };
  }
  if ("cel" in rule) {
    const compiled = checkCel(rule.cel, below("cel"), scope, on);
    if (!compiled) return BROKEN;
    const type = typed(compiled, rule.type, below("type"), on);
    checkFit(type, { ...place, path: below("cel") }, on);
    return { rule: "cel", expression: rule.cel, ...(rule.type && { type: rule.type }) };
  }
  if ("fields" in field) return misfit(undefined, place, on);
  if ("value" in rule) return { rule: "value", value: checkConstant(rule.value, below("value"), field, on) };
  if ("link" in rule) {
    on.link(below("link"), rule.link, rule.reverse ?? rule.child !== undefined);
    scalarAt(rule.of, below("of"), scope, on);
    if (rule.part !== undefined) scalarAt(rule.part, below("part"), scope, on);
    if (field.required && rule.missing === "absent") {
      const message = `${path.at(-1)} is required and cannot be left absent`;
      on.report(below("missing"), { code: "missing-field", message, help: "write park, reject or skip" });
    }
    checkFit("id", place, on);
    const { link: pipeline, of, part, child, reverse = false, missing = "park" } = rule;
    if (child) checkChild(rule, place, on);
    return {
      rule: "link",
      pipeline,
      of,
      ...(part !== undefined && { part }),
      ...(child && { child: { ...child } }),
      reverse,
      missing,
    };
  }
  if ("from" in rule) return checkTake(rule, { ...place, field }, on);
  return checkSum(rule, { ...place, field }, on);
}

function checkSum(
  rule: Extract<WrittenRule, { sum: unknown } | { difference: unknown } | { negate: unknown }>,
  place: Place & { field: ScalarField },
  on: Checking,
): Rule {
  const { path, scope } = place;
  const field: Field = { kind: "decimal", required: false };
  const each = (rules: WrittenRule[], key: string) =>
    rules.map((one, i) => checkRule(one, { path: [...path, key, i], field, scope }, on));
  checkFit("decimal", place, on);
  if ("negate" in rule) {
    return { rule: "negate", of: checkRule(rule.negate, { path: [...path, "negate"], field, scope }, on) };
  }
  if ("difference" in rule) return { rule: "difference", of: each(rule.difference, "difference") };
  if (Array.isArray(rule.sum)) return { rule: "sum", of: each(rule.sum, "sum") };
  const inner = listScope(rule.sum.each, [...path, "sum", "each"], scope, on);
  if (!inner) return BROKEN;
  const value = checkRule(rule.sum.value, { path: [...path, "sum", "value"], field, scope: inner }, on);
  return { rule: "sum-each", each: rule.sum.each, value };
}

function checkTake(rule: WrittenTake, place: Place & { field: ScalarField }, on: Checking): Rule {
  const { path, field, scope } = place;
  const below = (...more: Path): Path => [...path, ...more];
  const alternative = (key: "default" | "else") =>
    rule[key] === undefined ? undefined : checkRule(rule[key], { ...place, path: below(key), field: takes(key) }, on);
  // `type:` makes a field of what another field gives, and is applied to a default as well.
  const takes = (key: "default" | "else"): ScalarField =>
    key === "default" && rule.type && !isConstant(rule.default)
      ? { ...field, kind: "text", max: undefined, values: undefined }
      : field;
  let kind = scalarAt(rule.from, below("from"), scope, on);
  const apply = (rule.apply ?? []).map((step, i): Transform => {
    const made = transform(step, below("apply", i), on);
    if (made.do === "round") {
      if (kind && kind !== "decimal" && kind !== "integer") {
        const message = `Only a decimal is rounded, ${rule.from} is ${SPOKEN[kind]}`;
        on.report(below("apply", i), { code: "wrong-type", message, help: "use { cel } with decimal(…)" });
      }
      kind = kind && "decimal";
    } else if (kind && kind !== "id") kind = "text";
    return made;
  });
  let table: Record<string, string | boolean> | undefined;
  if (rule.table) {
    table = {};
    for (const [key, entry] of Object.entries(rule.table)) {
      // What `type:` makes of an entry shows at run time.
      table[key] = checkConstant(entry, below("table", key), rule.type ? undefined : field, on) as string | boolean;
    }
    // Its entries have been held against the field one by one.
    if (kind) kind = rule.type ? "text" : field.kind;
  } else if (rule.else !== undefined) {
    on.report(below("else"), {
      code: "useless-key",
      message: "else is for a table, and there is none",
      help: "write default:",
    }, "key");
  }
  if (kind && rule.type) {
    if (becomes(kind, rule.type)) kind = rule.type;
    else {
      const message = `${SPOKEN[kind]} cannot be made into ${SPOKEN[rule.type]}`;
      on.report(below("type"), { code: "wrong-type", message });
      kind = undefined;
    }
  }
  checkFit(kind, { ...place, path: below("from") }, on);
  const made: Rule = { rule: "take", from: rule.from, apply };
  const fallback = alternative("default");
  const otherwise = rule.table ? alternative("else") : undefined;
  const unique = rule.unique && checkUnique(rule.unique, { ...place, path: below("unique") }, on);
  if (fallback) made.default = fallback;
  if (table) made.table = table;
  if (otherwise) made.else = otherwise;
  if (rule.type) made.type = rule.type;
  if (unique) made.unique = unique;
  return made;
}

function checkUnique(rule: WrittenRule, place: Place, on: Checking): Rule {
  const field = String(place.path.at(-2));
  if (place.path.length !== 3 || !on.unique.includes(field)) {
    const message = `unique is of no use: ${field} may hold the same value twice`;
    on.report(place.path, { code: "useless-key", message, help: "leave it out", severity: "warning" }, "key");
  }
  return checkRule(rule, place, on);
}

function checkList(
  rule: Extract<WrittenRule, { each: string } | { one: WrittenMap } | unknown[]>,
  place: Place,
  on: Checking,
): Rule {
  const { path, field, scope } = place;
  if (field.kind !== "list" || "" in field.fields) return misfit("list", place, on);
  const parts = Array.isArray(rule) ? rule : [rule];
  const title = `Items of ${path.at(-1)}`;
  return {
    rule: "list",
    parts: parts.map((part, i): ListPart => {
      const at = Array.isArray(rule) ? [...path, i] : path;
      const fields = (field as NestedField).fields;
      if ("one" in part) {
        return { one: checkMap(part.one, { path: [...at, "one"], fields, scope, required: true, title }, on) };
      }
      return checkEach(part, at, { fields, scope, title }, on);
    }),
  };
}

function checkEach(
  part: WrittenEach,
  at: Path,
  { fields, scope, title }: { fields: Fields; scope: Scope; title: string },
  on: Checking,
): ListPart {
  const inner = listScope(part.each, [...at, "each"], scope, on);
  if (!inner) return { each: part.each, map: {} };
  if (part.key !== undefined) scalarAt(part.key, [...at, "key"], inner, on);
  if (part.where) checkCel(part.where.cel, [...at, "where", "cel"], inner, on, "boolean");
  const map = checkMap(part.map, { path: [...at, "map"], fields, scope: inner, required: true, title }, on);
  return {
    each: part.each,
    ...(part.key !== undefined && { key: part.key }),
    ...(part.where && { where: part.where.cel }),
    map,
  };
}

/** Checks `child:` of a link. */
function checkChild({ link, child, reverse }: WrittenLink, { path, scope }: Place, on: Checking): void {
  const at = [...path, "child"];
  scalarAt(child!.of, [...at, "of"], scope, on);
  if (reverse) return on.child([...at, "list"], link, child!.list);
  const message = "child is for the way back, from an item's id to its source key";
  on.report(at, { code: "useless-key", message, help: "add reverse: true" }, "key");
}

/** The scope of a list's elements; undefined where it was reported that the path leads to no list of records. */
export function listScope(each: string, path: Path, scope: Scope, on: Checking): Scope | undefined {
  const found = resolve(scope, each);
  if (!("field" in found)) return void unknownField(each, path, found, on);
  const inner = innerScope(scope, each);
  if (!inner) {
    const message = `${each} is ${SPOKEN[found.field.kind]}${
      found.field.kind === "list" ? " of single values" : ""
    }, not a list of records`;
    on.report(path, { code: "not-a-list", message });
  }
  return inner;
}

function misfit(gives: "record" | "list" | undefined, { path, field }: Place, on: Checking): Rule {
  const help = field.kind === "list"
    ? "use { each: …, map: … }"
    : field.kind === "record"
    ? "use { record: … }"
    : "write a field, { value: … } or { template: … }";
  const message = gives === undefined
    ? `${fieldName(path)} is ${SPOKEN[field.kind]}, this gives a single value`
    : `${fieldName(path)} is ${SPOKEN[field.kind]}, this gives ${SPOKEN[gives]}`;
  on.report(path, { code: "wrong-type", message, help }, "key");
  return BROKEN;
}

function transform(step: NonNullable<WrittenTake["apply"]>[number], path: Path, on: Checking): Transform {
  if (typeof step === "string") return { do: step };
  if ("truncate" in step) return { do: "truncate", length: step.truncate };
  if ("pad" in step) return { do: "pad", ...step.pad };
  if ("prefix" in step) return { do: "prefix", text: step.prefix };
  if ("suffix" in step) return { do: "suffix", text: step.suffix };
  if ("round" in step) return { do: "round", places: step.round };
  try {
    pattern(step.replace.pattern);
  } catch (error) {
    const message = `Not an RE2 pattern: ${error instanceof Error ? error.message : step.replace.pattern}`;
    on.report([...path, "replace", "pattern"], { code: "bad-pattern", message });
  }
  return { do: "replace", ...step.replace };
}

/** Whether a rule is a constant, which has to fit as it stands. */
const isConstant = (rule: WrittenRule | undefined): boolean => typeof rule === "object" && "value" in rule;
