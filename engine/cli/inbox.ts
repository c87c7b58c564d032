/**
 * `gusset inbox`: the worklist, what calls for a person.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { closeNotice, noticeOf, worklist } from "../acts/inbox.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { money } from "./list_view.ts";
import { showList } from "./lists.ts";
import { withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { actor, reason } from "./person.ts";
import { ago, clean } from "./style.ts";
import type { Act } from "./verbs.ts";

interface ListFlags {
  all?: boolean;
  owner?: string;
  limit: number;
}

/** Registers the verb and what it can do. */
export function inboxVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("inbox").description("The worklist: what calls for a person");
  verb.command("list", { isDefault: true }).description("Lists what is open, the most urgent first")
    .option("--all", "what is done or dismissed too")
    .option("--owner <name>", "only this person's, or role's")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((flags: ListFlags) => list(cli(), flags)));
  verb.command("show").description("Shows one").argument("<id>").action(act((id: string) => show(cli(), id)));
  verb.command("done").description("Says that it is done; it comes back where its source changes again")
    .argument("<id>")
    .option("--why <text>", "what was done, for the record")
    .action(act((id: string, { why }: { why?: string }) => close(cli(), id, { state: "done", why })));
  verb.command("dismiss").description("Says that it is not to be done; it comes back where its source changes again")
    .argument("<id>")
    .requiredOption("--why <text>", "the reason, for the record")
    .action(
      act((id: string, { why }: { why: string }) =>
        close(cli(), id, { state: "dismissed", why: reason(why, "Say why it is not to be done.") })
      ),
    );
}

async function list(cli: Cli, { all = false, owner, limit }: ListFlags): Promise<0> {
  const now = cli.clock.now();
  const today = new Date(now).toISOString().slice(0, 10);
  await withStore(cli, async (store) => {
    const found = await worklist(store, { all, owner });
    await showList(cli, found, {
      head: ["id", "title", "owner", "worth", "due", "since", ...(all ? ["state"] : [])],
      cells: (notice) => [
        notice.id,
        notice.title,
        notice.owner ?? "",
        notice.value ? money(notice.value) : "",
        notice.due ? `${notice.due}${notice.state === "open" && notice.due < today ? ", overdue" : ""}` : "",
        ago(notice.at, now),
        ...(all ? [notice.state] : []),
      ],
      empty: all ? "The worklist is empty." : "Nothing is to be done.",
      limit,
    });
  }, { reading: true });
  return EXIT.fine;
}

async function show(cli: Cli, id: string): Promise<0> {
  const notice = await withStore(cli, (store) => noticeOf(store, id), { reading: true });
  const { title, owner, value, due, details, reference, state, at, changedAt, closed } = notice;
  if (cli.flags.json) cli.json(notice);
  cli.say(cli.paint("bold", clean(title)));
  const facts = {
    id,
    about: reference,
    owner,
    worth: value && money(value),
    due,
    state,
    since: at,
    changed: changedAt,
  };
  for (const [name, fact] of Object.entries(facts)) if (fact) cli.say(`  ${name.padEnd(8)}${clean(fact)}`);
  if (closed) cli.say(`  closed  by ${clean(closed.by)} on ${closed.at}${closed.why ? `: ${clean(closed.why)}` : ""}`);
  for (const line of (details ?? "").split("\n").filter(Boolean)) cli.say(`  ${clean(line)}`);
  return EXIT.fine;
}

async function close(cli: Cli, id: string, { state, why }: { state: "done" | "dismissed"; why?: string }): Promise<0> {
  const { notice, already } = await withStore(cli, async (store) => {
    const who = await actor(cli, store, state === "done" ? "inbox.done" : "inbox.dismiss");
    return await closeNotice(who, id, { state, why });
  });
  if (cli.flags.json) cli.json({ ...notice, already });
  const title = clean(notice.title);
  if (already) cli.say(`${title} is ${notice.state} already${notice.closed ? `, by ${clean(notice.closed.by)}` : ""}.`);
  else cli.say(state === "done" ? `Done: ${title}` : `Dismissed: ${title}`);
  return EXIT.fine;
}
