/**
 * Text for a terminal: colours where they are wanted, foreign text made harmless, numbers and times as people read them.
 *
 * @module
 */
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colours a text; gives it back as it is where colour is off. */
export type Paint = (format: Format, text: string) => string;

/** The paint of a terminal. */
export const paint = (color: boolean): Paint => (format, text) =>
  color ? styleText(format, text, { validateStream: false }) : text;

/**
 * Makes text from outside harmless on a terminal: control characters (an escape sequence could move the cursor or rewrite
 * what was shown) and characters that turn the reading direction are shown by their code.
 */
export function clean(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g, (char) => {
    if (char === "\n") return "⏎";
    if (char === "\t") return " ";
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** Cuts text to `length` characters, with an ellipsis where something is left out. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

/** `1,234`. */
export const number = (value: number): string => value.toLocaleString("en-US");

/** `1 record`, `1,234 records`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** `0.4 s`, `12 s`, `3:07`, `2:15:09`: a duration given in milliseconds. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `just now`, `12 minutes ago`, `3 days ago`: an ISO time seen from `now`. */
export function ago(at: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(at)) / 60_000);
  if (!Number.isFinite(minutes)) return at;
  if (minutes < 1) return "just now";
  if (minutes < 120) return `${counted(minutes, "minute")} ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${counted(Math.floor(hours / 24), "day")} ago`;
}

/** The singular of a stream's name: `suppliers` → `supplier`, `companies` → `company`, `gl_journals` → `gl journal`. */
export function singular(stream: string): string {
  return stream.replaceAll("_", " ").replace(/ies$/, "y").replace(/([^s])s$/, "$1");
}

/** Rows of cells as aligned text; numbers to the right. The first row is the head. Empty text where there is nothing but the head. */
export function table(rows: readonly (readonly string[])[], { paint: color }: { paint: Paint }): string {
  if (rows.length < 2) return "";
  const clear = rows.map((row) => row.map(clean));
  const widths = clear[0].map((_, i) => Math.max(...clear.map((row) => [...row[i]].length)));
  const right = clear[0].map((_, i) => clear.slice(1).every((row) => /^[\d,.]*$/.test(row[i])));
  const lines = clear.map((row, at) => {
    const line = row.map((cell, i) => {
      const space = " ".repeat(widths[i] - [...cell].length);
      return right[i] ? space + cell : cell + space;
    }).join("  ").trimEnd();
    return at === 0 ? color("dim", line) : line;
  });
  return lines.join("\n") + "\n";
}
