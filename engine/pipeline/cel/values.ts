/**
 * Between records and expressions: fields become what CEL computes with, results become what records hold.
 *
 * @module
 */
import { Optional } from "@marcbachmann/cel-js";
import type { Row, Value } from "../../connector.ts";
import { plain } from "../../decimal.ts";
import { Failure } from "../../failure.ts";
import type { Field, NestedField } from "../../fields.ts";
import { type Constructors, Decimal, toDecimal } from "./environment.ts";
import type { Usage } from "./walk.ts";

type Convert = (value: Value) => unknown;

/** Thrown text that is no number carries the field, so that a person finds it. */
function wrong(fact: string, value: string, place: string): Failure {
  return new Failure("map.expression", { fact, value: value.slice(0, 40), place });
}

const scalars: Record<string, (path: string) => Convert> = {
  integer: (path) => (value) => {
    if (!/^-?\d{1,400}$/.test(value as string)) throw wrong(`${path} is not a whole number`, String(value), path);
    return BigInt(value as string);
  },
  decimal: (path) => (value) => {
    try {
      return toDecimal(value as string);
    } catch {
      throw wrong(`${path} is not a decimal number`, String(value), path);
    }
  },
  boolean: (path) => (value) => {
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    throw wrong(`${path} is neither true nor false`, String(value), path);
  },
};

/** Makes the function that converts one field, as far as an expression reads it. Absent becomes undefined, a list without rows []. */
export function converter(field: Field, used: Usage, constructors: Constructors, path: string): Convert {
  if (!("fields" in field)) {
    const convert = scalars[field.kind]?.(path);
    return (value) => {
      if (value === null || value === undefined || value === "") return undefined;
      return convert ? convert(value) : typeof value === "string" ? value : String(value);
    };
  }
  if (field.kind === "list") {
    const item = field.fields[""];
    const one = item ? converter(item, used, constructors, path) : record(field, used, constructors, path);
    return (value) => {
      if (!Array.isArray(value)) return [];
      return value.map(one).filter((element) => element !== undefined);
    };
  }
  const one = record(field, used, constructors, path);
  return (value) => value === null || value === undefined || value === "" ? undefined : one(value);
}

function record(field: NestedField, used: Usage, constructors: Constructors, path: string): Convert {
  const Made = constructors.get(field)!;
  const names = used.all ? Object.keys(field.fields) : [...used.fields.keys()];
  const nothing: Usage = { all: true, fields: new Map() };
  const steps = names.map((name): [string, Convert] => {
    const below = used.all ? nothing : used.fields.get(name)!;
    return [name, converter(field.fields[name], below, constructors, `${path}.${name}`)];
  });
  return (value) => {
    const made = new Made();
    for (let i = 0; i < steps.length; i++) {
      const converted = steps[i][1]((value as Row)[steps[i][0]]);
      if (converted !== undefined) made[steps[i][0]] = converted;
    }
    return made;
  };
}

/** A result as a record holds it: integers and decimals as text, an empty optional as undefined. */
export function toValue(result: unknown): Value {
  if (typeof result === "string" || typeof result === "boolean" || result === undefined || result === null) {
    return result;
  }
  if (typeof result === "bigint") return result.toString();
  if (result instanceof Decimal) return plain(result.big);
  if (result instanceof Optional) return result.hasValue() ? toValue(result.value()) : undefined;
  if (Array.isArray(result)) return result.map(toValue);
  throw new Failure("map.expression", { fact: "The expression gives something a record cannot hold" });
}
