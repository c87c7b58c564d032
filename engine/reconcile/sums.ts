/**
 * Sums by name: what every part of a report is gathered with.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";

/** Exact sums by name; what was never added is 0. */
export interface Sums {
  add(name: string, amount: Big | string): void;
  of(name: string): Big;
  /** As text. */
  text(name: string): string;
}

/** Starts at 0. */
export function sums(): Sums {
  const totals = new Map<string, Big>();
  const of = (name: string): Big => totals.get(name) ?? new Big(0);
  return {
    add: (name, amount) => void totals.set(name, of(name).plus(amount)),
    of,
    text: (name) => plain(of(name)),
  };
}

/** A row's name made of its parts; no part can hold the separator. */
export const rowKey = (...parts: string[]): string => parts.join("\u0001");

/** The parts of {@link rowKey}. */
export const keyParts = (key: string): string[] => key.split("\u0001");

/** Compares texts as their characters stand: the same everywhere, whatever the language of the machine. */
export const byText = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;

/** Sorts a copy by what `name` gives. */
export const sorted = <T>(items: Iterable<T>, name: (item: T) => string): T[] =>
  [...items].map((item) => ({ item, by: name(item) })).sort((a, b) => byText(a.by, b.by)).map(({ item }) => item);
