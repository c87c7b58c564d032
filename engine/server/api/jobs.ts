/**
 * Long acts: started, listed, watched, stopped. A job lives as long as its process; what it did stands in the state.
 *
 * @module
 */
import { asFailure, Failure, type FailureRecord } from "../../failure.ts";
import type { Store } from "../../state/types.ts";
import { uniqueId } from "../../state/unique.ts";
import type { Events } from "./events.ts";

/** What a job is for. */
export type JobKind = "run" | "dry-run" | "reconcile" | "rebuild";

/** A job as it is told. */
export interface JobRecord {
  id: string;
  kind: JobKind;
  /** The pipelines, or the reconciliation. */
  subject: string[];
  /** Who started it. */
  by: string;
  state: "running" | "done" | "failed" | "stopped";
  /** ISO times. */
  startedAt: string;
  endedAt?: string;
  /** How far it is, as it said last. */
  progress?: unknown;
  /** Why it failed. */
  failure?: FailureRecord;
  /** Lines of its plan or of what it did, so far. */
  lines: number;
  /** More lines came than are held. */
  cut?: true;
}

/** A job with what came of it. */
export interface Job {
  record: JobRecord;
  result?: unknown;
  /** What it told, a JSON document each. */
  lines: string[];
  /** Resolves at the next line, or at its end. */
  news(): Promise<void>;
  stop(): void;
}

/** What a job's work may say. */
export interface JobVoice {
  id: string;
  signal: AbortSignal;
  /** A line of its plan. */
  line(value: unknown): void;
  progress(value: unknown): void;
  /** Something of it failed, and the rest goes on: it ends as failed, with its result. */
  fail(failure: FailureRecord): void;
}

/** The jobs of this process. */
export interface Jobs {
  start(asked: Pick<JobRecord, "kind" | "subject" | "by">, work: (voice: JobVoice) => Promise<unknown>): Job;
  /** Newest first. */
  list(): Job[];
  /** Throws `not-there`. */
  get(id: string): Job;
  /** Resolves when nothing is at work any more. */
  idle(): Promise<void>;
}

/** Jobs that are remembered after their end, and lines that are held of one. */
const REMEMBERED = 100, LINES = 200_000;
/** Jobs that may be at work at a time. */
const AT_ONCE = 8;

/** Makes a place for jobs. */
export function openJobs(
  { store, events, signal }: { store: Store; events: Events; signal: AbortSignal },
): Jobs {
  const jobs = new Map<string, Job>();
  const working = new Set<Promise<void>>();
  const now = (): string => new Date(store.clock.now()).toISOString();
  return {
    start(asked, work) {
      if (working.size >= AT_ONCE) {
        throw new Failure("state.busy", {
          fact: `${AT_ONCE} jobs are at work already`,
          action: "Wait for one to end.",
        });
      }
      const controller = new AbortController();
      const record: JobRecord = { id: uniqueId(store), ...asked, state: "running", startedAt: now(), lines: 0 };
      let wake = Promise.withResolvers<void>();
      const tell = (): void => {
        wake.resolve();
        wake = Promise.withResolvers<void>();
      };
      const job: Job = {
        record,
        lines: [],
        news: () => wake.promise,
        stop: () => controller.abort(new Failure("run.aborted", { fact: "Stopped by a person" })),
      };
      jobs.set(record.id, job);
      forgetOldest(jobs);
      const voice: JobVoice = {
        id: record.id,
        signal: AbortSignal.any([signal, controller.signal]),
        line(value) {
          record.lines++;
          if (job.lines.length < LINES) job.lines.push(JSON.stringify(value));
          else record.cut = true;
          tell();
        },
        progress(value) {
          record.progress = value;
          events.publish({ type: "progress", job: record.id, progress: value });
        },
        fail: (failure) => void (record.failure ??= failure),
      };
      events.publish({ type: "job", job: { ...record } });
      const done = (async () => {
        try {
          job.result = await work(voice);
          record.state = voice.signal.aborted ? "stopped" : record.failure ? "failed" : "done";
        } catch (thrown) {
          record.failure = asFailure(voice.signal.aborted ? voice.signal.reason : thrown).toJSON();
          record.state = voice.signal.aborted ? "stopped" : "failed";
        }
        record.endedAt = now();
        tell();
        events.publish({ type: "job", job: { ...record } });
      })();
      working.add(done);
      void done.then(() => working.delete(done));
      return job;
    },
    list: () => [...jobs.values()].reverse(),
    get(id) {
      const job = jobs.get(id);
      if (job) return job;
      throw new Failure("not-there", {
        fact: `There is no job ${id} in this process`,
        action: "What a job did stands in the list of runs.",
      });
    },
    idle: async () => void await Promise.allSettled(working),
  };
}

function forgetOldest(jobs: Map<string, Job>): void {
  for (const [id, { record }] of jobs) {
    if (jobs.size <= REMEMBERED) return;
    if (record.state !== "running") jobs.delete(id);
  }
}

/** A job's lines as JSON Lines: those that are there, and those that come, until it ends. */
export function lineStream(job: Job, mask: (text: string) => string, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const gone = aborted(signal);
  let at = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (at >= job.lines.length) {
        if (job.record.state !== "running" || signal.aborted) return controller.close();
        await Promise.race([job.news(), gone]);
      }
      const lines = job.lines.slice(at, at + 500);
      at += lines.length;
      controller.enqueue(encoder.encode(mask(lines.join("\n")) + "\n"));
    },
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
