/**
 * Masks known secrets wherever they turn up: in a log line, an error, a recorded exchange.
 *
 * @module
 */
import type { Log } from "../connector.ts";

/** Gives a text back with every known secret masked. */
export type Mask = (text: string) => string;

/** What stands in a secret's place. */
export const MASKED = "***";

/** A secret shorter than this is masked only where it stands alone: `a` would black out every text. */
const SHORT = 4;

/** Characters of a secret that one pattern holds: the engine refuses larger ones, in an error that shows the whole of it. */
const LONG = 1_000;

/**
 * Makes a mask for these secrets: as they are, escaped for a URL, a form, JSON and XML, and inside any Base64 text (so that
 * the header of `user:password` is covered by the password alone).
 */
export function masker(secrets: Iterable<string>): Mask {
  const known = [...new Set(secrets)].filter((secret) => secret !== "");
  if (known.length === 0) return (text) => text;
  const usual = known.filter((secret) => secret.length <= LONG);
  const masks = [...known.filter((secret) => secret.length > LONG).flatMap(pieces).map((piece) => [piece]), usual]
    .filter((secrets) => secrets.length > 0).map(maskOf);
  return (text) => masks.reduce((masked, mask) => mask(masked), text);
}

function maskOf(secrets: string[]): Mask {
  const spelt = anyOf(secrets.flatMap(spellings));
  const cores = secrets.filter((secret) => secret.length >= SHORT).flatMap(base64Cores);
  const encoded = cores.length > 0 ? anyOf(cores) : undefined;
  return (text) => {
    const masked = text.replace(spelt, MASKED);
    return encoded ? withoutRuns(masked, encoded) : masked;
  };
}

/** A long secret in pieces that are masked one by one; no character is cut in two. */
function pieces(secret: string): string[] {
  const chars = [...secret];
  const count = Math.ceil(chars.length / LONG);
  const size = Math.ceil(chars.length / count);
  return Array.from({ length: count }, (_, i) => chars.slice(i * size, (i + 1) * size).join(""));
}

/** The longest first, so that a secret that another begins with leaves no rest. */
function anyOf(patterns: string[]): RegExp {
  return new RegExp([...new Set(patterns)].sort((a, b) => b.length - a.length).join("|"), "g");
}

/** Patterns for a secret in the clear and in the escapes of what it may stand in. */
function spellings(secret: string): string[] {
  const plain = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"']/g, (char) => XML[char]),
    secret.replace(/[&<>]/g, (char) => XML[char]),
  ].map(RegExp.escape);
  const escaped = [encodeURIComponent(secret), new URLSearchParams({ s: secret }).toString().slice(2)];
  const all = [...plain, ...escaped.map(inAnyCase)];
  return secret.length < SHORT ? all.map((pattern) => `(?<!\\w)${pattern}(?!\\w)`) : all;
}

const XML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** `%2f` is `%2F`. */
function inAnyCase(text: string): string {
  return text.split(/(%[0-9A-F]{2})/).map((piece, i) =>
    i % 2 === 0 ? RegExp.escape(piece) : piece.replace(/[A-F]/g, (hex) => `[${hex}${hex.toLowerCase()}]`)
  ).join("");
}

/**
 * Patterns for the characters that a secret is sure to leave in Base64, in either alphabet, for each of the three places in a
 * group of three bytes where it can begin.
 */
function base64Cores(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const cores = [0, 1, 2].map((shift) => {
    const padded = new Uint8Array(shift + bytes.length);
    padded.set(bytes, shift);
    return padded.toBase64({ omitPadding: true }).slice(Math.ceil(shift * 8 / 6), Math.floor(padded.length * 8 / 6));
  });
  return cores.filter((core) => core.length >= SHORT)
    .map((core) => core.replace(/[+/]/g, (char) => char === "+" ? "[+-]" : "[/_]"));
}

const BASE64 = /[\w+/=-]/;

/** Masks the whole run of Base64 around each core. By hand, as a pattern for it would take quadratic time on a long run. */
function withoutRuns(text: string, cores: RegExp): string {
  let masked = "";
  let done = 0;
  for (const { index, 0: core } of text.matchAll(cores)) {
    if (index < done) continue;
    let [start, end] = [index, index + core.length];
    while (start > done && BASE64.test(text[start - 1])) start--;
    while (end < text.length && BASE64.test(text[end])) end++;
    masked += text.slice(done, start) + MASKED;
    done = end;
  }
  return done === 0 ? text : masked + text.slice(done);
}

/** Masks every text in a value, its keys too; what is neither text, list nor plain record stays as it is. */
export function maskDeep(mask: Mask, value: unknown): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskDeep(mask, item));
  if (value instanceof Error) return mask(value.stack ?? value.message);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [mask(key), maskDeep(mask, held)]));
  }
  return value;
}

/** A log that masks every line before it is passed on. */
export function maskedLog(log: Log, mask: Mask): Log {
  return (level, message, fields) =>
    log(level, mask(message), fields && maskDeep(mask, fields) as Record<string, unknown>);
}
