/**
 * A run of the shipped vendors pipeline in a process of its own, against sandboxes on real ports. Arguments: the world as JSON, the KV
 * file, and what to do. Prints milliseconds, calls and peak memory as JSON.
 *
 * @module
 */
import process from "node:process";
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { systemClock, systemRandom } from "../engine/clock.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import { openEngine } from "../engine/run/engine.ts";
import { runPipeline } from "../engine/run/run.ts";
import { openStore } from "../engine/state/open.ts";
import { liveWire } from "../engine/wire/live.ts";
import { peakMemory, type World } from "./world.ts";

/** What a run cost. */
export interface SyncFigures {
  ms: number;
  records: number;
  counts: Record<string, number>;
  calls: Record<string, number>;
  memory: number;
  /** Milliseconds of processor time, the start of the process included. */
  cpu: number;
}

if (import.meta.main) {
  const [worldText, kv, ...options] = Deno.args;
  const world = JSON.parse(worldText) as World;
  const registry = { ebs, procore };
  const { project, diagnostics } = await loadProject({
    dir: new URL("../pipelines", import.meta.url).pathname,
    registry,
  });
  if (!project) throw new Error(JSON.stringify(diagnostics));
  const store = await openStore({ path: kv, clock: systemClock, random: systemRandom });
  const engine = openEngine({
    store,
    registry,
    project,
    settings: ({ name }) => {
      const { origin: _, ...settings } = world[name];
      return Promise.resolve({ ...settings, page_size: 1000 });
    },
    wireFor: () => liveWire(),
    clock: systemClock,
    random: systemRandom,
    log: () => {},
    signal: new AbortController().signal,
  });
  const pipeline = project.pipelines.find(({ name }) => name === "vendors")!;
  const started = performance.now();
  const result = await runPipeline(engine, { pipeline, mode: "apply", full: options.includes("full") });
  const ms = performance.now() - started;
  if (result.failure) throw new Error(JSON.stringify(result.failure));
  const calls: Record<string, number> = {};
  for (const { byRoute } of Object.values(result.calls)) {
    for (const [route, count] of Object.entries(byRoute)) calls[route] = count;
  }
  await engine.close();
  store.close();
  const figures: SyncFigures = {
    ms,
    records: result.record.read,
    counts: { ...result.counts },
    calls,
    memory: peakMemory(),
    cpu: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1000),
  };
  console.log(JSON.stringify(figures));
}
