/**
 * `gusset pause` and `gusset resume`: whether a pipeline starts by itself.
 *
 * @module
 */
import type { Command } from "commander";
import { pause as pausePipeline, resume as resumePipeline } from "../acts/pipelines.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { openProject, pipelineOf, withStore } from "./open.ts";
import { actor } from "./person.ts";
import { ago, clean } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers `pause`. */
export function pauseVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("pause").description("Lets nothing but a person start a pipeline; what is at work goes on")
    .argument("<pipeline>")
    .option("--why <text>", "kept for whoever wonders")
    .action(act((name: string, { why }: { why?: string }) => pause(cli(), name, why)));
}

/** Registers `resume`. */
export function resumeVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("resume").description(
    "Lets a paused pipeline start again; starts it missed are made up for as it says",
  )
    .argument("<pipeline>")
    .action(act((name: string) => resume(cli(), name)));
}

async function pause(cli: Cli, name: string, why?: string): Promise<0> {
  pipelineOf(await openProject(cli), name);
  const before = await withStore(
    cli,
    async (store) => await pausePipeline(await actor(cli, store, "pipeline.pause"), name, why),
  );
  if (cli.flags.json) cli.json({ pipeline: name, paused: true, before: before ?? null });
  if (before) cli.say(`${name} is paused already, by ${clean(before.by)} ${ago(before.at, cli.clock.now())}.`);
  else cli.say(`${name} is paused. Nothing starts it until \`gusset resume ${name}\`, but \`gusset run\`.`);
  return EXIT.fine;
}

async function resume(cli: Cli, name: string): Promise<0> {
  const before = await withStore(
    cli,
    async (store) => await resumePipeline(await actor(cli, store, "pipeline.resume"), name, () => openProject(cli)),
  );
  if (cli.flags.json) cli.json({ pipeline: name, paused: false, before: before ?? null });
  cli.say(
    before
      ? `${name} starts again; it was paused by ${clean(before.by)} ${ago(before.at, cli.clock.now())}.`
      : `${name} is not paused.`,
  );
  return EXIT.fine;
}
