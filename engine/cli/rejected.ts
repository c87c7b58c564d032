/**
 * `gusset rejected`: the records that are wrong and wait for a person.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { Failure, sentence } from "../failure.ts";
import { batch } from "../state/batch.ts";
import { dismissRejected, listRejected } from "../state/rejected.ts";
import type { RejectedRecord, Store } from "../state/types.ts";
import { byHand } from "../state/wakes.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { filtered, isKey, keyText, showList } from "./lists.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor, reason, some } from "./person.ts";
import { ago, clean, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

type Rejected = RejectedRecord & { pipeline: string };

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

async function named(store: Store, pipeline: string, key: string): Promise<Rejected[]> {
  const found: Rejected[] = [];
  for await (const record of listRejected(store, pipeline)) if (isKey(record, key)) found.push(record);
  if (found.length > 0) return found;
  throw new Failure("usage", {
    fact: `${pipeline} has no rejected record ${key}`,
    action: `See \`gusset rejected list ${pipeline}\`.`,
  });
}

async function show(cli: Cli, pipeline: string, key: string): Promise<0> {
  const records = await withStore(cli, (store) => named(store, pipeline, key), { reading: true });
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
  const woken = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "rejected.retry");
    const found: Rejected[] = [];
    if (keys.length === 0) { for await (const record of listRejected(store, pipeline)) found.push(record); }
    else for (const key of keys) found.push(...await named(store, pipeline, key));
    const wanted = [...new Set(found.filter((record) => !record.dismissed || keys.length > 0).map(({ key }) => key))];
    if (wanted.length === 0) return wanted;
    const writes = batch(store);
    byHand(writes, pipeline, wanted, `retried by ${who.name}`);
    await who.commit(writes, { subject: pipeline, details: { records: some(wanted) } });
    return wanted;
  });
  if (cli.flags.json) cli.json({ pipeline, retried: woken });
  if (woken.length === 0) cli.say("Nothing is rejected.");
  else cli.say(`${counted(woken.length, "record")} will be read again by the next run: gusset run ${pipeline}`);
  return EXIT.fine;
}

async function dismiss(cli: Cli, pipeline: string, key: string, { why }: { why: string }): Promise<0> {
  reason(why, "Say why this record may stay as it is.");
  const records = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "rejected.dismiss");
    const found = await named(store, pipeline, key);
    const writes = batch(store);
    const at = new Date(cli.clock.now()).toISOString();
    for (const { pipeline: _, ...record } of found) {
      dismissRejected(writes, pipeline, record, { by: who.name, at, why, hash: record.hash });
    }
    await who.commit(writes, { subject: pipeline, why, details: { records: some(found.map(keyText)) } });
    return found;
  });
  if (cli.flags.json) cli.json({ pipeline, dismissed: records.map(keyText) });
  cli.say(`Dismissed until the source record changes: ${pipeline} ${records.map(keyText).join(", ")}`);
  return EXIT.fine;
}
