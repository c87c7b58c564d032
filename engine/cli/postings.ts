/**
 * `gusset postings`: the outbox, document by document, and what a person may do to one.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { actingOf } from "../acts/actor.ts";
import { documentTold, rebuildFrom, rebuiltShown, takeOut } from "../acts/postings.ts";
import { accept, type Acted, type Acting, documentOf, retry, takeBack } from "../post/acts.ts";
import type { ActName } from "../state/roles.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";
import { bodyOf, listPostings, type PostingFilter } from "../state/postings.ts";
import type { Store } from "../state/types.ts";
import type { Cli } from "./context.ts";
import { documentLines } from "./document_view.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { openProject, withEngine, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor, reason } from "./person.ts";
import { DOCUMENT_HEAD, documentCells } from "./plans.ts";
import { clean, counted } from "./style.ts";
import type { Act } from "./verbs.ts";

const STATES = [
  "planned",
  "approved",
  "declined",
  "intent",
  "sent",
  "unknown",
  "imported",
  "posted",
  "rejected",
  "withdrawn",
  "reversed",
  "changed",
  "deleted",
] as const satisfies PostingState[];

interface ListFlags {
  pipeline?: string;
  state?: PostingState[];
  source?: string;
  limit: number;
}

/** Acts on one document: the name of the act, what it does, and what is said when it is done. */
const DEEDS: readonly {
  verb: string;
  what: ActName;
  does: string;
  act: (acting: Acting, key: string) => Promise<Acted<PostingRecord>>;
  done: (record: PostingRecord) => string;
  already: string;
  why: "asked" | "needed";
}[] = [
  {
    verb: "retry",
    what: "posting.retry",
    does: "Lets one that was refused, declined, withdrawn or taken back be posted anew",
    act: retry,
    done: ({ key, pipeline }) => `${key} may be posted anew; the next run looks at it: gusset run ${pipeline}`,
    already: "may be posted anew already",
    why: "asked",
  },
  {
    verb: "accept",
    what: "posting.accept",
    does: "Leaves what somebody reversed, changed or deleted over there as it is",
    act: accept,
    done: ({ key, state }) => `${key} was ${state} over there, and stays so.`,
    already: "was accepted already",
    why: "needed",
  },
  {
    verb: "reverse",
    what: "posting.reverse",
    does: "Has the next run take one back; its source is held until it is retried, or its money changes",
    act: takeBack,
    done: ({ key, pipeline }) => `${key} is taken back by the next run: gusset run ${pipeline}`,
    already: "is to be taken back already",
    why: "needed",
  },
];

/** Registers the verb and what it can do. */
export function postingsVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("postings").description("The outbox: documents that are, or are to be, in the books");
  verb.command("list", { isDefault: true }).description("Lists them")
    .option("--pipeline <name>", "only this pipeline's")
    .addOption(new Option("--state <state...>", "only these").choices(STATES))
    .option("--source <key>", "only those of this source document")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((flags: ListFlags) => list(cli(), flags)));
  verb.command("show").description("Shows one, with its lines and its history").argument("<key>")
    .action(act((key: string) => show(cli(), key)));
  for (const deed of DEEDS) {
    verb.command(deed.verb).description(deed.does).argument("<key>")
      .addOption(whyOption(deed.why))
      .action(act((key: string, { why }: { why?: string }) => doIt(cli(), key, deed, why)));
  }
  verb.command("withdraw").description(
    "Takes one back that waits in front of the books; it is not sent again by itself",
  )
    .argument("<key>")
    .addOption(whyOption("needed"))
    .action(act((key: string, { why }: { why: string }) => takeBackFrom(cli(), key, reason(why, WHY))));
  verb.command("rebuild").description(
    "Brings a pipeline's outbox to what the destination says: after the state was lost",
  )
    .argument("<pipeline>")
    .option("--why <text>", "the reason, for the record")
    .action(act((pipeline: string, { why }: { why?: string }) => rebuild(cli(), pipeline, why)));
}

const WHY = "Say why, for the record.";
const whyOption = (why: "asked" | "needed"): Option =>
  new Option("--why <text>", "the reason, for the record").makeOptionMandatory(why === "needed");

async function list(cli: Cli, { limit, state, ...rest }: ListFlags): Promise<0> {
  const filter: PostingFilter = { ...rest, states: state };
  await withStore(cli, (store) =>
    showList(cli, listPostings(store, filter), {
      head: DOCUMENT_HEAD,
      cells: documentCells,
      empty: "The outbox has no such document.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}

async function show(cli: Cli, key: string): Promise<0> {
  const project = await openProject(cli);
  const [record, fields] = await withStore(cli, async (store) => {
    const record = await documentOf(store, key);
    return [record, await bodyOf(store, record)] as const;
  }, { reading: true });
  if (cli.flags.json) cli.json({ ...record, fields: fields ?? null });
  cli.say(cli.paint("bold", clean(key)));
  const { pipeline, purpose, state, source, label, from, to, history, failure, plan, moved } = record;
  cli.say(
    `  ${pipeline}: ${purpose}s ${clean(label ?? source)} (${clean(source)}, from ${clean(from)} to ${clean(to)})`,
  );
  cli.say(`  ${cli.paint("bold", state)}${plan ? `, of plan ${plan}` : ""}`);
  if (failure) cli.say(`  ${cli.paint("red", clean(failure.fact))} ${clean(failure.action)}`);
  const document = documentTold({ registry: cli.door.registry, project }, record, fields);
  if (document) {
    documentLines(document, { paint: cli.paint, columns: cli.terminal.columns })
      .forEach((line) => cli.say(`  ${line}`));
  }
  if (!fields) cli.say(cli.paint("dim", "  Its body is not known: the outbox was rebuilt, or it never left."));
  for (const [position, { cost, withheld, net }] of Object.entries(moved)) {
    cli.say(`  moves ${clean(position)}: cost ${cost}, withheld ${withheld}, net ${net}`);
  }
  for (const { at, state, why, by } of history) {
    cli.say(`  ${at}  ${state}${by ? `  by ${clean(by)}` : ""}${why ? `  ${clean(why)}` : ""}`);
  }
  return EXIT.fine;
}

async function acting(cli: Cli, store: Store, what: ActName, why?: string): Promise<Acting> {
  return actingOf(await actor(cli, store, what), why);
}

async function doIt(cli: Cli, key: string, deed: typeof DEEDS[number], why?: string): Promise<0> {
  if (deed.why === "needed") reason(why ?? "", WHY);
  const acted = await withStore(cli, async (store) => deed.act(await acting(cli, store, deed.what, why), key));
  say(cli, acted, deed);
  return EXIT.fine;
}

function say(
  cli: Cli,
  { now, already }: Acted<PostingRecord>,
  deed: { done: (record: PostingRecord) => string; already: string },
): void {
  if (cli.flags.json) cli.json({ ...now, already });
  cli.say(clean(already ? `${now.key} ${deed.already}; nothing was changed.` : deed.done(now)));
}

async function takeBackFrom(cli: Cli, key: string, why: string): Promise<0> {
  await withEngine(cli, {}, async ({ engine, project, store }) => {
    const acted = await takeOut({ engine, project }, await acting(cli, store, "posting.withdraw", why), key);
    say(cli, acted, {
      done: ({ key }) => `${key} is withdrawn, and waits: gusset postings retry lets it go again.`,
      already: "was withdrawn already",
    });
  });
  return EXIT.fine;
}

async function rebuild(cli: Cli, name: string, why?: string): Promise<0 | 1> {
  return await withEngine(cli, {}, async ({ engine, project, store }) => {
    const by = await acting(cli, store, "posting.rebuild", why);
    const rebuilt = await rebuildFrom({ engine, project }, by, name);
    const { found, restored, mended, strange, homeless } = rebuilt;
    if (cli.flags.json) cli.json(rebuiltShown(name, rebuilt));
    cli.say(
      `${counted(found, "document")} over there: ${restored.length} restored, ${mended.length} put right, ${
        found - restored.length - mended.length - strange.length
      } as they were.`,
    );
    for (const key of strange) {
      cli.say(`  ${cli.paint("yellow", clean(key))} is no key of this pipeline; it is left alone`);
    }
    if (homeless.length > 0) {
      cli.say(
        `${counted(homeless.length, "chain")} of nobody knows what: gusset run ${name} --full, then rebuild again.`,
      );
      return EXIT.findings;
    }
    return EXIT.fine;
  });
}
