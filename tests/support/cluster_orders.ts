/**
 * Orders of many operating units, synced by several processes on one state that are killed and paused while they are at it.
 *
 * @module
 */
import assert from "node:assert/strict";
import ebs from "../../connectors/ebs/connector.ts";
import procore from "../../connectors/procore/connector.ts";
import { seededRandom, systemClock } from "../../engine/clock.ts";
import type { Row } from "../../engine/connector.ts";
import type { RunResult } from "../../engine/run/types.ts";
import type { Store } from "../../engine/state/types.ts";
import { openEngine } from "../../engine/run/engine.ts";
import { runPipeline } from "../../engine/run/run.ts";
import { listen } from "../../engine/sandbox/listen.ts";
import { countLinks } from "../../engine/state/links.ts";
import { listMarks } from "../../engine/state/marks.ts";
import { openStore } from "../../engine/state/open.ts";
import { listWakes } from "../../engine/state/wakes.ts";
import { liveWire } from "../../engine/wire/live.ts";
import { hands, type Heard, hearing, herd, takeovers } from "./cluster.ts";
import { registry, root, shippedProject } from "./house.ts";
import { line, order } from "./orders.ts";
import { small, supplier } from "./small.ts";

/** The pipeline that is shared. */
export const ORDERS = "purchase-orders";
const BEFORE = ["projects", "vendors", "cost-codes"];

/** What orders there are, and where state is kept. */
export interface OrdersAsked {
  records: number;
  /** Operating units: partitions. */
  units: number;
  /** A file, or the URL of a KV. */
  kv: string;
  /** Milliseconds that each of Procore's answers takes. */
  latency?: number;
}

/** What is asked for. */
export interface Clustered extends OrdersAsked {
  processes: number;
  /** How long a lease lasts, in milliseconds. */
  leaseMs: number;
  /** Milliseconds between two blows, on average; 0: none falls. */
  every: number;
  /** Kills one process for good once this share of the records is there. */
  killOnce?: number;
  /** Procore's calls in ten seconds; unlimited where absent. */
  spike?: number;
  seed: number;
}

/** What was seen. */
export interface Figures {
  /** Milliseconds from the first process's readiness to the last record's link. */
  ms: number;
  killed: number;
  paused: number;
  /** Milliseconds from each kill to the take-over of what the dead one was at. */
  takeovers: number[];
  /** How often a partition changed hands, and how many calls came late from a paused process. */
  changes: number;
  late: number;
  /** Calls to Procore, and how many of them it refused with 429. */
  calls: number;
  refused: number;
  /** The most accepted calls in any ten seconds. */
  busiest: number;
  /** Runs that ended by a failure, by code. */
  codes: Record<string, number>;
  /** Milliseconds that the processes took to stop when told. */
  stopping: number;
}

function rows(records: number, units: number): Record<string, Row[]> {
  const each = Array.from({ length: units }, (_, i) => i);
  const { code_combinations } = small();
  return {
    operating_units: each.map((i) => ({ ORGANIZATION_ID: String(301 + i), NAME: `Unit ${i}`, SHORT_CODE: `U${i}` })),
    suppliers: Array.from({ length: 10 }, (_, i) => {
      const row = supplier(i + 1, `Supplier ${i + 1} Inc.`);
      const site = (row.SITES as Row[])[0];
      return { ...row, SITES: [{ ...site, ORG_ID: String(301 + i % units) }] };
    }),
    projects: each.map((i) => ({
      PROJECT_ID: String(4001 + i),
      SEGMENT1: `P-${i}`,
      NAME: `Project P-${i}`,
      ORG_ID: String(301 + i),
      TEMPLATE_FLAG: "N",
      LAST_UPDATE_DATE: "2026-09-01T08:00:00",
    })),
    code_combinations,
    purchase_orders: Array.from(
      { length: records },
      (_, i) => order(i + 1, [line("100.10")], { PROJECT_NUMBER: `P-${i % units}`, VENDOR_ID: `300${1 + i % 9}` }),
    ),
    procore_companies: [{ name: "Cluster Builders", hourly_limit: "unlimited", spike_limit: "unlimited" }],
    procore_projects: each.map((i) => ({ project_number: `P-${i}`, name: `Project P-${i}`, active: true })),
    procore_vendors: [],
    procore_cost_codes: [],
  };
}

/** Both sandboxes on real ports, with orders that are to be synced; all that they need is linked already. */
export interface OrdersWorld {
  settings: Record<string, Record<string, unknown>>;
  store: Store;
  heard: Heard[];
  /** Procore's answers. */
  answered: { at: number; status: number }[];
  /** Runs in this process. */
  run(name: string): Promise<RunResult>;
  /** How long each of Procore's answers takes from now on, in milliseconds. */
  slow(latency: number): void;
  /** Sets how many calls Procore takes in ten seconds. */
  limit(spike: number): Promise<void>;
  /** Runs once more, and holds that nothing is there twice, nothing is missing, and nothing is left half done. */
  whole(): Promise<void>;
  close(): Promise<void>;
}

/** Makes it. */
export async function ordersWorld({ records, units, kv, latency = 0 }: OrdersAsked): Promise<OrdersWorld> {
  const data = rows(records, units);
  const heard: Heard[] = [];
  const answered: { at: number; status: number }[] = [];
  const hear = hearing(heard);
  const sandboxes = {
    ebs: ebs.sandbox({ clock: systemClock, random: seededRandom(1), data }),
    procore: procore.sandbox({ clock: systemClock, random: seededRandom(2), data }),
  };
  let wait = 0;
  const listeners = {
    ebs: await listen(hear("ebs", sandboxes.ebs.fetch)),
    procore: await listen(hear("procore", async (request) => {
      if (wait > 0) await systemClock.sleep(wait);
      const { pathname } = new URL(request.url);
      const response = await sandboxes.procore.fetch(request);
      if (pathname.startsWith("/rest")) answered.push({ at: performance.now(), status: response.status });
      return response;
    })),
  };
  const settings = {
    ebs: sandboxes.ebs.settings(listeners.ebs.origin),
    procore: sandboxes.procore.settings(listeners.procore.origin),
  };
  const control = async (path: string, body?: unknown): Promise<{ rows: Row[] }> => {
    const request = new Request(`${listeners.procore.origin}/_sandbox/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const response = await sandboxes.procore.fetch(request);
    const text = await response.text();
    return text === "" ? { rows: [] } : JSON.parse(text);
  };
  const project = await shippedProject();
  const store = await openStore({ path: kv, clock: systemClock, random: seededRandom(3) });
  const engine = openEngine({
    store,
    registry,
    project,
    settings: ({ name }) => Promise.resolve(settings[name as keyof typeof settings]),
    wireFor: () => liveWire(),
    clock: systemClock,
    random: seededRandom(4),
    log: () => {},
    signal: new AbortController().signal,
  });
  const run = async (name: string): Promise<RunResult> => {
    const pipeline = project.pipelines.find((one) => one.name === name)!;
    const result = await runPipeline(engine, { pipeline, mode: "apply" });
    assert.equal(result.failure, undefined, JSON.stringify(result.failure));
    return result;
  };
  for (const name of BEFORE) await run(name);
  heard.length = answered.length = 0;
  wait = latency;
  return {
    settings,
    store,
    heard,
    answered,
    run,
    slow: (latency) => void (wait = latency),
    async limit(spike) {
      const [company] = (await control("rows/companies?limit=1")).rows;
      await control("touch", { table: "companies", key: String(company.id), fields: { spike_limit: String(spike) } });
    },
    async whole() {
      wait = 0;
      const last = await run(ORDERS);
      assert.deepEqual([last.elsewhere, last.counts.create], [undefined, 0], "the last finds everything done");
      for (const table of ["purchase_order_contracts", "purchase_order_contract_line_items"]) {
        const origins = (await control(`rows/${table}?limit=1000000`)).rows.map(({ origin_id }) => origin_id);
        assert.equal(origins.length, records, `${table}: nothing doubled, nothing lost`);
        assert.equal(new Set(origins).size, records, `${table}: each once`);
      }
      assert.equal(await countLinks(store, ORDERS), records);
      assert.deepEqual(await listMarks(store, ORDERS), []);
      assert.deepEqual(await Array.fromAsync(listWakes(store, ORDERS)), []);
    },
    async close() {
      await engine.close();
      store.close();
      await Promise.all([listeners.ebs.close(), listeners.procore.close()]);
    },
  };
}

/** Syncs with several processes, and holds what {@link OrdersWorld.whole} does. */
export async function clusteredOrders(asked: Clustered): Promise<Figures> {
  const { processes, records, kv, leaseMs, every, spike, killOnce = Infinity, seed } = asked;
  const random = seededRandom(seed);
  const world = await ordersWorld(asked);
  const { heard, answered, settings, store } = world;
  try {
    if (spike !== undefined) await world.limit(spike);
    const dir = new URL("pipelines", root).pathname;
    const workers = await herd(processes, { dir, settings, kv, leaseMs, pipelines: [ORDERS] });
    const began = performance.now();
    let next = began + every * (0.5 + random());
    for (let looks = 0;; looks++) {
      await systemClock.sleep(100);
      const now = performance.now();
      assert(now - began < 540_000, `not through after nine minutes: ${JSON.stringify(workers.said.slice(-5))}`);
      if (looks % 3 === 0) {
        const there = await countLinks(store, ORDERS);
        if (there >= records) break;
        if (there >= records * killOnce && workers.blows.length === 0) workers.kill();
      }
      if (every > 0 && now >= next) {
        await workers.strike(random, leaseMs * (1.2 + random()));
        next = performance.now() + every * (0.5 + random());
      }
    }
    const ms = performance.now() - began;
    const stopping = await workers.stop();
    // Whatever the dead left is found by whoever comes after their leases.
    if (every > 0) await systemClock.sleep(leaseMs);
    await world.whole();
    const codes: Record<string, number> = {};
    for (const { code } of workers.said) if (code) codes[code] = (codes[code] ?? 0) + 1;
    return {
      ms,
      killed: workers.blows.filter(({ what }) => what === "killed").length,
      paused: workers.blows.filter(({ what }) => what === "paused").length,
      takeovers: takeovers(heard, workers.blows),
      ...hands(heard),
      calls: answered.length,
      refused: answered.filter(({ status }) => status === 429).length,
      busiest: busiest(answered.filter(({ status }) => status !== 429).map(({ at }) => at)),
      codes,
      stopping,
    };
  } finally {
    await world.close();
  }
}

/** The most of these times in any ten seconds. */
function busiest(times: readonly number[]): number {
  let most = 0, from = 0;
  for (const [i, at] of times.entries()) {
    while (times[from] <= at - 10_000) from++;
    most = Math.max(most, i - from + 1);
  }
  return most;
}
