/**
 * `gusset links`: the cross-reference between the systems, to look at and to carry in and out as CSV.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { COLUMNS, dropLinks, linksCsv } from "../acts/links.ts";
import { listLinks } from "../state/links.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { importLinks } from "./links_import.ts";
import { keyText, showList } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor } from "./person.ts";
import { ago, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb and what it can do. */
export function linksVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("links").description("Links: which source record is which destination record");
  verb.command("list", { isDefault: true }).description("Lists them")
    .argument("<pipeline>")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((pipeline: string, { limit }: { limit: number }) => list(cli(), pipeline, limit)));
  verb.command("export").description(`Prints them as CSV: ${COLUMNS.join(",")}`)
    .argument("<pipeline>")
    .action(act((pipeline: string) => exportLinks(cli(), pipeline)));
  verb.command("import").description(
    `Reads links from CSV (${COLUMNS.join(",")}; part and partition may be left out); all or nothing`,
  )
    .argument("<pipeline>").argument("<file>", "- for standard input")
    .option("--replace", "let a line move a record that is linked already")
    .option("--dry-run", "say what it would do, and write nothing")
    .action(
      act((pipeline: string, file: string, options: { replace?: boolean; dryRun?: boolean }) =>
        importLinks(cli(), pipeline, file, options)
      ),
    );
  verb.command("drop").description(
    "Forgets links; the records stay on both sides, and the next full run looks for a twin again",
  )
    .argument("<pipeline>").argument("<key...>", "KEY, or KEY/PART")
    .action(act((pipeline: string, keys: string[]) => drop(cli(), pipeline, keys)));
}

async function list(cli: Cli, pipeline: string, limit: number): Promise<0> {
  pipelineOf(await openProject(cli), pipeline);
  await withStore(cli, (store) =>
    showList(cli, listLinks(store, pipeline), {
      head: ["record", "id", "partition", "how", "written", "state"],
      cells: (link) => [
        keyText(link),
        link.id,
        link.partition,
        link.how,
        ago(link.at, cli.clock.now()),
        link.active ? "" : "deactivated",
      ],
      empty: `${pipeline} has linked nothing yet.`,
      limit,
    }), { reading: true });
  return EXIT.fine;
}

async function exportLinks(cli: Cli, pipeline: string): Promise<0> {
  pipelineOf(await openProject(cli), pipeline);
  await withStore(cli, async (store) => {
    if (cli.flags.json) {
      for await (const { key, part, id, partition } of listLinks(store, pipeline)) {
        cli.json({ key, part, id, partition });
      }
      return;
    }
    for await (const piece of linksCsv(store, pipeline)) cli.terminal.out(piece);
  }, { reading: true });
  return EXIT.fine;
}

async function drop(cli: Cli, pipeline: string, keys: string[]): Promise<0> {
  pipelineOf(await openProject(cli), pipeline);
  const dropped = await withStore(
    cli,
    async (store) => await dropLinks(await actor(cli, store, "links.drop"), pipeline, keys),
  );
  if (cli.flags.json) cli.json({ pipeline, dropped: dropped.map(({ key, part, id }) => ({ key, part, id })) });
  cli.say(`${counted(dropped.length, "link")} forgotten; the records stay on both sides.`);
  return EXIT.fine;
}
