/**
 * `gusset adopt`: destination records that look like the twin of a source record, and what a person says of them.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Value } from "../connector.ts";
import { decideAdoptions } from "../acts/adoptions.ts";
import { listAdoptions } from "../state/adoptions.ts";
import type { AdoptionRecord } from "../state/types.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { effect } from "./list_view.ts";
import { filtered, keyText } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor } from "./person.ts";
import { valueText } from "./plan_view.ts";
import { clean, counted, number, type Paint } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb and what it can do. */
export function adoptVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("adopt").description("Twins that were found and wait for a person's word");
  verb.command("list", { isDefault: true }).description("Lists them, with what adopting would change")
    .argument("[pipeline]")
    .option("--decided", "decided ones too")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(
      act((pipeline: string | undefined, options: { decided?: boolean; limit: number }) =>
        list(cli(), pipeline, options)
      ),
    );
  for (const [name, accept] of [["accept", true], ["decline", false]] as const) {
    verb.command(name)
      .description(accept ? "Takes them over in the next run" : "Never suggests them again: a new record is created")
      .argument("<pipeline>").argument("[key...]", "KEY, or KEY/PART")
      .option("--all", "every suggestion of the pipeline that waits")
      .option("--why <text>", "the reason, for the record")
      .action(
        act((pipeline: string, keys: string[], options: { all?: boolean; why?: string }) =>
          decide(cli(), pipeline, keys, { ...options, accept })
        ),
      );
  }
}

async function list(
  cli: Cli,
  pipeline: string | undefined,
  { decided = false, limit }: { decided?: boolean; limit: number },
): Promise<0> {
  if (pipeline !== undefined) pipelineOf(await openProject(cli), pipeline);
  let total = 0;
  await withStore(cli, async (store) => {
    for await (const record of filtered(listAdoptions(store, pipeline), (record) => decided || !record.decision)) {
      total++;
      if (cli.flags.json) cli.json(record);
      else if (total <= limit) suggestionLines(record, cli.paint).forEach((line) => cli.say(line));
    }
  }, { reading: true });
  if (total === 0) cli.say("No twin waits for a word.");
  if (total > limit) cli.say(cli.paint("dim", `… and ${number(total - limit)} more; --limit shows more`));
  return EXIT.fine;
}

/** Width of a value in a suggestion. */
const ROOM = 50;

/** The lines of one suggestion: both records, how they were matched, what adopting would change. */
export function suggestionLines(record: AdoptionRecord & { pipeline: string }, paint: Paint): string[] {
  const by = Object.entries(record.by).map(([field, value]) => `${field} ${valueText(value, ROOM)}`).join(" and ");
  const said = record.decision
    ? `  ${record.decision.accept ? "accepted" : "declined"} by ${clean(record.decision.by)}`
    : "";
  const changes = Object.entries(record.changes) as [string, [Value, Value]][];
  const width = Math.max(0, ...changes.map(([field]) => field.length));
  return [
    `${record.pipeline} ${clean(keyText(record))}  ${paint("cyan", `looks like ${clean(record.id)}, by ${by}`)}${said}`,
    ...(record.why ? [`    ${paint("yellow", clean(record.why))}`] : []),
    ...changes.map(([field, [now, then]]) => {
      const worth = record.worth?.[field];
      // A list is told by what it is worth: the plan names its items.
      const text = worth
        ? `${effect(worth, paint)}: ${counted(Array.isArray(then) ? then.length : 0, "item")}`
        : `${paint("red", valueText(now, ROOM))} → ${paint("green", valueText(then, ROOM))}`;
      return `    ${field.padEnd(width)}  ${text}`;
    }),
  ];
}

async function decide(
  cli: Cli,
  pipeline: string,
  keys: string[],
  { accept, all = false, why }: { accept: boolean; all?: boolean; why?: string },
): Promise<0> {
  if (keys.length === 0 && !all) throw usage("No record is named", "Name keys, or say --all.");
  pipelineOf(await openProject(cli), pipeline);
  const decided = await withStore(cli, async (store) => {
    const who = await actor(cli, store, accept ? "adopt.accept" : "adopt.decline");
    return await decideAdoptions(who, pipeline, keys, { accept, all, why });
  });
  const word = accept ? "accepted" : "declined";
  if (cli.flags.json) cli.json({ pipeline, [word]: decided.map(keyText) });
  cli.say(
    decided.length === 0
      ? "No twin waits for a word."
      : `${counted(decided.length, "adoption")} ${word}; done by the next run: gusset run ${pipeline}`,
  );
  return EXIT.fine;
}
