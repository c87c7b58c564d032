/**
 * A JSON Schema as rows of a table: a key, what it takes, whether it must be there, what it means.
 *
 * @module
 */
import { code } from "./markdown.ts";

/** A JSON Schema, as far as zod writes them. */
export interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** One key. */
export interface Key {
  /** Dotted from the top; `[]` after a list, `NAME` where people choose the key. */
  path: string;
  /** What it takes, in words. */
  takes: string;
  /** Whether it must be there (where what it stands in is). */
  required: boolean;
  /** What it is where it is left out, as YAML. */
  usual: string;
  description: string;
}

/** The keys of an object and of all that it holds; what has a name of its own (`$ref`) is not gone into. */
export function keysOf(schema: Schema, prefix = ""): Key[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix + name;
    return [{
      path,
      takes: taken(property),
      required: required.has(name),
      usual: property.default === undefined ? "" : JSON.stringify(property.default),
      description: property.description ?? "",
    }, ...inside(property, path)];
  });
}

function inside(schema: Schema, path: string): Key[] {
  if (schema.properties) return keysOf(schema, `${path}.`);
  if (schema.items?.properties) return keysOf(schema.items, `${path}[].`);
  const others = schema.additionalProperties;
  if (typeof others === "object" && others.properties) return keysOf(others, `${path}.NAME.`);
  const alternative = (schema.anyOf ?? schema.oneOf)?.find(({ properties }) => properties);
  return alternative ? keysOf(alternative, `${path}.`) : [];
}

/** What a schema takes, in words. */
export function taken(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1)!.replace(/^__schema\d+$/, "rule");
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(", ");
  if (schema.const !== undefined) return code(String(schema.const));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(taken))].join(" or ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => WORDS[type] ?? type).join(" or ");
  if (schema.type === "array") return `list of ${taken(schema.items ?? {}).replace(/^keys$/, "records")}`;
  if (schema.type === "integer" || schema.type === "number") return range(schema);
  if (schema.format === "uri") return "address";
  return WORDS[schema.type ?? ""] ?? "anything";
}

const WORDS: Record<string, string> = {
  string: "text",
  boolean: "`true`, `false`",
  number: "number",
  integer: "whole number",
  object: "keys",
  null: "null",
};

/** What zod writes for "no limit" of a whole number. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

function range({ type, minimum, maximum }: Schema): string {
  const word = WORDS[type as string];
  const low = minimum === undefined || minimum <= -UNLIMITED ? undefined : minimum;
  const high = maximum === undefined || maximum >= UNLIMITED ? undefined : maximum;
  if (low === undefined && high === undefined) return word;
  if (high === undefined) return `${word} from ${low}`;
  return low === undefined ? `${word} up to ${high}` : `${word}, ${low} to ${high}`;
}
