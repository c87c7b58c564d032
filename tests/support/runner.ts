/**
 * Runs all shipped pipelines in a process of its own, against sandboxes on real ports, and prints the counts. For tests that kill it.
 * Arguments: settings by connection as JSON, the KV file, and how many milliseconds its clock is ahead.
 *
 * @module
 */
import { systemClock, systemRandom } from "../../engine/clock.ts";
import { openEngine } from "../../engine/run/engine.ts";
import { runPipeline } from "../../engine/run/run.ts";
import { openStore } from "../../engine/state/open.ts";
import { liveWire } from "../../engine/wire/live.ts";
import { registry, shippedProject } from "./house.ts";

const [settingsText, kv, ahead] = Deno.args;
const settings = JSON.parse(settingsText) as Record<string, Record<string, unknown>>;
// A lease that a killed run has left is past its deadline for the next one, without anyone waiting.
const clock = { ...systemClock, now: () => systemClock.now() + Number(ahead) };
const store = await openStore({ path: kv, clock, random: systemRandom });
const project = await shippedProject();
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
console.log("ready");
for (const pipeline of project.pipelines) {
  const { counts, failure } = await runPipeline(engine, { pipeline, mode: "apply" });
  if (failure) throw new Error(`${pipeline.name}: ${JSON.stringify(failure)}`);
  console.log(JSON.stringify({ pipeline: pipeline.name, counts }));
}
await engine.close();
store.close();
