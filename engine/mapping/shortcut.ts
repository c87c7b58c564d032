/**
 * The short way through the most common conditions: text fields of the record compared with literals. An expression engine
 * spends half a microsecond on `rec.ENABLED_FLAG == 'Y'`, more than the rest of a mapping takes together.
 *
 * @module
 */
import { type ASTNode, parse } from "@marcbachmann/cel-js";
import type { Row } from "../connector.ts";
import type { Fields } from "../fields.ts";

/** The condition's truth; undefined where a value is not text, so that the whole expression has to judge it. */
export type Shortcut = (row: Row) => boolean | undefined;

const TEXTUAL = new Set(["text", "id", "date", "instant"]);

/**
 * The condition as one JavaScript function, where it is made of `==`, `!=`, `in` and `has` on text fields of `rec`, and `has` on
 * its records, joined by `&&`, `||` and `!`; undefined for any other expression. It means what the expression means: an absent
 * field compares as the empty text.
 */
export function shortcut(expression: string, fields: Fields | undefined): Shortcut | undefined {
  if (!fields) return undefined;
  const names: string[] = [];
  let condition: string | undefined;
  try {
    condition = translate(parse(expression).ast, fields, names);
  } catch {
    return undefined; // What the plain grammar does not know, such as `.?`, takes the long way.
  }
  if (condition === undefined || names.length === 0) return undefined;
  const reads = names.map((name, i) => `const f${i} = row[${JSON.stringify(name)}] ?? "";`);
  const guards = names.map((_, i) => `typeof f${i} === "string"`).join(" && ");
  return new Function("row", `${reads.join("\n")}\nreturn ${guards} ? ${condition} : undefined;`) as Shortcut;
}

function translate(node: ASTNode, fields: Fields, names: string[]): string | undefined {
  // deno-lint-ignore no-explicit-any -- cel-js types arguments per operator; a walk is easier with one loose view of them
  const args = node.args as any;
  switch (node.op) {
    case "&&":
    case "||": {
      const [left, right] = [translate(args[0], fields, names), translate(args[1], fields, names)];
      return left && right && `(${left} ${node.op} ${right})`;
    }
    case "!_": {
      const inner = translate(args, fields, names);
      return inner && `!${inner}`;
    }
    case "==":
    case "!=": {
      const [field, literal] = args[1].op === "value" ? [args[0], args[1]] : [args[1], args[0]];
      const name = nameOf(field, fields, names);
      if (name === undefined || literal.op !== "value" || typeof literal.args !== "string") return undefined;
      return `(${name} ${node.op}= ${JSON.stringify(literal.args)})`;
    }
    case "in": {
      const name = nameOf(args[0], fields, names);
      if (name === undefined || args[1].op !== "list" || args[1].args.length === 0) return undefined;
      const items = args[1].args as ASTNode[];
      if (!items.every((item) => item.op === "value" && typeof item.args === "string")) return undefined;
      return `(${items.map((item) => `${name} === ${JSON.stringify(item.args)}`).join(" || ")})`;
    }
    case "call": {
      if (args[0] !== "has" || args[1].length !== 1) return undefined;
      const record = fieldOf(args[1][0]);
      if (record !== undefined && fields[record]?.kind === "record") {
        return `((row[${JSON.stringify(record)}] ?? "") !== "")`;
      }
      const name = nameOf(args[1][0], fields, names);
      return name && `(${name} !== "")`;
    }
  }
}

/** The field that `rec.NAME` names. */
function fieldOf(node: ASTNode): string | undefined {
  // deno-lint-ignore no-explicit-any -- see above
  const args = node.args as any;
  if (node.op !== "." || args[0].op !== "id" || args[0].args !== "rec" || args[1] in Object.prototype) return undefined;
  return args[1];
}

/** The variable that holds a text field of `rec`. */
function nameOf(node: ASTNode, fields: Fields, names: string[]): string | undefined {
  const name = fieldOf(node);
  if (name === undefined || !TEXTUAL.has(fields[name]?.kind)) return undefined;
  const known = names.indexOf(name);
  return `f${known >= 0 ? known : names.push(name) - 1}`;
}
