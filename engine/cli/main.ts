/**
 * The command line: options, verbs, and how a command ends.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { asFailure, Failure, sentence } from "../failure.ts";
import { type Cli, type Door, type Flags, makeCli, type Outside } from "./context.ts";
import { EXIT, type Exit, EXIT_HELP, exitOf } from "./exit.ts";
import type { Act, Verb } from "./verbs.ts";

/**
 * The verbs, by what a person does with them; in this order in `--help`. Each is loaded where it is named: a third of the code is
 * needed to check a file, and reading the rest would take longer than checking it.
 */
const VERBS: readonly [heading: string, verbs: Readonly<Record<string, () => Promise<Verb>>>][] = [
  ["Try it:", {
    demo: async () => (await import("./demo.ts")).demoVerb,
    sandbox: async () => (await import("./sandbox.ts")).sandboxVerb,
  }],
  ["Set it up:", {
    init: async () => (await import("./init.ts")).initVerb,
    secret: async () => (await import("./secret.ts")).secretVerb,
    ping: async () => (await import("./ping.ts")).pingVerb,
    pin: async () => (await import("./pin.ts")).pinVerb,
    token: async () => (await import("./token.ts")).tokenVerb,
    permissions: async () => (await import("./permissions.ts")).permissionsVerb,
    check: async () => (await import("./check.ts")).checkVerb,
    test: async () => (await import("./tests.ts")).testVerb,
    webhooks: async () => (await import("./webhooks.ts")).webhooksVerb,
    schema: async () => (await import("./schema.ts")).schemaVerb,
  }],
  ["Run it:", {
    "dry-run": async () => (await import("./run.ts")).dryRunVerb,
    run: async () => (await import("./run.ts")).runVerb,
    serve: async () => (await import("./serve_verb.ts")).serveVerb,
    live: async () => (await import("./live.ts")).liveVerb,
    plans: async () => (await import("./plans.ts")).plansVerb,
    approve: async () => (await import("./plans.ts")).approveVerb,
    decline: async () => (await import("./plans.ts")).declineVerb,
    postings: async () => (await import("./postings.ts")).postingsVerb,
  }],
  ["Look after it:", {
    status: async () => (await import("./status.ts")).statusVerb,
    schedule: async () => (await import("./schedule.ts")).scheduleVerb,
    pause: async () => (await import("./pause.ts")).pauseVerb,
    resume: async () => (await import("./pause.ts")).resumeVerb,
    reconcile: async () => (await import("./reconcile.ts")).reconcileVerb,
    runs: async () => (await import("./runs.ts")).runsVerb,
    inbox: async () => (await import("./inbox.ts")).inboxVerb,
    rejected: async () => (await import("./rejected.ts")).rejectedVerb,
    parked: async () => (await import("./parked.ts")).parkedVerb,
    adopt: async () => (await import("./adopt.ts")).adoptVerb,
    links: async () => (await import("./links.ts")).linksVerb,
    audit: async () => (await import("./audit.ts")).auditVerb,
    backup: async () => (await import("./backup.ts")).backupVerb,
    restore: async () => (await import("./backup.ts")).restoreVerb,
    version: async () => (await import("./version.ts")).versionVerb,
  }],
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
  const program = await build(door, outside, { cli: () => made ??= make(), act, argv });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (thrown) {
    const cli = made ?? make();
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return EXIT.fine;
      // What is wrong stands on standard error already; whoever reads JSON may see nothing of that.
      const wrong = new Failure("usage", { fact: thrown.message.replace(/^error: /, "") });
      if (argv.includes("--json")) outside.terminal.out(JSON.stringify({ type: "failure", ...wrong.toJSON() }) + "\n");
      return EXIT.usage;
    }
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
export async function commandLine(door: Door, outside: Outside): Promise<Command> {
  return await build(door, outside, {
    cli: () => makeCli(door, outside, { flags: {}, command: () => Promise.resolve(EXIT.fine) }),
    act: () => () => Promise.resolve(),
    argv: [],
  });
}

/** Builds the command line with the verbs that these words may call; with all of them for help, and where a verb may be mistyped. */
async function build(
  door: Door,
  { terminal }: Outside,
  { cli, act, argv }: { cli: () => Cli; act: Act; argv: readonly string[] },
): Promise<Command> {
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
  // A word may be a verb's name and yet be an option's value: all that are named are loaded, and commander tells them apart.
  const named = VERBS.some(([, verbs]) => argv.some((word) => Object.hasOwn(verbs, word))) &&
    !argv.some((word) => word === "--help" || word === "-h");
  for (const [heading, verbs] of VERBS) {
    program.commandsGroup(heading);
    for (const [name, load] of Object.entries(verbs)) {
      if (!named || argv.includes(name)) (await load())(program, cli, act);
    }
  }
  return program;
}
