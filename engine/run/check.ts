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
  const fields = fieldsOf(stream.record);
  const { key } = stream;
  return (row) => {
    const id = row[key];
    if (id === undefined || id === null || id === "") {
      return new Failure("record.no-key", {
        fact: `A record of ${name} has no ${key}`,
        place: name,
        value: excerpt(row),
      });
    }
    const odd = typeof id === "string" ? keyProblem(id) : undefined;
    const wrong = odd ? { path: key, fact: `${key} ${odd}`, value: excerpt(id) } : check(row, fields, "");
    if (!wrong) return undefined;
    return new Failure("record.invalid", {
      fact: wrong.fact,
      place: `${name} ${id}, field ${wrong.path}`,
      value: wrong.value,
    });
  };
}

interface Wrong {
  path: string;
  fact: string;
  value?: string;
}

function check(row: Row, fields: Fields, above: string): Wrong | undefined {
  for (const name in fields) {
    const field = fields[name];
    const value = name === "" ? row as unknown as Value : row[name];
    const path = name === "" ? above : above === "" ? name : `${above}.${name}`;
    if (value === undefined || value === null || value === "") {
      if (field.required && field.kind !== "list") return { path, fact: `${path} is missing` };
      continue;
    }
    const wrong = checkValue(value, field, path);
    if (wrong) return wrong;
  }
  return undefined;
}

function checkValue(value: Value, field: Field, path: string): Wrong | undefined {
  if ("fields" in field) return checkNested(value, field, path);
  if (field.kind === "boolean") {
    return typeof value === "boolean"
      ? undefined
      : { path, fact: `${path} must be true or false`, value: excerpt(value) };
  }
  if (typeof value !== "string") return { path, fact: `${path} must be text`, value: excerpt(value) };
  const shape = SHAPES[field.kind];
  if (shape && !shape[0].test(value)) return { path, fact: `${path} is not ${shape[1]}`, value: excerpt(value) };
  if (field.values && !field.values.includes(value)) {
    return { path, fact: `${path} must be one of ${field.values.join(", ")}`, value: excerpt(value) };
  }
  return undefined;
}

function checkNested(value: Value, field: NestedField, path: string): Wrong | undefined {
  if (field.kind === "record") {
    if (typeof value !== "object" || Array.isArray(value)) return { path, fact: `${path} must be a record` };
    return check(value as Row, field.fields, path);
  }
  if (!Array.isArray(value)) return { path, fact: `${path} must be a list` };
  for (const item of value as Row[]) {
    const wrong = check(item, field.fields, path);
    if (wrong) return wrong;
  }
  return undefined;
}

/** A value as text, short enough for a message. */
export function excerpt(value: Value): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
