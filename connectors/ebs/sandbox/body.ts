/**
 * A call's body, JSON or XML, as header and parameters. Strict as 12.2.14: exactly the wrapper, no unknown member; or lenient
 * as 12.2.5, which also takes bare parameters (reference §3.2).
 *
 * @module
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Row, Value } from "../../../engine/connector.ts";
import { parseJson } from "../../../engine/json.ts";
import type { Columns } from "../operations.ts";
import { executionError, GatewayFault } from "./fault.ts";
import type { Format } from "./format.ts";
import type { Input } from "./operations/paging.ts";

/** RESTHeader's elements, by the gateway's spelling. */
export const HEADER_NAMES = ["Responsibility", "RespApplication", "SecurityGroup", "NLSLanguage", "Org_Id"] as const;
/** What a RESTHeader says; what it leaves out is undefined. */
export type Header = Partial<Record<typeof HEADER_NAMES[number], string>>;

/** A call, read. `header` is undefined where the body has none. */
export interface Body {
  /** RESTHeader. */
  header?: Header;
  /** InputParameters. */
  input: Input;
}

/** What a body is read by. */
export interface BodyOptions {
  /** By its Content-Type. */
  format: Format;
  /** Lower case. */
  operation: string;
  /** The operation's IN parameters. */
  inputs: Columns;
  /** The operation's. */
  namespace: string;
  /** As 12.2.14. */
  strict: boolean;
}

/** Elements by name. */
export type Tree = Record<string, Value>;

/** Reads a body. Throws a {@link GatewayFault}. */
export function readBody(text: string, options: BodyOptions): Body {
  const { format, operation, inputs, strict } = options;
  const root = format === "json" ? fromJson(text) : fromXml(text, options);
  const wrapper = `${operation.toUpperCase()}_Input`;
  const names = Object.keys(root);
  let call: Tree;
  if (strict) {
    if (names.length !== 1 || names[0] !== wrapper) {
      throw executionError(`Payload is not valid: ${wrapper} is expected`);
    }
    call = record(root[wrapper], wrapper);
    for (const name of Object.keys(call)) {
      if (name !== "RESTHeader" && name !== "InputParameters") throw executionError(`Unknown element ${name}`);
    }
    if (call.InputParameters === undefined) throw executionError("InputParameters is expected");
  } else {
    const found = names.find((name) => [wrapper.toLowerCase(), operation].includes(name.toLowerCase()));
    call = found ? record(root[found], found) : root;
  }
  const parameters = record(call.InputParameters ?? (strict ? undefined : call), "InputParameters");
  const header = call.RESTHeader === undefined ? undefined : readHeader(record(call.RESTHeader, "RESTHeader"));
  return { header, input: readInput(parameters, inputs, strict) };
}

function readHeader(tree: Tree): Header {
  const header: Header = {};
  for (const [name, value] of Object.entries(tree)) {
    const known = HEADER_NAMES.find((known) => known === name);
    if (!known) throw executionError(`Unknown element ${name} in RESTHeader`);
    if (Array.isArray(value)) throw duplicated(known);
    header[known] = scalar(value, name);
  }
  return header;
}

function duplicated(name: string): GatewayFault {
  return new GatewayFault(
    `ISG_DUPLICATE_${name.toUpperCase()}`,
    500,
    `${name} is given more than once in the RESTHeader`,
    "Please provide each element once",
  );
}

function readInput(parameters: Tree, inputs: Columns, strict: boolean): Input {
  const input: Input = {};
  for (const [name, value] of Object.entries(parameters)) {
    const known = strict ? name : name.toUpperCase();
    if (!Object.hasOwn(inputs, known)) {
      if (strict) throw executionError(`Unknown element ${name}`);
      continue;
    }
    const type = inputs[known];
    if (typeof type === "object") {
      if (value === null || value === "") continue;
      const items = record(value, known)[`${known}_ITEM`] ?? [];
      const { items: of } = type;
      input[known] = [items].flat().map((item) =>
        typeof of === "string" ? typed(scalar(item, known), of, known) : readRow(record(item, known), of, strict)
      ) as string[] | Row[];
    } else input[known] = typed(scalar(value, known), type, known);
  }
  return input;
}

/** An element of a collection that has columns. */
function readRow(tree: Tree, columns: Columns, strict: boolean): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(tree)) {
    const known = strict ? name : name.toUpperCase();
    if (Object.hasOwn(columns, known)) row[known] = typed(scalar(value, known), columns[known], known) || undefined;
    else if (strict) throw executionError(`Unknown element ${name}`);
  }
  return row;
}

function typed(value: string, type: unknown, name: string): string {
  if (type === "NUMBER" && value !== "" && !/^-?(\d+(\.\d*)?|\.\d+)$/.test(value)) {
    throw executionError(`Invalid decimal in ${name}`);
  }
  return value;
}

function scalar(value: Value, name: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw executionError(`A single value is expected in ${name}`);
  return String(value);
}

function record(value: Value, name: string): Tree {
  if (value === "") return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw executionError(`${name} is no element`);
  }
  return Object.fromEntries(Object.entries(value as Tree).filter(([name]) => !name.startsWith("@")));
}

/** A body as a tree of elements, attributes as `@name`. Throws a {@link GatewayFault} where it is not of its form. */
export function readTree(text: string, format: Format): Tree {
  return format === "json" ? parsedJson(text) : parsedXml(text);
}

function fromJson(text: string): Tree {
  // A JSON parser forgets all but the last of two equal names; the gateway counts them.
  const header = /"RESTHeader"\s*:\s*(\{[^{}]*\})/.exec(text)?.[1] ?? "";
  for (const name of HEADER_NAMES) {
    if ((header.match(new RegExp(`"${name}"\\s*:`, "g")) ?? []).length > 1) throw duplicated(name);
  }
  return parsedJson(text);
}

function parsedJson(text: string): Tree {
  try {
    return record(parseJson(text), "The body");
  } catch (error) {
    if (error instanceof GatewayFault) throw error;
    throw executionError("The body is not JSON");
  }
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  htmlEntities: true,
});

function fromXml(text: string, { namespace, strict }: BodyOptions): Tree {
  const given = /<\w+_Input\b[^>]*\sxmlns\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (strict && given !== undefined && given !== namespace) throw executionError(`Unknown namespace ${given}`);
  return parsedXml(text);
}

function parsedXml(text: string): Tree {
  if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) {
    throw executionError("The body is not valid XML");
  }
  return withoutBlanks(parser.parse(text)) as Tree;
}

/** Without the text between elements; an element without any is "". */
function withoutBlanks(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutBlanks);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Tree).filter(([name]) => name !== "#text");
  const { "#text": text } = value as Tree;
  if (text !== undefined && entries.every(([name]) => name.startsWith("@"))) return text;
  if (entries.length > 0 && entries.every(([name]) => name === "@nil")) return "";
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutBlanks(inner)]));
}
