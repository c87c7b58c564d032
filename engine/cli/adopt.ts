/**
 * `gusset adopt`: destination records that look like the twin of a source record, and what a person says of them.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { Failure } from "../failure.ts";
import { decideAdoption, listAdoptions } from "../state/adoptions.ts";
import { batch } from "../state/batch.ts";
import type { AdoptionRecord } from "../state/types.ts";
import { addWakes } from "../state/wakes.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { filtered, isKey, keyText, person, showList } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { counted } from "./style.ts";
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
  await withStore(
    cli,
    (store) =>
      showList(cli, filtered(listAdoptions(store, pipeline), (record) => decided || !record.decision), {
        head: ["pipeline", "record", "twin", "found by", "would change", "said"],
        cells: (record) => [
          record.pipeline,
          keyText(record),
          record.id,
          Object.entries(record.by).map(([field, value]) => `${field} ${value}`).join(", "),
          Object.entries(record.changes).map(([field, [now, then]]) => `${field}: ${text(now)} → ${text(then)}`).join(
            "; ",
          ),
          record.decision ? `${record.decision.accept ? "accepted" : "declined"} by ${record.decision.by}` : "",
        ],
        empty: "No twin waits for a word.",
        limit,
      }),
  );
  return EXIT.fine;
}

const text = (value: unknown): string =>
  value === undefined || value === null || value === "" ? "–" : JSON.stringify(value);

async function decide(
  cli: Cli,
  pipeline: string,
  keys: string[],
  { accept, all = false, why }: { accept: boolean; all?: boolean; why?: string },
): Promise<0> {
  if (keys.length === 0 && !all) throw usage("No record is named", "Name keys, or say --all.");
  pipelineOf(await openProject(cli), pipeline);
  const decided = await withStore(cli, async (store) => {
    const wanted: AdoptionRecord[] = [];
    for await (const { pipeline: _, ...record } of listAdoptions(store, pipeline)) {
      // A named record may be decided anew; --all leaves alone what a person has said before.
      if (keys.some((key) => isKey(record, key)) || all && keys.length === 0 && !record.decision) wanted.push(record);
    }
    const missing = keys.find((key) => !wanted.some((record) => isKey(record, key)));
    if (missing !== undefined) {
      throw new Failure("usage", {
        fact: `No twin is suggested for ${missing} of ${pipeline}`,
        action: `See \`gusset adopt list ${pipeline}\`.`,
      });
    }
    const writes = batch(store);
    const at = new Date(cli.clock.now()).toISOString();
    for (const record of wanted) decideAdoption(writes, pipeline, record, { accept, by: person(cli), at, why });
    addWakes(writes, pipeline, wanted.map(({ key }) => key), `adoption ${accept ? "accepted" : "declined"}`);
    await writes.commit();
    return wanted;
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
