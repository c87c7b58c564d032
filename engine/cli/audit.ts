/**
 * `gusset audit`: every change that a person made, and whether the log of them is what it was.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { Failure } from "../failure.ts";
import { type AuditEntry, type AuditHead, listAudit, verifyAudit } from "../state/audit.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { filtered, showList } from "./lists.ts";
import { withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { counted } from "./style.ts";
import type { Act } from "./verbs.ts";

interface ListFlags {
  who?: string;
  what?: string;
  subject?: string;
  limit: number;
}

/** Registers the verb and what it can do. */
export function auditVerb(program: Command, cli: () => Cli, act: Act): void {
  const verb = program.command("audit").description("Every change that a person made, chained by hash");
  verb.command("list", { isDefault: true }).description("Lists them, newest first")
    .option("--who <name>", "only what this person did")
    .option("--what <act>", "only this act, or acts: `posting`, `posting.retry`")
    .option("--subject <name>", "only what was done to this")
    .addOption(new Option("--limit <n>", "lines shown").argParser(wholeNumber).default(50))
    .action(act((flags: ListFlags) => list(cli(), flags)));
  verb.command("verify").description("Walks the chain, and names the first entry that is not what it was")
    .option("--last <number:hash>", "an entry that was noted elsewhere: it must still be there", noted)
    .action(act((options: { last?: AuditHead }) => verify(cli(), options.last)));
}

function noted(text: string): AuditHead {
  const [, number, hash] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("It must be NUMBER:HASH, as verify prints it.");
  return { number: Number(number), hash };
}

async function list(cli: Cli, { who, what, subject, limit }: ListFlags): Promise<0> {
  const wanted = (entry: AuditEntry): boolean =>
    (who ?? entry.who) === entry.who && (subject ?? entry.subject) === entry.subject &&
    (what === undefined || entry.what === what || entry.what.startsWith(`${what}.`));
  await withStore(cli, (store) =>
    showList(cli, filtered(listAudit(store, { reverse: true }), wanted), {
      head: ["number", "at", "who", "what", "subject", "why"],
      cells: ({ number, at, who, what, subject, why, details }) => [
        String(number),
        at,
        who,
        what,
        subject,
        [why, ...Object.entries(details ?? {}).map(([name, value]) => `${name} ${value}`)].filter(Boolean).join("; "),
      ],
      empty: "Nobody has changed anything yet.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}

async function verify(cli: Cli, last?: AuditHead): Promise<0> {
  const verdict = await withStore(cli, (store) => verifyAudit(store, last), { reading: true });
  const { entries, head, broken } = verdict;
  if (broken) {
    throw new Failure("audit.broken", {
      fact: `Entry ${broken.number} of the audit log ${broken.fault}`,
      value: `${counted(entries, "entry", "entries")} before it hold`,
      place: "the audit log",
    });
  }
  if (cli.flags.json) cli.json(verdict);
  cli.say(`The audit log is whole: ${counted(entries, "entry", "entries")}.`);
  if (entries > 0) cli.say(`Note the last one elsewhere: ${head.number}:${head.hash}`);
  return EXIT.fine;
}
