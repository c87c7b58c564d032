/**
 * A first load under Procore's published limits, in this process, on a clock that jumps over every wait.
 *
 * @module
 */
import ebs from "../connectors/ebs/connector.ts";
import procore from "../connectors/procore/connector.ts";
import { manualClock, seededRandom } from "../engine/clock.ts";
import type { Sandbox } from "../engine/connector.ts";
import { loadProject } from "../engine/pipeline/load.ts";
import { openEngine } from "../engine/run/engine.ts";
import { openStore } from "../engine/state/open.ts";
import { orders } from "./data.ts";
import { before, callsOf, run } from "./sync.ts";

const HOURLY = 3600, SPIKE = 25;

/** What it took. */
export interface UnderLimits {
  /** Calls to Procore, those that were refused included. */
  calls: number;
  /** Calls that were refused with 429. */
  refused: number;
  /** On the virtual clock. */
  seconds: number;
  /** Calls over the tighter rate, an hour's. */
  ideal: number;
  /** The least that the two windows allow, from empty ones: each hour's calls as fast as the spike window lets them. */
  least: number;
}

/** Loads orders; what they need is there before, and the windows are empty again. */
export async function underLimits(count: number): Promise<UnderLimits> {
  const clock = manualClock(Date.parse("2026-02-02T09:00:00Z"));
  const data = {
    ...orders(count),
    procore_companies: [{ name: "Bench", hourly_limit: String(HOURLY), spike_limit: String(SPIKE) }],
  };
  const registry = { ebs, procore };
  const sandboxes: Record<string, Sandbox> = {
    ebs: ebs.sandbox({ clock, random: seededRandom(1), data }),
    procore: procore.sandbox({ clock, random: seededRandom(2), data }),
  };
  const { project } = await loadProject({ dir: new URL("../pipelines", import.meta.url).pathname, registry });
  const random = seededRandom(3);
  const store = await openStore({ path: ":memory:", clock, random });
  let refused = 0;
  const open = () =>
    openEngine({
      store,
      registry,
      project: project!,
      settings: ({ name }) => Promise.resolve(sandboxes[name].settings(`http://${name}.sandbox.test:8000`)),
      wireFor: (name) => async (request) => {
        const response = await sandboxes[name].fetch(request);
        if (response.status === 429) refused++;
        return response;
      },
      clock,
      random,
      log: () => {},
      signal: new AbortController().signal,
    });
  const needed = open();
  for (const need of before(project!, "purchase-orders")) await run(needed, need, false);
  await needed.close();
  clock.advance(3_600_000);
  refused = 0;
  const engine = open();
  const started = clock.now();
  const result = await run(engine, "purchase-orders", false);
  const seconds = (clock.now() - started) / 1000;
  await engine.close();
  store.close();
  if (result.counts.create !== count) throw new Error(`Not all orders arrived: ${JSON.stringify(result.counts)}`);
  const calls = Object.entries(callsOf(result))
    .reduce((sum, [route, calls]) => sum + (/ \/rest\//.test(route) ? calls : 0), 0);
  const hours = Math.floor((calls - 1) / HOURLY);
  return {
    calls,
    refused,
    seconds,
    ideal: calls / (HOURLY / 3600),
    least: hours * 3600 + (calls - hours * HOURLY) / (SPIKE / 10),
  };
}
