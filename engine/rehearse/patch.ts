/**
 * Changes values inside a YAML text and leaves every other character as a person wrote it: comments, quotes, blank lines, order.
 *
 * @module
 */
import { isCollection, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { Path } from "../pipeline/yaml/source.ts";
import { behind, inline, isPlainList, isPlainMap, type Plain, scalar } from "./yaml_text.ts";

/** The map at a path, and what some of its keys are to hold; undefined takes a key away. Other keys stay as they are. */
export interface Patch {
  /** Keys from the root of the document to a map. */
  path: Path;
  /** What they are to hold. */
  keys: { readonly [key: string]: Plain | undefined };
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The text with the patches made. Throws a `TypeError` where a path leads to no map. */
export function patched(text: string, patches: readonly Patch[]): string {
  const document = parseDocument(text, { keepSourceTokens: true });
  const edits: Edit[] = [];
  for (const { path, keys } of patches) {
    const node = document.getIn(path, true);
    if (!isMap(node)) throw new TypeError(`There is no map at ${path.join(".")}`);
    patchMap(node, keys, { text, edits });
  }
  let result = text;
  for (const { start, end, text: made } of edits.sort((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + made + result.slice(end);
  }
  return text.includes("\r\n") ? result.replace(/\r?\n/g, "\r\n") : result;
}

interface Sheet {
  text: string;
  edits: Edit[];
}

function patchMap(map: YAMLMap, keys: Patch["keys"], sheet: Sheet): void {
  const pairs = map.items as Pair<Node, Node | null>[];
  const gone = pairs.filter((pair) => keyText(pair) in keys && keys[keyText(pair)] === undefined);
  const kept = pairs.filter((pair) => !gone.includes(pair));
  for (const pair of kept) {
    const wanted = keys[keyText(pair)];
    if (wanted !== undefined) patchValue(pair, wanted, map, sheet);
  }
  const fresh = Object.entries(keys).filter(([key, value]) =>
    value !== undefined && !pairs.some((pair) => keyText(pair) === key)
  ) as [string, Plain][];
  if (map.flow) patchFlow(map, { kept, gone, fresh }, sheet);
  else patchBlock(map, { kept, gone, fresh }, sheet);
}

interface Parts {
  kept: Pair<Node, Node | null>[];
  gone: Pair<Node, Node | null>[];
  fresh: [string, Plain][];
}

function patchFlow(map: YAMLMap, { kept, gone, fresh }: Parts, sheet: Sheet): void {
  if (gone.length === 0 && fresh.length === 0) return;
  const [start, end] = map.range!;
  const before = kept.map((pair) => sheet.text.slice(pair.key.range![0], endOf(pair)));
  // What the kept pairs were changed to is written here, with the whole map.
  for (let i = sheet.edits.length - 1; i >= 0; i--) {
    const edit = sheet.edits[i];
    const at = kept.findIndex((pair) => pair.key.range![0] <= edit.start && edit.end <= endOf(pair));
    if (edit.start < start || edit.end > end || at < 0) continue;
    const from = kept[at].key.range![0];
    before[at] = before[at].slice(0, edit.start - from) + edit.text + before[at].slice(edit.end - from);
    sheet.edits.splice(i, 1);
  }
  const made = [...before, ...fresh.map(([key, value]) => `${scalar(key)}: ${inline(value)}`)];
  sheet.edits.push({ start, end, text: made.length === 0 ? "{}" : `{ ${made.join(", ")} }` });
}

function patchBlock(map: YAMLMap, { kept, gone, fresh }: Parts, { text, edits }: Sheet): void {
  const indent = columnOf(map.items[0].key as Node, text);
  const lines = fresh.map(([key, value]) => `${" ".repeat(indent)}${scalar(key)}:${behind(value, indent)}\n`).join("");
  gone.forEach((pair, i) => {
    const start = lineStart(text, pair.key.range![0]);
    // What is new takes the place of what was first to go.
    edits.push({ start, end: Math.min(text.length, lineEnd(text, endOf(pair)) + 1), text: i === 0 ? lines : "" });
  });
  if (fresh.length === 0 || gone.length > 0) return;
  const at = lineEnd(text, endOf(kept.at(-1)!));
  edits.push({ start: at, end: at, text: `\n${lines.trimEnd()}` });
}

/** Makes a pair's value what is wanted, with the smallest change that does it. */
function patchValue(pair: Pair<Node, Node | null>, wanted: Plain, within: YAMLMap, sheet: Sheet): void {
  if (patchNode(pair.value, wanted, sheet)) return;
  const { text, edits } = sheet;
  const colon = text.indexOf(":", pair.key.range![1]) + 1;
  const end = endOf(pair);
  const made = within.flow ? ` ${inline(wanted)}` : behind(wanted, columnOf(pair.key, text));
  edits.push({ start: colon, end: Math.max(colon, end), text: made });
}

/** Changes a node where it stands; false where it has to be written anew. */
function patchNode(node: Node | null, wanted: Plain, sheet: Sheet): boolean {
  if (isScalar(node) && !isPlainMap(wanted) && !isPlainList(wanted)) {
    if (meaning(node) === String(wanted)) return true;
    if (!node.range || node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL") return false;
    if (node.range[0] === node.range[1]) return false;
    const [start, end] = node.range;
    sheet.edits.push({ start, end, text: scalar(wanted, node.type) });
    return true;
  }
  if (isSeq(node) && isPlainList(wanted)) {
    const items = node.items as Node[];
    const list = wanted;
    if (items.length !== list.length || items.length === 0) return items.length === list.length;
    return list.every((value, i) => isPatchable(items[i], value)) &&
      list.every((value, i) => patchNode(items[i], value, sheet));
  }
  if (isMap(node) && isPlainMap(wanted)) {
    if (!isPatchable(node, wanted)) return false;
    const keys: Record<string, Plain | undefined> = { ...wanted };
    for (const pair of node.items) {
      if (!(keyText(pair as Pair<Node>) in keys)) keys[keyText(pair as Pair<Node>)] = undefined;
    }
    patchMap(node, keys, sheet);
    return true;
  }
  return false;
}

/** Whether a node can be changed where it stands: something of a block map stays, and nothing that shares its line with a dash goes. */
function isPatchable(node: Node | null, wanted: Plain): boolean {
  if (isScalar(node)) {
    return !isPlainMap(wanted) && !isPlainList(wanted) && !node.type?.startsWith("BLOCK") &&
      node.range![0] < node.range![1];
  }
  if (isSeq(node)) {
    return isPlainList(wanted) && node.items.length === wanted.length &&
      node.items.every((item, i) => isPatchable(item as Node, wanted[i]));
  }
  if (!isMap(node) || !isPlainMap(wanted)) return false;
  if (node.flow) return true;
  const [first] = node.items as Pair<Node>[];
  return first !== undefined && keyText(first) in wanted;
}

const meaning = (node: { source?: string; value: unknown }): string =>
  node.value === null ? "null" : node.source ?? String(node.value);
const keyText = ({ key }: { key: Node }): string => isScalar(key) ? key.source ?? String(key.value) : "";

/** Where a pair's last character stands, its comment left out. */
function endOf({ key, value }: Pair<Node, Node | null>): number {
  return Math.max(key.range![1] + 1, lastOf(value));
}

function lastOf(node: Node | null | undefined): number {
  if (!node?.range) return 0;
  if (!isCollection(node) || node.flow || node.items.length === 0) {
    const [, end] = node.range;
    return isScalar(node) && node.type?.startsWith("BLOCK") ? end - 1 : end;
  }
  const last = node.items.at(-1) as Node | Pair<Node, Node | null>;
  return "key" in last ? endOf(last as Pair<Node, Node | null>) : lastOf(last);
}

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;
const columnOf = (node: Node, text: string): number => node.range![0] - lineStart(text, node.range![0]);
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}
