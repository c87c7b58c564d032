/**
 * `gusset run` and `gusset dry-run`: the same run, written or only shown.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { inOrder, runOf, whyNotRun } from "../acts/run.ts";
import { asFailure } from "../failure.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { planWriter, readPlan } from "../run/saved.ts";
import type { Engine, PlanHeader, PlannedChange, RunOptions, RunResult } from "../run/types.ts";
import { listRuns } from "../state/runs.ts";
import type { Store } from "../state/types.ts";
import { type Cli, usage } from "./context.ts";
import { type Exit, exitOfRun, worst } from "./exit.ts";
import { type Bench, choose, withEngine } from "./open.ts";
import { person } from "./lists.ts";
import { collect, wholeNumber } from "./options.ts";
import { whoami } from "./person.ts";
import { planView } from "./plan_view.ts";
import { progressView } from "./progress.ts";
import type { Act } from "./verbs.ts";
import { writing } from "./writing.ts";

/** The options of both verbs. */
interface RunFlags {
  all?: boolean;
  everything?: boolean;
  full?: boolean;
  verify?: boolean;
  limit?: number;
  only?: string[];
  plan?: string;
  out?: string;
  show: number;
  fields?: boolean;
  allowDeactivations?: boolean;
}

/** Records shown for each plan word where nobody asks for more. */
const SHOWN = 20;

/** Registers `run`. */
export function runVerb(program: Command, cli: () => Cli, act: Act): void {
  shared(
    program.command("run").description("Runs pipelines: reads what changed, compares, and writes the difference")
      .argument("[pipeline...]", "pipelines to run, in dependency order"),
  )
    .option("--plan <file>", "apply exactly this saved plan; what has changed since is refused, record by record")
    .option("--allow-deactivations", "let this run deactivate more than the pipeline's share")
    .action(act((names: string[], flags: RunFlags) => runAll(cli(), names, flags, "apply")));
}

/** Registers `dry-run`. */
export function dryRunVerb(program: Command, cli: () => Cli, act: Act): void {
  shared(
    program.command("dry-run").description(
      "Shows what a run would do, record by record and field by field; writes nothing",
    )
      .argument("[pipeline...]", "pipelines to plan, in dependency order"),
  )
    .option("--out <file>", "save the plan (JSON Lines), for `gusset run --plan`")
    .option("--allow-deactivations", "plan more deactivations than the pipeline's share")
    .action(act((names: string[], flags: RunFlags) => runAll(cli(), names, flags, "plan")));
}

function shared(command: Command): Command {
  return command
    .option("--all", "every pipeline")
    .option("--full", "read everything again, and find records that are gone from the source")
    .option("--verify", "read everything, compare unchanged records with the destination too, and show drift")
    .option("--limit <n>", "stop after so many source records; moves no cursor", wholeNumber)
    .option("--only <key>", "just this source key; may be given several times; moves no cursor", collect)
    .option("--fields", "show each field of records that are created")
    .addOption(new Option("--show <n>", "records shown for each plan word").argParser(wholeNumber).default(SHOWN))
    .option("--everything", "show every record, as it comes");
}

async function runAll(cli: Cli, names: string[], flags: RunFlags, mode: "plan" | "apply"): Promise<Exit> {
  const saved = flags.plan ? await readPlan(flags.plan) : undefined;
  if (saved && (names.length > 1 || names[0] && names[0] !== saved.header.pipeline)) {
    throw usage(`The plan ${flags.plan} is of the pipeline ${saved.header.pipeline}, not of ${names.join(", ")}`);
  }
  if (saved) names = [saved.header.pipeline];
  if (names.length === 0 && !flags.all) {
    throw usage("No pipeline is named", "Name one or more, or say --all.");
  }
  return await withEngine(cli, { readOnly: mode === "plan" }, async (bench) => {
    const pipelines = choose(bench.project, names, { all: flags.all });
    if (flags.out && pipelines.length !== 1) throw usage("--out saves the plan of one pipeline", "Name just one.");
    if (flags.out && pipelines[0].posting) {
      throw usage(
        `${pipelines[0].name} posts documents: a plan of these waits in the state, not in a file`,
        "Write approval: required, run it, and see gusset plans.",
      );
    }
    const exits: Exit[] = [];
    const steps = inOrder(
      pipelines,
      mode,
      (pipeline, provisional) => runOne(cli, bench, pipeline, flags, { mode, saved, provisional }),
    );
    for await (const step of steps) {
      const { pipeline } = step;
      if ("waitsFor" in step) {
        notRun(cli, pipeline, whyNotRun(step));
        continue;
      }
      const { result } = step;
      exits.push(exitOfRun(result));
      if (cli.signal.aborted) {
        // It came when this one was through already: those behind it were not run, and nothing has said so yet.
        if (!result.failure && pipeline !== pipelines.at(-1)) throw asFailure(cli.signal.reason);
        break;
      }
      if (pipeline !== pipelines.at(-1)) cli.say();
    }
    return worst(exits);
  });
}

function notRun(cli: Cli, pipeline: Pipeline, why: string): void {
  if (cli.flags.json) cli.json({ type: "not-run", pipeline: pipeline.name, why });
  else cli.say(`${cli.paint("yellow", `${pipeline.name}: not run`)}: ${why}.\n`);
}

/** How one pipeline is run. */
export interface OneRun {
  mode: "plan" | "apply";
  saved?: Awaited<ReturnType<typeof readPlan>>;
  provisional?: Map<string, Map<string, string>>;
}

/** Runs or plans one pipeline and shows it. */
export async function runOne(
  cli: Cli,
  { engine }: Bench,
  pipeline: Pipeline,
  flags: RunFlags,
  { mode, saved, provisional }: OneRun,
): Promise<RunResult> {
  const { json } = cli.flags;
  const view = json ? undefined : planView({
    pipeline,
    mode,
    say: cli.say,
    paint: cli.paint,
    columns: cli.terminal.columns,
    cap: flags.everything ? Infinity : flags.show,
    fields: flags.fields ?? false,
  });
  const ends = new Set([pipeline.source.connection, pipeline.destination.connection]);
  const expected = await expectedRecords(engine.store, pipeline.name, flags);
  const before = await callsOf(engine, ends);
  const writer = flags.out ? await startPlan(cli, engine, pipeline, flags.out) : undefined;
  const progress = flags.everything && cli.terminal.watched ? undefined : progressView(cli);
  let whole = false;
  try {
    const options: RunOptions = {
      pipeline,
      mode,
      by: await runner(cli, engine.store, mode === "apply" && pipeline.posting?.approval === "required"),
      full: flags.full,
      verify: flags.verify,
      limit: flags.limit,
      only: flags.only,
      plan: saved,
      allowDeactivations: flags.allowDeactivations,
      provisional,
      signal: cli.signal,
      onChange: async (change: PlannedChange) => {
        await writer?.change(change);
        if (json) cli.json({ type: "change", pipeline: pipeline.name, ...change });
        else view!.change(change);
      },
      onProgress: (now) => progress?.show({ ...now, expected: now.expected ?? expected }),
    };
    const result = await runOf(engine, options);
    progress?.end();
    const after = await callsOf(engine, ends);
    const calls = Object.fromEntries([...ends].map((name) => [name, after[name] - before[name]]));
    if (json) cli.json({ type: "result", pipeline: pipeline.name, ...result });
    else view!.end(result, calls);
    if (writer && !result.failure) {
      await writer.close();
      whole = true;
      cli.say(`Saved: ${flags.out}. Apply it with: gusset run --plan ${flags.out}`);
    }
    return result;
  } finally {
    progress?.end();
    // A plan of a run that stopped is no plan.
    if (writer && !whole) await writer.discard();
  }
}

/**
 * Who runs it: the owner of a token, where one is given. Whoever makes a plan for a second person says who they are where tokens say so:
 * they could approve their own plan otherwise. Throws `token.missing` where they do not.
 */
async function runner(cli: Cli, store: Store, asks: boolean): Promise<string> {
  const named = asks || cli.terminal.env("GUSSET_TOKEN") !== undefined;
  return named ? (await whoami(cli, store)).name : `local:${person(cli)}`;
}

/** Former runs that tell how much there is to read. */
const FORMER_RUNS = 20;

/** How many records a run will read, where anything tells: what was asked for, or the most that a former run read. */
async function expectedRecords(store: Store, pipeline: string, flags: RunFlags): Promise<number | undefined> {
  if (flags.only) return flags.only.length;
  if (flags.limit) return flags.limit;
  // What has changed since the last run is nobody's guess.
  if (!flags.full) return undefined;
  let most = 0;
  for await (const { read } of listRuns(store, { pipeline, limit: FORMER_RUNS })) most = Math.max(most, read);
  return most || undefined;
}

/** Calls made so far, by connection. */
async function callsOf(engine: Engine, connections: Iterable<string>): Promise<Record<string, number>> {
  const calls: Record<string, number> = {};
  for (const name of connections) calls[name] = (await engine.connect(name)).calls.total;
  return calls;
}

async function startPlan(
  cli: Cli,
  engine: Engine,
  pipeline: Pipeline,
  path: string,
): Promise<Awaited<ReturnType<typeof planWriter>>> {
  const header: PlanHeader = {
    gusset: 1,
    pipeline: pipeline.name,
    hash: pipeline.hash,
    at: new Date(cli.clock.now()).toISOString(),
    connections: {},
  };
  for (const name of [pipeline.source.connection, pipeline.destination.connection]) {
    header.connections[name] = await (await engine.connect(name)).ready();
  }
  const writer = await writing(path, () => planWriter(path));
  await writer.header(header);
  return writer;
}
