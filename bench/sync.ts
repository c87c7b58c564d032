/**
 * A run of a shipped pipeline in a process of its own, against sandboxes on real ports; what it needs is run before, and not counted.
 * Arguments: the world as JSON, the KV file, the pipeline, and `full`. Prints what it cost as JSON.
 *
 * @module
 */
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { systemClock, systemRandom } from "../engine/clock.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import type { Project } from "../engine/pipeline/model.ts";
import { openEngine } from "../engine/run/engine.ts";
import { runPipeline } from "../engine/run/run.ts";
import type { Engine, RunResult } from "../engine/run/types.ts";
import { openStore } from "../engine/state/open.ts";
import { liveWire } from "../engine/wire/live.ts";
import { cpuTime, peakMemory, type World } from "./world.ts";

/** What a run cost. */
export interface SyncFigures {
  /** Milliseconds of the run itself. */
  ms: number;
  /** Milliseconds of processor time of the run itself. */
  cpu: number;
  records: number;
  counts: Record<string, number>;
  /** Calls by route, of both systems. */
  calls: Record<string, number>;
  /** Highest memory of the process, in megabytes. */
  memory: number;
}

/** The pipelines that one needs, in the order to run them; those that it waits for included. */
export function before(project: Project, name: string): string[] {
  const needed = new Set<string>();
  const add = (of: string): void => {
    for (const need of project.pipelines.find((one) => one.name === of)!.needs) {
      if (!needed.has(need)) needed.add(need), add(need);
    }
  };
  add(name);
  return project.pipelines.map((one) => one.name).filter((one) => needed.has(one));
}

/** Runs a pipeline; throws where the run fails. */
export async function run(engine: Engine, name: string, full: boolean): Promise<RunResult> {
  const pipeline = engine.project.pipelines.find((one) => one.name === name)!;
  const result = await runPipeline(engine, { pipeline, mode: "apply", full });
  if (result.failure) throw new Error(JSON.stringify(result.failure));
  return result;
}

/** Calls by route, of all connections. */
export function callsOf({ calls }: RunResult): Record<string, number> {
  return Object.assign({}, ...Object.values(calls).map(({ byRoute }) => byRoute));
}

if (import.meta.main) {
  const [worldText, kv, name, option] = Deno.args;
  const world = JSON.parse(worldText) as World;
  const registry = { ebs, procore };
  const { project, diagnostics } = await loadProject({
    dir: new URL("../pipelines", import.meta.url).pathname,
    registry,
  });
  if (!project) throw new Error(JSON.stringify(diagnostics));
  const store = await openStore({ path: kv, clock: systemClock, random: systemRandom });
  const open = () =>
    openEngine({
      store,
      registry,
      project,
      settings: ({ name }) => {
        const { origin: _, ...settings } = world[name];
        return Promise.resolve(settings);
      },
      wireFor: () => liveWire(),
      clock: systemClock,
      random: systemRandom,
      log: () => {},
      signal: new AbortController().signal,
    });
  const needed = open();
  for (const need of before(project, name)) await run(needed, need, false);
  await needed.close();
  // Another engine: its connections count from zero.
  const engine = open();
  const [started, cpu] = [performance.now(), cpuTime()];
  const result = await run(engine, name, option === "full");
  const figures: SyncFigures = {
    ms: performance.now() - started,
    cpu: cpuTime() - cpu,
    records: result.record.read,
    counts: { ...result.counts },
    calls: callsOf(result),
    memory: peakMemory(),
  };
  await engine.close();
  store.close();
  console.log(JSON.stringify(figures));
}
