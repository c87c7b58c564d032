/**
 * Keyed lists, item by item: the lines of an order. An item is known by its own key at the destination; what has none there, or one
 * we never wrote, is a person's and is left alone.
 *
 * @module
 */
import type { KeyedList, Row, Value } from "../connector.ts";
import { parseDecimal, sum } from "../decimal.ts";
import type { FieldChange, ListChange } from "./types.ts";

/** Whether two values of an item's field mean the same. */
type Same = (field: string, a: Value, b: Value) => boolean;

/** The three sides of a keyed list. */
export interface ListSides {
  wanted: readonly Row[];
  present: readonly Row[];
  /** As written last; absent where there is no link yet. */
  last?: readonly Row[];
}

const absent = (value: Value): boolean => value === undefined || value === null || value === "";

/** What would change in a list; undefined where nothing would. */
export function diffList(list: KeyedList, { wanted, present, last }: ListSides, same: Same): FieldChange | undefined {
  const key = (item: Row): string => String(item[list.identity] ?? "");
  const wantedBy = new Map(wanted.map((item) => [key(item), item]));
  const lastBy = new Map((last ?? []).map((item) => [key(item), item]));
  const ours = present.filter((item) => key(item) !== "" && (wantedBy.has(key(item)) || lastBy.has(key(item))));
  const presentBy = new Map(ours.map((item) => [key(item), item]));
  const items: ListChange = { added: [], removed: [], changed: [] };
  let drift = false;
  const next = wanted.map((item) => {
    const there = presentBy.get(key(item));
    if (!there) {
      // A line that we wrote and that is no longer there was removed by a person.
      if (lastBy.has(key(item))) {
        drift = true;
        (items.dropped ??= []).push(key(item));
      }
      items.added.push(item);
      return item;
    }
    const fields = diffItem(item, there, lastBy.get(key(item)), same);
    if (Object.keys(fields).length > 0) items.changed.push({ key: key(item), ...named(list, item), fields });
    if (Object.values(fields).some((change) => change.drift)) drift = true;
    return { ...item, id: there.id };
  });
  for (const item of ours) if (!wantedBy.has(key(item))) items.removed.push(item);
  if (items.added.length + items.removed.length + items.changed.length === 0) return undefined;
  if (list.amount !== undefined) {
    const others = present.filter((item) => presentBy.get(key(item)) !== item);
    items.amount = [worth(present, list.amount), worth([...wanted, ...others], list.amount)];
  }
  return { old: ours, new: next, items, ...(drift ? { drift } : {}) };
}

/** What people call an item, where the list says which field tells. */
function named({ label }: KeyedList, item: Row): { label?: string } {
  const name = label === undefined ? undefined : item[label];
  return typeof name === "string" && name !== "" ? { label: name } : {};
}

function diffItem(item: Row, there: Row, last: Row | undefined, same: Same): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {};
  for (const field of new Set([...Object.keys(item), ...Object.keys(last ?? {})])) {
    const wanted = absent(item[field]) ? null : item[field];
    if (wanted === null && absent(last?.[field])) continue;
    if (same(field, wanted, there[field])) continue;
    changes[field] = { old: there[field] ?? null, new: wanted };
    if (last && !same(field, there[field], last[field])) changes[field].drift = true;
  }
  return changes;
}

/** The sum of what items are worth; what is no amount counts as nothing. */
export function worth(items: readonly Row[], amount: string): string {
  return sum(
    items.map((item) => item[amount]).filter((value): value is string =>
      typeof value === "string" && parseDecimal(value) !== undefined
    ),
  );
}

/**
 * Leaves alone what a person changed in a list: drifted fields keep the value they have, and a line that was removed stays away.
 * Undefined where nothing is left to write.
 */
export function keepDrift(list: KeyedList, change: FieldChange): FieldChange {
  const { items } = change;
  if (!items || !change.drift) return change;
  const kept = new Map<string, Record<string, FieldChange>>();
  for (const { key, fields } of items.changed) {
    for (const field of Object.values(fields)) if (field.drift) field.kept = true;
    kept.set(key, fields);
  }
  const dropped = new Set<Value>(items.dropped);
  const next = (change.new as readonly Row[]).filter((item) => !dropped.has(item[list.identity])).map((item) => {
    const fields = kept.get(String(item[list.identity])) ?? {};
    const back = Object.entries(fields).filter(([, field]) => field.kept).map(([name, field]) => [name, field.old]);
    return { ...item, ...Object.fromEntries(back) };
  });
  const writes = items.removed.length > 0 || items.added.length > dropped.size ||
    items.changed.some(({ fields }) => Object.values(fields).some((field) => !field.kept));
  return { ...change, new: next, ...(writes ? {} : { kept: true }) };
}
