/**
 * What a source record is worth, as far as its pipeline tells: where it posts, by the field that says so; else by the amounts of the lists
 * that it would write.
 *
 * @module
 */
import type { Row, Value } from "../../connector.ts";
import { type Big, parseDecimal, plain } from "../../decimal.ts";
import type { Pipeline, Rule } from "../../pipeline/model.ts";

/** A decimal; undefined where nothing tells. `lists` are the destination's keyed lists. */
export function worthOf(
  { posting, map }: Pick<Pipeline, "posting" | "map">,
  lists: readonly (readonly [string, { amount?: string }])[],
  row: Row,
): string | undefined {
  if (posting?.value) return amountsAt(row, posting.value.split("."))[0];
  let total: Big | undefined;
  for (const [list, { amount }] of lists) {
    const rule = map[list];
    if (amount === undefined || rule?.rule !== "list") continue;
    for (const part of rule.parts) {
      const path = "each" in part && pathOf(part.map[amount]);
      if (!path) continue;
      for (const found of amountsAt(row, [...part.each.split("."), ...path])) {
        const value = parseDecimal(found);
        if (value) total = total ? total.plus(value) : value;
      }
    }
  }
  return total && plain(total);
}

const pathOf = (rule: Rule | undefined): string[] | undefined =>
  rule?.rule === "take" && !/^(parent|root|part|run|connection)\b/.test(rule.from) ? rule.from.split(".") : undefined;

function amountsAt(value: Value | unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => amountsAt(item, path));
  if (path.length === 0) return typeof value === "string" ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return amountsAt((value as Record<string, unknown>)[path[0]], path.slice(1));
}
