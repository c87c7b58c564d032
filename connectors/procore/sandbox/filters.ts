/**
 * The filters of list actions (reference §2.3). A filter that an endpoint does not know is ignored, as the real service does.
 *
 * @module
 */
import { instantText } from "./state.ts";

/** How an endpoint understands one filter. */
export type Filter<T> =
  /** Looks rows up by value, so that a list of values costs no scan. */
  | { find: (value: string) => T | undefined }
  /** Keeps rows where one of the values is this. */
  | { equals: (row: T) => string }
  /** Keeps rows where one of the values is among these. */
  | { among: (row: T) => readonly string[] }
  /** Keeps rows whose time lies in the range, bounds included. */
  | { time: (row: T) => string }
  /** Keeps rows where one of the texts contains the value, no matter the case. */
  | { search: (row: T) => readonly (string | null | undefined)[] };

/** Filters by attribute name. */
export type Filters<T> = Record<string, Filter<T>>;

/** The values of `filters[name]`: one, several as `filters[name][]`, or several in one as `[1,2]`; undefined where it is not there. */
export function filterValues(query: URLSearchParams, name: string): string[] | undefined {
  const several = query.getAll(`filters[${name}][]`);
  if (several.length > 0) return several;
  const one = query.get(`filters[${name}]`);
  if (one === null) return undefined;
  const list = one.trim().match(/^\[(.*)\]$/s)?.[1];
  if (list === undefined) return [one];
  return list.trim() === "" ? [] : list.split(",").map(unquote);
}

function unquote(text: string): string {
  return text.trim().replace(/^"(.*)"$/s, "$1");
}

/** A range `A...B` of times or days, with or without quotes around it, bounds included; undefined where it is none. */
export function range(text: string): { from: string; to: string } | undefined {
  const [from, to, rest] = unquote(text).split("...");
  if (rest !== undefined || to === undefined) return undefined;
  const [first, last] = [bound(from, "T00:00:00Z"), bound(to, "T23:59:59Z")];
  return first && last ? { from: first, to: last } : undefined;
}

function bound(text: string, time: string): string | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text.trim());
  const ms = Date.parse(day ? text.trim() + time : unquote(text));
  return Number.isNaN(ms) ? undefined : instantText(ms);
}

/** The rows that pass all filters of the query that the endpoint knows, in the order of `rows`. */
export function select<T extends { id: number }>(
  rows: readonly T[],
  query: URLSearchParams,
  filters: Filters<T>,
  inScope: (row: T) => boolean,
): T[] {
  let candidates: readonly T[] = rows;
  const tests: ((row: T) => boolean)[] = [inScope];
  for (const [name, filter] of Object.entries(filters)) {
    const values = filterValues(query, name);
    if (values === undefined) continue;
    if ("find" in filter) {
      const found = new Set(values.map(filter.find).filter((row) => row !== undefined));
      if (candidates === rows) candidates = [...found].sort((a, b) => a.id - b.id);
      else tests.push((row) => found.has(row));
    } else if ("equals" in filter) {
      const wanted = new Set(values);
      tests.push((row) => wanted.has(filter.equals(row)));
    } else if ("among" in filter) {
      const wanted = new Set(values);
      tests.push((row) => filter.among(row).some((value) => wanted.has(value)));
    } else if ("time" in filter) {
      const span = range(values[0] ?? "");
      if (span) tests.push((row) => filter.time(row) >= span.from && filter.time(row) <= span.to);
    } else {
      const word = (values[0] ?? "").trim().toLowerCase();
      if (word) tests.push((row) => filter.search(row).some((text) => text?.toLowerCase().includes(word)));
    }
  }
  return candidates.filter((row) => tests.every((test) => test(row)));
}
