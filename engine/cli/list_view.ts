/**
 * A changed list as a tree: what it is worth, then each item that is added, changed or removed.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { Big } from "../decimal.ts";
import type { FieldChange, ListChange } from "../run/types.ts";
import { money } from "../words.ts";
import { clean, counted, cut, type Paint } from "./style.ts";

/** Items shown under a list. */
const MOST_ITEMS = 12;

/** The lines of a list: the first says what happens to it as a whole. */
export function listLines(change: FieldChange & { items: ListChange }, paint: Paint): string[] {
  const { items: { added, removed, changed, amount }, kept } = change;
  const what = [
    added.length > 0 ? `${added.length} added` : "",
    changed.length > 0 ? `${changed.length} changed` : "",
    removed.length > 0 ? `${removed.length} removed` : "",
  ].filter((text) => text !== "").join(", ");
  // What is left alone as a whole is not shown as if it became so.
  const worth = amount && (kept ? leftAlone(amount, paint) : effect(amount, paint));
  const head = `${worth ? `${worth}: ` : ""}${what}`;
  // A row of the destination has more to it than we write.
  const ours = new Set((change.new as readonly Row[]).flatMap((item) => Object.keys(item)));
  ours.delete("id");
  const lines = [
    ...added.map((item) => `${paint("green", "+")} ${told(item, ours)}`),
    ...changed.map(({ key, label, fields }) =>
      `${paint("yellow", "~")} ${clean(key)}  ${label ? `${quoted(label)}  ` : ""}${fieldsTold(fields, kept, paint)}`
    ),
    ...removed.map((item) => `${paint("red", "-")} ${told(item, ours)}`),
  ];
  const more = lines.length - MOST_ITEMS;
  const shown = lines.slice(0, MOST_ITEMS);
  if (more > 0) shown.push(paint("dim", `… and ${counted(more, "item")} more`));
  return [head, ...shown.map((line) => `  ${line}`)];
}

/** `2,500.00 → 2,750.00 (+250.00)`; one figure where the sum stays. */
export function effect([old, next]: [string, string], paint: Paint): string {
  const [from, to] = [new Big(old), new Big(next)];
  if (from.eq(to)) return `worth ${money(old)} as before`;
  const by = to.minus(from);
  const sign = by.gt(0) ? "+" : "";
  return `${money(old)} → ${money(next)} (${paint(by.gt(0) ? "green" : "red", `${sign}${money(by.toFixed())}`)})`;
}

/** `2,500.00  would be 2,750.00`. */
const leftAlone = ([old, next]: [string, string], paint: Paint): string =>
  `${money(old)}  ${paint("dim", `would be ${money(next)}`)}`;

export { money };

function told(item: Row, ours: ReadonlySet<string>): string {
  // Where nothing of ours is left to compare with, all of it is shown but what only the destination counts by.
  const shown = (name: string): boolean => ours.size > 0 ? ours.has(name) : name !== "id" && name !== "position";
  return Object.entries(item).filter(([name, value]) => shown(name) && value !== null && value !== "")
    .map(([name, value]) => name === "origin_id" ? clean(value as string) : `${name} ${quoted(value)}`)
    .join("  ");
}

const quoted = (value: unknown): string => cut(clean(JSON.stringify(value) ?? "–"), 40);

function fieldsTold(fields: Record<string, FieldChange>, left: boolean | undefined, paint: Paint): string {
  const text = (value: unknown): string => cut(clean(JSON.stringify(value) ?? "–"), 40);
  return Object.entries(fields).map(([name, { old, new: next, drift, kept }]) => {
    if (kept) return `${name} ${text(old)}  would be ${text(next)}${paint("yellow", " (changed there; kept)")}`;
    if (left) return `${name} ${text(old)}  would be ${text(next)}`;
    const told = `${name} ${paint("red", text(old))} → ${paint("green", text(next))}`;
    return drift ? `${told}${paint("yellow", " (changed there since we wrote it)")}` : told;
  }).join(", ");
}
