/**
 * How the schemas of written files are built: objects that know their keys, and the small types that recur.
 *
 * @module
 */
import { z } from "zod";

/** Marks the message of an `unrecognized_keys` issue; the allowed keys follow, so that the nearest one can be named. */
export const ALLOWED_KEYS = "allowed-keys:";

/** An object that takes these keys and no others. */
export function shape<T extends z.core.$ZodLooseShape>(keys: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(keys, {
    error: (issue) => issue.code === "unrecognized_keys" ? ALLOWED_KEYS + Object.keys(keys).join(",") : undefined,
  });
}

/** A name that people choose: letters, digits, dashes, underscores. */
export const name: z.ZodString = z.string().regex(
  /^[A-Za-z][A-Za-z0-9_-]*$/,
  "must start with a letter and hold only letters, digits, - and _",
);

/** A dotted path to a field: `VENDOR_NAME`, `SITE.CITY`, `parent.LINE_NUM`, `part`. */
export const path: z.ZodString = z.string().min(1, "must name a field").meta({
  id: "path",
  description: "A dotted path to a field: `VENDOR_NAME`, `SITE.CITY`; `parent.`, `root.`, `part`, `run.` and " +
    "`connection.` lead outside the record.",
});

/** CEL, under the key that says so. */
export const cel: z.ZodObject<{ cel: z.ZodString }, z.core.$strict> = shape({
  cel: z.string().min(1, "must hold an expression").meta({
    description:
      "A CEL expression; sees the record as `rec`, with `parent`, `root`, `part`, `run` and `connection` beside it.",
  }),
});

/** What a scalar is made into by `type:`; the kinds of `engine/fields.ts`. */
export const kind: z.ZodEnum<{
  text: "text";
  id: "id";
  decimal: "decimal";
  integer: "integer";
  boolean: "boolean";
  date: "date";
  instant: "instant";
}> = z.enum(["text", "id", "decimal", "integer", "boolean", "date", "instant"]);

/** A time of day. */
export const time: z.ZodString = z.string().regex(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  "must be a time of day, HH:MM, in quotes",
);
