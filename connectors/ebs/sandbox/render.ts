/**
 * OUT parameters as the gateway renders them (reference §3.2), text built column by column: a page of a thousand rows takes a
 * few milliseconds. With it come the gateway's quirks: NULL in several ways, NUMBER as number or as text, a collection of one
 * element as the element itself.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import type { Columns, Parameter } from "../operations.ts";
import { type Format, jsonText, xmlText } from "./format.ts";
import type { Setup } from "./setup.ts";

/** Renders one answer. `namespace` is the operation's, for XML. */
export function render(output: Row, outputs: Columns, { format, setup, namespace }: {
  format: Format;
  setup: Setup;
  namespace: string;
}): string {
  const pen = { setup, turn: 0 };
  if (format === "json") return `{"OutputParameters":${jsonRecord(output, outputs, pen)}}`;
  return `<?xml version = '1.0' encoding = 'UTF-8'?>\n<OutputParameters xmlns="${namespace}" ` +
    `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${xmlRecord(output, outputs, pen)}</OutputParameters>`;
}

interface Pen {
  setup: Setup;
  /** State of {@link pick}. */
  turn: number;
}

/** One of `choices`, evenly mixed and the same for the same answer: every way to say a thing occurs in every column. */
function pick(pen: Pen, choices: number): number {
  pen.turn = (Math.imul(pen.turn, 1103515245) + 12345) >>> 0;
  return (pen.turn >>> 16) % choices;
}

const NULLS = ["omit", "null", "empty"] as const;

function jsonRecord(row: Row, columns: Columns, pen: Pen): string {
  let text = "";
  for (const name in columns) {
    const value = jsonValue(row[name], columns[name], name, pen);
    if (value !== undefined) text += `${text === "" ? "" : ","}"${name}":${value}`;
  }
  return `{${text}}`;
}

function jsonValue(value: Value, type: Parameter, name: string, pen: Pen): string | undefined {
  if (typeof type === "object") {
    const items = (value ?? []) as Value[];
    if (items.length === 0) {
      const how = nullStyle(pen);
      return how === "omit" ? undefined : how === "null" ? "null" : "{}";
    }
    const of = type.items;
    const texts = items.map((item) =>
      typeof of === "object" ? jsonRecord(item as Row, of, pen) : jsonScalar(item as string, of, pen)
    );
    const list = texts.length === 1 && pen.setup.collapse ? texts[0] : `[${texts.join(",")}]`;
    return `{"${name}_ITEM":${list}}`;
  }
  if (value === undefined || value === null || value === "") {
    const how = nullStyle(pen);
    return how === "omit" ? undefined : how === "null" ? "null" : '""';
  }
  return jsonScalar(value as string, type, pen);
}

function jsonScalar(value: string, type: Parameter, pen: Pen): string {
  if (type === "NUMBER" && /^(0|-?[1-9]\d*)(\.\d+)?$/.test(value)) {
    const { numbers } = pen.setup;
    if (numbers === "number" || (numbers === "mixed" && pick(pen, 2) === 0)) return value;
  }
  return jsonText(value);
}

function xmlRecord(row: Row, columns: Columns, pen: Pen): string {
  let text = "";
  for (const name in columns) {
    const value = row[name];
    const type = columns[name];
    if (value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
      const how = nullStyle(pen);
      if (how === "null") text += `<${name} xsi:nil="true"/>`;
      else if (how === "empty") text += `<${name}/>`;
    } else if (typeof type === "object") {
      const of = type.items;
      text += `<${name}>`;
      for (const item of value as Value[]) {
        const inner = typeof of === "object" ? xmlRecord(item as Row, of, pen) : xmlText(item as string);
        text += `<${name}_ITEM>${inner}</${name}_ITEM>`;
      }
      text += `</${name}>`;
    } else text += `<${name}>${xmlText(value as string)}</${name}>`;
  }
  return text;
}

function nullStyle(pen: Pen): "omit" | "null" | "empty" {
  const { nulls } = pen.setup;
  return nulls === "mixed" ? NULLS[pick(pen, NULLS.length)] : nulls;
}
