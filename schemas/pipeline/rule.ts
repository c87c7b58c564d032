/**
 * The rules of a `map:`: how one destination field finds its value.
 *
 * @module
 */
import { z } from "zod";
import { cel, kind, path, shape } from "./shape.ts";

/** A constant. A number is taken by its source text: `1.50` stays `1.50`. */
export type Constant = string | number | boolean | null;
const constant = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A step of `apply:` as it is written. */
export const step = z.union([
  z.enum(["trim", "upper", "lower", "title", "digits", "collapse"]),
  shape({ truncate: z.int().min(1).max(100_000) }),
  shape({ pad: shape({ length: z.int().min(1).max(1000), with: z.string().length(1) }) }),
  shape({ replace: shape({ pattern: z.string().min(1), with: z.string() }) }),
  shape({ prefix: z.string() }),
  shape({ suffix: z.string() }),
  shape({ round: z.int().min(0).max(20) }),
]).meta({
  id: "step",
  description: "A transformation: trim, upper, lower, title, digits (keeps only digits), collapse (runs of blanks " +
    "become one), truncate, pad, replace (RE2 pattern), prefix, suffix, round.",
});
/** A step of `apply:` as it is written. */
export type Step = z.infer<typeof step>;

/** A rule as it is written. */
export type WrittenRule =
  | string
  | { value: Constant }
  | { template: string; unique?: WrittenRule }
  | WrittenTake
  | { cel: string; type?: z.infer<typeof kind> }
  | WrittenLink
  | WrittenEach
  | { one: WrittenMap }
  | (WrittenEach | { one: WrittenMap })[]
  | { record: WrittenMap }
  | { sum: WrittenRule[] | { each: string; value: WrittenRule } }
  | { difference: WrittenRule[] }
  | { negate: WrittenRule };
/** Rules by destination field. */
export interface WrittenMap {
  [field: string]: WrittenRule;
}
/** Take, fall back, transform, look up, coerce: in this order. */
export interface WrittenTake {
  from: string;
  default?: WrittenRule;
  apply?: Step[];
  table?: Record<string, string | number | boolean>;
  else?: WrittenRule;
  type?: z.infer<typeof kind>;
  unique?: WrittenRule;
}
/** The id that another pipeline linked. */
export interface WrittenLink {
  link: string;
  of: string;
  part?: string;
  reverse?: boolean;
  child?: { list: string; of: string };
  missing?: "park" | "reject" | "skip" | "absent";
}
/** One item for each element at a path. */
export interface WrittenEach {
  each: string;
  key?: string;
  where?: { cel: string };
  map: WrittenMap;
}

/** Rules hold rules: the one knot in the schema. */
const inner: z.ZodType<WrittenRule> = z.lazy(() => rule);

/** Rules by destination field. */
export const ruleMap: z.ZodType<WrittenMap> = z.record(z.string(), inner).refine(
  (fields) => Object.keys(fields).length > 0,
  "must map at least one field",
).meta({ id: "map", description: "Rules by field of the destination." });
const each = shape({
  each: path.describe("Path of a list; lists on the way are flattened."),
  key: path.describe("What tells one item from another, for the item's own link.").optional(),
  where: cel.optional(),
  map: ruleMap,
}).meta({ id: "each" });
const one = shape({ one: ruleMap }).meta({ id: "one" });

/** A rule. The union is told apart by its keys; a plain string is a path. */
export const rule: z.ZodType<WrittenRule> = z.union([
  path,
  shape({ value: constant.describe("A constant.") }),
  shape({
    template: z.string().describe("Text with holes: `{VENDOR_NAME} ({SEGMENT1})`; `{{` and `}}` are braces."),
    unique: inner.describe("What to write where another record has this value already.").optional(),
  }),
  shape({
    from: path,
    default: inner.describe("Where `from` is absent.").optional(),
    apply: z.array(step).describe("Transformations, in order.").optional(),
    table: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe(
      "Looks the value up; a value that is not there is rejected unless `else` is given.",
    ).optional(),
    else: inner.describe("Where `table` has no entry.").optional(),
    type: kind.describe("Coerces to this kind.").optional(),
    unique: inner.describe("What to write where another record has this value already.").optional(),
  }),
  shape({ cel: cel.shape.cel, type: kind.optional() }),
  shape({
    link: z.string().describe("The pipeline that made the link."),
    of: path.describe("The key it was made for."),
    part: path.describe("Which part, where that pipeline splits.").optional(),
    reverse: z.boolean().describe("From destination id back to source key.").optional(),
    child: shape({
      list: z.string().describe("The keyed list of that pipeline's map."),
      of: path.describe("The destination id of an item in it."),
    }).describe("With `reverse`: gives the source key of an item of the linked record, instead of the record's own.")
      .optional(),
    missing: z.enum(["park", "reject", "skip", "absent"]).describe("Where there is no link yet. Default: park.")
      .optional(),
  }),
  each,
  one,
  z.array(z.union([each, one])).min(1, "must hold at least one part"),
  shape({ record: ruleMap }),
  shape({
    sum: z.union([z.array(inner).min(1), shape({ each: path, value: inner })]).describe(
      "Adds decimals: of rules, or of one rule for each element of a list. What is absent adds nothing.",
    ),
  }),
  shape({
    difference: z.array(inner).min(2, "must subtract something").describe("The first decimal less all others."),
  }),
  shape({ negate: inner.describe("A decimal with its sign changed.") }),
]).meta({ id: "rule", description: "How a field finds its value. A plain string is a path in the source record." });
