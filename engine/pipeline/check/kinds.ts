/**
 * Which kind of value fits which field.
 *
 * @module
 */
import { parseDecimal } from "../../decimal.ts";
import type { Kind, ScalarField } from "../../fields.ts";
import { nearest } from "../nearest.ts";

/** Kinds a value of each kind may be written to without being made into something else. */
const FITS: Record<Kind, readonly Kind[]> = {
  text: ["text", "id"],
  id: ["id", "text"],
  integer: ["integer", "decimal", "id", "text"],
  decimal: ["decimal", "text"],
  boolean: ["boolean"],
  date: ["date", "text"],
  instant: ["instant", "text"],
};

/** Kinds that `type:` can make of each kind. */
const BECOMES: Record<Kind, readonly Kind[]> = {
  text: ["text", "id", "integer", "decimal", "boolean", "date", "instant"],
  id: ["text", "id", "integer", "decimal", "boolean"],
  integer: ["text", "id", "integer", "decimal", "boolean"],
  decimal: ["text", "decimal", "integer"],
  boolean: ["text", "boolean"],
  date: ["text", "date", "instant"],
  instant: ["text", "instant", "date"],
};

/** A kind in words. */
export const SPOKEN: Record<Kind | "record" | "list", string> = {
  text: "text",
  id: "an id",
  integer: "a whole number",
  decimal: "a decimal",
  boolean: "true or false",
  date: "a day",
  instant: "a time",
  record: "a record",
  list: "a list",
};

/** Whether a value of one kind can be written to a field of another. */
export const fits = (from: Kind, to: Kind): boolean => FITS[from].includes(to);
/** Whether `type:` can make one kind of another. */
export const becomes = (from: Kind, to: Kind): boolean => BECOMES[from].includes(to);

/** What to write so that a value of one kind can be written to a field of another; undefined where nothing helps. */
export function remedy(from: Kind, to: Kind): string | undefined {
  if (to === "boolean") return "look it up: table: { Y: true, N: false }";
  return becomes(from, to) ? `add type: ${to}` : undefined;
}

/** What is wrong with a constant for a field; undefined where nothing is. */
export function constantFault(
  value: string | boolean,
  field: ScalarField,
): { code: string; message: string; help?: string } | undefined {
  const wrong = (help?: string) => ({
    code: "wrong-type",
    message: `${SPOKEN[field.kind]} is wanted, not ${typeof value === "boolean" ? value : `the text ${value}`}`,
    help,
  });
  if (field.kind === "boolean") {
    if (typeof value === "boolean") return undefined;
    return wrong(
      /^(y|yes|true)$/i.test(value) ? "write true" : /^(n|no|false)$/i.test(value) ? "write false" : undefined,
    );
  }
  if (typeof value === "boolean") return wrong(field.kind === "text" ? `write "${value}" in quotes` : undefined);
  if (field.kind === "decimal" && !parseDecimal(value)) return wrong();
  if (field.kind === "integer" && !/^-?\d+$/.test(value)) return wrong();
  if (field.kind === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(value)) return wrong("write YYYY-MM-DD");
  if (field.values && !field.values.includes(value)) {
    const near = nearest(value, field.values);
    const help = near ? `did you mean ${near}?` : `it is one of ${field.values.join(", ")}`;
    return { code: "unknown-value", message: `The field cannot hold ${value}`, help };
  }
  if (field.max !== undefined && [...value].length > field.max) {
    const message = `The field holds ${field.max} characters, this has ${[...value].length}`;
    return { code: "too-long", message, help: "shorten it" };
  }
  return undefined;
}
