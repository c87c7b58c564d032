/**
 * Exact decimals. An amount is a string outside and a `Big` inside; it is never a JavaScript number.
 *
 * @module
 */
// @ts-types="npm:@types/big.js@7.0.0"
import Big from "big.js";

Big.strict = false;
export { Big };

/** Parses a decimal string; undefined where it is not one. */
export function parseDecimal(text: string): Big | undefined {
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(text)
    ? new Big(text.trim().replace(/^\+/, ""))
    : undefined;
}

/** The plain form: no exponent, no needless zeros, no negative zero (`"12.50"` → `"12.5"`). */
export function plain(value: Big): string {
  const text = value.toFixed();
  if (!text.includes(".")) return text === "-0" ? "0" : text;
  const short = text.replace(/\.?0+$/, "");
  return short === "-0" ? "0" : short;
}

/** Whether two decimal strings mean the same amount; text that is no decimal is compared as text. */
export function sameDecimal(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [parseDecimal(a), parseDecimal(b)];
  return x !== undefined && y !== undefined && x.eq(y);
}

/** The sum of decimal strings, plain. */
export function sum(values: Iterable<string>): string {
  let total = new Big(0);
  for (const value of values) total = total.plus(value);
  return plain(total);
}
