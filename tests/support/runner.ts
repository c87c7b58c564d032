/**
 * Runs shipped pipelines over real sockets, against a state in a file. Started as a process of its own it can be killed; its arguments
 * are then a {@link LiveRun} as JSON.
 *
 * @module
 */
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { openEngine } from "../../engine/run/engine.ts";
import { runPipeline } from "../../engine/run/run.ts";
import { openStore } from "../../engine/state/open.ts";
import { liveWire } from "../../engine/wire/live.ts";
import { registry, shippedProject } from "./house.ts";

/** What is run, on what. */
export interface LiveRun {
  /** Settings by connection. */
  settings: Record<string, Record<string, unknown>>;
  /** The state's file. */
  kv: string;
  /** Milliseconds that its clock is ahead: a lease that a killed run has left is then past its deadline. */
  ahead: number;
  /** Names of pipelines; they are run in dependency order. */
  pipelines: readonly string[];
}

/** Runs the pipelines one after the other. Throws where one of them fails; `begun` hears when everything is loaded and opened. */
export async function liveRun(
  { settings, kv, ahead, pipelines }: LiveRun,
  begun: () => void = () => {},
): Promise<void> {
  const clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const project = await shippedProject();
  const store = await openStore({ path: kv, clock, random: systemRandom });
  const engine = openEngine({
    store,
    registry,
    project,
    settings: ({ name }) => Promise.resolve(settings[name]),
    wireFor: () => liveWire(),
    clock,
    random: systemRandom,
    log: () => {},
    signal: new AbortController().signal,
  });
  begun();
  try {
    for (const pipeline of project.pipelines.filter(({ name }) => pipelines.includes(name))) {
      const { failure } = await runPipeline(engine, { pipeline, mode: "apply" });
      if (failure) throw new Error(`${pipeline.name}: ${JSON.stringify(failure)}`);
    }
  } finally {
    await engine.close();
    store.close();
  }
}

if (import.meta.main) await liveRun(JSON.parse(Deno.args[0]) as LiveRun, () => console.log("ready"));
