/**
 * A map as one JavaScript function. The compiled rules of this folder are what a mapping means; the function written here takes
 * the short way for the plain cases (text where text is expected, a record where a record is) and leaves everything else, every
 * failure included, to them. A test holds the two against each other.
 *
 * Nothing of a pipeline file becomes code: names and constants go in as JSON literals or as values.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import type { Field, ScalarField } from "../fields.ts";
import type { Rule, TemplatePart } from "../pipeline/model.ts";
import { AMOUNT, type Coerce, coerceField, DATE, WHOLE_NUMBER } from "./coerce.ts";
import { fieldAt, startOf } from "./path.ts";
import type { Context, Evaluate, Scope } from "./scope.ts";
import { compileTransforms } from "./transform.ts";

/** A field of a map with its compiled rule. */
export interface MapField {
  name: string;
  rule: Rule;
  target: Field | undefined;
  evaluate: Evaluate;
}

/** The text of a function under way. */
interface Draft {
  context: Context;
  /** Values the text refers to, as `k[0]`, `k[1]` … */
  values: unknown[];
  /** Records that paths begin in: expression → variable. */
  records: Map<string, string>;
  opening: string[];
}

const EMPTY: Row = Object.freeze({});
const literal = (value: unknown): string => JSON.stringify(value) ?? "undefined";

/** Writes and compiles the function; `slow` makes the row by the compiled rules alone. */
export function emitRecord(
  fields: readonly MapField[],
  slow: (scope: Scope) => Row,
  context: Context,
): (scope: Scope) => Row {
  if (fields.some(({ name }) => name === "__proto__")) return slow;
  const draft: Draft = { context, values: [], records: new Map(), opening: [] };
  const slowly = hold(draft, slow);
  const statements = fields.map((field, i) => emitField(field, `v${i}`, draft));
  const row = fields.map(({ name }, i) => `${literal(name)}: v${i}`).join(", ");
  const opening = draft.opening.map((line) => line.replaceAll("SLOW", slowly));
  const constants = draft.values.map((_, i) => `k${i} = k[${i}]`).join(", ");
  const body = [...opening, ...statements, `return { ${row} };`].join("\n");
  return new Function("k", `const ${constants};\nreturn (scope) => {\n${body}\n};`)(draft.values);
}

function hold(draft: Draft, value: unknown): string {
  return `k${draft.values.push(value) - 1}`;
}

function emitField({ rule, target, evaluate }: MapField, v: string, draft: Draft): string {
  const compiled = `${hold(draft, evaluate)}(scope)`;
  const short = target && !("fields" in target) && emitScalar(rule, target, { v, compiled, evaluate, draft });
  return short || `const ${v} = ${compiled};`;
}

interface Slot {
  /** The variable that takes the field's value. */
  v: string;
  /** Calls the compiled rule. */
  compiled: string;
  evaluate: Evaluate;
  draft: Draft;
}

function emitScalar(rule: Rule, target: ScalarField, slot: Slot): string | undefined {
  if (rule.rule === "template") return emitTemplate(rule.parts, target, slot);
  if (rule.rule === "take") return emitTake(rule, target, slot);
  if (rule.rule === "value") {
    const made = settled(slot.evaluate);
    return made && `const ${slot.v} = ${literal(made.value)};`;
  }
}

/** What a rule gives where the record has nothing: worked out now, if it is the same for every record and no failure. */
function settled(evaluate: Evaluate, empty: Row = EMPTY): { value: Value } | undefined {
  const stack = Array.from({ length: 16 }, () => empty);
  const around = { connection: { name: "", tag: "" }, run: { id: "", at: "" } };
  try {
    return { value: evaluate({ stack, part: "", links: () => undefined, around }) };
  } catch {
    return undefined;
  }
}

/** The text that reads a path whose steps are plain fields; undefined for any other. */
function emitRead(path: string, draft: Draft): string | undefined {
  const { context } = draft;
  if (path === "part") return "scope.part";
  if (path === "connection.tag") return "scope.around.connection.tag";
  const { level, segments } = startOf(path, context);
  if (segments.length < 1 || segments.length > 2 || segments.some((segment) => segment in Object.prototype)) {
    return undefined;
  }
  const field = fieldAt(level, segments, context);
  if (!field || "fields" in field) return undefined;
  const row = record(draft, `scope.stack[${level}]`);
  if (segments.length === 1) return `${row}[${literal(segments[0])}]`;
  if (fieldAt(level, segments.slice(0, 1), context)?.kind !== "record") return undefined;
  return `${record(draft, `${row}[${literal(segments[0])}]`)}[${literal(segments[1])}]`;
}

/** The variable that holds a record: an absent one is empty, and one that is no record sends the whole row the long way. */
function record(draft: Draft, read: string): string {
  const known = draft.records.get(read);
  if (known) return known;
  const name = `r${draft.records.size}`;
  const empty = hold(draft, EMPTY);
  draft.records.set(read, name);
  draft.opening.push(
    `let ${name} = ${read};`,
    `if (${name} === undefined || ${name} === null || ${name} === "") ${name} = ${empty};`,
    `else if (typeof ${name} !== "object" || Array.isArray(${name})) return SLOW(scope);`,
  );
  return name;
}

function emitTemplate(
  parts: readonly TemplatePart[],
  target: ScalarField,
  { v, compiled, draft }: Slot,
): string | undefined {
  if (target.kind !== "text" && target.kind !== "id" || target.values) return undefined;
  const holes: string[] = [];
  const pieces: string[] = [];
  for (const part of parts) {
    if ("text" in part) pieces.push(literal(part.text));
    else {
      const read = emitRead(part.path, draft);
      if (!read) return undefined;
      pieces.push(`${v}h${holes.push(read) - 1}`);
    }
  }
  if (holes.length === 0) return undefined;
  const reads = holes.map((read, i) => `const ${v}h${i} = ${read};`).join(" ");
  const whole = holes.map((_, i) => `typeof ${v}h${i} === "string" && ${v}h${i} !== ""`).join(" && ");
  const fits = target.max === undefined ? "" : `if (${v}.length > ${target.max}) ${v} = ${compiled};`;
  return `${reads}\nlet ${v}; if (${whole}) { ${v} = "" + ${pieces.join(" + ")}; ${fits} } else ${v} = ${compiled};`;
}

type Take = Extract<Rule, { rule: "take" }>;

function emitTake(rule: Take, target: ScalarField, { v, compiled, evaluate, draft }: Slot): string | undefined {
  if (rule.type && rule.type !== target.kind) return undefined;
  // Rounding may fail, and failures are not the short way's business.
  if (rule.apply.some((step) => step.do === "round")) return undefined;
  const read = emitRead(rule.from, draft);
  if (!read) return undefined;
  const steps = emitSteps(rule, v, draft);
  const found = rule.table
    ? emitLookup(rule, target, { v, compiled, evaluate, draft })
    : emitForm(target, { v, compiled, draft });
  if (!found) return undefined;
  const lasting = (fallback: Rule | undefined) => fallback === undefined || fallback.rule === "value";
  const absent = lasting(rule.default) && lasting(rule.else) ? settled(evaluate) : undefined;
  const otherwise = absent ? literal(absent.value) : compiled;
  return [
    `let ${v} = ${read};`,
    `if (typeof ${v} === "string") {`,
    `  if (${v} !== "") { ${steps} }`,
    `  if (${v} === "") ${v} = ${otherwise}; else { ${found} }`,
    `}`,
    `else if (${v} === undefined || ${v} === null) ${v} = ${otherwise}; else ${v} = ${compiled};`,
  ].join("\n");
}

function emitSteps({ apply, from }: Take, v: string, draft: Draft): string {
  return apply.map((step) => {
    if (step.do === "trim") return `${v} = ${v}.trim();`;
    if (step.do === "upper") return `${v} = ${v}.toUpperCase();`;
    if (step.do === "lower") return `${v} = ${v}.toLowerCase();`;
    const test = step.do === "truncate" ? `${v}.length > ${step.length}` : `${v} !== ""`;
    return `if (${test}) ${v} = ${hold(draft, compileTransforms([step], from, draft.context.field))}(${v});`;
  }).join(" ");
}

/** Table entries in their final form, so that looking one up is all there is to do. */
function emitLookup(rule: Take, target: ScalarField, { v, compiled, draft }: Slot): string | undefined {
  const coerce: Coerce = coerceField(target, rule.from, "");
  const entries = new Map<string, Value>();
  try {
    for (const [key, value] of Object.entries(rule.table!)) entries.set(key, coerce(value));
  } catch {
    return undefined;
  }
  if ([...entries.values()].includes(null)) return undefined;
  return `${v} = ${hold(draft, entries)}.get(${v}); if (${v} === undefined) ${v} = ${compiled};`;
}

/** Brings a text that is not empty into its field's form. */
function emitForm(
  { kind, max, values }: ScalarField,
  { v, compiled, draft }: Omit<Slot, "evaluate">,
): string | undefined {
  const unless = (test: string): string => `if (${test}) ${v} = ${compiled};`;
  switch (kind) {
    case "text":
    case "id": {
      const tests = [
        ...(max === undefined ? [] : [`${v}.length > ${max}`]),
        ...(values === undefined ? [] : [`!${hold(draft, new Set(values))}.has(${v})`]),
      ];
      return tests.length > 0 ? unless(tests.join(" || ")) : ";";
    }
    case "decimal":
      return unless(`!${hold(draft, AMOUNT)}.test(${v})`);
    case "integer":
      return unless(`!${hold(draft, WHOLE_NUMBER)}.test(${v})`);
    case "boolean":
      return `${v} = ${v} === "Y" ? true : ${v} === "N" ? false : ${compiled};`;
    case "date":
      return `${v} = ${hold(draft, DATE)}.test(${v}) ? ${v}.slice(0, 10) : ${compiled};`;
    default:
      return undefined;
  }
}
