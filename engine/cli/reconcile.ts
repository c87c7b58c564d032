/**
 * `gusset reconcile`: what both systems say of a period, side by side; frozen by one person, signed by another.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { compareBooks, definitionOf, freezeReport, signer, signSnapshot } from "../acts/reconcile.ts";
import { Failure } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { renderDiagnostics } from "../pipeline/render.ts";
import { csvOf } from "../reconcile/csv.ts";
import type { Definition } from "../reconcile/definition.ts";
import { htmlOf } from "../reconcile/html.ts";
import { loadDefinitions } from "../reconcile/load.ts";
import { type Part, partsOf } from "../reconcile/parts.ts";
import { thaw } from "../reconcile/snapshots.ts";
import type { Change, Report } from "../reconcile/types.ts";
import { listSnapshots, type Snapshot } from "../state/snapshots.ts";
import { type Cli, usage } from "./context.ts";
import { EXIT } from "./exit.ts";
import { showList } from "./lists.ts";
import { type Bench, withEngine, withStore } from "./open.ts";
import { collect, wholeNumber } from "./options.ts";
import { actor } from "./person.ts";
import { headLines, partLines } from "./reconcile_view.ts";
import type { Act } from "./verbs.ts";
import { writing } from "./writing.ts";

interface Options {
  period?: string;
  project?: string[];
  csv?: string;
  html?: string;
  freeze?: boolean;
  preparer?: string;
  sign?: string;
  reviewer?: string;
  show?: string;
  snapshots?: boolean;
  limit: number;
}

/** Registers the verb. */
export function reconcileVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("reconcile")
    .description("Compares what was certified with journals and accounts, for a period that can be signed")
    .argument("[name]", "the reconciliation, where there are several")
    .option("--period <month>", "the period: a month, as 2026-10, or its name in the books")
    .option("--project <key>", "only this project, by number or id (several times)", collect)
    .option("--csv <dir>", "write a CSV file for each part into this folder")
    .option("--html <file>", "write a page that prints")
    .option("--freeze", "keep it as it is now, with its hash")
    .option("--preparer <name>", "who freezes it")
    .option("--sign <snapshot>", "sign a frozen one")
    .option("--reviewer <name>", "who signs it; another person than the preparer")
    .option("--show <snapshot>", "show a frozen one as it was")
    .option("--snapshots", "list frozen ones")
    .addOption(new Option("--limit <n>", "rows shown of each part").argParser(wholeNumber).default(40))
    .action(act((name: string | undefined, options: Options) => reconcile(cli(), name, options)));
}

async function reconcile(cli: Cli, name: string | undefined, options: Options): Promise<0 | 1> {
  const ways = ["period", "sign", "show", "snapshots"].filter((one) => options[one as keyof Options] !== undefined);
  if (ways.length !== 1) {
    throw usage("It takes one of --period, --sign, --show and --snapshots", "Write gusset reconcile --period 2026-10.");
  }
  if (options.snapshots) return await list(cli, name, options.limit);
  if (options.sign !== undefined) return await signed(cli, options.sign, options.reviewer);
  if (options.show !== undefined) {
    const { report, snapshot } = await withStore(cli, (store) => thaw(store, options.show!), { reading: true });
    return await tell(cli, report, options, { snapshot });
  }
  return await withEngine(cli, { readOnly: !options.freeze }, (bench) => compare(cli, bench, name, options));
}

async function compare(cli: Cli, { engine, project, store }: Bench, name: string | undefined, options: Options) {
  const definition = definitionOf(await definitionsOf(cli, project), name);
  const compared = await compareBooks(
    {
      definition,
      store,
      project,
      registry: cli.door.registry,
      clock: cli.clock,
      connect: (connection: string) => engine.connect(connection),
      onProgress: (what: string) => cli.log("info", `reading ${what}`),
    },
    { period: options.period!, only: options.project },
  );
  if (!options.freeze) return await tell(cli, compared.report, options, compared);
  const who = await actor(cli, store, "reconcile.freeze");
  const by = signer(who, options.preparer, "--freeze wants --preparer NAME");
  const { snapshot, report } = await freezeReport(who, compared.report, by);
  return await tell(cli, report, options, { ...compared, snapshot });
}

async function tell(
  cli: Cli,
  report: Report,
  { csv, html, limit }: Options,
  { snapshot, last, changes }: { snapshot?: Snapshot; last?: Snapshot; changes?: Change[] },
): Promise<0 | 1> {
  const parts = partsOf(report, changes);
  if (csv !== undefined) await writeCsv(cli, csv, report, parts);
  if (html !== undefined) {
    const page = await htmlOf(report, parts, snapshot);
    await writing(html, () => writeFile(html, page));
    cli.note(`Written: ${html}`);
  }
  if (cli.flags.json) cli.json({ ...report, ...(snapshot && { snapshot }), ...(last && { frozen: last, changes }) });
  else {
    const view = { paint: cli.paint, columns: cli.terminal.columns, limit };
    cli.say(headLines(report, view, snapshot ?? last).join("\n"));
    for (const part of parts) cli.say(`\n${partLines(part, view).join("\n")}`);
    if (snapshot && !snapshot.reviewed) {
      cli.say(`\nFrozen: another person signs it with gusset reconcile --sign ${snapshot.id} --reviewer NAME`);
    }
  }
  return report.open > 0 ? EXIT.findings : EXIT.fine;
}

async function writeCsv(cli: Cli, dir: string, { header }: Report, parts: readonly Part[]): Promise<void> {
  await writing(dir, () => mkdir(dir, { recursive: true }));
  for (const part of parts) {
    const path = join(dir, `${header.name}-${header.period.from.slice(0, 7)}-${part.name}.csv`);
    await writing(path, () => writeFile(path, csvOf(part)));
    cli.note(`Written: ${path}`);
  }
}

async function signed(cli: Cli, id: string, reviewer: string | undefined): Promise<0> {
  const snapshot = await withStore(cli, async (store) => {
    const who = await actor(cli, store, "reconcile.sign");
    return await signSnapshot(who, id, signer(who, reviewer, "--sign wants --reviewer NAME"));
  });
  if (cli.flags.json) cli.json({ snapshot });
  cli.say(`${snapshot.id} is reviewed by ${snapshot.reviewed!.by}, prepared by ${snapshot.prepared.by}.`);
  cli.say(`SHA-256 ${snapshot.hash}`);
  return EXIT.fine;
}

async function list(cli: Cli, name: string | undefined, limit: number): Promise<0> {
  await withStore(cli, (store) =>
    showList(cli, listSnapshots(store, name), {
      head: ["snapshot", "period", "open", "prepared by", "reviewed by", "SHA-256"],
      cells: ({ id, period, open, prepared, reviewed, hash }) => [
        id,
        period,
        String(open),
        prepared.by,
        reviewed?.by ?? "",
        hash.slice(0, 16),
      ],
      empty: "Nothing is frozen yet.",
      limit,
    }), { reading: true });
  return EXIT.fine;
}

/** The reconciliations of the folder. Where a file is wrong, prints what is wrong with it and throws `config.invalid`. */
async function definitionsOf(cli: Cli, project: Project): Promise<Definition[]> {
  const { definitions, diagnostics, sources } = await loadDefinitions({
    dir: cli.paths.pipelines,
    project,
    registry: cli.door.registry,
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return definitions;
  cli.note(renderDiagnostics(errors, sources, { color: cli.flags.color ?? cli.terminal.color }));
  throw new Failure("config.invalid", {
    fact: `${errors.length === 1 ? "One mistake" : `${errors.length} mistakes`} in the reconciliations`,
    action: "Mend what is listed above.",
  });
}
