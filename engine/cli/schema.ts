/**
 * `gusset schema`: the JSON Schemas that editors complete and check pipelines and connections with.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { jsonSchema } from "../pipeline/schema.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import type { Act } from "./verbs.ts";
import { writing } from "./writing.ts";

/** Registers the verb. */
export function schemaVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("schema")
    .description("Writes the JSON Schemas that editors check pipelines and connections with")
    .option("--out <dir>", "folder to write to", "schemas")
    .action(act((options: { out: string }) => schema(cli(), options)));
}

async function schema(cli: Cli, { out }: { out: string }): Promise<0> {
  const schemas = jsonSchema(cli.door.registry);
  if (cli.flags.json) {
    cli.json(schemas);
    return EXIT.fine;
  }
  await writing(out, () => mkdir(out, { recursive: true }));
  for (const [name, document] of Object.entries(schemas)) {
    const path = join(out, `${name}.schema.json`);
    await writing(path, () => writeFile(path, JSON.stringify(document, null, 2) + "\n"));
    cli.say(`Written: ${path}`);
  }
  return EXIT.fine;
}
