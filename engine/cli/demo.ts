/**
 * `gusset demo`: both systems, invented, and Gusset between them, as a story in a terminal. What it tells is a list of scenes that
 * `main.ts` hands in; every number in it comes from what really happened.
 *
 * @module
 */
import { join } from "node:path";
import type { Command } from "commander";
import type { Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import { parseJson } from "../json.ts";
import { type Cli, makeCli, type Scene, type Touch } from "./context.ts";
import { EXIT, type Exit } from "./exit.ts";
import { dataFor } from "./sandbox.ts";
import { closeAll, type Served, serveSandboxes, writeConnections } from "./serve.ts";
import { clean, counted, duration } from "./style.ts";
import type { Terminal } from "./terminal.ts";
import type { Act } from "./verbs.ts";

/** Registers the verb. */
export function demoVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("demo")
    .description("The whole story in under a minute, on this machine alone: both systems are invented")
    .action(act(() => demo(cli())));
}

async function demo(cli: Cli): Promise<Exit> {
  const began = cli.clock.now();
  const home = await Deno.makeTempDir({ prefix: "gusset-demo-" });
  const served = await serveSandboxes(cli, { ports: {}, data: await dataFor(cli, {}) });
  try {
    const stage = await setStage(cli, served, home);
    introduce(cli, served);
    for (const [i, scene] of cli.door.story.entries()) {
      const exit = await play(cli, { scene, number: i + 1, served, stage });
      if (cli.signal.aborted) return EXIT.interrupted;
      if (exit !== EXIT.fine && exit !== EXIT.findings) return exit;
    }
    await conclude(cli, served, cli.clock.now() - began);
    return EXIT.fine;
  } finally {
    await closeAll(served);
    await Deno.remove(home, { recursive: true });
  }
}

/** Where the story's commands are run. */
interface Stage {
  /** Options that put every command on the demonstration's own ground: nothing outside it is touched. */
  options: readonly string[];
  terminal: Terminal;
}

async function setStage(cli: Cli, served: readonly Served[], home: string): Promise<Stage> {
  const connections = join(home, "connections.yaml");
  const flags = { ...cli.flags, home, kv: join(home, "kv.sqlite3") };
  const terminal = withoutState(cli.terminal);
  await writeConnections(makeCli(cli.door, { ...cli, terminal }, { flags, command: cli.command }), served, connections);
  const options = ["--home", home, "--kv", flags.kv, "--connections", connections, "--pipelines", cli.door.pipelines];
  if (cli.flags.json) options.push("--json");
  if (cli.flags.color !== undefined) options.push(cli.flags.color ? "--color" : "--no-color");
  return { options, terminal };
}

/** A master key in the environment is for the real store, not for this one. */
function withoutState(terminal: Terminal): Terminal {
  const hidden = new Set(["GUSSET_MASTER_KEY", "GUSSET_MASTER_KEY_NEXT", "GUSSET_KV", "GUSSET_HOME"]);
  return { ...terminal, env: (name) => hidden.has(name) ? undefined : terminal.env(name) };
}

function introduce(cli: Cli, served: readonly Served[]): void {
  cli.say(cli.paint("bold", "Two systems, invented, on this machine"));
  for (const { name, connector, sandbox, origin } of served) {
    if (cli.flags.json) {
      cli.json({ type: "system", connection: name, title: connector.title, summary: sandbox.summary() });
    }
    cli.say(`  ${cli.paint("cyan", name)}  ${connector.title}, ${cli.paint("dim", origin)}`);
    cli.say(`  ${" ".repeat(name.length)}  ${sandbox.summary()}`);
  }
}

async function play(
  cli: Cli,
  { scene, number, served, stage }: {
    scene: Scene;
    number: number;
    served: readonly Served[];
    stage: Stage;
  },
): Promise<Exit> {
  if (cli.flags.json) cli.json({ type: "scene", title: scene.title });
  cli.say();
  cli.say(cli.paint("bold", `${number}. ${scene.title}`));
  if (scene.why) cli.say(cli.paint("dim", `   ${scene.why}`));
  for (const touch of scene.touches ?? []) await perform(cli, served, touch);
  for (const command of scene.commands ?? []) {
    cli.say();
    cli.say(`${cli.paint("dim", "$")} ${cli.paint("cyan", `gusset ${command.join(" ")}`)}`);
    const exit = await cli.command([...stage.options, ...command], stage.terminal);
    if (exit !== EXIT.fine && exit !== EXIT.findings) return exit;
  }
  return EXIT.fine;
}

/** A person edits a row in one of the systems. */
async function perform(cli: Cli, served: readonly Served[], { connector, table, edit }: Touch): Promise<void> {
  const system = (name: string): Served => {
    const found = served.find((one) => one.name === name);
    if (!found) throw new Failure("bug", { fact: `The demonstration has no system ${name}` });
    return found;
  };
  const { key, fields, says } = await edit(async (connector, table) => {
    const { rows } = await control(cli, system(connector), `rows/${table}?limit=100000`);
    return rows as Row[];
  });
  await control(cli, system(connector), "touch", { table, key, fields });
  if (cli.flags.json) cli.json({ type: "touch", connection: connector, table, key, fields, text: says });
  cli.say(`   ${cli.paint("yellow", "✎")} ${clean(says)}`);
}

async function control(cli: Cli, { name, origin }: Served, path: string, body?: unknown): Promise<Row> {
  const response = await cli.wireFor(name)(
    new Request(
      `${origin}/_sandbox/${path}`,
      body === undefined ? {} : {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      },
    ),
  );
  const text = await response.text();
  if (!response.ok) throw new Failure("bug", { fact: `The sandbox of ${name} refuses ${path}: ${text}` });
  return parseJson(text) as Row;
}

async function conclude(cli: Cli, served: readonly Served[], elapsed: number): Promise<void> {
  const calls: string[] = [];
  for (const system of served) {
    const { total } = await control(cli, system, "requests");
    calls.push(`${system.name} answered ${counted(Number(total), "call")}`);
  }
  if (cli.flags.json) cli.json({ type: "end", elapsed, calls });
  cli.say();
  cli.say(cli.paint("bold", `That was all of it, in ${duration(elapsed)}: ${calls.join(", ")}.`));
  cli.say(
    `Now with systems that stay: gusset sandbox. With your own: edit pipelines/connections.yaml, then gusset ping.`,
  );
}
