/**
 * The regions of `language.md`: from the schemas that parse pipeline files, and from the expressions' own environment.
 *
 * @module
 */
import { z } from "zod";
import { scopeOf } from "../../engine/pipeline/cel/environment.ts";
import { pipelineSchema } from "../../schemas/pipeline/pipeline.ts";
import { type Key, keysOf, type Schema, taken } from "./json_schema.ts";
import { code, table } from "./markdown.ts";

/** The regions, by name. */
export function languageRegions(): Record<string, string> {
  const schema = z.toJSONSchema(pipelineSchema, { io: "input" }) as Schema;
  const { rule, step, each, one } = schema.$defs!;
  const named: Record<string, Schema> = { "#/$defs/each": each, "#/$defs/one": one };
  const forms = rule.anyOf!.map((form) => named[form.$ref ?? ""] ?? form).filter(({ properties }) => properties);
  return {
    keys: keyTable(keysOf(schema)),
    rules: forms.map((form) => {
      const [name] = form.required!;
      return `#### \`${name}\`\n\n${keyTable(keysOf(form))}`;
    }).join("\n\n"),
    steps: table(
      ["step", "takes"],
      step.anyOf!.flatMap((form) =>
        form.enum
          ? form.enum.map((name) => [code(String(name)), ""])
          : Object.entries(form.properties!).map(([name, property]) => [code(name), stepTakes(property)])
      ),
    ),
    kinds: schema.$defs!.rule.anyOf!.flatMap((form) => form.properties?.type?.enum ?? []).slice(0, 7)
      .map((kind) => code(String(kind))).join(", "),
    functions: functions(),
  };
}

function stepTakes(schema: Schema): string {
  return schema.properties
    ? keysOf(schema).map(({ path, takes }) => `\`${path}\`: ${takes}`).join("; ")
    : taken(schema);
}

function keyTable(keys: Key[]): string {
  return table(
    ["key", "takes", "needed", "meaning"],
    keys.map(({ path, takes, required, description }) => [code(path), takes, required ? "yes" : "", description]),
  );
}

/** What an expression may call, without what only serves types that no record has. */
function functions(): string {
  const { functions } = scopeOf({}).environment.getDefinitions();
  const lines = functions.map(({ signature }) => signature)
    .filter((signature) => !/^type\(|bytes|protobuf|Namespace|matches|uint|double|^dyn\(/.test(signature))
    .map((signature) => signature.replace(/\bast\b/g, "expression"));
  return `\`\`\`text\n${[...new Set(lines)].join("\n")}\n\`\`\``;
}
