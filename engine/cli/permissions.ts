/**
 * `gusset permissions`: the exact flags the process needs for a set of connections, and not one more.
 *
 * @module
 */
import { dirname } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { Failure } from "../failure.ts";
import { loadNotify } from "../notify/settings.ts";
import type { ConnectionConfig, Project } from "../pipeline/model.ts";
import { resolveSettings } from "../vault/resolve.ts";
import type { Cli } from "./context.ts";
import { EXIT } from "./exit.ts";
import { openProject } from "./open.ts";
import type { Act } from "./verbs.ts";

/** Environment variables that Gusset itself reads. */
const OWN_ENV = [
  "GUSSET_HOME",
  "GUSSET_KV",
  "GUSSET_MASTER_KEY",
  "GUSSET_MASTER_KEY_NEXT",
  "GUSSET_USER",
  "GUSSET_TOKEN",
  "NO_COLOR",
  "TERM",
  "USER",
  "USERNAME",
];

/** What a process may do. */
export interface Permissions {
  /** `host:port`. */
  net: string[];
  read: string[];
  write: string[];
  env: string[];
}

/** Registers the verb. */
export function permissionsVerb(program: Command, cli: () => Cli, act: Act): void {
  program.command("permissions")
    .description("Prints the exact flags that Deno needs for these connections")
    .option("--serve [host:port]", "those of `gusset serve`, which listens there (127.0.0.1:8000)", listensAt)
    .action(act(({ serve }: { serve?: string | true }) => show(cli(), serve === true ? "127.0.0.1:8000" : serve)));
}

function listensAt(text: string): string {
  if (/^(\[[\da-f:]+\]|[\w.-]+):\d{1,5}$/i.test(text)) return text;
  throw new InvalidArgumentError("It must be HOST:PORT, as in 127.0.0.1:8000.");
}

async function show(cli: Cli, serve: string | undefined): Promise<0> {
  const permissions = await permissionsOf(cli, await openProject(cli), { serve });
  const flags = flagsOf(permissions);
  if (cli.flags.json) cli.json({ ...permissions, flags });
  cli.say(flags.join(" "));
  return EXIT.fine;
}

/** Environment variables that a process that serves reads too: who it is, for its leases. */
const SERVE_ENV = ["HOSTNAME"];

/** The permissions that a project needs; `serve`: where `gusset serve` listens, if it does. */
export async function permissionsOf(
  cli: Cli,
  project: Project,
  { serve }: { serve?: string } = {},
): Promise<Permissions> {
  const net = new Set<string>(serve === undefined ? [] : [serve]);
  const env = new Set([...OWN_ENV, ...serve === undefined ? [] : SERVE_ENV]);
  for (const connection of Object.values(project.connections)) {
    for (const origin of await originsOf(cli, connection)) net.add(hostAndPort(origin));
    for (const name of namesIn(connection.settings)) env.add(name);
  }
  const { kv, home, pipelines } = cli.paths;
  const { settings: notify } = await loadNotify({ dir: pipelines });
  if (notify) {
    net.add(hostAndPort(notify.origin));
    for (const name of namesIn(notify.url)) env.add(name);
  }
  const remote = /^https?:\/\//.test(kv);
  if (remote) {
    net.add(hostAndPort(kv));
    env.add("DENO_KV_ACCESS_TOKEN");
  }
  const state = remote ? [home] : [home, dirname(kv)];
  const connections = cli.flags.connections ? [cli.flags.connections] : [];
  return {
    net: [...net].sort(),
    read: outermost([pipelines, ...connections, ...state]),
    write: outermost(state),
    env: [...env].sort(),
  };
}

/** The flags for `deno run`. What is not named is refused without a question; other variables read as not set. */
export function flagsOf({ net, read, write, env }: Permissions): string[] {
  return [
    "--no-prompt",
    ...net.length > 0 ? [`--allow-net=${net.join(",")}`] : [],
    `--allow-read=${read.join(",")}`,
    `--allow-write=${write.join(",")}`,
    `--allow-env=${env.join(",")}`,
    "--ignore-env",
  ];
}

/** Where a connection's calls go. Its secrets are not opened for this: a stand-in takes their place. */
async function originsOf({ door, terminal }: Cli, connection: ConnectionConfig): Promise<string[]> {
  const connector = door.registry[connection.connector];
  const { settings } = await resolveSettings(connection, {
    vault: { getSecret: (name) => Promise.resolve(name) },
    env: (name) =>
      connector.secrets.some((setting) => isEnv(connection.settings[setting], name)) ? name : terminal.env(name),
  });
  const parsed = connector.settings.safeParse(settings);
  if (parsed.success) return connector.origins(parsed.data);
  const [issue] = parsed.error.issues;
  throw new Failure("config.invalid", {
    fact: `Setting ${issue.path.join(".")}: ${issue.message}`,
    place: `connection ${connection.name}`,
  });
}

const isEnv = (value: unknown, name: string): boolean =>
  typeof value === "object" && value !== null && (value as { env?: unknown }).env === name;

/** Every `{ env: NAME }` in the settings. */
function namesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0][0] === "env" && typeof entries[0][1] === "string") return [entries[0][1]];
  return entries.flatMap(([, inner]) => namesIn(inner));
}

function hostAndPort(origin: string): string {
  const { hostname, port, protocol } = new URL(origin);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

/** Folders without those that lie in another of them. */
function outermost(paths: readonly string[]): string[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => other !== path && path.startsWith(`${other}/`)));
}
