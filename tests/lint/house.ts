/**
 * The house rules that syntax can show, as a lint plugin:
 *
 * - `house/arrows`: imports point one way (`arrows.ts`).
 * - `house/seams`: time, chance and the network are handed in; nothing reads them from the outside but the seams.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import process from "node:process";
import { forbidden, forbiddenPackage } from "./arrows.ts";

/** The files that may touch the outside, and what for. */
const SEAMS: readonly RegExp[] = [
  /^engine\/clock\.ts$/,
  /^engine\/wire\/live\.ts$/,
  /^engine\/vault\//,
];

/** What stands outside the product: tests and measurements time themselves. */
const EXEMPT = /(_test\.tsx?|_bench\.ts)$|^(tests|bench)\//;

/** Global functions that reach outside, and what to use in their place. */
const CALLS: Record<string, string> = {
  fetch: "send the request through the wire that is handed in",
  setTimeout: "use clock.sleep",
  setInterval: "use clock.sleep in a loop",
  "Date.now": "use clock.now()",
  "Math.random": "use the random that is handed in",
  "performance.now": "use clock.now()",
  "crypto.getRandomValues": "use the random that is handed in, or the vault for keys",
  "crypto.randomUUID": "use the random that is handed in",
  "Temporal.Now.instant": "use clock.now()",
};

const root = resolve(import.meta.dirname ?? process.cwd(), "../..");

/** A file's path from the repository's root, with `/` on every platform. */
function pathOf(filename: string): string {
  const path = relative(root, resolve(root, filename)).replaceAll("\\", "/");
  return path;
}

/** `Date.now` for `Date.now` and `globalThis.Date.now`; undefined for anything that is no plain chain of names. */
function nameOf(node: Deno.lint.Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.computed) return undefined;
  const [object, property] = [nameOf(node.object), nameOf(node.property)];
  if (object === undefined || property === undefined) return undefined;
  return object === "globalThis" || object === "window" || object === "self" ? property : `${object}.${property}`;
}

const arrows: Deno.lint.Rule = {
  create(context) {
    const from = pathOf(context.filename);
    const look = (source: Deno.lint.Node | null | undefined): void => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const specifier = source.value;
      const why = specifier.startsWith(".")
        ? forbidden(from, pathOf(resolve(root, from, "..", specifier)))
        : forbiddenPackage(from, specifier);
      if (why) context.report({ node: source, message: `${from} imports ${specifier}: ${why}.` });
    };
    return {
      ImportDeclaration: (node) => look(node.source),
      ExportNamedDeclaration: (node) => look(node.source),
      ExportAllDeclaration: (node) => look(node.source),
      ImportExpression: (node) => look(node.source),
    };
  },
};

const seams: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context.filename);
    if (EXEMPT.test(path) || SEAMS.some((seam) => seam.test(path))) return {};
    const outside = (node: Deno.lint.Node, what: string, instead: string): void =>
      context.report({ node, message: `${what} reaches outside the house: ${instead}.` });
    return {
      CallExpression(node) {
        const name = nameOf(node.callee);
        if (name !== undefined && Object.hasOwn(CALLS, name)) outside(node, `${name}()`, CALLS[name]);
        if (name === "Date") outside(node, "Date()", "use clock.now()");
      },
      NewExpression(node) {
        if (nameOf(node.callee) === "Date" && node.arguments.length === 0) {
          outside(node, "new Date()", "use new Date(clock.now())");
        }
      },
    };
  },
};

/** The plugin, as `lint.plugins` of deno.json names it. */
const plugin: Deno.lint.Plugin = { name: "house", rules: { arrows, seams } };
export default plugin;
