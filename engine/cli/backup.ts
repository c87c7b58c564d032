/**
 * `gusset backup` and `gusset restore`: the whole state in a file, and back.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { Failure } from "../failure.ts";
import { isEmptyState, restoreState, takeSnapshot } from "../state/backup.ts";
import { type BackupFooter, type BackupHeader, backupLines, readBackup } from "../state/backup_lines.ts";
import { commitAct } from "../state/audit.ts";
import { openStore } from "../state/open.ts";
import { batch } from "../state/batch.ts";
import type { Store } from "../state/types.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { withStore } from "./open.ts";
import { person } from "./lists.ts";
import { actor } from "./person.ts";
import { clean, counted } from "./style.ts";
import type { Act } from "./verbs.ts";
import { writing } from "./writing.ts";

/** Registers `backup`. */
export function backupVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("backup")
    .description(
      "Writes the whole state into a file (JSON Lines, mode 600), as it is at one moment; secrets stay sealed",
    )
    .argument("<file>")
    .action(act((file: string) => backup(cli(), file)));
}

/** Registers `restore`. */
export function restoreVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("restore")
    .description(
      "Fills an empty state from a backup; afterwards pipelines that post wait until `gusset postings rebuild`",
    )
    .argument("<file>")
    .option("--force", "what is in the state goes: stop every process that uses it first")
    .action(act((file: string, flags: { force?: boolean }) => restore(cli(), file, flags)));
}

async function backup(cli: Cli, path: string): Promise<0> {
  const { header, footer } = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "state.backup");
    await who.commit(batch(store), { subject: path });
    const snapshot = await takeSnapshot(store);
    try {
      const lines = backupLines(snapshot.header, snapshot.entries);
      return { header: snapshot.header, footer: await writing(path, () => writeLines(path, lines)) };
    } finally {
      await snapshot.close();
    }
  });
  if (cli.flags.json) cli.json({ file: path, at: header.at, ...footer });
  cli.say(`Written: ${clean(path)}, ${counted(footer.entries, "entry", "entries")} as of ${header.at}.`);
  cli.say(`  sha256 ${footer.sha256}`);
  cli.say(cli.paint("dim", "  The master key is not in it: without that no secret can be opened. Keep it elsewhere."));
  return EXIT.fine;
}

/** A file is whole or not there: it gets its name when all is in it. */
async function writeLines(path: string, lines: AsyncIterable<string>): Promise<BackupFooter> {
  const unready = `${path}.${randomUUID()}.tmp`;
  const file = await open(unready, "wx", 0o600);
  try {
    let last = "";
    let some: string[] = [];
    for await (const line of lines) {
      last = line;
      if (some.push(line) < LINES) continue;
      await file.write(some.join(""));
      some = [];
    }
    await file.write(some.join(""));
    await file.sync();
    await file.close();
    await rename(unready, path);
    return JSON.parse(last) as BackupFooter;
  } catch (thrown) {
    await file.close().catch(() => {});
    await rm(unready, { force: true });
    throw thrown;
  }
}

/** Lines written at a time. */
const LINES = 500;

async function restore(cli: Cli, path: string, { force = false }: { force?: boolean }): Promise<0> {
  // All of it once, before anything is written: a backup that is damaged restores nothing.
  const { header, footer } = await reading(path, verify);
  const { kv } = cli.paths;
  const store = await openStore({ path: kv, clock: cli.clock, random: cli.random, half: true });
  try {
    const who = await restorer(cli, store, force);
    await reading(path, async (lines) => await restoreState(store, await readBackup(lines)));
    const details = { from: header.at, sha256: footer.sha256 };
    await commitAct(batch(store), { who, what: "state.restore", subject: header.id, details });
  } finally {
    store.close();
  }
  if (cli.flags.json) cli.json({ file: path, at: header.at, ...footer });
  cli.say(`Restored: ${counted(footer.entries, "entry", "entries")}, as of ${header.at}.`);
  cli.say("Nothing is posted until the outbox was rebuilt: gusset postings rebuild PIPELINE, for each that posts.");
  cli.say("Then: gusset audit verify, gusset status.");
  return EXIT.fine;
}

/** Who restores: in an empty state there are no tokens yet, and whoever reaches it may. */
async function restorer(cli: Cli, store: Store, force: boolean): Promise<string> {
  if (await isEmptyState(store)) return `local:${person(cli)}`;
  if (!force) {
    throw new Failure("state.not-empty", { fact: "There is something in this state already", place: store.path });
  }
  return (await actor(cli, store, "state.restore")).name;
}

/** Reads a backup through, and gives how it begins and ends. */
async function verify(lines: AsyncIterator<string>): Promise<{ header: BackupHeader; footer: BackupFooter }> {
  const { header, entries } = await readBackup(lines);
  for (;;) {
    const { value, done } = await entries.next();
    if (done) return { header, footer: value };
  }
}

/** Works with the lines of a file. Throws `config.unreadable` where it cannot be read. */
async function reading<T>(path: string, work: (lines: AsyncIterator<string>) => Promise<T>): Promise<T> {
  const file = createReadStream(path, "utf8");
  const opened = new Promise<void>((resolve, reject) => file.once("open", () => resolve()).once("error", reject));
  try {
    await opened;
  } catch (cause) {
    throw new Failure("config.unreadable", { fact: "The backup cannot be read", place: path, cause });
  }
  try {
    return await work(createInterface({ input: file, crlfDelay: Infinity })[Symbol.asyncIterator]());
  } finally {
    file.destroy();
  }
}
