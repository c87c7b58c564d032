/**
 * A call as the gateway wants it: `<OP>_Input` with `RESTHeader` and `InputParameters`, always with the wrapper, for newer code
 * lines accept no bare parameters (reference §3.2).
 *
 * @module
 */
import type { Context } from "./settings.ts";

/** An element of a collection that has columns; an absent one is not sent. */
export type InputRow = Readonly<Record<string, string | undefined>>;
/** What an IN parameter may be given; an absent one is not sent. */
export type Input = string | readonly (string | InputRow)[] | undefined;
/** IN parameters by name. */
export type Inputs = Record<string, Input>;

const HEADER = "http://xmlns.oracle.com/apps/fnd/rest/header";

type Tree = string | Tree[] | { [name: string]: Tree };

/** The body of a call, and its content type. */
export function envelope(
  operation: string,
  inputs: Inputs,
  { context, format, alias, product }: { context: Context; format: "json" | "xml"; alias: string; product: string },
): { body: string; type: string } {
  const root = `${operation.toUpperCase()}_Input`;
  const namespace = `http://xmlns.oracle.com/apps/${product}/rest/${alias}/${operation}/`;
  const tree = {
    RESTHeader: {
      "@xmlns": HEADER,
      Responsibility: context.responsibility,
      RespApplication: context.application,
      SecurityGroup: context.securityGroup,
      NLSLanguage: context.language,
      Org_Id: context.orgId,
    },
    InputParameters: parameters(inputs),
  };
  return format === "json"
    ? { body: JSON.stringify({ [root]: { "@xmlns": namespace, ...tree } }), type: "application/json" }
    : {
      body: `<?xml version="1.0" encoding="UTF-8"?>${xml(root, { "@xmlns": namespace, ...tree })}`,
      type: "application/xml",
    };
}

function parameters(inputs: Inputs): { [name: string]: Tree } {
  const tree: { [name: string]: Tree } = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value === undefined) continue;
    tree[name] = typeof value === "string" ? value : { [`${name}_ITEM`]: value.map(element) };
  }
  return tree;
}

function element(item: string | InputRow): Tree {
  if (typeof item === "string") return item;
  return Object.fromEntries(Object.entries(item).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function xml(name: string, tree: Tree): string {
  if (Array.isArray(tree)) return tree.map((item) => xml(name, item)).join("");
  if (typeof tree === "string") return `<${name}>${escaped(tree)}</${name}>`;
  const { "@xmlns": namespace, ...members } = tree;
  const attribute = typeof namespace === "string" ? ` xmlns="${escaped(namespace)}"` : "";
  const inner = Object.entries(members).map(([key, value]) => xml(key, value)).join("");
  return `<${name}${attribute}>${inner}</${name}>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => ENTITIES[char]);
