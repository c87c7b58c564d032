/**
 * A process of many on one state: runs its pipelines again and again until it is told to stop, and prints a line for each run that did
 * something or was stopped. Its calls carry its name, so that whoever serves them knows whose they are.
 *
 * @module
 */
import ebs from "../../connectors/ebs/connector.ts";
import procore from "../../connectors/procore/connector.ts";
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { asFailure, Failure } from "../../engine/failure.ts";
import { loadProject } from "../../engine/pipeline/load.ts";
import { runPosting } from "../../engine/post/run.ts";
import { openEngine } from "../../engine/run/engine.ts";
import { runPipeline } from "../../engine/run/run.ts";
import { openStore } from "../../engine/state/open.ts";
import { liveWire } from "../../engine/wire/live.ts";
import { mark, markOf } from "../../engine/wire/mark.ts";

/** The header that names the process. */
export const WORKER = "x-worker";

/** What a worker is told. */
export interface Work {
  name: string;
  /** The folder of the pipelines. */
  dir: string;
  settings: Record<string, Record<string, unknown>>;
  kv: string;
  leaseMs: number;
  /** In dependency order. */
  pipelines: readonly string[];
  /** Milliseconds that its clock is ahead. */
  ahead?: number;
  /** Runs each pipeline once, and ends. */
  once?: boolean;
}

/** A line of what a worker says of a run. */
export interface Said {
  pipeline: string;
  state: string;
  code?: string;
  fact?: string;
  did: number;
  elsewhere: number;
}

async function work({ name, dir, settings, kv, leaseMs, pipelines, ahead = 0, once }: Work): Promise<void> {
  const registry = { ebs, procore };
  const { project, diagnostics } = await loadProject({ dir, registry });
  if (!project) throw new Error(JSON.stringify(diagnostics));
  const stop = new AbortController();
  Deno.addSignalListener(
    "SIGTERM",
    () => stop.abort(new Failure("run.aborted", { fact: "Told to stop; what was confirmed until then is kept" })),
  );
  const { signal } = stop;
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const store = await openStore({ path: kv, clock, random: systemRandom });
  const wire = liveWire();
  const engine = openEngine({
    store,
    registry,
    project,
    settings: ({ name }) => Promise.resolve(settings[name]),
    wireFor: () => (request) => {
      const named = mark(new Request(request), markOf(request));
      named.headers.set(WORKER, name);
      return wire(named);
    },
    clock,
    random: systemRandom,
    log: () => {},
    signal,
    shared: true,
    leaseMs,
  });
  console.log("ready");
  while (!signal.aborted) {
    for (const pipeline of project.pipelines.filter(({ name }) => pipelines.includes(name))) {
      if (signal.aborted) break;
      const { record, counts, failure, elsewhere = 0 } = await (pipeline.posting ? runPosting : runPipeline)(engine, {
        pipeline,
        mode: "apply",
        signal,
      });
      const { create, adopt, update, deactivate, rejected } = counts;
      const did = create + adopt + update + deactivate;
      const said: Said = {
        pipeline: pipeline.name,
        state: record.state,
        code: failure?.code,
        fact: failure?.fact,
        did,
        elsewhere,
      };
      if (did > 0 || failure || rejected > 0 || once) console.log(JSON.stringify(said));
    }
    if (once) break;
    await systemClock.sleep(100, signal).catch(() => {});
  }
  await engine.close();
  store.close();
}

if (import.meta.main) {
  await work(JSON.parse(Deno.args[0]) as Work).catch((thrown) => {
    console.log(JSON.stringify({ pipeline: "", state: "crashed", code: asFailure(thrown).code, fact: `${thrown}` }));
    Deno.exit(1);
  });
}
