/**
 * `gusset plans`, `gusset approve` and `gusset decline`: documents that wait for a second person.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { sayOf } from "../acts/plans.ts";
import { planDocuments, planOf } from "../post/acts.ts";
import { listPlans, type PlanRecord, type PlanState } from "../state/plans.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { money } from "./list_view.ts";
import { showList } from "./lists.ts";
import { openProject, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor, reason } from "./person.ts";
import { ago, clean, counted, table } from "./style.ts";
import type { Act } from "./verbs.ts";

const STATES: readonly PlanState[] = ["waiting", "approved", "declined", "done", "stale"];

/** Registers `plans`. */
export function plansVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("plans").description("Plans of documents that wait for a second person, or waited");
  verb.command("list", { isDefault: true }).description("Lists them, newest first")
    .option("--pipeline <name>", "only this pipeline's")
    .addOption(new Option("--state <state>", "only these").choices(STATES))
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((flags: { pipeline?: string; state?: PlanState; limit: number }) => list(cli(), flags)));
  verb.command("show").description("Shows one, with its documents").argument("<plan>")
    .action(act((id: string) => show(cli(), id)));
}

/** Registers `approve`. */
export function approveVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("approve").description("Lets a plan's documents leave, just as they were planned; not one's own")
    .argument("<plan>", "its id, or the pipeline where one plan of it waits")
    .option("--why <text>", "the reason, for the record")
    .action(act((id: string, { why }: { why?: string }) => say(cli(), id, { accept: true, why })));
}

/** Registers `decline`. */
export function declineVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("decline").description("Keeps a plan's documents back, until they are retried or their money changes")
    .argument("<plan>", "its id, or the pipeline where one plan of it waits")
    .requiredOption("--why <text>", "the reason, for the record")
    .action(act((id: string, { why }: { why: string }) => say(cli(), id, { accept: false, why: reason(why, WHY) })));
}

const WHY = "Say why these documents are not to be posted.";

async function list(
  cli: Cli,
  { limit, ...filter }: { pipeline?: string; state?: PlanState; limit: number },
): Promise<0> {
  await withStore(cli, (store) =>
    showList(cli, listPlans(store, filter), {
      head: ["plan", "pipeline", "state", "documents", "worth", "made", "by", "decided by"],
      cells: (plan) => [
        plan.id,
        plan.pipeline,
        plan.state,
        String(plan.count),
        worthOf(plan),
        ago(plan.at, cli.clock.now()),
        plan.author,
        plan.decision?.by ?? "",
      ],
      empty: "No plan waits for anybody.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}

const worthOf = ({ value }: PlanRecord): string =>
  Object.entries(value).map(([currency, sum]) => `${money(sum)} ${currency}`).join(", ");

async function show(cli: Cli, id: string): Promise<0> {
  const [plan, documents] = await withStore(cli, async (store) => {
    const plan = await planOf(store, id);
    return [plan, await planDocuments(store, id)] as const;
  }, { reading: true });
  if (cli.flags.json) cli.json({ ...plan, documents });
  cli.say(cli.paint("bold", `Plan ${id} of ${plan.pipeline}: ${plan.state}`));
  cli.say(`  ${counted(plan.count, "document")} worth ${worthOf(plan)}; made by ${clean(plan.author)} on ${plan.at}`);
  if (plan.decision) {
    const { accept, by, at, why } = plan.decision;
    cli.say(`  ${accept ? "approved" : "declined"} by ${clean(by)} on ${at}${why ? `: ${clean(why)}` : ""}`);
  }
  cli.say();
  cli.say(table([DOCUMENT_HEAD, ...documents.map(documentCells)], { paint: cli.paint }).trimEnd());
  const gone = plan.count - documents.length;
  if (gone > 0) {
    cli.say(cli.paint("dim", `${counted(gone, "document")} of it ${gone === 1 ? "is" : "are"} planned otherwise now.`));
  }
  return EXIT.fine;
}

/** The head of a table of documents. */
export const DOCUMENT_HEAD: readonly string[] = [
  "document",
  "what",
  "state",
  "of",
  "day",
  "worth",
  "",
  "journal",
  "why",
];

/** A document's cells in a table with {@link DOCUMENT_HEAD}. */
export function documentCells(record: PostingRecord): string[] {
  const { key, purpose, state, label, source, date, value, currency, journal, failure, takeBack, settled } = record;
  const word = takeBack
    ? `to be taken back, says ${takeBack.by}`
    : settled
    ? `${settled.how === "accept" ? "accepted" : "may go anew"}, says ${settled.by}`
    : failure?.fact ?? (state === "declined" ? record.history.at(-1)?.why ?? "" : "");
  return [key, purpose, state, label ?? source, date, money(value), currency, journal?.name ?? "", word];
}

async function say(cli: Cli, named: string, { accept, why }: { accept: boolean; why?: string }): Promise<0> {
  const project = await openProject(cli);
  const { now, already, documents } = await withStore(cli, async (store) => {
    const who = await actor(cli, store, accept ? "plan.approve" : "plan.decline");
    return await sayOf(who, project, named, { accept, why });
  });
  const { id } = now;
  const word = accept ? "approved" : "declined";
  if (cli.flags.json) cli.json({ ...now, already, documents });
  if (already) {
    const { by, at } = now.decision!;
    cli.say(`Plan ${id} was ${word} already, by ${clean(by)} ${ago(at, cli.clock.now())}; nothing was changed.`);
    return EXIT.fine;
  }
  const part = documents === now.count ? `worth ${worthOf(now)}` : `of the ${now.count} that it was made of`;
  cli.say(`Plan ${id} is ${word}: ${counted(documents, "document")} ${part}.`);
  cli.say(
    accept
      ? `What is still as it was planned leaves with the next run: gusset run ${now.pipeline}`
      : "None of it is planned again as it is: gusset postings retry KEY lets one go.",
  );
  return EXIT.fine;
}
