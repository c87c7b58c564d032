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

export { ago, counted, cut, duration, number, singular } from "../words.ts";

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
