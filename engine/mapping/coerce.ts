/**
 * From what a rule found to what a destination field holds.
 *
 * @module
 */
import type { Row, Value } from "../connector.ts";
import { Big, parseDecimal, plain } from "../decimal.ts";
import type { Field, Kind, ScalarField } from "../fields.ts";
import { scalarOf } from "./path.ts";
import { isAbsent, Problem, shown } from "./scope.ts";

/** Gives a value its field's form; what is absent becomes null. Throws a {@link Problem}. */
export type Coerce = (value: Value) => Value;

/** Digits, zeros of an exponent included, that an amount may have: written out, `1e1000000` would fill the memory. */
const LONGEST = 400;

/** Reads a decimal of sane length; undefined where the text is none. */
export function readDecimal(text: string): Big | undefined {
  if (text.length > LONGEST) return undefined;
  const value = parseDecimal(text);
  return value && Math.abs(value.e) <= LONGEST ? value : undefined;
}

/** A decimal in plain form already, as most are. */
export const AMOUNT = /^-?(?:[1-9]\d{0,30}|0(?=\.))(?:\.\d{0,30}[1-9])?$/;
/** A whole number in plain form. */
export const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,30})$/;
/** The beginning of a text that is surely a day, whatever the month's length; others need a closer look. */
export const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])(?=$|[T ])/;
const TRUTH: Record<string, boolean> = { Y: true, N: false, TRUE: true, FALSE: false };
const DAY = /^(\d{4})-(\d{2})-(\d{2})(?=$|[T ])/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** How text becomes each kind; undefined where it cannot. */
const READ: Record<Kind, (text: string) => string | boolean | undefined> = {
  text: (text) => text,
  id: (text) => text,
  decimal: (text) => {
    if (AMOUNT.test(text)) return text;
    const value = readDecimal(text);
    return value && plain(value);
  },
  integer: (text) => {
    if (WHOLE_NUMBER.test(text)) return text;
    const value = readDecimal(text);
    return value?.eq(value.round(0, 0)) ? plain(value) : undefined;
  },
  boolean: (text) => TRUTH[text.trim().toUpperCase()],
  date: (text) => isDay(text) ? text.slice(0, 10) : undefined,
  instant: (text) => {
    if (!isDay(text)) return undefined;
    if (text.length === 10) return `${text}T00:00:00`;
    return TIME.test(text) ? text.replace(" ", "T") : undefined;
  },
};

function isDay(text: string): boolean {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined) return false;
  const days = [31, Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0) ? 29 : 28];
  const last = Number(month) === 2 ? days[1] : [4, 6, 9, 11].includes(Number(month)) ? 30 : days[0];
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last;
}

const SPOKEN: Record<Kind, string> = {
  text: "text",
  id: "an id",
  decimal: "a decimal number",
  integer: "a whole number",
  boolean: "true or false (Y, N, true, false)",
  date: "a date (YYYY-MM-DD)",
  instant: "a time (ISO 8601)",
};

/** Compiles the coercion to a kind; `from` names in messages what is coerced. */
export function coerceTo(kind: Kind, from: string, field: string): (value: Value) => string | boolean | null {
  const read = READ[kind];
  const keeps = kind === "text" || kind === "id";
  return (value) => {
    if (typeof value === "string") {
      if (value === "") return null;
      if (keeps) return value;
      const made = read(value);
      if (made !== undefined) return made;
      // Blanks alone are no number and no date, but nobody meant them to be one.
      if (value.trim() === "") return null;
    } else if (typeof value === "boolean") {
      if (kind === "boolean") return value;
      if (keeps) return String(value);
    } else {
      const scalar = scalarOf(value, from, field);
      return scalar === undefined ? null : coerceTo(kind, from, field)(scalar);
    }
    throw new Problem("map.wrong-type", `${from} is not ${SPOKEN[kind]}`, { field, value: shown(value) });
  };
}

/** Compiles the coercion to a destination field: kind, length and allowed values. */
export function coerceField(target: Field | undefined, from: string, field: string): Coerce {
  if (!target) return (value) => isAbsent(value) ? null : value;
  if ("fields" in target) {
    return target.kind === "list" ? coerceList(target.fields[""], from, field) : coerceRecord(from, field);
  }
  return coerceScalar(target, from, field);
}

function coerceScalar({ kind, max = Infinity, values }: ScalarField, from: string, field: string): Coerce {
  const coerce = coerceTo(kind, from, field);
  const allowed = values && new Set(values);
  return (value) => {
    const made = coerce(value);
    if (typeof made !== "string") return made;
    if (made.length > max) {
      const fact = `${from} has ${made.length} characters; the field takes ${max}`;
      throw new Problem("map.too-long", fact, { field, value: shown(made) });
    }
    if (allowed && !allowed.has(made)) {
      const fact = `The field takes only ${values!.join(", ")}`;
      throw new Problem("map.wrong-type", fact, { field, value: shown(made) });
    }
    return made;
  };
}

function coerceList(item: Field | undefined, from: string, field: string): Coerce {
  const coerce = item ? coerceField(item, from, field) : coerceRecord(from, field);
  return (value) => {
    if (isAbsent(value)) return null;
    const items = Array.isArray(value) ? value as readonly Value[] : [value];
    return items.filter((held) => !isAbsent(held)).map(coerce);
  };
}

function coerceRecord(from: string, field: string): Coerce {
  return (value) => {
    if (isAbsent(value)) return null;
    if (typeof value === "object" && !Array.isArray(value)) return value as Row;
    throw new Problem("map.wrong-type", `${from} is not a record`, { field, value: shown(value) });
  };
}
