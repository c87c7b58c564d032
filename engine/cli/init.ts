/**
 * `gusset init`: a master key file for a local try-out. A server gets its key from the environment.
 *
 * @module
 */
import type { Command } from "commander";
import { initMasterKey } from "../vault/master.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function initVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("init")
    .description("Makes a master key file (mode 600) that secrets are sealed under, for a local try-out")
    .action(act(() => init(cli())));
}

async function init(cli: Cli): Promise<0> {
  const path = cli.paths.masterKey;
  await initMasterKey(path);
  if (cli.flags.json) cli.json({ masterKey: path });
  cli.say(`Made ${path}. Keep it: without it no secret can be opened again.`);
  cli.say(`A server takes its key from GUSSET_MASTER_KEY instead.`);
  cli.say(`Next: gusset secret set NAME`);
  return EXIT.fine;
}
