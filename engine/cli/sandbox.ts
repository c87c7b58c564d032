/**
 * `gusset sandbox`: every connector's system, invented, on this machine.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Row } from "../connector.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { port, wholeNumber } from "./options.ts";
import { closeAll, readData, serveSandboxes, writeConnections } from "./serve.ts";
import type { Act } from "./verbs.ts";

interface SandboxFlags {
  port?: Record<string, number>;
  data?: string;
  seed?: number;
  write?: string;
}

/** Registers the verb. */
export function sandboxVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("sandbox")
    .description("Serves stand-ins of both systems on this machine, and writes a connections file that reaches them")
    .addOption(new Option("--port <connector=port>", "where one listens; may be given several times").argParser(port))
    .option("--data <dir>", "a folder of JSON lines in place of the invented company")
    .addOption(new Option("--seed <n>", "another invented company").argParser(wholeNumber))
    .option("--write <file>", "the connections file (.gusset/sandbox.connections.yaml)")
    .action(act((flags: SandboxFlags) => serve(cli(), flags)));
}

/** What the sandboxes hold: a folder's rows, or the invented company as it is today. */
export async function dataFor(
  cli: Cli,
  { data, seed }: { data?: string; seed?: number },
): Promise<Record<string, Row[]>> {
  return data ? await readData(data) : cli.door.company({ seed, at: cli.clock.now() });
}

async function serve(cli: Cli, flags: SandboxFlags): Promise<0> {
  const path = flags.write ?? `${cli.paths.home}/sandbox.connections.yaml`;
  const served = await serveSandboxes(cli, { ports: flags.port ?? {}, data: await dataFor(cli, flags) });
  try {
    await writeConnections(cli, served, path);
    for (const { name, connector, sandbox, origin } of served) {
      const summary = sandbox.summary();
      if (cli.flags.json) cli.json({ connection: name, origin, summary, connections: path });
      cli.say(`${cli.paint("bold", name)}  ${origin}  ${cli.paint("dim", connector.title)}`);
      cli.say(`  ${summary}`);
      cli.say(`  look inside: curl ${origin}/_sandbox/rows   see a failure: curl -X POST ${origin}/_sandbox/faults`);
    }
    cli.say();
    cli.say(`Written: ${path}. In another terminal:`);
    cli.say(`  gusset ping --connections ${path}`);
    cli.say(`  gusset dry-run --all --connections ${path}`);
    cli.say(`Ctrl-C ends it; what it holds is then gone.`);
    await untilAborted(cli.signal);
  } finally {
    await closeAll(served);
  }
  return EXIT.fine;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
