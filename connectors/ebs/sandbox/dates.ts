/**
 * Oracle DATEs as text: `2026-03-02T00:00:00`, compared as text.
 *
 * @module
 */

/** A date as a file or a person may write it (`2026-03-02`, `2026-03-02 10:00:00`) as the database has it. Throws an `Error` where it is none. */
export function databaseDate(text: string, column: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?)?$/.exec(text);
  if (!parts || Number.isNaN(Date.parse(parts[1]))) {
    throw new Error(`${column} must look like 2026-03-02 or 2026-03-02T10:15:00: current value is ${text}`);
  }
  return `${parts[1]}T${parts[2] ?? "00:00:00"}`;
}

/** Whether a column of ours is a DATE, by its name. */
export const isDate = (column: string): boolean => /_DATE(_ACTIVE)?$/.test(column);

/** `Y` where an enabled row's dates include today; the last day is the end date itself. */
export function activeFlag(now: string, enabled: unknown, start: unknown, end: unknown): "Y" | "N" {
  const today = now.slice(0, 10);
  if ((enabled ?? "Y") !== "Y") return "N";
  if (typeof start === "string" && start.slice(0, 10) > today) return "N";
  return typeof end === "string" && end.slice(0, 10) < today ? "N" : "Y";
}

/** `Y` where a supplier site is not inactive; it is from its inactive date on. */
export function siteActiveFlag(now: string, inactive: unknown): "Y" | "N" {
  return typeof inactive === "string" && inactive <= now ? "N" : "Y";
}

/** Whether a moment came between `since` and `now`: the row changed though nobody edited it. */
export function cameBetween(since: string, now: string, moment: unknown): boolean {
  return typeof moment === "string" && moment > since && moment <= now;
}

const DAY = 86_400_000;

/** The moment from which an end date makes its row inactive: the midnight after it. */
export function midnightAfter(end: unknown): string | undefined {
  if (typeof end !== "string") return undefined;
  return `${new Date(Date.parse(end.slice(0, 10)) + DAY).toISOString().slice(0, 10)}T00:00:00`;
}
