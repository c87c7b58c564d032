/**
 * What the gateway answers, XML or JSON, as one kind of tree in which all leaves are text: `007` is not 7, and trailing blanks
 * survive. The gateway's ways of saying nothing, one and many are evened out here and nowhere else (reference §3.2).
 *
 * @module
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Value } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { parseJson } from "../../engine/json.ts";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
});

/**
 * Parses an answer; its first character tells XML from JSON, for a gateway need not keep to the form it was asked for.
 * Throws `wire.hostile-xml` at a DOCTYPE, and `wire.garbled` where the text is cut or is neither.
 */
export function parseTree(text: string): Value {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return /^\s*</.test(text.slice(start, start + 200)) ? parseXml(text.slice(start)) : parseJson(text.slice(start));
}

function parseXml(text: string): Value {
  if (/<!DOCTYPE/i.test(text)) {
    throw new Failure("wire.hostile-xml", { fact: "The answer is XML with a DOCTYPE, which the gateway never sends" });
  }
  const checked = XMLValidator.validate(text);
  if (checked !== true) {
    const { line, col } = checked.err;
    throw new Failure("wire.garbled", {
      fact: `The answer is not well-formed XML at line ${line}, column ${col}`,
      value: `${text.length} characters`,
    });
  }
  try {
    return parser.parse(text) as Value;
  } catch (error) {
    throw new Failure("wire.hostile-xml", { fact: "The answer is XML that no gateway sends", cause: error });
  }
}

/** A member by its name, whatever the case; a namespace's prefix is no part of it. Undefined where there is none. */
export function member(tree: Value, name: string): Value {
  if (tree === null || typeof tree !== "object" || Array.isArray(tree)) return undefined;
  if (Object.hasOwn(tree, name)) return (tree as Record<string, Value>)[name];
  const wanted = name.toUpperCase();
  for (const [key, value] of Object.entries(tree)) {
    if (key.slice(key.indexOf(":") + 1).toUpperCase() === wanted) return value;
  }
  return undefined;
}

/** A member of a member, along `path`. */
export const at = (tree: Value, ...path: string[]): Value => path.reduce(member, tree);

/**
 * A leaf's text; undefined for every way of saying nothing: absent, null, `""`, `{}`, `{"@xsi:nil": "true"}`.
 * Throws `wire.garbled` where a structure stands in place of text.
 */
export function textOf(leaf: Value, name: string): string | undefined {
  if (typeof leaf === "string") return leaf === "" ? undefined : leaf;
  if (leaf === null || leaf === undefined) return undefined;
  if (typeof leaf === "boolean") return String(leaf);
  if (!Array.isArray(leaf)) {
    const keys = Object.keys(leaf);
    if (keys.every((key) => key.startsWith("@"))) return undefined;
    if (keys.every((key) => key.startsWith("@") || key === "#text")) {
      return textOf((leaf as { "#text": Value })["#text"], name);
    }
  }
  throw new Failure("wire.garbled", { fact: `${name} holds a structure where text was expected` });
}

/**
 * The elements of a collection `NAME`: `{NAME_ITEM: [...]}`, `{NAME_ITEM: {...}}` for one alone, or any way of saying nothing.
 * Undefined where the member is absent or null.
 */
export function itemsOf(tree: Value, name: string): Value[] | undefined {
  const collection = member(tree, name);
  if (collection === undefined || collection === null) return undefined;
  if (Array.isArray(collection)) return [...collection];
  const items = member(collection, `${name}_ITEM`);
  if (items === undefined || items === null || items === "") return [];
  return Array.isArray(items) ? [...items] : [items];
}
