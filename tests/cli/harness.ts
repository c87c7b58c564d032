/**
 * The command line in this process: both sandboxes behind in-process wires, a folder of its own, a terminal that is remembered.
 *
 * @module
 */
import { join } from "node:path";
import { type ManualClock, manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row, Wire } from "../../engine/connector.ts";
import { type Door, makeCli, type Outside } from "../../engine/cli/context.ts";
import { runCli } from "../../engine/cli/main.ts";
import { type Served, writeConnections } from "../../engine/cli/serve.ts";
import type { Terminal } from "../../engine/cli/terminal.ts";
import { door } from "../../main.ts";

/** What a command left behind. */
export interface Ran {
  exit: number;
  out: string;
  err: string;
  /** Standard output as JSON lines. */
  // deno-lint-ignore no-explicit-any -- tests look into any of them
  json: any[];
}

/** A stage to run commands on. */
export interface Stage {
  /** Its folder. */
  home: string;
  connections: string;
  /** Runs `gusset` with these arguments on this stage. */
  gusset(...argv: string[]): Promise<Ran>;
  /** What is typed when a secret is asked for, or piped in. */
  type(text: string): void;
  env: Record<string, string>;
  /** Stands still; whoever sleeps moves it. */
  clock: ManualClock;
  /** Rows that a system holds. */
  rows(connection: string, table: string): Promise<Row[]>;
  /** Calls a system answered, by route and status. */
  requests(connection: string): Promise<Record<string, unknown>>;
  /** Calls a control operation of a system's sandbox. */
  control(connection: string, method: string, path: string, body?: unknown): Promise<unknown>;
  /** Everything any command printed. */
  printed(): string;
  /** Interrupts the command that runs. */
  interrupt(reason: unknown): void;
  end(): Promise<void>;
}

/** How a stage differs from the usual one. */
export interface StageOptions {
  /** Rows in place of the invented company. */
  data?: Record<string, Row[]>;
  pipelines?: string;
  /** A layer around a connection's wire: faults, echoes. */
  around?: (connection: string, wire: Wire) => Wire;
}

/** Sets a stage. */
export async function stage(
  { data, pipelines = door.pipelines, around = (_, wire) => wire }: StageOptions = {},
): Promise<Stage> {
  const home = await Deno.makeTempDir({ prefix: "gusset-test-" });
  const connections = join(home, "connections.yaml");
  const clock = manualClock(Date.parse("2026-03-02T08:00:00Z"));
  const rows = data ?? door.company({ at: clock.now() });
  const wires: Record<string, Wire> = {};
  const served: Served[] = Object.entries(door.registry).map(([name, connector]) => {
    const sandbox = connector.sandbox({ clock, random: seededRandom(7), data: rows });
    wires[name] = sandbox.fetch;
    return { name, connector, sandbox, origin: `http://${name}.sandbox.test:80`, close: () => Promise.resolve() };
  });
  // One stream of chance for all commands: ids of operations must not come twice.
  const random = seededRandom(11);
  let typed = "";
  let everything = "";
  let controller = new AbortController();
  const env: Record<string, string> = { USER: "tester" };
  const outside = (terminal: Terminal): Outside => ({
    terminal,
    clock,
    random,
    wireFor: (name) => around(name, wires[name]),
    signal: controller.signal,
  });
  const terminal = (write: (to: "out" | "err", text: string) => void): Terminal => ({
    out: (text) => write("out", text),
    err: (text) => write("err", text),
    interactive: false,
    watched: false,
    color: false,
    columns: 120,
    env: (name) => env[name] || undefined,
    stdin: () => Promise.resolve(typed),
    secret: () => Promise.resolve(typed),
  });
  const flags = { home, kv: join(home, "kv.sqlite3") };
  const quiet = makeCli(door as Door, outside(terminal(() => {})), { flags, command: () => Promise.resolve(0) });
  await writeConnections(quiet, served, connections);
  const control: Stage["control"] = async (connection, method, path, body) => {
    const { origin } = served.find(({ name }) => name === connection)!;
    const response = await wires[connection](
      new Request(`${origin}/_sandbox/${path}`, {
        method,
        headers: { "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    home,
    connections,
    env,
    clock,
    type: (text) => void (typed = text),
    async gusset(...argv) {
      controller = new AbortController();
      const said = { out: "", err: "" };
      const options = ["--home", home, "--kv", flags.kv, "--pipelines", pipelines];
      if (!argv.includes("--connections")) options.push("--connections", connections);
      const exit = await runCli([...options, ...argv], door as Door, outside(terminal((to, text) => said[to] += text)));
      everything += said.out + said.err;
      return { exit, ...said, json: argv.includes("--json") ? lines(said.out) : [] };
    },
    rows: async (connection, table) =>
      (await control(connection, "GET", `rows/${table}?limit=100000`) as { rows: Row[] }).rows,
    requests: async (connection) => await control(connection, "GET", "requests") as Record<string, unknown>,
    control,
    printed: () => everything,
    interrupt: (reason) => controller.abort(reason),
    end: () => Deno.remove(home, { recursive: true }),
  };
}

function lines(text: string): unknown[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
