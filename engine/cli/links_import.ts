/**
 * `gusset links import`: a cross-reference from a CSV file.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { importLinks as doImport, importShown } from "../acts/links.ts";
import { Failure } from "../failure.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { actor } from "./person.ts";
import { clean, counted } from "./style.ts";

/** Mistakes shown; a wrong column gives one a line. */
const MOST_MISTAKES = 20;

/** Imports links, all or nothing, and says what came of it. */
export async function importLinks(
  cli: Cli,
  name: string,
  file: string,
  { replace = false, dryRun = false }: { replace?: boolean; dryRun?: boolean },
): Promise<0 | 1> {
  const pipeline = pipelineOf(await openProject(cli), name);
  const text = await textOf(cli, file);
  const sorted = await withStore(
    cli,
    (store) =>
      doImport(
        store,
        { pipeline, text, file, replace },
        dryRun ? undefined : () => actor(cli, store, "links.import"),
      ),
    { reading: dryRun },
  );
  const { fresh, moved, same, mistakes } = sorted;
  if (cli.flags.json) cli.json(importShown(name, sorted, { dryRun }));
  if (mistakes.length > 0) {
    for (const { line, message } of mistakes.slice(0, MOST_MISTAKES)) cli.say(`${file}:${line}: ${clean(message)}`);
    if (mistakes.length > MOST_MISTAKES) cli.say(`… and ${mistakes.length - MOST_MISTAKES} more`);
    cli.say(cli.paint("red", `${counted(mistakes.length, "mistake")}; nothing was imported.`));
    return EXIT.findings;
  }
  const counts = `${counted(fresh.length, "new link")}, ${moved.length} moved, ${same} as they were`;
  cli.say(dryRun ? `It would import: ${counts}.` : `Imported: ${counts}.`);
  return EXIT.fine;
}

async function textOf(cli: Cli, file: string): Promise<string> {
  try {
    return file === "-" ? await cli.terminal.stdin() : new TextDecoder().decode(await readFile(file));
  } catch (cause) {
    throw new Failure("config.unreadable", { fact: "The file of links cannot be read", place: file, cause });
  }
}
