/**
 * `gusset demo`: both systems, invented, and Gusset between them, as a story in a terminal. What it tells is a list of scenes that
 * `main.ts` hands in; every number in it comes from what really happened.
 *
 * @module
 */
import type { Command } from "commander";
import type { Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import { parseJson } from "../json.ts";
import type { Cli, Scene, Touch } from "./context.ts";
import { EXIT, type Exit } from "./exit.ts";
import { dataFor } from "./sandbox.ts";
import { closeAll, type Served, serveSandboxes } from "./serve.ts";
import { admit, rewrite, setStage, type Stage } from "./stage.ts";
import { clean, counted, duration } from "./style.ts";
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
  for (const { connector, path, body, says } of scene.switches ?? []) {
    await control(cli, systemOf(served, connector), path, body);
    tell(cli, says);
  }
  for (const touch of scene.touches ?? []) await perform(cli, served, touch);
  for (const change of scene.rewrites ?? []) await rewrite(cli, stage, change);
  for (const one of scene.people ?? []) await admit(cli, stage, one);
  for (const command of scene.commands ?? []) {
    const { as, args: written } = "args" in command ? command : { as: undefined, args: command };
    const args = written.map((arg) => arg === "{month}" ? new Date(cli.clock.now()).toISOString().slice(0, 7) : arg);
    cli.say();
    const who = as === undefined ? "$" : `${as} $`;
    cli.say(`${cli.paint("dim", who)} ${cli.paint("cyan", `gusset ${args.map(quoted).join(" ")}`)}`);
    const exit = await cli.command([...stage.options, ...args], stage.terminalOf(as));
    if (exit !== EXIT.fine && exit !== EXIT.findings) return exit;
  }
  return EXIT.fine;
}

const quoted = (arg: string): string => /\s/.test(arg) ? `"${arg}"` : arg;

/** A person edits a row in one of the systems. */
export async function perform(cli: Cli, served: readonly Served[], { connector, table, edit }: Touch): Promise<void> {
  const { key, fields, says } = await edit(async (connector, table) => {
    const { rows } = await control(cli, systemOf(served, connector), `rows/${table}?limit=100000`);
    return rows as Row[];
  });
  await control(cli, systemOf(served, connector), "touch", { table, key, fields });
  if (cli.flags.json) cli.json({ type: "touch", connection: connector, table, key, fields, text: says });
  tell(cli, says);
}

const tell = (cli: Cli, says: string): void => cli.say(`   ${cli.paint("yellow", "✎")} ${clean(says)}`);

/** One of the systems. */
export function systemOf(served: readonly Served[], name: string): Served {
  const found = served.find((one) => one.name === name);
  if (!found) throw new Failure("bug", { fact: `The demonstration has no system ${name}` });
  return found;
}

/** Calls a sandbox's control API. */
export async function control(cli: Cli, { name, origin }: Served, path: string, body?: unknown): Promise<Row> {
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
