/**
 * JSON without a JavaScript number in it: an amount, an id or a quantity keeps its source text.
 *
 * @module
 */
import type { Row, Value } from "./connector.ts";
import { Failure } from "./failure.ts";
import { faultOffset } from "./json_fault.ts";

/** Deeper than any record of either system; beyond it a walker's stack would be at risk. */
const DEEPEST = 500;

/**
 * Parses JSON; every number becomes a string by its source text (`1.10` → `"1.10"`, `1e2` → `"1e2"`), everything else is as
 * `JSON.parse` has it. A key `__proto__` is dropped.
 *
 * Throws `wire.garbled` with the offset of the fault, and nothing of the text.
 */
export function parseJson(text: string): Value {
  const quoted = quoteNumbers(text);
  let value: Value;
  try {
    value = JSON.parse(quoted);
  } catch {
    // The platform's message quotes the text, which may hold a secret: it is not passed on, and the place is found again.
    throw garbled(text, faultOffset(text));
  }
  // An escape could spell the key as well; both are rare enough to look for in the text first.
  return mayHoldProto(text) ? withoutProto(value) : value;
}

const mayHoldProto = (text: string): boolean =>
  text.includes("__proto__") || text.includes("\\u005f") || text.includes("\\u005F");

/** Puts quotes around every number outside a string: one pass, and the platform's parser does the rest. */
function quoteNumbers(text: string): string {
  const end = text.length;
  let quoted = "";
  let copied = 0;
  let depth = 0;
  let at = 0;
  while (at < end) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = pastString(text, at);
    } else if (char === MINUS || isDigit(char)) {
      const after = endOfNumber(text, at);
      if (after < 0) throw garbled(text, at);
      quoted += text.slice(copied, at) + '"' + text.slice(at, after) + '"';
      copied = at = after;
      // Quoted, a number would pass for a key.
      while (at < end && isBlank(text.charCodeAt(at))) at++;
      if (text.charCodeAt(at) === COLON) throw garbled(text, at);
    } else {
      // `[` and `{`, `]` and `}` differ in bit 5 alone.
      const bracket = char | 0x20;
      if (bracket === 0x7b && ++depth > DEEPEST) throw garbled(text, at);
      else if (bracket === 0x7d) depth--;
      at++;
    }
  }
  return copied === 0 ? text : quoted + text.slice(copied);
}

const QUOTE = 0x22, BACKSLASH = 0x5c, MINUS = 0x2d, COLON = 0x3a, ZERO = 0x30, POINT = 0x2e;
const isDigit = (char: number): boolean => char >= 0x30 && char <= 0x39;
const isBlank = (char: number): boolean => char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;

/** The offset behind the number that begins at `at` by JSON's grammar, or -1: `01`, `1.` and `-` are none. */
function endOfNumber(text: string, at: number): number {
  if (text.charCodeAt(at) === MINUS) at++;
  const first = text.charCodeAt(at);
  if (!isDigit(first)) return -1;
  at = first === ZERO ? at + 1 : pastDigits(text, at);
  if (isDigit(text.charCodeAt(at))) return -1;
  if (text.charCodeAt(at) === POINT) {
    const from = at + 1;
    at = pastDigits(text, from);
    if (at === from) return -1;
  }
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    at++;
    const sign = text.charCodeAt(at);
    if (sign === MINUS || sign === 0x2b) at++;
    const from = at;
    at = pastDigits(text, from);
    if (at === from) return -1;
  }
  return at;
}

function pastDigits(text: string, at: number): number {
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

/** The offset behind the string that begins at `at`; the text's length where it does not end. */
function pastString(text: string, at: number): number {
  let close = at;
  while (true) {
    close = text.indexOf('"', close + 1);
    if (close < 0) return text.length;
    let before = close - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((close - before) % 2 === 1) return close + 1;
  }
}

function garbled(text: string, offset: number): Failure {
  const { length } = text;
  const fact = length === 0
    ? "The answer is empty where JSON was expected"
    : offset >= length
    ? "The answer is JSON that ends too early"
    : `The answer is not JSON from offset ${offset} on`;
  return new Failure("wire.garbled", { fact, value: `${length} characters` });
}

function withoutProto(value: Value): Value {
  if (Array.isArray(value)) value.forEach(withoutProto);
  else if (value !== null && typeof value === "object") {
    Reflect.deleteProperty(value, "__proto__");
    Object.values(value).forEach(withoutProto);
  }
  return value;
}

/**
 * Whether two values of a record are the same. The order of keys does not matter; a key that holds `undefined` is the same as
 * none, `undefined` elsewhere the same as null. Text is compared as text: `1.0` is not `1` (see `sameDecimal`).
 */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  return sameRow(a as Row, b as Row);
}

function sameRow(a: Row, b: Row): boolean {
  let held = 0;
  for (const key of Object.keys(a)) {
    if (a[key] === undefined) continue;
    held++;
    if (!Object.hasOwn(b, key) || b[key] === undefined || !sameValue(a[key], b[key])) return false;
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) held--;
  return held === 0;
}

/**
 * The one text for a value, for hashes and comparisons: JSON with sorted keys and no blanks. Two values have the same text
 * exactly where {@link sameValue} holds.
 */
export function canonical(value: Value): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const row = value as Row;
  const held = Object.keys(row).filter((key) => row[key] !== undefined).sort();
  return `{${held.map((key) => `${JSON.stringify(key)}:${canonical(row[key])}`).join(",")}}`;
}
