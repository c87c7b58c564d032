/**
 * Checks what rules take values from: paths, templates, expressions and constants; and whether those values fit.
 *
 * @module
 */
import type { Constant } from "../../../schemas/pipeline/rule.ts";
import type { Field, Kind, ScalarField } from "../../fields.ts";
import { compileCel } from "../cel.ts";
import type { Diagnostic, Rule } from "../model.ts";
import { resolve, type Scope } from "../scope.ts";
import { parseTemplate } from "../template.ts";
import type { Path, Source, Span } from "../yaml/source.ts";
import { becomes, constantFault, fits, remedy, SPOKEN } from "./kinds.ts";

type Finding = Pick<Diagnostic, "code" | "message" | "help" | "severity">;

/** What the checks of one file share. */
export interface Checking {
  source: Source;
  /** Adds a finding at a path of the file. */
  report(path: Path, finding: Omit<Finding, "severity"> & Partial<Finding>, where?: "key" | Span): void;
  /** Checks that a pipeline may be linked to; notes that it is needed. `wanted`: the connection that its ids are for, where it is no end of the pipeline. */
  link(path: Path, pipeline: string, reverse: boolean, wanted?: string): void;
  /** Checks that the items of a pipeline's list are linked. */
  child(path: Path, pipeline: string, list: string): void;
  /** Names of joins that are made later. */
  later?: ReadonlySet<string>;
  /** Fields of which a value may stand only once, at the top of the map. */
  unique: readonly string[];
}

/** Names for a sentence: not all of them where there are many. */
export const some = (names: string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(", ")} …` : names.join(", ");

/** Where a rule stands. */
export interface Place {
  path: Path;
  /** What the value is written to. */
  field: Field;
  scope: Scope;
}

/** The kind of the single value a path leads to; undefined where it was reported that it leads to none. */
export function scalarAt(written: string, path: Path, scope: Scope, on: Checking, span?: Span): Kind | undefined {
  const found = resolve(scope, written);
  if (!("field" in found)) return void unknownField(written, path, found, on, span);
  if (found.many || found.field.kind === "list") {
    const message = `${written} stands for many values`;
    on.report(path, {
      code: "many-values",
      message,
      help: "use { each: … }, { sum: { each: …, value: … } } or { cel: … }",
    }, span);
    return undefined;
  }
  if (found.field.kind === "record") {
    const names = Object.keys(found.field.fields);
    const message = `${written} is a record, not a single value`;
    on.report(path, { code: "not-a-value", message, help: `write ${written}.${names[0]}` }, span);
    return undefined;
  }
  return found.field.kind;
}

/** Reports a path that leads nowhere. */
export function unknownField(
  written: string,
  path: Path,
  { offset, name, within, near, known }: Extract<ReturnType<typeof resolve>, { offset: number }>,
  on: Checking,
  span?: Span,
): void {
  const base = span?.start ?? on.source.within(path, 0, 1).start;
  const where = span || on.source.written(path) === written
    ? { start: base + offset, end: base + offset + Math.max(1, name.length) }
    : on.source.within(path, offset, Math.max(1, name.length));
  const [code, message] = [name === "part" ? "no-part" : "unknown-field", `${within} has no field ${name || "''"}`];
  if (offset === 0 && on.later?.has(name)) {
    const message = `${name} is not joined yet where this is read`;
    return on.report(path, { code: "joined-later", message, help: "put its join before this one" }, where);
  }
  const capital = message[0].toUpperCase() + message.slice(1);
  const help = name === "rec" && written.includes(".")
    ? `write ${written.slice(4)}: rec stands only in expressions`
    : name === "part" && offset === 0
    ? "add split: to the source"
    : name === "parent" && offset === 0
    ? "parent is there only inside each:"
    : near
    ? `did you mean ${near}?`
    : known.length > 0
    ? `there are ${some(known)}`
    : undefined;
  on.report(path, { code, message: within === "the record" ? capital : message, help }, where);
}

export function checkTemplate(
  text: string,
  path: Path,
  scope: Scope,
  on: Checking,
): Extract<Rule, { rule: "template" }>["parts"] {
  const parsed = parseTemplate(text);
  if (!("parts" in parsed)) {
    const { message, help, offset, length } = parsed;
    on.report(path, { code: "bad-template", message, help }, on.source.within(path, offset, length));
    return [];
  }
  return parsed.parts.map((part) => {
    if ("text" in part) return { text: part.text };
    const span = on.source.within(path, part.offset, part.path.length);
    const kind = scalarAt(part.path, path, scope, on, span);
    if (kind === "boolean") {
      on.report(path, {
        code: "wrong-type",
        message: `${part.path} is true or false, not text`,
        help: "use { cel: … }",
      }, span);
    }
    return { path: part.path };
  });
}

/** Checks an expression; undefined where it was reported. */
export function checkCel(expression: string, path: Path, scope: Scope, on: Checking, expects?: "boolean") {
  const compiled = compileCel(expression, { variables: scope.variables, expects });
  if (!("errors" in compiled)) return compiled;
  for (const { offset, length, ...finding } of compiled.errors) {
    on.report(path, finding, on.source.within(path, offset, length));
  }
  return undefined;
}

export function typed(
  compiled: { type: string },
  type: Kind | undefined,
  path: Path,
  on: Checking,
): Kind | "list" | undefined {
  if (compiled.type === "unknown") return type;
  if (!type || compiled.type === "list") return compiled.type as Kind | "list";
  if (becomes(compiled.type as Kind, type)) return type;
  const message = `${SPOKEN[compiled.type as Kind]} cannot be made into ${SPOKEN[type]}`;
  on.report(path, { code: "wrong-type", message });
  return undefined;
}

/** Text that an expression made may be any of these; whether it is shows at run time. */
const TEXTUAL: readonly Kind[] = ["text", "id", "date", "instant"];

export function checkFit(kind: Kind | "list" | undefined, { path, field }: Place, on: Checking): void {
  if (kind === undefined) return;
  if ("fields" in field || kind === "list") {
    if (kind === "list" && field.kind === "list" && "" in field.fields) return;
    const message = `${fieldName(path)} is ${SPOKEN[field.kind]}, this gives ${SPOKEN[kind]}`;
    return on.report(path, {
      code: "wrong-type",
      message,
      help: field.kind === "list" ? "use { each: …, map: … }" : undefined,
    });
  }
  if (fits(kind, field.kind)) return;
  if (path.at(-1) === "cel" && kind === "text" && TEXTUAL.includes(field.kind)) return;
  const message = `${fieldName(path)} is ${SPOKEN[field.kind]}, this gives ${SPOKEN[kind]}`;
  on.report(path, { code: "wrong-type", message, help: remedy(kind, field.kind) });
}

/** The destination field that a path inside a rule is about. */
export function fieldName(path: Path): string {
  const keys = path.filter((step) => typeof step === "string") as string[];
  const inside = ["from", "cel", "default", "else", "unique", "value", "template", "sum", "negate", "difference"];
  return keys.findLast((key) => !inside.includes(key)) ?? "the field";
}

/** A constant as it was written: a number keeps its text. It must suit the field, where one is given. */
export function checkConstant(
  value: Constant,
  path: Path,
  field: ScalarField | undefined,
  on: Checking,
): string | boolean | null {
  const written = typeof value === "number" ? on.source.written(path) ?? String(value) : value;
  if (typeof value === "number" && !/^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(String(written))) {
    const help = `write "${written}" if it is text`;
    on.report(path, { code: "bad-value", message: `${written} is no plain number`, help });
    return written;
  }
  const fault = written === null || !field ? undefined : constantFault(written, field);
  if (fault) on.report(path, fault);
  return written;
}
