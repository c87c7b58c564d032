/**
 * `gusset parked`: the records that wait, and for what.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { listParked } from "../state/parked.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { keyText, showList } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { ago } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function parkedVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("parked")
    .description("Records that wait for a link or for a twin, and for which")
    .argument("[pipeline]")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((pipeline: string | undefined, options: { limit: number }) => parked(cli(), pipeline, options)));
}

async function parked(cli: Cli, pipeline: string | undefined, { limit }: { limit: number }): Promise<0> {
  if (pipeline !== undefined) pipelineOf(await openProject(cli), pipeline);
  await withStore(cli, (store) =>
    showList(cli, listParked(store, pipeline), {
      head: ["pipeline", "record", "word", "since", "waits for", "why"],
      cells: (record) => [
        record.pipeline,
        keyText(record),
        record.word,
        ago(record.at, cli.clock.now()),
        record.need
          ? `${record.need.pipeline} ${keyText({ key: record.need.key, part: record.need.part ?? "" })}`
          : "a twin",
        record.why,
      ],
      empty: "Nothing waits.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}
