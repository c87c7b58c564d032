/**
 * `gusset check`: everything that is wrong with the files, before anything runs.
 *
 * @module
 */
import type { Command } from "commander";
import { loadProject } from "../pipeline/load.ts";
import { diagnosticsJson, renderDiagnostics } from "../pipeline/render.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { counted } from "./style.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function checkVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("check")
    .description("Checks pipelines and connections: every mistake with its place and what to write instead")
    .option("--strict", "warnings count as errors")
    .action(act((options: { strict?: boolean }) => check(cli(), options)));
}

async function check(cli: Cli, { strict = false }: { strict?: boolean }): Promise<0 | 1> {
  const { project, diagnostics, sources } = await loadProject({
    dir: cli.paths.pipelines,
    connectionsFile: cli.flags.connections,
    registry: cli.door.registry,
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const ok = errors === 0 && !(strict && warnings > 0);
  if (cli.flags.json) {
    cli.json({
      ok,
      pipelines: project?.pipelines.map(({ name, file }) => ({ name, file })) ?? [],
      connections: Object.keys(project?.connections ?? {}),
      diagnostics: diagnosticsJson(diagnostics),
    });
    return ok ? EXIT.fine : EXIT.findings;
  }
  if (diagnostics.length > 0) {
    cli.say(renderDiagnostics(diagnostics, sources, { color: cli.flags.color ?? cli.terminal.color }).trimEnd());
  }
  if (project) {
    const pipelines = counted(project.pipelines.length, "pipeline");
    const connections = counted(Object.keys(project.connections).length, "connection");
    const result = diagnostics.length === 0 ? "all is well" : counted(warnings, "warning");
    cli.say(cli.paint(ok ? "green" : "red", `${pipelines} and ${connections} checked: ${result}.`));
  }
  return ok ? EXIT.fine : EXIT.findings;
}
