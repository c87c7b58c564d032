/**
 * A pipeline's fingerprint: what a plan was made with, whatever its comments say.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Pipeline } from "./model.ts";

/** Text that is equal for equal values, whatever the order of keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, one]) => one !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

/** SHA-256 in hex over what a pipeline does to records: not its file, description, or when it starts. */
export function hashOf(pipeline: Pipeline): string {
  const { name, source, destination, posting, map } = pipeline;
  return createHash("sha256").update(canonical({ name, source, destination, posting, map })).digest("hex");
}
