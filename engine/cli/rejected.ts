/**
 * `gusset rejected`: the records that are wrong and wait for a person.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { dismiss as dismissNamed, rejectedNamed, retryRejected } from "../acts/rejected.ts";
import { sentence } from "../failure.ts";
import { listRejected } from "../state/rejected.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { filtered, keyText, showList } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor, reason } from "./person.ts";
import { ago, clean, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb and what it can do. */
export function rejectedVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("rejected").description("Records that are wrong and wait for a person");
  verb.command("list", { isDefault: true }).description("Lists them")
    .argument("[pipeline]")
    .option("--dismissed", "dismissed ones too")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(
      act((pipeline: string | undefined, options: { dismissed?: boolean; limit: number }) =>
        list(cli(), pipeline, options)
      ),
    );
  verb.command("show").description("Shows one, with its source row")
    .argument("<pipeline>").argument("<key>", "KEY, or KEY/PART")
    .action(act((pipeline: string, key: string) => show(cli(), pipeline, key)));
  verb.command("retry").description("Has the pipeline's next run read them again")
    .argument("<pipeline>").argument("[key...]", "KEY, or KEY/PART; all of the pipeline's where none is named")
    .action(act((pipeline: string, keys: string[]) => retry(cli(), pipeline, keys)));
  verb.command("dismiss").description("Makes one quiet until its source record changes")
    .argument("<pipeline>").argument("<key>", "KEY, or KEY/PART")
    .requiredOption("--why <text>", "the reason, for the record")
    .action(act((pipeline: string, key: string, options: { why: string }) => dismiss(cli(), pipeline, key, options)));
}

async function list(
  cli: Cli,
  pipeline: string | undefined,
  { dismissed = false, limit }: { dismissed?: boolean; limit: number },
): Promise<0> {
  if (pipeline !== undefined) pipelineOf(await openProject(cli), pipeline);
  await withStore(
    cli,
    (store) =>
      showList(cli, filtered(listRejected(store, pipeline), (record) => dismissed || !record.dismissed), {
        head: ["pipeline", "record", "since", "times", "why"],
        cells: (record) => [
          record.pipeline,
          keyText(record),
          ago(record.firstAt, cli.clock.now()),
          String(record.times),
          record.dismissed ? `dismissed: ${record.dismissed.why}` : sentence(record.failure),
        ],
        empty: "Nothing is rejected.",
        limit,
      }),
    { reading: true },
  );
  return EXIT.fine;
}

async function show(cli: Cli, pipeline: string, key: string): Promise<0> {
  const records = await withStore(cli, (store) => rejectedNamed(store, pipeline, key), { reading: true });
  for (const record of records) {
    if (cli.flags.json) cli.json(record);
    cli.say(cli.paint("bold", `${pipeline} ${keyText(record)}`));
    cli.say(`  ${cli.paint("red", clean(sentence(record.failure)))}`);
    cli.say(
      `  code ${record.failure.code}; first ${record.firstAt}, last ${record.lastAt}, ${counted(record.times, "time")}`,
    );
    if (record.dismissed) {
      const { by, at, why } = record.dismissed;
      cli.say(`  dismissed by ${clean(by)} on ${at}: ${clean(why)}`);
    }
    cli.say("  source row:");
    for (const [field, value] of Object.entries(record.row)) {
      cli.say(`    ${field}: ${clean(JSON.stringify(value) ?? "–")}`);
    }
  }
  return EXIT.fine;
}

async function retry(cli: Cli, pipeline: string, keys: string[]): Promise<0> {
  pipelineOf(await openProject(cli), pipeline);
  const woken = await withStore(
    cli,
    async (store) => await retryRejected(await actor(cli, store, "rejected.retry"), pipeline, keys),
  );
  if (cli.flags.json) cli.json({ pipeline, retried: woken });
  if (woken.length === 0) cli.say("Nothing is rejected.");
  else cli.say(`${counted(woken.length, "record")} will be read again by the next run: gusset run ${pipeline}`);
  return EXIT.fine;
}

async function dismiss(cli: Cli, pipeline: string, key: string, { why }: { why: string }): Promise<0> {
  reason(why, "Say why this record may stay as it is.");
  const records = await withStore(
    cli,
    async (store) => await dismissNamed(await actor(cli, store, "rejected.dismiss"), pipeline, key, why),
  );
  if (cli.flags.json) cli.json({ pipeline, dismissed: records.map(keyText) });
  cli.say(`Dismissed until the source record changes: ${pipeline} ${records.map(keyText).join(", ")}`);
  return EXIT.fine;
}
