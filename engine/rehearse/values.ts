/**
 * Records as a test file has them, read by their stream's schema: the same text that the stream would give.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import type { Field, Fields, ScalarField } from "../fields.ts";
import { constantFault, SPOKEN } from "../pipeline/check/kinds.ts";
import { some } from "../pipeline/check/value.ts";
import type { Diagnostic } from "../pipeline/model.ts";
import { nearest } from "../pipeline/nearest.ts";
import type { Path, Source } from "../pipeline/yaml/source.ts";

/** What reading a record needs to know. */
export interface Reading {
  /** The file, for the text of numbers. */
  file: Source;
  /** Takes what is wrong. */
  report(path: Path, finding: Pick<Diagnostic, "code" | "message" | "help">, of?: "key"): void;
  /** Who has the fields, in the plural, for messages: `suppliers of ebs`. */
  title: string;
  /** Whether texts must fit the field's length, as they must where they are written. */
  fitting: boolean;
  /** Says that a field which exists cannot be named here; undefined where it can. Asked for the outermost fields only. */
  barred?(name: string): { message: string; help?: string } | undefined;
}

/** Reads a record. What is wrong is reported and left out. */
export function readRow(written: unknown, path: Path, fields: Fields, on: Reading): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(written as Record<string, unknown>)) {
    const at = [...path, name];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!field) {
      const near = nearest(name, Object.keys(fields));
      const help = near ? `did you mean ${near}?` : `there are ${some(Object.keys(fields))}`;
      on.report(at, { code: "unknown-field", message: `${on.title} have no field ${name}`, help }, "key");
      continue;
    }
    const barred = on.barred?.(name);
    if (barred) on.report(at, { code: "unmapped-field", ...barred }, "key");
    else row[name] = readValue(value, at, field, on);
  }
  return row;
}

function readValue(written: unknown, path: Path, field: Field, on: Reading): Value {
  if (written === null || written === "") return null;
  if (!("fields" in field)) return readScalar(written, path, field, on);
  const inner: Reading = { ...on, title: `${path.filter((key) => typeof key === "string").at(-1)}`, barred: undefined };
  if (field.kind === "record") {
    if (typeof written === "object" && !Array.isArray(written)) return readRow(written, path, field.fields, inner);
    return misshapen(path, field, on);
  }
  if (!Array.isArray(written)) return misshapen(path, field, on);
  const item = field.fields[""];
  return written.map((one, i) => {
    if (item) return readValue(one, [...path, i], item, inner);
    if (typeof one === "object" && one !== null && !Array.isArray(one)) {
      return readRow(one, [...path, i], field.fields, inner);
    }
    return misshapen([...path, i], { ...field, kind: "record" }, on);
  });
}

function misshapen(path: Path, { kind }: Field, on: Reading): undefined {
  on.report(path, { code: "wrong-shape", message: `${nameAt(path)} is ${SPOKEN[kind]}` });
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

function readScalar(written: unknown, path: Path, field: ScalarField, on: Reading): Value {
  if (typeof written === "object") return misshapen(path, field, on);
  const value = typeof written === "number" ? on.file.written(path) ?? String(written) : written as string | boolean;
  const fault = constantFault(value, on.fitting ? field : { ...field, max: undefined });
  if (fault) {
    on.report(path, { ...fault, message: `${nameAt(path)}: ${fault.message}` });
    return undefined;
  }
  if (field.kind === "instant" && typeof value === "string" && !TIME.test(value)) {
    const message = `${nameAt(path)}: a time is wanted, not the text ${value}`;
    on.report(path, { code: "wrong-type", message, help: "write YYYY-MM-DDTHH:MM:SS" });
    return undefined;
  }
  return value;
}

const nameAt = (path: Path): string =>
  typeof path.at(-1) === "number" ? `item ${Number(path.at(-1)) + 1} of ${path.at(-2)}` : String(path.at(-1));

/** One record over another: nested records are joined, everything else is replaced; null takes a field away. */
export function over(below: Row, above: Row): Row {
  const merged: Row = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const under = Object.hasOwn(merged, name) ? merged[name] : undefined;
    if (value === null || value === undefined) delete merged[name];
    else merged[name] = isRow(value) && isRow(under) ? over(under, value) : isRow(value) ? over({}, value) : value;
  }
  return merged;
}

/** Whether a value is a record. */
export const isRow = (value: Value): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Required fields that a record lacks, dotted: `SITE.VENDOR_SITE_ID`, `LINES[2].PO_LINE_ID`. */
export function lacking(row: Row, fields: Fields, above = ""): string[] {
  return Object.entries(fields).flatMap(([name, field]): string[] => {
    const value = row[name];
    const path = above + name;
    if (value === undefined || value === null) return field.required && field.kind !== "list" ? [path] : [];
    if (!("fields" in field) || "" in field.fields) return [];
    if (Array.isArray(value)) {
      return value.flatMap((item, i) => isRow(item) ? lacking(item, field.fields, `${path}[${i + 1}].`) : []);
    }
    return isRow(value) ? lacking(value, field.fields, `${path}.`) : [];
  });
}
