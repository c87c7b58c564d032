/**
 * `GET /metrics`: figures for Prometheus. What this process did are counters from its start; what the state holds is counted from the
 * state, is the same in every instance, and is counted again only as often as counting is cheap.
 *
 * Labels are names that the files give (pipelines, connections) and words of ours: never a record's key, a person's name or an address.
 *
 * @module
 */
import { Hono } from "hono";
import type { Log } from "../connector.ts";
import { asFailure } from "../failure.ts";
import type { Circuit } from "../notify/circuit.ts";
import type { Project } from "../pipeline/model.ts";
import { countState, type StateCounts } from "../state/counts.ts";
import { listHealth } from "../state/health.ts";
import type { RunRecord, Store } from "../state/types.ts";
import type { Taken } from "../trigger/intake.ts";
import { markOf } from "../wire/mark.ts";
import type { Layer } from "../wire/types.ts";
import { CONTENT_TYPE, exposition, type Metric, tally } from "./exposition.ts";

/** Counts of the state are kept for this time, in milliseconds; and for this many times as long as counting took. */
const KEPT = 10_000, TIMES = 20;

/** What metrics are made from. */
export interface MetricsOptions {
  store: Store;
  /** The project as it stands now. */
  project: () => Project;
  log: Log;
  version: string;
  /** Bytes; `Deno.memoryUsage` on a server. */
  memory: () => { rss: number; heapUsed: number };
}

/** Gathers figures and serves them. */
export interface Metrics {
  /** To be mounted at `/metrics`. */
  app: Hono;
  /** A layer for a connection's wire, outermost: counts calls and learns what is left of the rate budget. */
  counts(connection: string): Layer;
  /** Hears how a run ended. */
  ran(record: Pick<RunRecord, "pipeline" | "state" | "counts" | "startedAt" | "endedAt">): void;
  /** Hears what became of a delivery. */
  took(taken: Taken): void;
}

/** Opens metrics, at nothing. */
export function openMetrics({ store, project, log, version, memory }: MetricsOptions): Metrics {
  const began = store.clock.now();
  const runs = tally(), seconds = tally(), records = tally(), calls = tally(), deliveries = tally();
  const budgets = new Map<string, number>();
  const commits = store.commits ??= { done: 0, refused: 0, failed: 0 };
  const counted = keeping(store, () => countState(store, project().pipelines.map(({ name }) => name)));

  const metrics = async (): Promise<Metric[]> => {
    const [state, circuits] = [await counted(), await listHealth<Circuit>(store, "circuit")];
    const { rss, heapUsed } = memory();
    const connections = Object.keys(project().connections);
    return [
      gauge("gusset_info", "This Gusset.", [{ labels: { version }, value: 1 }]),
      gauge("process_start_time_seconds", "When this process began to count.", [{ value: began / 1000 }]),
      gauge("process_resident_memory_bytes", "Memory of this process.", [{ value: rss }]),
      gauge("gusset_heap_used_bytes", "Memory that its JavaScript uses.", [{ value: heapUsed }]),
      counter("gusset_runs_total", "Runs that ended here, by how they ended.", runs.samples()),
      counter("gusset_run_seconds_total", "Time that runs took here.", seconds.samples()),
      counter("gusset_records_total", "Records by what became of them, in runs that ended here.", records.samples()),
      counter("gusset_calls_total", "Calls that left here, by what came of them.", calls.samples()),
      gauge("gusset_rate_budget_remaining", "Calls left, as the system said last.", by("connection", budgets)),
      gauge(
        "gusset_connection_up",
        "Whether a connection's system answers, as far as all instances know.",
        connections.map((connection) => ({
          labels: { connection },
          value: circuits.get(connection)?.state === "open" ? 0 : 1,
        })),
      ),
      gauge("gusset_links", "Records that are linked.", by("pipeline", state.links)),
      gauge("gusset_rejected_records", "Records that wait for a person.", by("pipeline", state.rejected)),
      gauge("gusset_parked_records", "Records that wait for another pipeline.", by("pipeline", state.parked)),
      gauge("gusset_deliveries_waiting", "Webhook deliveries to be worked off.", by("pipeline", state.deliveries)),
      gauge("gusset_postings", "Documents of the outbox, by where they are.", postings(state)),
      gauge(
        "gusset_last_success_timestamp_seconds",
        "When a pipeline's last run without a failure ended.",
        Array.from(state.succeeded, ([pipeline, at]) => ({ labels: { pipeline }, value: at / 1000 })),
      ),
      counter("gusset_webhook_deliveries_total", "Deliveries by what became of them here.", deliveries.samples()),
      counter(
        "gusset_kv_commits_total",
        "Commits to the state from here.",
        Object.entries(commits).map(([result, value]) => ({ labels: { result }, value })),
      ),
    ];
  };

  return {
    app: new Hono().get("/", async (c) => {
      try {
        return c.body(exposition(await metrics()), 200, { "Content-Type": CONTENT_TYPE, "Cache-Control": "no-store" });
      } catch (thrown) {
        const { code, message } = asFailure(thrown);
        log("error", `Figures could not be gathered: ${message}`, { code });
        return c.text("The figures could not be gathered; the log says why\n", 503);
      }
    }),
    counts: (connection) => (wire) => async (request) => {
      const { effect } = markOf(request);
      const count = (result: string) => calls.add({ connection, effect, result });
      try {
        const response = await wire(request);
        const { status, headers } = response;
        count(status === 429 ? "429" : `${Math.floor(status / 100)}xx`);
        const left = headers.get("x-rate-limit-remaining") ?? headers.get("ratelimit-remaining");
        if (left !== null && /^\d{1,9}$/.test(left)) budgets.set(connection, Number(left));
        return response;
      } catch (thrown) {
        count("none");
        throw thrown;
      }
    },
    ran({ pipeline, state, counts, startedAt, endedAt }) {
      runs.add({ pipeline, state });
      if (endedAt) seconds.add({ pipeline }, Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
      for (const [word, count] of Object.entries(counts)) if (count > 0) records.add({ pipeline, word }, count);
    },
    took: (taken) => deliveries.add({ result: taken }),
  };
}

const gauge = (name: string, help: string, samples: Metric["samples"]): Metric => ({
  name,
  type: "gauge",
  help,
  samples,
});
const counter = (name: string, help: string, samples: Metric["samples"]): Metric => ({
  name,
  type: "counter",
  help,
  samples,
});

const by = (label: string, counts: ReadonlyMap<string, number>): Metric["samples"] =>
  Array.from(counts, ([name, value]) => ({ labels: { [label]: name }, value }));

const postings = ({ postings }: StateCounts): Metric["samples"] =>
  [...postings].flatMap(([pipeline, states]) =>
    Array.from(states, ([state, value]) => ({ labels: { pipeline, state }, value }))
  );

/** What `count` gave, for a while; those who ask while it counts get the same. */
function keeping<T>({ clock }: Pick<Store, "clock">, count: () => Promise<T>): () => Promise<T> {
  let kept: { counts: T; until: number } | undefined;
  let counting: Promise<T> | undefined;
  const anew = async (): Promise<T> => {
    const began = clock.now();
    try {
      const counts = await count();
      const now = clock.now();
      kept = { counts, until: now + Math.max(KEPT, (now - began) * TIMES) };
      return counts;
    } finally {
      counting = undefined;
    }
  };
  return () => kept && clock.now() < kept.until ? Promise.resolve(kept.counts) : counting ??= anew();
}
