/**
 * Two hundred journals, posted by several processes on one state that are killed and paused while they are at it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { seededRandom, systemClock } from "../../engine/clock.ts";
import { listen } from "../../engine/sandbox/listen.ts";
import { listPostings } from "../../engine/state/postings.ts";
import { type Blow, type Heard, hearing, herd } from "./cluster.ts";
import { MANY, manySheets } from "./posting_many.ts";
import { ledger, sound } from "./posting_crash.ts";
import { booksOf } from "./posting_kill.ts";
import { post, POSTING, postingHouse, postingPipelines, writePostingPipelines } from "./postings.ts";

/** What was seen. */
export interface Posted {
  ms: number;
  journals: number;
  blows: Blow[];
  calls: number;
  codes: Record<string, number>;
}

/** Posts, and holds that every journal is in the ledger once, and is what a firm has to which nothing happened. */
export async function clusteredPostings(
  { processes, kv, leaseMs, every, seed }: {
    processes: number;
    kv: string;
    leaseMs: number;
    every: number;
    seed: number;
  },
): Promise<Posted> {
  const random = seededRandom(seed);
  const scene = manySheets();
  const edits: [RegExp, string][] = [];
  // A connection is pinned to its host.
  const [api_url, login_url] = ["http://127.0.0.1:8102", "http://127.0.0.1:8102"];
  const options = { project: await postingPipelines(edits), settings: { procore: { api_url, login_url } } };
  const calm = await postingHouse(scene.orders, options);
  const home = await postingHouse(scene.orders, { ...options, kv });
  const folder = await Deno.makeTempDir({ prefix: "gusset-cluster-" });
  await writePostingPipelines(folder, edits);
  for (const house of [calm, home]) {
    await scene.before?.(house);
    await post(house);
    await scene.day(house);
  }
  await post(calm);
  await post(calm);
  const expected = await booksOf(calm);
  const already = (await ledger(home)).length;

  const heard: Heard[] = [];
  const hear = hearing(heard);
  await home.control("ebs", "gateway", { import_pending_seconds: 0, import_running_seconds: 0 });
  const listeners = {
    ebs: await listen(hear("ebs", home.sandboxes.ebs.fetch)),
    procore: await listen(hear("procore", home.sandboxes.procore.fetch)),
  };
  const settings = {
    ebs: home.sandboxes.ebs.settings(listeners.ebs.origin),
    procore: home.sandboxes.procore.settings(listeners.procore.origin),
  };
  try {
    // The scene has its day: processes live on it, too.
    const ahead = home.clock.now() - systemClock.now();
    const workers = await herd(processes, { dir: folder, settings, kv, leaseMs, ahead, pipelines: [POSTING] });
    const began = performance.now();
    let next = began + every * (0.3 + random());
    for (;;) {
      await systemClock.sleep(100);
      const now = performance.now();
      assert(now - began < 240_000, `not through after four minutes: ${JSON.stringify(workers.said.slice(-5))}`);
      const states = await Array.fromAsync(listPostings(home.store, { pipeline: POSTING }));
      const through = states.filter(({ state }) => state === "imported" || state === "posted").length;
      if (through >= already + MANY) break;
      if (every > 0 && now >= next) {
        await workers.strike(random, leaseMs * (1.2 + random()));
        next = performance.now() + every * (0.5 + random());
      }
    }
    const ms = performance.now() - began;
    await workers.stop();
    await systemClock.sleep(leaseMs);
    home.clock.advance(3_600_000);
    await post(home);
    const after = await ledger(home);
    sound(after, `${processes} processes`);
    assert.deepEqual(await booksOf(home), expected, "the books of a firm that nothing befell");
    const codes: Record<string, number> = {};
    for (const { code } of workers.said) if (code) codes[code] = (codes[code] ?? 0) + 1;
    return { ms, journals: after.length - already, blows: workers.blows, calls: heard.length, codes };
  } finally {
    await Promise.all([listeners.ebs.close(), listeners.procore.close()]);
    await home.close();
    await calm.close();
    await Deno.remove(folder, { recursive: true });
  }
}
