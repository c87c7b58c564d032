/**
 * The connectors' sandboxes on real ports, and a connections file that reaches them.
 *
 * @module
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { Connector, Row, Sandbox } from "../connector.ts";
import { Failure } from "../failure.ts";
import { parseJson } from "../json.ts";
import { listen, type Listener } from "../sandbox/listen.ts";
import { findMasterKey, initMasterKey } from "../vault/master.ts";
import type { Cli } from "./context.ts";
import { vaultOf, withStore } from "./open.ts";
import { writing } from "./writing.ts";

/** A sandbox that listens. */
export interface Served {
  /** The connection's name in the file that is written: the connector's. */
  name: string;
  connector: Connector;
  sandbox: Sandbox;
  origin: string;
  close(): Promise<void>;
}

/** What to serve. */
export interface ServeOptions {
  /** Ports by connector; the others get a free one. */
  ports: Record<string, number>;
  /** Rows by file name, as {@link readData} gives them. */
  data: Record<string, Row[]>;
}

/** Serves every connector's sandbox on the loopback address. */
export async function serveSandboxes(cli: Cli, { ports, data }: ServeOptions): Promise<Served[]> {
  const { clock, random, door } = cli;
  const unknown = Object.keys(ports).find((name) => !Object.hasOwn(door.registry, name));
  if (unknown !== undefined) {
    throw new Failure("usage", {
      fact: `There is no connector ${unknown}`,
      action: `There are: ${Object.keys(door.registry).join(", ")}.`,
    });
  }
  const served: Served[] = [];
  try {
    for (const [name, connector] of Object.entries(door.registry)) {
      const sandbox = connector.sandbox({ clock, random, data, deliver: cli.wireFor(name) });
      const { origin, close } = await bind(sandbox, name, ports[name] ?? 0);
      served.push({ name, connector, sandbox, origin, close });
    }
    return served;
  } catch (thrown) {
    await closeAll(served);
    throw thrown;
  }
}

/** Stops listening. */
export async function closeAll(served: readonly Served[]): Promise<void> {
  await Promise.all(served.map(({ close }) => close()));
}

async function bind(sandbox: Sandbox, name: string, port: number): Promise<Listener> {
  try {
    return await listen(sandbox.fetch, { port });
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string };
    throw new Failure("usage", {
      fact: code === "EADDRINUSE" || thrown instanceof Deno.errors.AddrInUse
        ? `Port ${port} is taken`
        : `Cannot listen on port ${port}: ${message}`,
      place: `sandbox ${name}`,
      action: `Choose another one: --port ${name}=${port + 100}`,
      cause: thrown,
    });
  }
}

/**
 * Writes a connections file for these sandboxes. Their secrets go into the vault, under a master key that is made where there is
 * none, and the file names them: what works here is what works with real systems.
 */
export async function writeConnections(cli: Cli, served: readonly Served[], path: string): Promise<void> {
  const secrets: Record<string, string> = {};
  const connections: Record<string, unknown> = {};
  for (const { name, connector, sandbox, origin } of served) {
    const settings: Record<string, unknown> = {};
    for (const [setting, value] of Object.entries(sandbox.settings(origin))) {
      if (typeof value === "string" && connector.secrets.includes(setting)) {
        const secret = `sandbox-${name}-${setting.replaceAll("_", "-")}`;
        secrets[secret] = value;
        settings[setting] = { secret };
      } else settings[setting] = value;
    }
    connections[name] = { connector: connector.name, tag: name.toUpperCase().replaceAll("_", "-"), ...settings };
  }
  await ensureMasterKey(cli);
  await withStore(cli, async (store) => {
    const vault = vaultOf(cli, store);
    for (const [name, value] of Object.entries(secrets)) await vault.setSecret(name, value);
  });
  await writing(path, () => mkdir(dirname(path), { recursive: true }));
  const head =
    "# Written by `gusset sandbox`: reaches the sandboxes on this machine. Their secrets are in the local vault.\n";
  await writing(path, () => writeFile(path, head + stringify(connections), { mode: 0o600 }));
}

async function ensureMasterKey(cli: Cli): Promise<void> {
  try {
    await findMasterKey({ env: cli.terminal.env, path: cli.paths.masterKey });
  } catch (thrown) {
    // A key that is there and cannot be used is a person's business; one that is not there is made.
    const there = await readFile(cli.paths.masterKey).then(() => true, () => false);
    if (there || cli.terminal.env("GUSSET_MASTER_KEY") !== undefined) throw thrown;
    await initMasterKey(cli.paths.masterKey);
  }
}

/** Reads a folder of JSON lines: rows by file name, `suppliers.jsonl` as `suppliers`. */
export async function readData(dir: string): Promise<Record<string, Row[]>> {
  const data: Record<string, Row[]> = {};
  let files: string[];
  try {
    files = (await readdir(dir)).filter((name) => name.endsWith(".jsonl")).sort();
  } catch (cause) {
    throw new Failure("config.unreadable", { fact: "The folder of data cannot be read", place: dir, cause });
  }
  if (files.length === 0) {
    throw new Failure("config.unreadable", {
      fact: "There is no data in this folder",
      place: dir,
      action:
        "Put files of JSON lines there: suppliers.jsonl, code_combinations.jsonl, projects.jsonl, purchase_orders.jsonl.",
    });
  }
  for (const file of files) data[file.slice(0, -".jsonl".length)] = await readRows(join(dir, file));
  return data;
}

async function readRows(path: string): Promise<Row[]> {
  const lines = (await readFile(path, "utf8")).replace(/^\ufeff/, "").split(/\r?\n/);
  const rows: Row[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const row = rowOf(line);
    if (row === undefined) {
      throw new Failure("config.invalid", {
        fact: "This line is no JSON object",
        place: `${path}:${i + 1}`,
        action: 'Write one record a line, as {"VENDOR_ID":"1001", …}.',
      });
    }
    rows.push(row);
  }
  return rows;
}

function rowOf(line: string): Row | undefined {
  try {
    const value = parseJson(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Row : undefined;
  } catch {
    return undefined;
  }
}
