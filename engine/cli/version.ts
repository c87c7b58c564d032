/**
 * `gusset version`: Gusset, the runtime it stands on, and the connectors it brings.
 *
 * @module
 */
import type { Command } from "commander";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function versionVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("version")
    .description("Gusset's version, the runtime's, and the connectors")
    .action(act(() => version(cli())));
}

function version(cli: Cli): 0 {
  const connectors = Object.values(cli.door.registry).map(({ name, title }) => ({ name, title }));
  if (cli.flags.json) cli.json({ gusset: cli.door.version, deno: Deno.version.deno, connectors });
  cli.say(`gusset ${cli.door.version} (Deno ${Deno.version.deno})`);
  for (const { name, title } of connectors) cli.say(`  ${name}  ${title}`);
  return EXIT.fine;
}
