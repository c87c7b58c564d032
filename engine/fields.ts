/**
 * The vocabulary for record schemas. A record is made of text: ids, decimals, integers and times are strings from end to end,
 * only a truth value is a boolean. Each builder gives a zod type that carries its kind, so that one schema checks records,
 * checks pipelines, types expressions and documents itself.
 *
 * @module
 */
import { z } from "zod";

/** What a scalar field holds. All but `boolean` are JavaScript strings. */
export type Kind =
  | "text"
  | "id"
  | "decimal"
  | "integer"
  | "boolean"
  | "date"
  | "instant";

/** A scalar, as a schema describes it. */
export interface ScalarField {
  /** What it holds. */
  kind: Kind;
  /** Whether a row always has it. */
  required: boolean;
  /** Longest text, in characters. */
  max?: number;
  /** The values allowed. */
  values?: readonly string[];
  /** For people and the reference pages. */
  description?: string;
}

/** A nested record, or a list of them (or of scalars, with the one field `""`). */
export interface NestedField {
  /** One record, or a list of them. */
  kind: "record" | "list";
  /** Whether a row always has it. */
  required: boolean;
  /** The fields of the record, or of each item of the list. */
  fields: Fields;
  /** For people and the reference pages. */
  description?: string;
}

/** One field of a record. */
export type Field = ScalarField | NestedField;
/** The fields of a record by name. */
export type Fields = Record<string, Field>;

/** What may be said of a text field. */
export interface TextOptions {
  /** Longest text, in characters. */
  max?: number;
  /** The values allowed. */
  values?: readonly string[];
  /** For people and the reference pages. */
  description?: string;
}

function scalar<T extends z.ZodType>(
  type: T,
  kind: Kind,
  { max, values, description }: TextOptions = {},
): T {
  return type.meta({ kind, max, values, description }) as T;
}

/** Text of at most `max` characters; `values` where only these are allowed. */
export function text(options: TextOptions = {}): z.ZodString {
  let type = z.string();
  if (options.max) type = type.max(options.max);
  if (options.values) {
    const allowed = new Set(options.values);
    type = type.refine((value) => allowed.has(value), {
      message: `must be one of ${options.values.join(", ")}`,
    });
  }
  return scalar(type, "text", options);
}
/** An identifier: never empty, compared as text (`007` is not `7`). */
export const id = (description?: string): z.ZodString => scalar(z.string().min(1), "id", { description });
/** An amount, quantity or rate, as a decimal string. */
export const decimal = (description?: string): z.ZodString =>
  scalar(
    z.string().regex(
      /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/,
      "is not a decimal number",
    ),
    "decimal",
    { description },
  );
/** A whole number, as text. */
export const integer = (description?: string): z.ZodString =>
  scalar(z.string().regex(/^-?\d+$/, "is not a whole number"), "integer", {
    description,
  });
/** True or false. */
export const truth = (description?: string): z.ZodBoolean => scalar(z.boolean(), "boolean", { description });
/** A day, `YYYY-MM-DD`. */
export const date = (description?: string): z.ZodString =>
  scalar(
    z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "is not a date (YYYY-MM-DD)"),
    "date",
    { description },
  );
/** A point in time, ISO 8601; without an offset it is the system's own zone. */
export const instant = (description?: string): z.ZodString =>
  scalar(
    z.string().regex(
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/,
      "is not a time (ISO 8601)",
    ),
    "instant",
    {
      description,
    },
  );

/** The fields of a record schema, by name. */
export function fieldsOf(schema: z.ZodObject): Fields {
  const fields: Fields = {};
  for (const [name, type] of Object.entries(schema.shape)) {
    fields[name] = fieldOf(type as z.ZodType);
  }
  return fields;
}

function fieldOf(
  type: z.ZodType,
  required = true,
  description?: string,
): Field {
  const meta = type.meta() as (TextOptions & { kind?: Kind }) | undefined;
  const said = description ?? meta?.description;
  if (
    type instanceof z.ZodOptional || type instanceof z.ZodNullable ||
    type instanceof z.ZodDefault
  ) {
    return fieldOf(type.unwrap() as z.ZodType, false, said);
  }
  if (type instanceof z.ZodObject) {
    return {
      kind: "record",
      required,
      fields: fieldsOf(type),
      description: said,
    };
  }
  if (type instanceof z.ZodArray) {
    const item = fieldOf(type.element as z.ZodType);
    const fields = item.kind === "record" ? item.fields : { "": item };
    return { kind: "list", required, fields, description: said };
  }
  if (!meta?.kind) {
    throw new TypeError(
      `A record schema holds a type without a kind: ${type.type}`,
    );
  }
  return {
    kind: meta.kind,
    required,
    max: meta.max,
    values: meta.values,
    description: said,
  };
}
