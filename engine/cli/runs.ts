/**
 * `gusset runs`: what ran, and how it ended.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { Failure, sentence } from "../failure.ts";
import { getRun, listRuns } from "../state/runs.ts";
import type { RunRecord } from "../state/types.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { countsText } from "./plan_view.ts";
import { ago, clean, counted, duration, type Paint } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function runsVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("runs").description("Runs, newest first");
  verb.command("list", { isDefault: true }).description("Lists them")
    .argument("[pipeline]")
    .addOption(new Option("--limit <n>", "how many").argParser(wholeNumber).default(20))
    .action(act((pipeline: string | undefined, { limit }: { limit: number }) => list(cli(), pipeline, limit)));
  verb.command("show").description("Shows one").argument("<run>")
    .action(act((id: string) => show(cli(), id)));
}

/** No colour inside a table: widths are counted in characters. */
const plain: Paint = (_, text) => text;

/** How long a run took; empty while it runs. */
export const took = ({ startedAt, endedAt }: Pick<RunRecord, "startedAt" | "endedAt">): string =>
  endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : "";

async function list(cli: Cli, pipeline: string | undefined, limit: number): Promise<0> {
  await withStore(cli, (store) =>
    showList(cli, listRuns(store, { pipeline, limit }), {
      head: ["run", "pipeline", "started", "took", "state", "did"],
      cells: (run) => [
        run.id,
        run.pipeline,
        ago(run.startedAt, cli.clock.now()),
        took(run),
        run.state,
        run.failure ? sentence(run.failure) : countsText(run.counts, plain),
      ],
      empty: "Nothing ran yet.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}

async function show(cli: Cli, id: string): Promise<0> {
  const run = await withStore(cli, (store) => getRun(store, id), { reading: true });
  if (!run) throw new Failure("not-there", { fact: `There is no run ${id}`, action: "See `gusset runs`." });
  if (cli.flags.json) cli.json(run);
  cli.say(cli.paint("bold", `${run.pipeline}, run ${run.id}: ${run.state}`));
  cli.say(`  started ${run.startedAt}${run.endedAt ? `, took ${took(run)}` : ""}`);
  cli.say(`  ${countsText(run.counts, cli.paint)}; ${counted(run.read, "record")} read, ${counted(run.calls, "call")}`);
  const options = Object.entries(run.options).map(([name, value]) => `${name} ${value}`).join(", ");
  if (options) cli.say(`  asked for: ${clean(options)}`);
  if (run.failure) cli.say(`  ${cli.paint("red", clean(sentence(run.failure)))}`);
  return EXIT.fine;
}
