/**
 * The regions of `connections.md`: each connector's settings, from the schema that checks them.
 *
 * @module
 */
import { z } from "zod";
import type { Connector, Registry } from "../../engine/connector.ts";
import { connectionSchema } from "../../schemas/pipeline/connections.ts";
import { type Key, keysOf, type Schema } from "./json_schema.ts";
import { code, table } from "./markdown.ts";

/** The regions, by name: `common`, and one for each connector. */
export function connectionRegions(registry: Registry): Record<string, string> {
  const common = keysOf(z.toJSONSchema(connectionSchema, { io: "input" }) as Schema);
  return {
    common: settingsTable(common, []),
    ...Object.fromEntries(
      Object.entries(registry).map((
        [name, connector],
      ) => [name, settingsTable(settingsOf(connector), connector.secrets)]),
    ),
  };
}

/** A connector's settings, those of lists below them. What is made of a setting (`output`) tells defaults that what is written does not. */
export function settingsOf({ settings }: Connector): Key[] {
  const keys = (io: "input" | "output"): Key[] =>
    keysOf(z.toJSONSchema(settings, { io, unrepresentable: "any" }) as Schema);
  const made = new Map(keys("output").map(({ path, usual }) => [path, usual]));
  return keys("input").map((key) => ({ ...key, usual: key.usual || (made.get(key.path) ?? "") }));
}

function settingsTable(keys: Key[], secrets: readonly string[]): string {
  return table(
    ["setting", "takes", "where left out", "meaning"],
    keys.map(({ path, takes, required, usual, description }) => [
      code(path),
      secrets.includes(path) ? "a secret" : takes,
      required ? "**needed**" : code(usual),
      description,
    ]),
  );
}
