/**
 * Reads the attributes of a write as Rails would: text takes numbers, flags take "true", a blank origin_id is none, a date in a wrong
 * form is silently null (seen with the real service), and what is not an attribute is ignored.
 *
 * @module
 */
import { parseDecimal, plain } from "../../../engine/decimal.ts";
import type { Errors } from "./answers.ts";

/** How an attribute is read. */
export type AttributeKind =
  /** Text of at most 255 characters: a string column. */
  | "text"
  /** Text of any length. */
  | "long"
  /** Text where blank means none. */
  | "key"
  | "flag"
  /** A whole number: an id, a position. */
  | "number"
  /** `YYYY-MM-DD`. */
  | "date"
  /** A decimal string. Procore's own form has at least one decimal: `250.0`. */
  | "decimal";

/** Attributes by name. */
export type AttributeKinds = Record<string, AttributeKind>;

/** Attributes as they were sent. */
export type Given = Record<string, unknown>;

/** Longest string column. Assumed: 255 is Rails' default. */
const LONGEST = 255;

/** Reads the known attributes of `given` into `values`; absent keys stay absent. */
export function readAttributes(kinds: AttributeKinds, given: Given): { values: Given; errors: Errors } {
  const values: Given = {}, errors: Errors = {};
  for (const name in given) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) continue;
    const value = read(kind, given[name]);
    if (value === undefined) errors[name] = ["is invalid"];
    else if (typeof value === "string" && kind !== "long" && value.length > LONGEST) {
      errors[name] = [`is too long (maximum is ${LONGEST} characters)`];
    } else values[name] = value;
  }
  return { values, errors };
}

// TypeScript's library does not know these yet: https://github.com/tc39/proposal-json-parse-with-source
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): { rawJSON: string };
  isRawJSON(value: unknown): value is { rawJSON: string };
};

/** A reviver that keeps numbers which JavaScript would round as the text they were written as; `JSON.stringify` writes them back. */
export function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined || String(value) === context.source) return value;
  return rawJSON(context.source);
}

/** A value without the wrapping of {@link exactNumber}: its number as text. */
export function unwrapped(value: unknown): unknown {
  return isRawJSON(value) ? value.rawJSON : value;
}

/** An id as a request gives it, a number or its digits; NaN, which is nobody's id, for anything else. */
export function idFrom(value: unknown): number {
  const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
  return /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}

/** Undefined: it cannot be read so. */
function read(kind: AttributeKind, given: unknown): string | boolean | number | null | undefined {
  if (given === null) return null;
  const value = unwrapped(given);
  if (typeof value === "object") return undefined;
  switch (kind) {
    case "text":
    case "long":
      return String(value);
    case "key":
      return String(value).trim() === "" ? null : String(value);
    case "flag":
      if (value === true || value === "true" || value === 1 || value === "1") return true;
      if (value === false || value === "false" || value === 0 || value === "0") return false;
      return undefined;
    case "number":
      return /^\d{1,16}$/.test(String(value)) ? Number(value) : undefined;
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) && !Number.isNaN(Date.parse(String(value)))
        ? String(value)
        : null;
    case "decimal": {
      const amount = parseDecimal(String(value));
      if (amount === undefined) return undefined;
      const text = plain(amount);
      return text.includes(".") ? text : `${text}.0`;
    }
  }
}

/** Those of `values` that differ from what `row` has; undefined where none does, and the row's `updated_at` stays. */
export function changed<T extends object>(row: T, values: Given): Partial<T> | undefined {
  let changes: Given | undefined;
  for (const name in values) {
    if ((row as Given)[name] !== values[name]) (changes ??= {})[name] = values[name];
  }
  return changes as Partial<T> | undefined;
}
