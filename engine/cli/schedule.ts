/**
 * `gusset schedule`: when each pipeline runs next, and why.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { type PipelineSchedule, scheduleOf } from "../acts/schedule.ts";
import { getStarts } from "../state/schedules.ts";
import { openZone } from "../trigger/zone.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { choose, openProject, withStore } from "./open.ts";
import { wholeNumber } from "./options.ts";
import { ago, clean, table } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers `schedule`. */
export function scheduleVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("schedule").description("When each pipeline runs next, and why, where `gusset serve` is at work")
    .argument("[pipeline...]")
    .addOption(new Option("--next <n>", "starts shown of each pipeline").argParser(wholeNumber).default(1))
    .action(act((names: string[], { next }: { next: number }) => schedule(cli(), names, next)));
}

async function schedule(cli: Cli, names: readonly string[], count: number): Promise<0> {
  const project = await openProject(cli);
  const pipelines = choose(project, names, { all: names.length === 0 });
  const entries = await withStore(cli, (store) => getStarts(store, pipelines.map(({ name }) => name)), {
    reading: true,
  });
  const all = pipelines.map((pipeline, i) => scheduleOf(pipeline, entries[i], { count, now: cli.clock.now() }));
  if (cli.flags.json) cli.json({ schedules: all });
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const rows = all.flatMap((one) => rowsOf(one, here, cli.clock.now()));
  cli.say(table([["pipeline", "next", "zone", `in ${here}`, "why"], ...rows], { paint: cli.paint }).trimEnd());
  for (const one of all) for (const line of notes(one, cli.clock.now())) cli.say(`${one.pipeline}: ${clean(line)}`);
  return EXIT.fine;
}

function rowsOf({ pipeline, schedule, after, next }: PipelineSchedule, here: string, now: number): string[][] {
  const rows = next.map(({ at, wall, moved }) => {
    const late = Date.parse(at) <= now ? ", due" : "";
    const local = iso(openZone(here).wall(Date.parse(at))).slice(0, 16).replace("T", " ");
    return [pipeline, wall, schedule!.timezone, local, `${schedule!.cron}${moved ? ", after quiet hours" : ""}${late}`];
  });
  if (after.length > 0) rows.push([pipeline, "", "", "", `after ${after.join(", ")}`]);
  return rows.length > 0 ? rows : [[pipeline, "", "", "", "nothing starts it but a person"]];
}

function notes({ paused, claim, pending, woken, schedule }: PipelineSchedule, now: number): string[] {
  const lines: string[] = [];
  if (paused) {
    lines.push(`paused by ${paused.by} ${ago(paused.at, now)}${paused.why ? `: ${paused.why}` : ""}`);
  }
  if (claim) lines.push(`at work since ${claim.at}, ${claim.owner}: ${claim.why}`);
  if (pending) {
    const until = Date.parse(pending.from) > now ? ` until ${pending.from}` : "";
    lines.push(`a start waits${until}: ${pending.why}`);
  }
  for (const { why, at } of woken) lines.push(`woken ${ago(at, now)}: ${why}`);
  const quiet = (schedule?.quiet ?? []).map(({ from, to }) => `${from} to ${to}`);
  if (quiet.length > 0) lines.push(`quiet from ${quiet.join(", ")}`);
  return lines;
}

const iso = (ms: number): string => new Date(ms).toISOString();
