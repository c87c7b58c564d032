/**
 * The whole product in one process, for tests: both sandboxes behind their wires, the shipped pipelines (or others), state in memory
 * or in a file, and a clock that the test moves.
 *
 * @module
 */
import { type ManualClock, manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row, Sandbox, Wire } from "../../engine/connector.ts";
import { loadProject } from "../../engine/pipeline/load.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import { openEngine } from "../../engine/run/engine.ts";
import { runPosting } from "../../engine/post/run.ts";
import { runPipeline } from "../../engine/run/run.ts";
import type { Engine, PlannedChange, RunOptions, RunResult } from "../../engine/run/types.ts";
import { ConnectionDropped } from "../../engine/sandbox/control.ts";
import { openStore } from "../../engine/state/open.ts";
import type { Store } from "../../engine/state/types.ts";
import { broken } from "../../engine/wire/trouble.ts";
import ebs from "../../connectors/ebs/connector.ts";
import procore from "../../connectors/procore/connector.ts";
import { company } from "../../connectors/company/company.ts";

/** The connectors under test. */
export const registry = { ebs, procore };

/** The repository's root, with a slash at its end. */
export const root = new URL("../../", import.meta.url);

/** When tests begin: a Wednesday in autumn, in UTC. */
export const START = Date.parse("2026-10-14T09:00:00Z");

/** What a test can say of its house. */
export interface HouseOptions {
  /** Rows for the sandboxes; default: the invented company. */
  data?: Record<string, Row[]>;
  /** Where state is kept; default: in memory. */
  kv?: string;
  /** What its clock begins with; default: {@link START}. */
  start?: number;
  /** The pipelines, checked; default: all that are shipped. */
  project?: Project;
  /** Other settings for a connection, merged over the sandbox's. */
  settings?: Record<string, Record<string, unknown>>;
  /** A layer around a connection's wire: faults, counting, killing. */
  around?: (connection: string, wire: Wire) => Wire;
  /** A layer around the database: counting commits, killing. */
  aroundKv?: (kv: Deno.Kv) => Deno.Kv;
  /** Other processes may be at work on the same state. */
  shared?: boolean;
  /** How Procore's webhook deliveries leave; default: none do. */
  deliver?: Wire;
  /** What further connections lead to, by the name that the pipelines' folder gives them. */
  others?: (sandboxes: House["sandboxes"]) => Record<string, Sandbox>;
}

/** A house under test. */
export interface House {
  clock: ManualClock;
  sandboxes: { ebs: Sandbox; procore: Sandbox };
  project: Project;
  store: Store;
  engine: Engine;
  /** Runs a pipeline and gives the result with every change it told. */
  run(pipeline: string, options?: Partial<RunOptions>): Promise<RunResult & { changes: PlannedChange[] }>;
  /** Runs all pipelines in order. */
  runAll(options?: Partial<RunOptions>): Promise<Record<string, RunResult & { changes: PlannedChange[] }>>;
  /** Rows of a sandbox's table or collection. */
  rows(system: "ebs" | "procore", table: string): Promise<Row[]>;
  /** Calls a sandbox has seen since the last reset, by `METHOD route status`. */
  control(system: "ebs" | "procore", path: string, body?: unknown, method?: string): Promise<unknown>;
  /** A person edits a record. */
  touch(system: "ebs" | "procore", table: string, key: string, fields: Row): Promise<void>;
  /** Opens a fresh engine on the same store and sandboxes, as another process would; `readOnly` as `gusset dry-run` does. */
  reopen(options?: { readOnly?: boolean }): void;
  close(): Promise<void>;
}

const originOf = (connection: string): string => `http://${connection}.sandbox.test:8000`;

/** The shipped pipelines, read once: houses only look at them. */
let shipped: Promise<Project> | undefined;

/** Builds a house. */
export async function house(options: HouseOptions = {}): Promise<House> {
  const { start = START } = options;
  const clock = manualClock(start);
  const data = options.data ?? company({ at: start });
  const random = seededRandom(7);
  const sandboxes = {
    ebs: ebs.sandbox({ clock, random: seededRandom(1), data }),
    procore: procore.sandbox({ clock, random: seededRandom(2), data, deliver: options.deliver }),
  };
  const project = options.project ?? await (shipped ??= shippedProject());
  const store = await openStore({ path: options.kv ?? ":memory:", clock, random });
  if (options.aroundKv) store.kv = options.aroundKv(store.kv);
  const wires: Record<string, Wire> = {};
  const settings: Record<string, Record<string, unknown>> = {};
  for (const [name, sandbox] of Object.entries({ ...sandboxes, ...options.others?.(sandboxes) })) {
    wires[name] = networked(sandbox.fetch);
    settings[name] = { ...sandbox.settings(originOf(name)), ...options.settings?.[name] };
  }
  const open = (readOnly = false) =>
    openEngine({
      readOnly,
      shared: options.shared,
      store,
      registry,
      project,
      settings: ({ name }) => Promise.resolve(settings[name]),
      wireFor: (name) => options.around ? options.around(name, wires[name]) : wires[name],
      clock,
      random,
      log: () => {},
      signal: new AbortController().signal,
    });
  let engine = open();
  const self: House = {
    clock,
    sandboxes,
    project,
    store,
    get engine() {
      return engine;
    },
    async run(name, more = {}) {
      const pipeline = project.pipelines.find((one) => one.name === name)!;
      const changes: PlannedChange[] = [];
      const result = await (pipeline.posting ? runPosting : runPipeline)(engine, {
        mode: "apply",
        ...more,
        pipeline,
        onChange: (change) => void changes.push(structuredClone(change)),
      });
      return { ...result, changes };
    },
    async runAll(more) {
      const results: Record<string, RunResult & { changes: PlannedChange[] }> = {};
      for (const { name } of project.pipelines) results[name] = await self.run(name, more);
      return results;
    },
    async rows(system, table) {
      const { rows } = await self.control(system, `rows/${table}?limit=1000000`) as { rows: Row[] };
      return rows;
    },
    async control(system, path, body, method = body === undefined ? "GET" : "POST") {
      const request = new Request(`${originOf(system)}/_sandbox/${path}`, {
        method,
        headers: { "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const response = await sandboxes[system].fetch(request);
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    },
    async touch(system, table, key, fields) {
      await self.control(system, "touch", { table, key, fields });
    },
    reopen({ readOnly } = {}) {
      engine = open(readOnly);
    },
    async close() {
      await engine.close();
      store.close();
    },
  };
  return self;
}

/** A sandbox as the live network shows it: a connection that it drops breaks under the request. */
function networked(wire: Wire): Wire {
  return async (request) => {
    try {
      return await wire(request);
    } catch (thrown) {
      if (thrown instanceof ConnectionDropped) throw broken(request, "it closed the connection");
      throw thrown;
    }
  };
}

/** The shipped pipelines (or those of another folder), checked. */
export async function shippedProject(dir = new URL("pipelines", root).pathname): Promise<Project> {
  const { project, diagnostics } = await loadProject({ dir, registry });
  if (!project) {
    throw new Error(diagnostics.map(({ place, message }) => `${place.file}:${place.line} ${message}`).join("\n"));
  }
  return project;
}

/** The folder of real purchasing data, or undefined where this checkout stands alone. */
export async function publicSpending(): Promise<Record<string, Row[]> | undefined> {
  const folder = new URL("../shared/data/public-spending/", root);
  const data: Record<string, Row[]> = {};
  for (const name of ["suppliers", "code_combinations", "projects", "purchase_orders"]) {
    try {
      const lines = (await Deno.readTextFile(new URL(`${name}.jsonl`, folder))).split("\n");
      data[name] = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Row);
    } catch (thrown) {
      if (thrown instanceof Deno.errors.NotFound) return undefined;
      throw thrown;
    }
  }
  return data;
}
