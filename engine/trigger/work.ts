/**
 * Works deliveries off: those of one record together, once they have settled; the records are read anew by key, since a delivery only
 * names them. What was worked off is taken away, what failed waits longer each time.
 *
 * What it does not guarantee: a delivery that the system never sent. Pipelines with a webhook keep a schedule, whose run by cursor finds
 * what events did not tell.
 *
 * @module
 */
import { type Log, WHOLE } from "../connector.ts";
import { asFailure, Failure, type FailureRecord } from "../failure.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";
import { batch } from "../state/batch.ts";
import {
  dropDeliveries,
  forgetHeard,
  keepDeliveries,
  listDeliveries,
  type WaitingDelivery,
} from "../state/deliveries.ts";
import { acquire, isHeld } from "../state/lease.ts";
import { getStarts } from "../state/schedules.ts";
import type { Lease, Store } from "../state/types.ts";
import { type Announced, announced, readyOf } from "./ready.ts";
import { timetable } from "./schedule.ts";

/** What of a pipeline is to be run: just these source keys, or all that changed; in one partition, or in all. */
export interface Asked {
  only?: string[];
  partition?: string;
}

/** What working off works with. */
export interface WorkOptions {
  store: Store;
  project: Project;
  /** Who works, for people: host and process. */
  owner: string;
  /** Runs a pipeline and says how it ended; what it throws counts as its failure. */
  run: (pipeline: Pipeline, asked: Asked) => Promise<{ failure?: FailureRecord }>;
  /** What keeps a pipeline from running now; its deliveries wait. Default: nothing. */
  heldBy?: (pipeline: Pipeline) => Promise<{ until: string } | undefined>;
  /** Whether a delivery announces a write of our own, which nobody needs to read again; default: none is known to. */
  own?: (connection: string, delivery: WaitingDelivery) => Promise<boolean>;
  log: Log;
  signal?: AbortSignal;
  /** Milliseconds without news of a record until it is worked on; default 3 seconds. */
  settle?: number;
}

/** What was done. */
export interface Worked {
  /** Runs that were asked for. */
  runs: number;
  /** Records that were asked for by key. */
  records: number;
  /** Deliveries worked off. */
  done: number;
  /** Deliveries dropped as our own writes. */
  own: number;
  /** Deliveries that failed, and wait. */
  failed: number;
  /** When the next delivery that waits is to be looked at, milliseconds since 1970; absent where none waits. */
  next?: number;
}

/** The lease under which a pipeline's deliveries are worked off. It is not the pipeline's own: what is due by schedule need not wait for it. */
const DESK = "~deliveries";
/** Milliseconds that lease lasts, unless it is renewed. */
const LEASE = 60_000;
/** Keys of one run: systems take lists of ids only so long. */
const KEYS = 100;
/** The first wait after a failure, in milliseconds, and the longest. */
const WAIT = 10_000, LONGEST = 3_600_000;
/** The wait while the pipeline is at work otherwise. */
const BUSY = 5_000;
/** Ends of a run that say nothing of the record: another run is at work on it, or this one was told to stop. */
const PASSING: ReadonlySet<string> = new Set(["run.leased", "run.aborted", "run.sliced"]);
/** After this time a delivery for a pipeline that is there no more is dropped. */
const ORPHANED = 86_400_000;

/**
 * Works off all that is ready, pipeline by pipeline, but for those that are paused or in their quiet hours; a pipeline whose deliveries another process is at is left to it. Never throws for a
 * run that fails. Throws where the state fails.
 */
export async function workDeliveries(options: WorkOptions): Promise<Worked> {
  const { store, project, signal } = options;
  const worked: Worked = { runs: 0, records: 0, done: 0, own: 0, failed: 0 };
  const waiting = Map.groupBy(await Array.fromAsync(listDeliveries(store)), ({ pipeline }) => pipeline);
  if (waiting.size === 0) return worked;
  const starts = await getStarts(store, [...waiting.keys()]);
  for (const [i, [name, deliveries]] of [...waiting].entries()) {
    if (signal?.aborted) break;
    const pipeline = project.pipelines.find((pipeline) => pipeline.name === name);
    if (!pipeline) await dropOrphans(store, deliveries);
    // What a person has paused waits for the person.
    else if (!starts[i].paused) await workPipeline(options, { pipeline, deliveries, worked });
  }
  return worked;
}

/** The end of the quiet hours that it is now; undefined where it is none. */
function quietUntil({ name, trigger: { schedule } }: Pipeline, now: number): number | undefined {
  return schedule && timetable(name, schedule).quietUntil(now);
}

/** Forgets ids that need not be known any more. Once an hour is often enough. */
export async function tidyDeliveries(store: Store): Promise<number> {
  const writes = batch(store);
  const gone = await forgetHeard(store, writes);
  if (gone > 0) await writes.commit();
  return gone;
}

interface Desk {
  pipeline: Pipeline;
  deliveries: readonly WaitingDelivery[];
  worked: Worked;
}

async function workPipeline(options: WorkOptions, { pipeline, deliveries, worked }: Desk): Promise<void> {
  const { store, owner, settle } = options;
  const { ready, next } = readyOf(announced(deliveries), { now: store.clock.now(), settle });
  if (next !== undefined) look(worked, next);
  if (ready.length === 0) return;
  const quiet = quietUntil(pipeline, store.clock.now());
  if (quiet !== undefined) return look(worked, quiet);
  const held = await options.heldBy?.(pipeline);
  if (held) return look(worked, Math.max(Date.parse(held.until), store.clock.now() + BUSY));
  const lease = await acquire(store, { pipeline: DESK, partition: pipeline.name, owner, ttl: LEASE });
  if (isHeld(lease)) return look(worked, Date.parse(lease.until));
  try {
    const news = await withoutOwn(options, { pipeline, ready, worked, lease });
    for (const asked of portions(news)) {
      if (options.signal?.aborted) return;
      await workPortion(options, { pipeline, asked, worked, lease });
    }
  } catch (thrown) {
    // Whoever took over works them off.
    if (!(thrown instanceof Failure && thrown.kind === "lost")) throw thrown;
    look(worked, store.clock.now() + BUSY);
  } finally {
    await lease.release();
  }
}

/** Drops records of which nothing was told but our own writes. */
async function withoutOwn(
  { store, own, log }: WorkOptions,
  { pipeline, ready, worked, lease }: { pipeline: Pipeline; ready: Announced[]; worked: Worked; lease: Lease },
): Promise<Announced[]> {
  if (!own) return ready;
  const news: Announced[] = [], echoes: WaitingDelivery[] = [];
  for (const record of ready) {
    let mine = true;
    for (const delivery of record.deliveries) mine &&= await isOwn(own, delivery, log);
    if (mine) echoes.push(...record.deliveries);
    else news.push(record);
  }
  if (echoes.length === 0) return news;
  const writes = batch(store, lease);
  dropDeliveries(writes, echoes);
  await writes.commit();
  worked.own += echoes.length;
  log("debug", "Deliveries of our own writes dropped", { pipeline: pipeline.name, deliveries: echoes.length });
  return news;
}

/** Where it cannot be told, the record is read: that costs a call, and misses nothing. */
async function isOwn(own: NonNullable<WorkOptions["own"]>, delivery: WaitingDelivery, log: Log): Promise<boolean> {
  try {
    return await own(delivery.connection, delivery);
  } catch (thrown) {
    log("warn", `It could not be told whose write a delivery announces: ${asFailure(thrown).message}`);
    return false;
  }
}

/** What one run is asked for: records of one partition, or all that changed in it. */
function portions(records: readonly Announced[]): Announced[][] {
  const found: Announced[][] = [];
  for (const here of Map.groupBy(records, ({ partition }) => partition).values()) {
    const [whole, keyed] = [here.filter(({ key }) => key === ""), here.filter(({ key }) => key !== "")];
    for (let from = 0; from < keyed.length; from += KEYS) found.push(keyed.slice(from, from + KEYS));
    if (whole.length > 0) found.push(whole);
  }
  return found;
}

async function workPortion(
  { store, run, log }: WorkOptions,
  { pipeline, asked, worked, lease }: { pipeline: Pipeline; asked: Announced[]; worked: Worked; lease: Lease },
): Promise<void> {
  const [{ partition, key }] = asked;
  const only = key === "" ? undefined : asked.map(({ key }) => key);
  const deliveries = asked.flatMap(({ deliveries }) => deliveries);
  await lease.renew();
  const stop = beat(store, lease);
  let failure: FailureRecord | undefined;
  try {
    ({ failure } = await run(pipeline, {
      ...(only && { only }),
      ...(partition !== WHOLE.id && { partition }),
    }));
  } catch (thrown) {
    failure = asFailure(thrown).toJSON();
  } finally {
    stop();
  }
  worked.runs++;
  worked.records += only?.length ?? 0;
  const writes = batch(store, lease);
  if (failure) {
    // What is no trouble makes nobody wait longer each time.
    const counts = !PASSING.has(failure.code);
    const wait = counts ? backoff(store, Math.max(...deliveries.map(({ tries }) => tries))) : BUSY;
    const due = store.clock.now() + wait;
    keepDeliveries(writes, deliveries, { failure, due: new Date(due).toISOString(), counts });
    look(worked, due);
    worked.failed += deliveries.length;
    log(counts ? "warn" : "debug", `Deliveries wait: ${failure.fact}`, {
      pipeline: pipeline.name,
      code: failure.code,
      deliveries: deliveries.length,
    });
  } else {
    dropDeliveries(writes, deliveries);
    worked.done += deliveries.length;
  }
  await writes.commit();
}

/** Keeps the lease while a run takes its time; gives what stops it. A lease that is lost is found out at the next commit. */
function beat({ clock }: Store, lease: Lease): () => void {
  let stop = (): void => {};
  const arm = (): void => {
    stop = clock.alarm(LEASE / 3, () => {
      lease.renew().catch(() => {});
      arm();
    });
  };
  arm();
  return () => stop();
}

function backoff({ random }: Store, tries: number): number {
  const full = Math.min(LONGEST, WAIT * 2 ** tries);
  return Math.round(full / 2 + random() * full / 2);
}

async function dropOrphans(store: Store, deliveries: readonly WaitingDelivery[]): Promise<void> {
  const old = deliveries.filter(({ came }) => Date.parse(came) + ORPHANED <= store.clock.now());
  if (old.length === 0) return;
  const writes = batch(store);
  dropDeliveries(writes, old);
  await writes.commit();
}

function look(worked: Worked, at: number): void {
  worked.next = Math.min(worked.next ?? Infinity, at);
}
