/**
 * The command line: options, verbs, and how a command ends.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { asFailure, Failure, sentence } from "../failure.ts";
import { adoptVerb } from "./adopt.ts";
import { checkVerb } from "./check.ts";
import { type Cli, type Door, type Flags, makeCli, type Outside } from "./context.ts";
import { demoVerb } from "./demo.ts";
import { EXIT, type Exit, EXIT_HELP, exitOf } from "./exit.ts";
import { initVerb } from "./init.ts";
import { linksVerb } from "./links.ts";
import { parkedVerb } from "./parked.ts";
import { permissionsVerb } from "./permissions.ts";
import { pinVerb } from "./pin.ts";
import { pingVerb } from "./ping.ts";
import { rejectedVerb } from "./rejected.ts";
import { dryRunVerb, runVerb } from "./run.ts";
import { runsVerb } from "./runs.ts";
import { sandboxVerb } from "./sandbox.ts";
import { schemaVerb } from "./schema.ts";
import { secretVerb } from "./secret.ts";
import { statusVerb } from "./status.ts";
import { testVerb } from "./tests.ts";
import type { Act, Verb } from "./verbs.ts";
import { versionVerb } from "./version.ts";

/** The verbs, by what a person does with them; in this order in `--help`. */
const VERBS: readonly [heading: string, verbs: readonly Verb[]][] = [
  ["Try it:", [demoVerb, sandboxVerb]],
  ["Set it up:", [initVerb, secretVerb, pingVerb, pinVerb, permissionsVerb, checkVerb, testVerb, schemaVerb]],
  ["Run it:", [dryRunVerb, runVerb]],
  ["Look after it:", [statusVerb, runsVerb, rejectedVerb, parkedVerb, adoptVerb, linksVerb, versionVerb]],
];

const EPILOGUE = `
Pipelines are read from ./pipelines (--pipelines), connections from its connections.yaml (--connections).
State lives in .gusset/kv.sqlite3 (--kv, GUSSET_KV): a file, or the URL of a Deno KV.
With --json a verb prints JSON on standard output: one document, or one a line (run, dry-run, and lists).

${EXIT_HELP}`;

/** Runs one command and gives its exit code. Never throws: what went wrong has been said. */
export async function runCli(argv: readonly string[], door: Door, outside: Outside): Promise<Exit> {
  let code: Exit = EXIT.fine;
  let made: Cli | undefined;
  const act: Act = (work) => async (...args) => {
    code = await work(...args);
  };
  const make = (): Cli =>
    makeCli(door, outside, {
      flags: program.opts<Flags>(),
      command: (argv, terminal = outside.terminal) => runCli(argv, door, { ...outside, terminal }),
    });
  const program = build(door, outside, () => made ??= make(), act);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
    const cli = made ?? make();
    const failure = outside.signal.aborted && !(thrown instanceof Failure && thrown.kind === "bug")
      ? asFailure(outside.signal.reason)
      : asFailure(thrown);
    if (cli.flags.json) cli.json({ type: "failure", ...failure.toJSON() });
    cli.note(cli.paint("red", "gusset: ") + sentence(failure));
    if (cli.flags.debug) cli.note(trace(failure));
    return exitOf(failure);
  }
}

/** The stack of a failure and of what caused it. */
function trace(failure: Failure): string {
  const traces: string[] = [];
  for (let at: unknown = failure; at instanceof Error; at = at.cause) traces.push(at.stack ?? String(at));
  return traces.join("\ncaused by ");
}

/** The command line as commander holds it, with nothing behind its verbs: for the reference page and its test. */
export function commandLine(door: Door, outside: Outside): Command {
  return build(
    door,
    outside,
    () => makeCli(door, outside, { flags: {}, command: () => Promise.resolve(EXIT.fine) }),
    () => () => Promise.resolve(),
  );
}

function build(door: Door, { terminal }: Outside, cli: () => Cli, act: Act): Command {
  const program = new Command("gusset")
    .description("Joins Oracle E-Business Suite to Procore: pipelines in YAML, planned before they are written.")
    .option("--json", "print JSON, for machines")
    .option("--kv <path|url>", "where state lives")
    .option("--pipelines <dir>", "the folder of pipelines")
    .option("--connections <file>", "another connections file")
    .option("--home <dir>", "the folder of local state and of the master key file (.gusset; GUSSET_HOME)")
    .option("--color", "colour the output even where it is no terminal")
    .option("--no-color", "do not colour the output (NO_COLOR)")
    .option("--verbose", "log what the connections do")
    .option("--debug", "show the stack of a failure")
    .version(door.version, "-V, --version")
    .showSuggestionAfterError()
    .showHelpAfterError("(see gusset --help)")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      getOutHelpWidth: () => Math.min(terminal.columns, 100),
      getErrHelpWidth: () => Math.min(terminal.columns, 100),
      getOutHasColors: () => terminal.color,
      getErrHasColors: () => terminal.color,
    })
    .helpCommand(false)
    .addHelpText("after", EPILOGUE)
    .exitOverride();
  for (const [heading, verbs] of VERBS) {
    program.commandsGroup(heading);
    for (const verb of verbs) verb(program, cli, act);
  }
  return program;
}
