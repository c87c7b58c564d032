/**
 * What changed in a period after it was frozen: row by row and figure by figure.
 *
 * @module
 */
import { rowKey } from "./sums.ts";
import type { Change, Report } from "./types.ts";

/** The parts that are compared, and what names a row in each. */
const PARTS = {
  cost: ["project", "account", "currency"],
  retainage: ["project", "account", "currency"],
  accounts: ["account", "currency"],
  commitments: ["contract", "project"],
  register: ["key"],
  coverage: ["what", "currency"],
} as const satisfies Partial<Record<keyof Report, readonly string[]>>;

/** Facts of today: they change with every day, and say nothing of the period. */
const TODAY: ReadonlySet<string> = new Set(["billed", "ordered", "revised", "changes", "pending", "beyond"]);

/** Lists them: what is new, what is gone, and each figure that differs. */
export function changesSince(frozen: Report, now: Report): Change[] {
  return Object.entries(PARTS).flatMap(([part, names]) => {
    const [was, is] = [frozen, now].map((report) =>
      new Map(
        (report[part as keyof typeof PARTS] as unknown as Record<string, unknown>[]).map((row) => [
          rowKey(...names.map((name) => String(row[name]))),
          row,
        ]),
      )
    );
    return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((key) =>
      fieldsOf(was.get(key), is.get(key), part === "commitments").map(({ field, ...values }): Change => ({
        part,
        key: key.split("\u0001").join(", "),
        field,
        ...values,
      }))
    );
  });
}

function fieldsOf(
  was: Record<string, unknown> | undefined,
  now: Record<string, unknown> | undefined,
  commitment: boolean,
): Omit<Change, "part" | "key">[] {
  if (!was || !now) return [{ field: "row", was: was && "there", now: now && "there" }].map(defined);
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].sort().flatMap((field) => {
    if (commitment && (TODAY.has(field) || field === "difference") || field === "beyond") return [];
    const [before, after] = [was[field], now[field]].map((value) => value === undefined ? undefined : String(value));
    return before === after ? [] : [defined({ field, was: before, now: after })];
  });
}

function defined({ field, was, now }: Omit<Change, "part" | "key">): Omit<Change, "part" | "key"> {
  return { field, ...(was !== undefined && { was }), ...(now !== undefined && { now }) };
}
