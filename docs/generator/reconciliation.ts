/**
 * The regions of `reconciliation.md`: from the schema that parses reconciliations, and from the report's own columns.
 *
 * @module
 */
import { z } from "zod";
import { partsOf } from "../../engine/reconcile/parts.ts";
import { reconciliationSchema } from "../../schemas/pipeline/reconciliation.ts";
import { keysOf, type Schema } from "./json_schema.ts";
import { code, table } from "./markdown.ts";

/** The regions, by name. */
export function reconciliationRegions(): Record<string, string> {
  const schema = z.toJSONSchema(reconciliationSchema, { io: "input" }) as Schema;
  const nothing = {
    proof: [],
    cost: [],
    retainage: [],
    accounts: [],
    commitments: [],
    register: [],
    exceptions: [],
    coverage: [],
    names: { projects: {}, accounts: {} },
  };
  const parts = partsOf(nothing as unknown as Parameters<typeof partsOf>[0], []);
  return {
    keys: table(
      ["key", "takes", "needed", "meaning"],
      keysOf(schema).map(({ path, takes, required, description }) => [
        code(path),
        takes,
        required ? "yes" : "",
        description,
      ]),
    ),
    parts: table(
      ["part", "says", "columns"],
      parts.map(({ name, title, says, columns }) => [
        `${title} (${code(name)})`,
        says,
        columns.map(({ head }) => head).join(", "),
      ]),
    ),
  };
}
