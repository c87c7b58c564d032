/**
 * What `gusset serve` is: schedules, deliveries, files that change and the app, put together over one state.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Log, Registry } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Loaded } from "../pipeline/load.ts";
import type { ConnectionConfig, Pipeline, Project } from "../pipeline/model.ts";
import { runPosting } from "../post/run.ts";
import { runPipeline } from "../run/run.ts";
import type { Engine, RunOptions, RunResult } from "../run/types.ts";
import type { Store } from "../state/types.ts";
import { webhookIntake } from "../trigger/intake.ts";
import type { IntakeOptions } from "../trigger/intake.ts";
import { ownWrites } from "../trigger/own.ts";
import { receivers } from "../trigger/receivers.ts";
import { openScheduler, type SchedulerOptions } from "../trigger/scheduler.ts";
import { type AppParts, serverApp } from "./app.ts";
import { type DeliveryDesk, deliveryDesk } from "./deliveries.ts";
import { type Engines, engines } from "./engines.ts";
import type { WatchFiles } from "./files.ts";
import { readiness } from "./ready.ts";
import { type Mistakes, reload } from "./reload.ts";

/** What the service is made of. Its signal stops it: nothing begins from then on, and runs are told to stop. */
export interface ServiceParts {
  store: Store;
  registry: Registry;
  /** As it was checked at the start. */
  project: Project;
  /** Opens an engine over a project; its calls are given up when the signal says so. */
  openEngine: (project: Project, signal: AbortSignal) => Engine;
  /** A connection's settings with secrets filled in. */
  settings: (connection: ConnectionConfig) => Promise<Record<string, unknown>>;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  /** Who this is, for people: host and process. */
  owner: string;
  /** Starts pipelines by their schedules, and by what wakes them. */
  schedule: boolean;
  /** Takes deliveries in and works them off. */
  webhooks: boolean;
  /** Files that may change; absent: they do not, as where each deployment is a process of its own. */
  files?: { load: () => Promise<Loaded>; watch: WatchFiles; told?: (mistakes: Mistakes | undefined) => Promise<void> };
  /** Puts off what needs a system that is gone, and tells people. */
  watch?: SchedulerOptions["watch"];
  /** Hears how each run ended: for counters and events. */
  ended?: (pipeline: Pipeline, result: RunResult) => void;
  /** Hears how far each run has got. */
  progress?: RunOptions["onProgress"];
  /** Hears what became of each delivery: for counters. */
  taken?: IntakeOptions["onTaken"];
  /** Parts of the app that others build; they get what they work with. */
  mount?: (service: Pick<Service, "engines" | "run">) => Pick<AppParts, "metrics" | "api" | "pages">;
  /** False: nothing is written from here, neither by itself nor through the API. */
  writes?: boolean;
}

/** The service. */
export interface Service {
  /** Answers requests. */
  fetch: (request: Request) => Response | Promise<Response>;
  engines: Engines;
  /** Runs a pipeline as the service would, with its engine. */
  run: (pipeline: Pipeline, options: Partial<RunOptions>) => Promise<RunResult>;
  /** Works until the signal says stop; resolves when what was at work has ended, ten seconds later at the latest. */
  work(): Promise<void>;
  /**
   * One tick, for a platform that brings its own and lets a process live only so long: starts what is due and works off what came, and
   * ends it after `slice` milliseconds. What was not done by then is due again at the next tick, and continues from its checkpoint.
   */
  tick(slice: number): Promise<void>;
  /** The pipelines that schedules have at work in this process. */
  atWork(): string[];
}

/** How many times its usual length a slice has at the most. */
const LONGEST = 16;
/** Who the runs are by that nobody asked for. */
const BY = "gusset serve";

/** Puts the service together. Nothing starts before it is told to work, or to tick. */
export function openService(parts: ServiceParts): Service {
  const { store, registry, clock, random, log, signal, owner, schedule, webhooks, writes = true } = parts;
  const main = engines({ project: parts.project, open: (project) => parts.openEngine(project, signal), clock });
  const project = (): Project => main.project();
  let ticked = clock.now();
  /** How many times its usual length the next slice has: one that was too short for a single step must not be so for ever. */
  let stretch = 1;
  let stuck = false;

  const runner = (own: Engines) => async (pipeline: Pipeline, options: Partial<RunOptions>): Promise<RunResult> => {
    const began = clock.now();
    const result = await own.use((engine) =>
      (pipeline.posting ? runPosting : runPipeline)(engine, {
        mode: "apply",
        by: BY,
        ...(parts.progress && { onProgress: parts.progress }),
        ...options,
        pipeline,
      })
    );
    tellRun(log, pipeline, result, clock.now() - began);
    // What a person has to mend is found mended only by connections that are opened anew.
    if (result.failure?.kind === "halt") own.renew();
    if (result.record.state === "sliced" && Object.values(result.counts).every((count) => count === 0)) stuck = true;
    parts.ended?.(pipeline, result);
    return result;
  };
  const scheduler = (own: Engines, stop: AbortSignal) =>
    openScheduler({
      store,
      // Asked for once a tick.
      project: () => {
        ticked = clock.now();
        return project();
      },
      owner,
      clock,
      log,
      signal: stop,
      watch: parts.watch,
      start: (pipeline, { signal }) => runner(own)(pipeline, { signal }),
    });
  const desk = (own: Engines, stop: AbortSignal): DeliveryDesk =>
    deliveryDesk({
      store,
      project,
      owner,
      clock,
      log,
      signal: stop,
      own: (connection, delivery) => own.use((engine) => ownWrites(engine)(connection, delivery)),
      heldBy: parts.watch?.heldBy,
      async run(pipeline, asked) {
        const result = await runner(own)(pipeline, { ...asked, signal: stop });
        await parts.watch?.observe(pipeline, result);
        return result;
      },
    });

  const starts = scheduler(main, signal);
  const deliveries = desk(main, signal);
  const files = parts.files && reload({ ...parts.files, replace: main.replace, project, clock, log, signal });
  const run = runner(main);
  const app = serverApp({
    clock,
    random,
    log,
    writes,
    ready: readiness({
      store,
      clock,
      broken: () => files?.broken(),
      ticked: schedule && writes ? () => ticked : undefined,
      stopping: () => signal.aborted,
    }),
    ...(webhooks && writes && {
      webhooks: webhookIntake({
        store,
        receivers: receivers({ registry, project, settings: parts.settings, clock }),
        log,
        onTaken: (taken, connection) => {
          if (taken === "stored") deliveries.hear();
          parts.taken?.(taken, connection);
        },
      }),
    }),
    ...parts.mount?.({ engines: main, run }),
  });

  return {
    fetch: (request) => app.fetch(request),
    engines: main,
    run,
    atWork: starts.atWork,
    async work() {
      await Promise.all([
        files?.run(),
        schedule && writes ? starts.run() : undefined,
        webhooks && writes ? atMost(clock, deliveries.run(), signal) : undefined,
        stopped(signal),
      ]);
    },
    async tick(slice) {
      if (!writes) return;
      stuck = false;
      const end = new AbortController();
      const cancel = clock.alarm(
        slice * stretch,
        () => end.abort(new Failure("run.sliced", { fact: "Its slice of time is over" })),
      );
      const stop = AbortSignal.any([signal, end.signal]);
      // Its own connections: what waits for a rate window has to hear that the slice is over.
      const own = engines({ project: project(), open: (one) => parts.openEngine(one, stop), clock });
      try {
        const slicing = scheduler(own, stop);
        await parts.watch?.look();
        if (schedule) await slicing.tick();
        if (webhooks) await desk(own, stop).once();
        await slicing.idle();
        await parts.watch?.tell();
      } finally {
        cancel();
        stretch = stuck ? Math.min(stretch * 2, LONGEST) : 1;
        await own.close();
      }
    },
  };
}

function tellRun(log: Log, pipeline: Pipeline, { record, counts, failure }: RunResult, ms: number): void {
  const did = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const level = record.state === "failed" ? "error" : record.state === "partial" ? "warn" : "info";
  log(level, `Run ${record.state}`, {
    pipeline: pipeline.name,
    run: record.id,
    ...did,
    ms,
    ...(failure && record.state !== "sliced" && { code: failure.code, failure: failure.fact }),
  });
}

/** Milliseconds that what works deliveries off has to come to an end. */
const DRAIN = 10_000;

/** Waits for work's end, but only so long once it was told to stop. */
async function atMost(clock: Clock, work: Promise<void>, signal: AbortSignal): Promise<void> {
  await Promise.race([
    work,
    stopped(signal).then(() => new Promise<void>((resolve) => void clock.alarm(DRAIN, resolve))),
  ]);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
