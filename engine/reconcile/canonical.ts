/**
 * A report as one text that is always the same, and its hash: what is signed can be proven to be what was shown.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** JSON with the keys of every object in the order of their characters, without blanks; what is undefined is left out. */
export function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, held) =>
      typeof held === "object" && held !== null && !Array.isArray(held)
        ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
        : held,
  );
}

/** SHA-256 of a value's {@link canonical} text, as hex. */
export const hashOf = (value: unknown): string => createHash("sha256").update(canonical(value)).digest("hex");
