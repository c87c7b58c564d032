/**
 * `gusset status`: each pipeline at a glance.
 *
 * @module
 */
import type { Command } from "commander";
import { type PipelineStatus, statusOf } from "../acts/status.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { openProject, withStore } from "./open.ts";
import { countsText } from "./plan_view.ts";
import { took } from "./runs.ts";
import { ago, number, table } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function statusVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("status")
    .description("Each pipeline at a glance: links, what waits for a person, the last run, who is at work")
    .action(act(() => status(cli())));
}

async function status(cli: Cli): Promise<0> {
  const project = await openProject(cli);
  const all = await withStore(cli, async (store) => {
    const found: PipelineStatus[] = [];
    for (const { name } of project.pipelines) found.push(await statusOf(store, name));
    return found;
  }, { reading: true });
  if (cli.flags.json) cli.json({ pipelines: all });
  const now = cli.clock.now();
  const rows = all.map((one) => [
    one.pipeline,
    number(one.links),
    number(one.rejected),
    number(one.parked),
    number(one.adoptions),
    lastRun(one, now),
    one.lastRun ? countsText(one.lastRun.counts, (_, text) => text) : "",
  ]);
  const head = ["pipeline", "links", "rejected", "parked", "to adopt", "last run", "it did"];
  cli.say(table([head, ...rows], { paint: cli.paint }).trimEnd());
  for (const { leases } of all) {
    for (const { pipeline, partition, owner, until } of leases) {
      cli.say(
        `${pipeline}${partition === "-" ? "" : `, partition ${partition}`}: at work is ${owner}, lease until ${until}`,
      );
    }
  }
  return EXIT.fine;
}

function lastRun({ lastRun, leases }: PipelineStatus, now: number): string {
  if (!lastRun) return "never";
  // A run that says it is running, and whose lease nobody holds, was killed: the next one continues it.
  const state = lastRun.state === "running" && leases.length === 0 ? "killed" : lastRun.state;
  return [`${ago(lastRun.startedAt, now)}: ${state}`, took(lastRun)].filter(Boolean).join(", ");
}
