/**
 * Where a demonstration's commands are run: on its own ground, with its own copy of the pipelines, by its own people.
 *
 * @module
 */
import { basename, join } from "node:path";
import { Failure } from "../failure.ts";
import { type Cli, makeCli, type Rewrite } from "./context.ts";
import { type Served, writeConnections } from "./serve.ts";
import { clean } from "./style.ts";
import type { Terminal } from "./terminal.ts";

/** Where the story's commands are run. */
export interface Stage {
  /** Options that put every command on the demonstration's own ground: nothing outside it is touched. */
  options: readonly string[];
  /** The folder with its copy of the pipelines. */
  pipelines: string;
  /** The terminal of one of its people, or of nobody in particular. */
  terminalOf(person: string | undefined): Terminal;
  tokens: Map<string, string>;
}

/** Sets the stage up in a folder that is there for it alone. */
export async function setStage(cli: Cli, served: readonly Served[], home: string): Promise<Stage> {
  const connections = join(home, "connections.yaml");
  const pipelines = join(home, "pipelines");
  const flags = { ...cli.flags, home, kv: join(home, "kv.sqlite3") };
  const tokens = new Map<string, string>();
  const terminal = withoutState(cli.terminal, undefined);
  await Deno.mkdir(pipelines);
  for await (const { name, isFile } of Deno.readDir(cli.door.pipelines)) {
    if (isFile) await Deno.copyFile(join(cli.door.pipelines, name), join(pipelines, name));
  }
  await writeConnections(makeCli(cli.door, { ...cli, terminal }, { flags, command: cli.command }), served, connections);
  const options = ["--home", home, "--kv", flags.kv, "--connections", connections, "--pipelines", pipelines];
  if (cli.flags.json) options.push("--json");
  if (cli.flags.color !== undefined) options.push(cli.flags.color ? "--color" : "--no-color");
  return {
    options,
    pipelines,
    tokens,
    terminalOf: (person) => withoutState(cli.terminal, person === undefined ? undefined : tokens.get(person)),
  };
}

/** What the environment says of the real installation is not for this one. */
function withoutState(terminal: Terminal, token: string | undefined): Terminal {
  const hidden = new Set(["GUSSET_MASTER_KEY", "GUSSET_MASTER_KEY_NEXT", "GUSSET_KV", "GUSSET_HOME", "GUSSET_TOKEN"]);
  return {
    ...terminal,
    env: (name) => name === "GUSSET_TOKEN" ? token : hidden.has(name) ? undefined : terminal.env(name),
  };
}

/** Gives one of the story's people a token; who was admitted first gives it to the others. */
export async function admit(cli: Cli, stage: Stage, { name, role }: { name: string; role: string }): Promise<void> {
  const [first] = stage.tokens.keys();
  const said: string[] = [];
  const terminal: Terminal = { ...stage.terminalOf(first), out: (text) => void said.push(text) };
  const args = ["token", "create", name, "--role", role, "--json"];
  const exit = await cli.command([...stage.options.filter((one) => one !== "--json"), ...args], terminal);
  const token = exit === 0 ? (JSON.parse(said.join("")) as { token?: string }).token : undefined;
  if (token === undefined) throw new Failure("bug", { fact: `The demonstration cannot give ${name} a token` });
  stage.tokens.set(name, token);
  cli.hide([token]);
  if (cli.flags.json) return cli.json({ type: "person", name, role });
  cli.say(`   ${cli.paint("yellow", "✎")} ${clean(name)} gets a token: ${role}`);
}

/** Changes a pipeline's file as a person would. */
export async function rewrite(cli: Cli, { pipelines }: Stage, { file, from, to, says }: Rewrite): Promise<void> {
  const path = join(pipelines, basename(file));
  const text = await Deno.readTextFile(path);
  if (!text.includes(from)) throw new Failure("bug", { fact: `${file} has no ${from}` });
  await Deno.writeTextFile(path, text.replace(from, to));
  if (cli.flags.json) return cli.json({ type: "rewrite", file, text: says });
  cli.say(`   ${cli.paint("yellow", "✎")} ${clean(says)}`);
}
