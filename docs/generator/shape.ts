/**
 * The shape of JSON documents, told from examples: `{ key: text, part?: text, counts: { [name]: number } }`.
 *
 * @module
 */

/** Objects whose keys are data, by the key they stand under. */
const MAPS = new Set([
  "fields",
  "changes",
  "by",
  "calls",
  "byRoute",
  "facts",
  "connections",
  "options",
  "times",
  "receipts",
]);

/** Objects that are a record of a stream: what is in them is in streams.md. */
const RECORDS = new Set(["row", "values"]);

const WIDTH = 100;

/** The shape of these values, all of one kind. */
export function shapeOf(values: readonly unknown[], indent = "", under = ""): string {
  const present = values.filter((value) => value !== undefined);
  const kinds = new Map<string, unknown[]>();
  for (const value of present) {
    const kind = value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
    kinds.set(kind, [...kinds.get(kind) ?? [], value]);
  }
  const shapes = [...kinds].map(([kind, all]) => {
    switch (kind) {
      case "list": {
        const items = (all as unknown[][]).flat();
        const item = items.length > 0 ? shapeOf(items, indent) : "anything";
        return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
      }
      case "object":
        return objectShape(all as Record<string, unknown>[], indent, under);
      case "string":
        return "text";
      default:
        return kind;
    }
  });
  return [...new Set(shapes)].sort().join(" | ");
}

function objectShape(objects: readonly Record<string, unknown>[], indent: string, under: string): string {
  if (RECORDS.has(under)) return "{ [field]: value }";
  const keys = [...new Set(objects.flatMap(Object.keys))];
  if (keys.length === 0) return "{}";
  if (MAPS.has(under) && objects.every(isMap)) {
    return `{ [name]: ${shapeOf(objects.flatMap(Object.values), indent, under === "connections" ? "facts" : "")} }`;
  }
  const inner = `${indent}  `;
  const members = keys.map((key) => {
    const optional = objects.some((object) => object[key] === undefined) ? "?" : "";
    return `${key}${optional}: ${shapeOf(objects.map((object) => object[key]), inner, key)}`;
  });
  const line = `{ ${members.join(", ")} }`;
  if (!line.includes("\n") && indent.length + line.length <= WIDTH) return line;
  return `{\n${members.map((member) => `${inner}${member}`).join("\n")}\n${indent}}`;
}

const isMap = (object: Record<string, unknown>): boolean => !("code" in object && "kind" in object);
