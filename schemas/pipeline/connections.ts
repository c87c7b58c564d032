/**
 * `connections.yaml` as people write it: connections by name. What stands beside `connector` and `tag` is the connector's own.
 *
 * @module
 */
import { z } from "zod";
import { name, shape } from "./shape.ts";

/** Stands for a value that is not written down: a sealed secret, or an environment variable. */
export const reference = z.union([
  shape({ secret: name.describe("Set with `gusset secret set NAME`.") }),
  shape({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable") }),
]).meta({ id: "reference", description: "A sealed secret, or an environment variable." });
/** A reference as it is written. */
export type Reference = z.infer<typeof reference>;

/** What every connection has. */
export const connectionSchema = z.looseObject({
  connector: z.string().describe("The kind of system."),
  tag: z.string().regex(/^[A-Za-z0-9-]{1,20}$/, "must be 1 to 20 letters, digits and dashes").describe(
    "Goes into origin_id; never change it once records are linked.",
  ),
});

/** The whole file. */
export const connectionsSchema = z.record(name, connectionSchema).refine(
  (connections) => Object.keys(connections).length > 0,
  "must hold at least one connection",
).meta({ title: "Gusset connections" });

/** Whether a setting is `{ secret: NAME }` or `{ env: NAME }`. */
export function isReference(value: unknown): value is Reference {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === "secret" || keys[0] === "env");
}
