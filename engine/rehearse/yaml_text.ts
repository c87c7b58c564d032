/**
 * Values as YAML text, in the style of the shipped files: `{ a: 1 }`, `[a, b]`, one line where it fits.
 *
 * @module
 */
import { Document, isScalar, isSeq } from "yaml";

/** What may be written into a YAML text. */
export type Plain = string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Whether a value is a map. */
export const isPlainMap = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value is a list. */
export const isPlainList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

/** A map or list up to this width is written on one line. */
const WIDTH = 100;

/** A scalar in quotes of a kind where it can stand in them; good anywhere, inside `{ … }` and `[…]` too. */
export function scalar(value: string | boolean | null, type?: string): string {
  // JSON's quotes are YAML's, and keep lines from being folded.
  if (typeof value === "string" && /\p{C}/u.test(value)) return JSON.stringify(value);
  const document = new Document([value]);
  if (!isSeq(document.contents)) throw new TypeError("a list is a list");
  document.contents.flow = true;
  const [node] = document.contents.items;
  if (isScalar(node) && typeof value === "string" && (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE")) {
    node.type = type;
  }
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false }).replace(/\n$/, "");
  // A long one stands on a line of its own between the brackets, with a comma.
  return text.slice(1, -1).replace(/^[ \n]+/, "").replace(/,?[ \n]*$/, "");
}

/** A value on one line. */
export function inline(value: Plain): string {
  if (isPlainList(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isPlainMap(value)) return scalar(value);
  const pairs = Object.entries(value).map(([key, below]) => `${scalar(key)}: ${inline(below)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

/** What stands behind a key's colon at `indent`: on the same line where it is a scalar or a short list, else below it. */
export function behind(value: Plain, indent: number): string {
  const short = inline(value);
  if (isPlainList(value)) {
    const small = value.length < 2 || value.every((item) => !isPlainMap(item) && !isPlainList(item));
    if (small && indent + short.length < WIDTH) return ` ${short}`;
    return value.map((item) => `\n${" ".repeat(indent + 2)}- ${element(item, indent + 4)}`).join("");
  }
  if (!isPlainMap(value) || Object.keys(value).length === 0) return ` ${short}`;
  return Object.entries(value).map(([key, below]) => `\n${" ".repeat(indent + 2)}${pair(key, below, indent + 2)}`)
    .join("");
}

/** `key: value`, on one line where it fits. */
function pair(key: string, value: Plain, indent: number): string {
  const line = `${scalar(key)}: ${inline(value)}`;
  return indent + line.length < WIDTH ? line : `${scalar(key)}:${behind(value, indent)}`;
}

/** What stands behind a dash. */
function element(value: Plain, indent: number): string {
  const short = inline(value);
  if (indent + short.length < WIDTH || isPlainList(value) || !isPlainMap(value)) return short;
  return Object.entries(value).map(([key, below]) => pair(key, below, indent)).join(`\n${" ".repeat(indent)}`);
}
