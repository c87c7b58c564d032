/**
 * Requisitions posted in a process of its own, against sandboxes on real ports. Arguments: the world as JSON, the KV file, the folder of
 * pipelines, and `prepare` (what they need is run, and the pipeline may post from then on), `post` or `floor`. Prints what it cost as JSON.
 *
 * @module
 */
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { systemClock, systemRandom } from "../engine/clock.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import { runPosting } from "../engine/post/run.ts";
import { openEngine } from "../engine/run/engine.ts";
import { batch } from "../engine/state/batch.ts";
import { TABLES } from "../engine/state/keys.ts";
import { termsOf } from "../engine/post/terms.ts";
import { setLive } from "../engine/state/live.ts";
import { openStore } from "../engine/state/open.ts";
import { liveWire } from "../engine/wire/live.ts";
import { postingsFloor } from "./postings_floor.ts";
import { before, callsOf, run, type SyncFigures } from "./sync.ts";
import { cpuTime, peakMemory, type World } from "./world.ts";

/** The pipeline that posts. */
export const POSTING = "requisition-journals";

/** What posting cost: of the run itself, or of the floor. */
export type PostingFigures = SyncFigures & {
  commits: number;
  /** Commits that hold documents of the outbox. */
  outbox: number;
};

/** A database that counts what is committed. */
function counting(kv: Deno.Kv, count: (outbox: boolean) => void): void {
  const atomic = kv.atomic.bind(kv);
  kv.atomic = () => {
    const operation = atomic();
    const [set, commit] = [operation.set.bind(operation), operation.commit.bind(operation)];
    let outbox = false;
    operation.set = (key, ...more) => {
      if (key[0] === TABLES.posting) outbox = true;
      return set(key, ...more);
    };
    operation.commit = () => (count(outbox), commit());
    return operation;
  };
}

if (import.meta.main) {
  const [worldText, kv, dir, what] = Deno.args;
  const world = JSON.parse(worldText) as World;
  const registry = { ebs, procore };
  const { project, diagnostics } = await loadProject({ dir, registry });
  if (!project) throw new Error(JSON.stringify(diagnostics));
  const store = await openStore({ path: kv, clock: systemClock, random: systemRandom });
  let [commits, outbox] = [0, 0];
  counting(store.kv, (ofOutbox) => {
    commits++;
    if (ofOutbox) outbox++;
  });
  const settings = (name: string): Record<string, unknown> => {
    const { origin: _, ...settings } = world[name];
    return settings;
  };
  const engine = openEngine({
    store,
    registry,
    project,
    settings: ({ name }) => Promise.resolve(settings(name)),
    wireFor: () => liveWire(),
    clock: systemClock,
    random: systemRandom,
    log: () => {},
    signal: new AbortController().signal,
  });
  let figures: Partial<PostingFigures> = {};
  const [started, cpu] = [performance.now(), cpuTime()];
  const cost = () => ({ ms: performance.now() - started, cpu: cpuTime() - cpu, memory: peakMemory(), commits, outbox });
  if (what === "prepare") {
    for (const need of before(project, POSTING)) await run(engine, need, false);
    const writes = batch(store);
    const terms = termsOf(project.pipelines.find(({ name }) => name === POSTING)!.posting!);
    setLive(writes, POSTING, { live: true, terms, by: "bench", at: new Date(systemClock.now()).toISOString() });
    await writes.commit();
  } else if (what === "floor") {
    figures = { ...await postingsFloor({ store, settings, registry }), ...cost() };
  } else {
    const pipeline = project.pipelines.find(({ name }) => name === POSTING)!;
    const result = await runPosting(engine, { pipeline, mode: "apply" });
    if (result.failure) throw new Error(JSON.stringify(result.failure));
    figures = { ...cost(), records: result.record.read, counts: { ...result.counts }, calls: callsOf(result) };
  }
  await engine.close();
  store.close();
  console.log(JSON.stringify(figures));
}
