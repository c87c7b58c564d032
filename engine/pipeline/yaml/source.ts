/**
 * A YAML file as data and places: every key and value knows its line and column. One mistake gives one diagnostic, whatever the
 * parser says after it has lost its way.
 *
 * @module
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { Diagnostic } from "../model.ts";
import { distinct } from "./faults.ts";
import { offsets } from "./offsets.ts";

/** A stretch of the file, in characters. */
export interface Span {
  start: number;
  end: number;
}
/** Keys and indexes from the root of the document. */
export type Path = readonly (string | number)[];

/** A file that could be read. */
export interface Source {
  file: string;
  text: string;
  /** The document as plain data; numbers are JavaScript numbers here, `written` gives their text. */
  data: unknown;
  /** Where the value at a path stands; its nearest ancestor where there is none. `key` asks for the key instead. */
  span(path: Path, of?: "key" | "value"): Span;
  /** A scalar's own text, `1.50` where the data says 1.5. */
  written(path: Path): string | undefined;
  /** The characters of the file that make up characters `offset` to `offset + length` of a scalar. */
  within(path: Path, offset: number, length: number): Span;
  /** A diagnostic at a stretch of the file. */
  at(
    span: Span,
    finding: Pick<Diagnostic, "code" | "message" | "help"> & { severity?: Diagnostic["severity"] },
  ): Diagnostic;
}

/** What people wrote, fit for a terminal: one line, no control characters, not endless. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

const LONGEST = 1_000_000;
const DEEPEST = 40;
const MOST_NODES = 50_000;

/** Reads a YAML file. Never throws; `source` is there where the data can be trusted. */
export function readSource(file: string, text: string): { source?: Source; diagnostics: Diagnostic[] } {
  const lines = new LineCounter();
  const place = (offset: number): Diagnostic["place"] => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const at: Source["at"] = ({ start, end }, { severity = "error", code, message, help }) => ({
    place: place(start),
    length: Math.max(1, Math.min(end, endOfLine(text, start)) - start),
    severity,
    code,
    message: oneLine(message),
    ...(help !== undefined && { help: oneLine(help) }),
  });
  const stop = (offset: number, code: string, message: string, help?: string, length = 1) => {
    if (lines.lineStarts.length === 0) countLines(text, lines);
    return { diagnostics: [at({ start: offset, end: offset + length }, { code, message, help })] };
  };

  if (text.length > LONGEST) {
    return stop(0, "too-long", `The file has ${text.length} characters; ${LONGEST} are allowed`);
  }
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  const control = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\uFFFD\uFFFE\uFFFF]/.exec(text);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return stop(
      control.index,
      "bad-character",
      `The file holds the character U+${code}`,
      "save it as plain UTF-8 text",
    );
  }
  const deep = tooDeep(text);
  if (deep !== undefined) {
    return stop(deep, "too-deep", `The file is nested more than ${DEEPEST} levels deep`, "nest it less");
  }
  const tab = /^ *\t[ \t]*(?=[^\s#])/m.exec(text);
  if (tab) {
    const offset = tab.index + tab[0].indexOf("\t");
    return stop(offset, "tab", "A tab indents this line; YAML takes only blanks", "write two blanks for each level");
  }

  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      strict: true,
      logLevel: "error",
      uniqueKeys: sameKey,
    });
  } catch (error) {
    return stop(0, "bad-yaml", `The file is no YAML: ${error instanceof Error ? error.message : error}`);
  }
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { diagnostics: distinct(faults, document, text).map(([span, finding]) => at(span, finding)) };
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return stop(0, "empty-file", "The file is empty", "write what it is to hold, or delete it");
  }
  try {
    const data = readNodes(document);
    return { source: { file, text, data, at, ...views(document, text) }, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    const { code, message, help } = error;
    return { diagnostics: [at(error.span, { code, message, help })] };
  }
}

/** What keeps a well-formed document from being data. */
class Trouble extends Error {
  constructor(readonly span: Span, readonly code: string, message: string, readonly help?: string) {
    super(message);
  }
}

const spanOf = (node: unknown): Span => {
  const range = (node as Node | null)?.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 1 };
};

/** Whether two keys are one: by their text, as `keyOf` takes them. */
function sameKey(a: unknown, b: unknown): boolean {
  return isScalar(a) && isScalar(b) && (a.source ?? String(a.value)) === (b.source ?? String(b.value));
}

/** Makes data of a document's nodes, resolving aliases within bounds. Throws {@link Trouble}. */
function readNodes(document: Document.Parsed): unknown {
  let nodes = 0;
  const open = new Set<unknown>();
  const read = (node: unknown, depth: number): unknown => {
    if (depth > DEEPEST) {
      throw new Trouble(
        spanOf(node),
        "too-deep",
        `The file is nested more than ${DEEPEST} levels deep`,
        "nest it less",
      );
    }
    if (++nodes > MOST_NODES) {
      throw new Trouble(
        spanOf(node),
        "too-long",
        `The file holds more than ${MOST_NODES} values, aliases counted`,
        "write less of it, or fewer *aliases",
      );
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (!target) {
        throw new Trouble(
          spanOf(node),
          "unknown-anchor",
          `There is no anchor &${node.source} above`,
          "define it first",
        );
      }
      if (open.has(target)) {
        throw new Trouble(
          spanOf(node),
          "unknown-anchor",
          `*${node.source} holds itself`,
          "write out what it stands for",
        );
      }
      return read(target, depth);
    }
    if (isScalar(node)) return node.value;
    if (!isMap(node) && !isSeq(node)) return null;
    open.add(node);
    let data: unknown;
    if (isSeq(node)) data = node.items.map((item) => read(item, depth + 1));
    else {
      // Without a prototype no key is special.
      const map: Record<string, unknown> = Object.create(null);
      for (const pair of node.items) {
        const key = keyOf(pair);
        // The schemas' parser leaves this one out without a word, so nothing behind it would ever miss it.
        if (key === "__proto__") {
          throw new Trouble(spanOf(pair.key), "bad-key", "No key can be called __proto__", "leave it out");
        }
        map[key] = read(pair.value, depth + 1);
      }
      data = map;
    }
    open.delete(node);
    return data;
  };
  return read(document.contents, 0);
}

/** A key is the text that was written: `007` is not 7. */
function keyOf(pair: Pair): string {
  if (isScalar(pair.key)) return pair.key.source ?? String(pair.key.value ?? "");
  throw new Trouble(spanOf(pair.key), "bad-key", "A key must be plain text");
}

/** Places by path. */
function views(document: Document.Parsed, text: string): Pick<Source, "span" | "written" | "within"> {
  const step = (node: unknown, key: string | number): Pair | { value: unknown } | undefined => {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) return Number(key) in node.items ? { value: node.items[Number(key)] } : undefined;
    return isMap(node) ? node.items.find((pair) => keyOf(pair) === String(key)) : undefined;
  };
  const find = (path: Path): { node: unknown; pair?: Pair; whole: boolean } => {
    let found: { node: unknown; pair?: Pair } = { node: document.contents };
    for (const key of path) {
      const next = step(found.node, key);
      if (!next) return { ...found, whole: false };
      found = { node: next.value, pair: "key" in next ? next : undefined };
    }
    return { ...found, whole: true };
  };
  const span: Source["span"] = (path, of = "value") => {
    const { node, pair, whole } = find(path);
    // An ancestor is a whole block; its key says more than its first line.
    const empty = node === null || (isScalar(node) && node.value === null && !node.source);
    if (pair && (of === "key" || !whole || empty || isMap(node) || isSeq(node))) return spanOf(pair.key);
    if (isMap(node) && node.items[0] && !node.flow) return spanOf(node.items[0].key);
    return spanOf(node);
  };
  return {
    span,
    written: (path) => {
      let { node } = find(path);
      if (isAlias(node)) node = node.resolve(document);
      return isScalar(node) ? node.source : undefined;
    },
    within: (path, offset, length) => {
      let { node } = find(path);
      if (isAlias(node)) node = node.resolve(document);
      if (!isScalar(node) || typeof node.value !== "string" || !node.range) return span(path);
      const map = offsets(text.slice(node.range[0], node.range[1]), node.value, node.type ?? "PLAIN");
      const last = map[Math.max(offset, offset + length - 1)] ?? map[map.length - 1];
      return { start: node.range[0] + (map[offset] ?? map[map.length - 1]), end: node.range[0] + last + 1 };
    },
  };
}

function countLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0);
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lines.addNewLine(i + 1);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : text[end - 1] === "\r" ? end - 1 : end;
}

/** Where nesting goes too deep: the parser recurses, and takes seconds to find that out. */
function tooDeep(text: string): number | undefined {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 91 || c === 123) {
      if (++open > DEEPEST * 2) return i;
    } else if ((c === 93 || c === 125) && open > 0) open--;
  }
  const dashes = new RegExp(`^ *([-?:] +){${DEEPEST},}`, "m").exec(text);
  if (dashes) return dashes.index;
  const indent = new RegExp(`^ {${DEEPEST * 20},}\\S`, "m").exec(text);
  return indent?.index;
}
