/**
 * What the YAML parser finds wrong, in plain words and told once: after the first fault it has lost its way.
 *
 * @module
 */
import { type Document, isMap, isScalar, isSeq, type Node, visit, type YAMLError } from "yaml";
import type { Span } from "./source.ts";

/** A fault in the words of this house. */
export type Finding = { code: string; message: string; help?: string };

/** The faults that are mistakes of their own: all duplicate keys, and the first of what else the parser says. */
export function distinct(faults: YAMLError[], document: Document.Parsed, text: string): [Span, Finding][] {
  const found: [Span, Finding][] = [];
  let lost = false;
  for (const fault of [...faults].sort((a, b) => a.pos[0] - b.pos[0])) {
    const span = { start: fault.pos[0], end: fault.pos[1] };
    if (fault.code === "DUPLICATE_KEY") {
      const key = /^[\w-]+/.exec(text.slice(span.start))?.[0] ?? "";
      found.push([{ start: span.start, end: span.start + Math.max(1, key.length) }, {
        code: "duplicate-key",
        message: `The key ${key} is here twice`,
        help: "keep one of them",
      }]);
    } else if (!lost) {
      lost = true;
      found.push(
        unclosed(fault, document, text) ?? tooFarIn(fault, faults, text) ?? noColon(fault, text) ??
          [span, plainWords(fault)],
      );
    }
  }
  return found;
}

/** What was opened and never closed: told where it opens, not where the file ends. */
function unclosed(fault: YAMLError, document: Document.Parsed, text: string): [Span, Finding] | undefined {
  if (!/closing .*quote|end with a/.test(fault.message)) return undefined;
  let open: number | undefined;
  visit(document, (_, node) => {
    const range = (node as Node | null)?.range;
    if (!range || range[1] < fault.pos[0] - 1) return;
    if ((isMap(node) || isSeq(node)) && node.flow) open = range[0];
    if (isScalar(node) && node.type?.startsWith("QUOTE")) open = range[0];
  });
  if (open === undefined) return undefined;
  const close: Record<string, string> = { "[": "]", "{": "}" };
  const char = text[open];
  return [{ start: open, end: open + 1 }, {
    code: "not-closed",
    message: `The ${char} that opens here is never closed`,
    help: `write ${close[char] ?? char} where it ends`,
  }];
}

/** A key indented below one that has a value: the parser takes it for more of that value, and points at the line above. */
function tooFarIn(fault: YAMLError, faults: readonly YAMLError[], text: string): [Span, Finding] | undefined {
  if (fault.code !== "BLOCK_AS_IMPLICIT_KEY") return undefined;
  const [from] = fault.pos;
  if (!faults.some(({ code, pos }) => code === "MULTILINE_IMPLICIT_KEY" && pos[0] === from)) return undefined;
  const above = /(?:^|[\s{,-])([^\s:{,]+):[ \t]*$/.exec(text.slice(text.lastIndexOf("\n", from - 1) + 1, from))?.[1];
  const next = /\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ ]*(?=([^\s#]+))/.exec(text.slice(from));
  if (!above || !next) return undefined;
  const start = from + next.index + next[0].length;
  return [{ start, end: start + next[1].length }, {
    code: "bad-indent",
    message: `This line is indented below ${above}, which has a value already`,
    help: `indent it as far as ${above}; if it goes on with the text above, put the whole text in quotes`,
  }];
}

/** A key and its value with nothing between them. */
function noColon(fault: YAMLError, text: string): [Span, Finding] | undefined {
  const [at] = fault.pos;
  const line = text.lastIndexOf("\n", at - 1) + 1;
  const inFlow = fault.message.startsWith("Missing , or :")
    ? /[{,]\s*([A-Za-z_][\w-]*)[ \t]+[^\s:,]*$/.exec(text.slice(line, at))
    : null;
  const inBlock = fault.code === "MULTILINE_IMPLICIT_KEY"
    ? /^([A-Za-z_][\w-]*)[ \t]+["'{[]/.exec(text.slice(at))
    : fault.message.startsWith("Implicit map keys")
    ? /^([A-Za-z_][\w-]*)[ \t]*\r?$/m.exec(text.slice(at, text.indexOf("\n", at) + 1 || undefined))
    : null;
  const key = inFlow?.[1] ?? inBlock?.[1];
  if (key === undefined) return undefined;
  const start = inFlow ? line + inFlow.index + inFlow[0].indexOf(key) : at;
  return [{ start, end: start + key.length }, missingColon(key)];
}

/** What is said where a key has no colon. */
export const missingColon = (key: string): Finding => ({
  code: "missing-colon",
  message: `A colon is missing after ${key}`,
  help: `write ${key}: and then its value`,
});

const WORDS: Record<string, [code: string, message: string, help?: string]> = {
  TAB_AS_INDENT: ["tab", "A tab indents this line; YAML takes only blanks", "write two blanks for each level"],
  BAD_ALIAS: [
    "unknown-anchor",
    "An anchor or alias is not complete",
    "write &name before a value and *name where it is used",
  ],
  MULTIPLE_DOCS: ["bad-yaml", "A file holds one document", "move what follows --- to a file of its own"],
  MULTIPLE_ANCHORS: ["bad-yaml", "A value has one anchor", "keep one of them"],
  MISSING_CHAR: ["bad-yaml", "Something is not closed", "look for a missing quote, bracket or colon"],
  BAD_INDENT: ["bad-yaml", "The indentation does not fit the lines above", "indent by two blanks for each level"],
  TAG_RESOLVE_FAILED: ["bad-yaml", "A !tag is not known here", "leave it out, or put the value in quotes"],
  BLOCK_AS_IMPLICIT_KEY: ["bad-yaml", "A colon stands where a value is", "put the value in quotes"],
  MULTILINE_IMPLICIT_KEY: ["bad-yaml", "A key spans several lines", "look for a missing colon or quote"],
  BAD_SCALAR_START: ["bad-yaml", "A value cannot start with this character", "put the value in quotes"],
  UNEXPECTED_TOKEN: ["bad-yaml", "This is not expected here", "look for a stray character, or put the value in quotes"],
};

function plainWords(fault: YAMLError): Finding {
  const unresolved = /^Unresolved alias .*: (.*)$/.exec(fault.message)?.[1];
  if (unresolved) {
    return { code: "unknown-anchor", message: `There is no anchor &${unresolved} above`, help: "define it first" };
  }
  const kind = fault.message.startsWith("Sequence item without -") ? "BAD_INDENT" : fault.code;
  const [code, message, help] = WORDS[kind] ?? ["bad-yaml", fault.message];
  return { code, message, help };
}
