/**
 * Diagnostics for people: place, sentence, code frame, help. And for machines: JSON.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Diagnostic } from "./model.ts";

/** How to render. */
export interface RenderOptions {
  /** Whether the reader's terminal shows colours. */
  color: boolean;
}

/** Characters of a source line that are shown. */
const WIDTH = 100;
const TAB = "    ";

/**
 * Renders diagnostics, ending with a line that counts them; empty where there are none.
 *
 * @param sources the texts by file, as {@link loadProject} gives them
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  { color }: RenderOptions,
): string {
  if (diagnostics.length === 0) return "";
  const style: Style = (format, text) => color ? styleText(format, text, { validateStream: false }) : text;
  const lines = new Map<string, string[]>();
  const linesOf = (file: string): string[] => {
    let known = lines.get(file);
    if (!known) lines.set(file, known = (sources.get(file) ?? "").split(/\r?\n/));
    return known;
  };
  const blocks = diagnostics.map((one) => block(one, linesOf(one.place.file), style));
  return `${blocks.join("\n\n")}\n\n${summary(diagnostics, style)}\n`;
}

type Style = (format: Parameters<typeof styleText>[0], text: string) => string;

function block({ place, code, message, help, severity, length }: Diagnostic, lines: string[], style: Style): string {
  const tint = severity === "error" ? "red" : "yellow";
  const head = `${style(["bold", tint], severity)}${style("dim", `[${code}]`)}: ${style("bold", message)}`;
  const number = String(place.line);
  const margin = " ".repeat(number.length);
  const bar = style("blue", "|");
  const out = [
    `${style("cyan", `${place.file}:${place.line}:${place.column}`)}`,
    head,
  ];
  const source = lines[place.line - 1];
  if (source !== undefined && source.trim() !== "") {
    const { text, start, width } = frame(source, place.column - 1, length);
    out.push(
      `${margin} ${bar}`,
      `${style("blue", number)} ${bar} ${text}`,
      `${margin} ${bar} ${" ".repeat(start)}${style(tint, "^".repeat(width))}`,
    );
  }
  if (help) out.push(`${margin} ${style("blue", "=")} ${style("green", "help")}: ${help}`);
  return out.join("\n");
}

/** A line as it is shown, and where its underline goes: tabs are widened, wide characters counted twice, long lines cut. */
function frame(source: string, column: number, length: number): { text: string; start: number; width: number } {
  const from = column > WIDTH - 20 ? column - Math.floor(WIDTH / 2) : 0;
  const cut = source.slice(from, from + WIDTH);
  const show = (text: string): string => visible(text.replaceAll("\t", TAB));
  const before = (from > 0 ? "…" : "") + show(cut.slice(0, column - from));
  const marked = show(cut.slice(column - from, column - from + length));
  const text = (from > 0 ? "…" : "") + show(cut) + (from + WIDTH < source.length ? "…" : "");
  return { text, start: cells(before), width: Math.max(1, cells(marked)) };
}

/** A file's text cannot speak to the terminal: a control character is shown as its picture, one that turns text around as a stranger. */
function visible(text: string): string {
  const turned = text.replace(/[\u0080-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  return turned.replace(/[\x00-\x1f\x7f]/g, (char) => {
    return char === "\x7f" ? "␡" : String.fromCharCode(0x2400 + char.charCodeAt(0));
  });
}

/** Terminal cells that a text takes. */
function cells(text: string): number {
  let count = 0;
  for (const char of text) {
    count += /\p{Mn}/u.test(char)
      ? 0
      : /\p{Script=Han}|\p{Emoji_Presentation}|[\u3000-\u30ff\uac00-\ud7a3\uff01-\uff60]/u.test(char)
      ? 2
      : 1;
  }
  return count;
}

function summary(diagnostics: readonly Diagnostic[], style: Style): string {
  const errors = diagnostics.filter((one) => one.severity === "error").length;
  const warnings = diagnostics.length - errors;
  const files = new Set(diagnostics.map((one) => one.place.file)).size;
  const count = (n: number, word: string): string[] => n === 0 ? [] : [`${n} ${word}${n === 1 ? "" : "s"}`];
  const said = [...count(errors, "error"), ...count(warnings, "warning")].join(", ");
  return style(["bold", errors > 0 ? "red" : "yellow"], `${said} in ${files} file${files === 1 ? "" : "s"}`);
}

/** Diagnostics as JSON takes them: one flat object each, in the same order. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): Record<string, unknown>[] {
  return diagnostics.map(({ place, code, message, help, severity, length }) => ({
    file: place.file,
    line: place.line,
    column: place.column,
    length,
    severity,
    code,
    message,
    ...(help !== undefined && { help }),
  }));
}
