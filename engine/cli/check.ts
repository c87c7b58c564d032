/**
 * `gusset check`: everything that is wrong with the files, before anything runs.
 *
 * @module
 */
import type { Command } from "commander";
import { checkFiles, checkShown } from "../acts/check.ts";
import { renderDiagnostics } from "../pipeline/render.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { counted } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function checkVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("check")
    .description(
      "Checks pipelines, reconciliations and connections: every mistake with its place and what to write instead",
    )
    .option("--strict", "warnings count as errors")
    .action(act((options: { strict?: boolean }) => check(cli(), options)));
}

async function check(cli: Cli, { strict = false }: { strict?: boolean }): Promise<0 | 1> {
  const checked = await checkFiles({
    dir: cli.paths.pipelines,
    connectionsFile: cli.flags.connections,
    registry: cli.door.registry,
    strict,
  });
  const { project, compared, diagnostics, sources, errors, warnings, ok } = checked;
  if (cli.flags.json) {
    cli.json(checkShown(checked));
    return ok ? EXIT.fine : EXIT.findings;
  }
  if (diagnostics.length > 0) {
    cli.say(renderDiagnostics(diagnostics, sources, { color: cli.flags.color ?? cli.terminal.color }).trimEnd());
  }
  if (project) {
    const pipelines = counted(project.pipelines.length, "pipeline");
    const connections = counted(Object.keys(project.connections).length, "connection");
    const definitions = compared?.definitions.length ?? 0;
    const all = definitions === 0 ? pipelines : `${pipelines}, ${counted(definitions, "reconciliation")}`;
    const result = diagnostics.length === 0
      ? "all is well"
      : [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean).join(", ");
    cli.say(cli.paint(ok ? "green" : "red", `${all} and ${connections} checked: ${result}.`));
  }
  return ok ? EXIT.fine : EXIT.findings;
}
