/**
 * Whether a source row is what its stream's schema promises. Null, missing and the empty string are one thing: absent.
 *
 * @module
 */
import type { Row, Stream, Value } from "../connector.ts";
import { Failure } from "../failure.ts";
import { keyProblem } from "../state/keys.ts";
import { type Field, type Fields, fieldsOf, type NestedField } from "../fields.ts";

const SHAPES: Partial<Record<Field["kind"], [RegExp, string]>> = {
  decimal: [/^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/, "a decimal number"],
  integer: [/^-?\d+$/, "a whole number"],
  date: [/^\d{4}-\d{2}-\d{2}$/, "a date (YYYY-MM-DD)"],
  instant: [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/, "a time (ISO 8601)"],
};

/** Tells what is wrong with a row, or undefined. */
export type RowCheck = (row: Row) => Failure | undefined;

/** Compiles the check of a stream's rows; `name` is the stream's, for places in messages. */
export function compileCheck(name: string, stream: Stream): RowCheck {
  const wrongIn = compileRecord(fieldsOf(stream.record));
  const { key } = stream;
  return (row) => {
    const id = row[key];
    if (isAbsent(id)) {
      return new Failure("record.no-key", {
        fact: `A record of ${name} has no ${key}`,
        place: name,
        value: excerpt(row),
      });
    }
    const odd = typeof id === "string" ? keyProblem(id) : undefined;
    const wrong = odd ? { path: key, fact: odd, value: id } : wrongIn(row);
    if (!wrong) return undefined;
    return new Failure("record.invalid", {
      fact: `${wrong.path} ${wrong.fact}`,
      place: `${name} ${excerpt(id)}, field ${wrong.path}`,
      value: wrong.value === undefined ? undefined : excerpt(wrong.value),
    });
  };
}

/** What is wrong with a value, the path from here on with it: built only where something is. */
interface Wrong {
  path: string;
  fact: string;
  value?: Value;
}

/** Tells what is wrong with a present value. */
type Check = (value: Value) => Wrong | undefined;

const isAbsent = (value: Value): boolean => value === undefined || value === null || value === "";

/** Goes by what a row has, not by what it might have: a row holds a third of its stream's columns. */
function compileRecord(fields: Fields): (row: Row) => Wrong | undefined {
  const checks: Record<string, Check> = Object.create(null);
  for (const name in fields) checks[name] = compileField(fields[name]);
  const required = Object.keys(fields).filter((name) => fields[name].required && fields[name].kind !== "list");
  return (row) => {
    for (const name of required) if (isAbsent(row[name])) return { path: name, fact: "is missing" };
    for (const name in row) {
      const value = row[name];
      if (isAbsent(value)) continue;
      const wrong = checks[name]?.(value);
      if (wrong) return { ...wrong, path: wrong.path === "" ? name : `${name}.${wrong.path}` };
    }
    return undefined;
  };
}

function compileField(field: Field): Check {
  if ("fields" in field) return compileNested(field);
  if (field.kind === "boolean") {
    return (value) => typeof value === "boolean" ? undefined : { path: "", fact: "must be true or false", value };
  }
  const [shape, called] = SHAPES[field.kind] ?? [];
  const { values } = field;
  return (value) => {
    if (typeof value !== "string") return { path: "", fact: "must be text", value };
    if (shape && !shape.test(value)) return { path: "", fact: `is not ${called}`, value };
    if (values && !values.includes(value)) return { path: "", fact: `must be one of ${values.join(", ")}`, value };
    return undefined;
  };
}

function compileNested({ kind, fields }: NestedField): Check {
  const plain = "" in fields ? compileField(fields[""]) : undefined;
  const inside = plain ?? compileRecord(fields) as Check;
  const item: Check = (value) =>
    plain || (typeof value === "object" && !Array.isArray(value))
      ? inside(value)
      : { path: "", fact: "must be a record", value };
  if (kind === "record") return item;
  return (value) => {
    if (!Array.isArray(value)) return { path: "", fact: "must be a list", value };
    for (const one of value as Value[]) {
      const wrong = isAbsent(one) ? undefined : item(one);
      if (wrong) return wrong;
    }
    return undefined;
  };
}

/** A value as text, short enough for a message. */
export function excerpt(value: Value): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
