/**
 * A flood of webhook deliveries, from Procore's sandbox to the records that are read: people change change order packages, the sandbox
 * announces it, twice at times, out of order and many at once; forged, oversized, malformed and replayed deliveries come in between.
 *
 * @module
 */
import { manualClock, seededRandom } from "../../engine/clock.ts";
import type { Row, Wire } from "../../engine/connector.ts";
import type { Pipeline, Project } from "../../engine/pipeline/model.ts";
import { listDeliveries } from "../../engine/state/deliveries.ts";
import { openStore } from "../../engine/state/open.ts";
import type { Store } from "../../engine/state/types.ts";
import { hookUrl, planHooks, takeHookStep } from "../../engine/trigger/hooks.ts";
import { type Taken, webhookIntake } from "../../engine/trigger/intake.ts";
import { receivers } from "../../engine/trigger/receivers.ts";
import { workDeliveries } from "../../engine/trigger/work.ts";
import procore from "../../connectors/procore/connector.ts";
import { procoreSandbox } from "../../connectors/procore/sandbox/sandbox.ts";
import { START } from "./house.ts";

/** How much comes. */
export interface FloodOptions {
  /** Deliveries that Procore sends, those that come twice among them. */
  deliveries: number;
  /** Records that change. */
  records: number;
  /** Whether deliveries are worked off while they come; else when all are there. */
  meanwhile?: boolean;
  /** Where state is kept; default: in memory. */
  kv?: string;
}

/** What came of it. */
export interface Flood {
  /** Deliveries by what became of them: Procore's own, and those of others. */
  taken: Partial<Record<Taken, number>>;
  /** Distinct deliveries that Procore sent. */
  distinct: number;
  /** Deliveries that Procore sent. */
  sent: number;
  /** Commits to the state while deliveries came in. */
  commits: number;
  /** Records whose last change was not read. */
  missed: string[];
  /** Records that changed. */
  changed: number;
  /** Reads that working off asked Procore for: of single records, and of lists. */
  reads: { records: number; lists: number };
  /** Runs of the pipeline. */
  runs: number;
  /** Deliveries that were left. */
  left: number;
  /** Milliseconds of real time: taking in, working off. */
  took: { intake: number; work: number };
  /** Milliseconds that the slowest of 100 deliveries waited for its answer, of real time. */
  p99: number;
}

const ORIGIN = "http://procore.sandbox.test:8000";
const PROJECTS = 5;

/** Companies with enough contracts and packages. */
function data(records: number): Record<string, Row[]> {
  const numbers = Array.from({ length: PROJECTS }, (_, i) => `P${i + 1}`);
  return {
    procore_projects: numbers.map((project_number) => ({ project_number, name: `Project ${project_number}` })),
    procore_vendors: [{ name: "Acme", project_numbers: numbers }],
    procore_cost_codes: numbers.map((project_number) => ({ project_number, code: "03", name: "Concrete" })),
    procore_purchase_order_contracts: numbers.map((project_number) => ({
      project_number,
      number: "1",
      vendor: "Acme",
      status: "Approved",
      lines: [{ amount: "100", code: "03", type: "S" }],
    })),
    procore_change_order_packages: Array.from({ length: records }, (_, i) => ({
      project_number: numbers[i % PROJECTS],
      contract: "1",
      title: "As it was",
      lines: [{ amount: "1", code: "03", type: "S" }],
    })),
  };
}

const PIPELINE = {
  name: "changes",
  source: { connection: "procore", stream: "change_order_packages" },
  trigger: { after: [], webhook: ["Change Order Packages"] },
} as unknown as Pipeline;

/** Lets it come, works it off, and counts. */
export async function flood({ deliveries, records, meanwhile = false, kv = ":memory:" }: FloodOptions): Promise<Flood> {
  const clock = manualClock(START), random = seededRandom(5);
  const store = await openStore({ path: kv, clock, random });
  let commits = 0, sent = 0;
  store.kv = counted(store.kv, () => commits++);
  const limits = { hourly: null, spike: null };
  const received: Promise<void>[] = [], bodies: string[] = [], waits: number[] = [];
  const taken: Flood["taken"] = {};
  let intake: Wire = () => Promise.reject(new Error("The server is not up"));
  const sandbox = procoreSandbox({
    clock,
    random: seededRandom(6),
    data: data(records),
    limits,
    deliver: async (request) => {
      sent++;
      if (bodies.length < 200) bodies.push(await request.clone().text());
      const began = performance.now();
      const response = await intake(request);
      waits.push(performance.now() - began);
      return response;
    },
  });
  const settings = sandbox.settings(ORIGIN);
  const project: Project = {
    pipelines: [PIPELINE],
    connections: {
      procore: {
        name: "procore",
        connector: "procore",
        tag: "PROCORE",
        settings,
        place: { file: "connections.yaml", line: 1, column: 1 },
      },
    },
  };
  const app = webhookIntake({
    store,
    receivers: receivers({
      registry: { procore },
      project: () => project,
      settings: () => Promise.resolve(settings),
      clock,
    }),
    log: () => {},
    onTaken: (what) => taken[what] = (taken[what] ?? 0) + 1,
  });
  intake = async (request) => await app.fetch(request);
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const method = body === undefined ? "GET" : "POST";
    const response = await sandbox.fetch(
      new Request(`${ORIGIN}/_sandbox/${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return await response.json();
  };
  const rows = async (): Promise<Row[]> =>
    (await control(`rows/change_order_packages?limit=${records}`) as { rows: Row[] }).rows;

  const calls = { records: 0, lists: 0 };
  const session = procore.open(procore.settings.parse(settings), {
    wire: (request) => {
      const { pathname } = new URL(request.url);
      if (/change_order_packages\/\d+$/.test(pathname)) calls.records++;
      else if (pathname.endsWith("/change_order_packages")) calls.lists++;
      return sandbox.fetch(request);
    },
    clock,
    random,
    log: () => {},
    signal: new AbortController().signal,
    tags: [],
  });
  const keeper = session.hooks!;
  const steps = planHooks({
    url: hookUrl("https://gusset.test", "procore"),
    resources: PIPELINE.trigger.webhook,
    offered: await keeper.offered(),
    present: await keeper.list(),
  });
  for (const step of steps) await takeHookStep(keeper, step);

  const stream = session.stream("change_order_packages");
  const titles = new Map<string, string>();
  let runs = 0;
  const work = () =>
    workDeliveries({
      store,
      project,
      owner: "flood",
      run: async (_, { only, partition }) => {
        runs++;
        const request = { partition: { id: partition!, name: partition! }, keys: only! };
        for await (const page of stream.read!(request)) {
          for (const { id, title } of page.rows) titles.set(id as string, title as string);
        }
        return {};
      },
      own: (_, delivery) => keeper.own(delivery),
      log: () => {},
    });

  const packages = await rows();
  const began = performance.now();
  const before = commits;
  let inWork = 0;
  const changes = Math.round(deliveries * 0.6);
  const changed = new Set<string>();
  const change = async ({ id }: Row, title: string): Promise<void> => {
    changed.add(id as string);
    await control("touch", { table: "change_order_packages", key: id, fields: { title } });
  };
  // One that arrives before all others: who forges or replays has seen one.
  await change(packages[0], "Change 0");
  await control("webhooks/send", {});
  // Of what is announced two thirds come twice: 40 of 100 deliveries came before.
  await control("webhooks/manner", { duplicate: 2 / 3, delay_ms: 1_000, reorder: true, parallel: 50 });
  for (let nth = 1; nth < changes; nth++) {
    await change(packages[Math.floor(random() * packages.length)], `Change ${nth}`);
    if (nth % 20 === 0) received.push(...unwelcome(intake, bodies, settings));
    if (!meanwhile || nth % 50 !== 0) continue;
    clock.advance(2_000);
    await control("webhooks/send", {});
    const own = commits;
    await work();
    inWork += commits - own;
  }
  clock.advance(1_000);
  await control("webhooks/send", {});
  await Promise.all(received);
  const intakeTook = performance.now() - began;
  const taking = commits - before - inWork;
  const heard = await count(store, ["heard"]);
  const working = performance.now();
  for (let next: number | undefined = clock.now(); next !== undefined; next = (await work()).next) clock.set(next);
  const workTook = performance.now() - working;
  const missed = (await rows())
    .filter(({ id, title }) => changed.has(id as string) && titles.get(id as string) !== title).map(({ id }) =>
      id as string
    );
  const left = (await Array.fromAsync(listDeliveries(store))).length;
  store.close();
  return {
    taken,
    distinct: heard,
    sent,
    commits: taking,
    missed,
    changed: changed.size,
    reads: calls,
    runs,
    left,
    took: { intake: intakeTook, work: workTook },
    p99: waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)],
  };
}

/** Deliveries that nobody should act upon, sent all at once: forged, oversized, malformed, replayed, old. */
function unwelcome(intake: Wire, bodies: readonly string[], settings: Record<string, unknown>): Promise<void>[] {
  const url = hookUrl("https://gusset.test", "procore");
  const authorization = `Bearer ${settings.webhook_secret}`;
  const post = async (body: string, headers: Record<string, string> = { authorization }): Promise<void> => {
    const response = await intake(new Request(url, { method: "POST", headers, body }));
    await response.body?.cancel();
  };
  const [body] = bodies;
  const long = JSON.stringify({ ...JSON.parse(body), padding: "x".repeat(70_000) });
  return [
    post(body, {}),
    post(body, { authorization: `${authorization}x` }),
    post(long),
    post(body.slice(0, -2)),
    post(JSON.stringify({ ...JSON.parse(body), resource_id: "../1" })),
    post(body),
    post(
      JSON.stringify({ ...JSON.parse(body), ulid: "01AAAAAAAAAAAAAAAAAAAAAAAA", timestamp: "2020-01-01T00:00:00Z" }),
    ),
  ];
}

async function count(store: Store, prefix: Deno.KvKey): Promise<number> {
  let entries = 0;
  for await (const _ of store.kv.list({ prefix })) entries++;
  return entries;
}

/** A database whose commits that wrote something are counted. */
function counted(kv: Deno.Kv, hear: () => void): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name !== "atomic") return typeof value === "function" ? value.bind(target) : value;
      return () => {
        const atomic = target.atomic();
        const commit = atomic.commit.bind(atomic);
        atomic.commit = async () => {
          const result = await commit();
          if (result.ok) hear();
          return result;
        };
        return atomic;
      };
    },
  });
}
