/**
 * Writes the generated regions of the reference pages: `deno task docs:write`. A test holds the pages against it.
 *
 * @module
 */
import { door } from "../main.ts";
import { apiRegions } from "./generator/api.ts";
import { cliRegions } from "./generator/cli.ts";
import { jsonRegion } from "./generator/cli_json.ts";
import { connectionRegions } from "./generator/connections.ts";
import { failureRegions } from "./generator/failures.ts";
import { languageRegions } from "./generator/language.ts";
import { filled } from "./generator/markdown.ts";
import { reconciliationRegions } from "./generator/reconciliation.ts";
import { streamRegions } from "./generator/streams.ts";

/** The pages, as they are and as they should be. */
export async function pages(): Promise<{ file: URL; is: string; ought: string }[]> {
  const regions: Record<string, Record<string, string>> = {
    "api.md": apiRegions(),
    "cli.md": { ...await cliRegions(door), json: await jsonRegion() },
    "connections.md": connectionRegions(door.registry),
    "failures.md": failureRegions(),
    "language.md": languageRegions(),
    "reconciliation.md": reconciliationRegions(),
    "streams.md": streamRegions(door.registry),
  };
  return await Promise.all(
    Object.entries(regions).map(async ([name, region]) => {
      const file = new URL(name, import.meta.url);
      const is = await Deno.readTextFile(file);
      return { file, is, ought: filled(is, region) };
    }),
  );
}

if (import.meta.main) {
  for (const { file, is, ought } of await pages()) {
    if (is === ought) continue;
    await Deno.writeTextFile(file, ought);
    console.log(`Written: docs/${file.pathname.split("/").at(-1)}`);
  }
}
