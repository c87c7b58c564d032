/**
 * Starts what is due, and keeps at it: ticks once a minute, and whenever a run has ended.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { asFailure } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { carryOut, type StartOptions } from "./start.ts";
import { tick } from "./tick.ts";

const MINUTE = 60_000;
/** How long runs have to come to an end once they are told to stop, in milliseconds. */
const DRAIN = 10_000;
/** Runs at a time where nothing else is said. */
const AT_ONCE = 2;

/** What a scheduler works with. Its signal stops it: nothing starts from then on, and what is at work is told to stop. */
export interface SchedulerOptions extends StartOptions {
  /** The project as it stands now: pipeline files may change while it serves. */
  project: () => Project;
  /** Who starts, for people: host and process. */
  owner: string;
  /** Runs at a time in this process; default 2. */
  atOnce?: number;
}

/** A scheduler of one process. */
export interface Scheduler {
  /** Starts what is due, as far as there is room; resolves once it is started. For a platform that brings its own tick. */
  tick(): Promise<void>;
  /** Resolves when nothing is at work, and nothing that has ended has woken another. */
  idle(): Promise<void>;
  /**
   * Ticks at every full minute until the signal says stop; resolves when all that was at work has ended, and ten seconds later at the
   * latest. What has not ended by then is taken over once its claim has run out.
   */
  run(): Promise<void>;
  /** The pipelines at work in this process. */
  atWork(): string[];
}

/** Makes a scheduler. Nothing starts before it is told to tick. */
export function openScheduler(options: SchedulerOptions): Scheduler {
  const { store, project, owner, clock, log, signal, watch, atOnce = AT_ONCE } = options;
  const working = new Map<string, { pipeline: string; ended: Promise<void> }>();
  let ticking: Promise<void> | undefined;
  let asked = false;

  const once = async (): Promise<void> => {
    const room = signal.aborted ? 0 : atOnce - working.size;
    const due = await tick({ store, project: project(), owner, room, heldBy: watch?.heldBy });
    for (const one of due) {
      const ended = carryOut(options, one).finally(() => {
        working.delete(one.id);
        void self.tick();
      });
      working.set(one.id, { pipeline: one.pipeline.name, ended });
    }
  };

  const self: Scheduler = {
    // Ticks do not overlap; one that is asked for while another is under way comes after it.
    tick() {
      asked = true;
      if (signal.aborted) return Promise.resolve();
      return ticking ??= (async () => {
        while (asked && !signal.aborted) {
          asked = false;
          try {
            await once();
          } catch (thrown) {
            const { code, message } = asFailure(thrown);
            log("error", "What is due could not be found out; it is tried again at the next tick", { code, message });
          }
        }
        // At once, or whoever asks before the promise is settled would be forgotten.
        ticking = undefined;
      })();
    },
    async idle() {
      while (ticking || working.size > 0) {
        await Promise.all([ticking, ...[...working.values()].map(({ ended }) => ended)]);
      }
    },
    async run() {
      let telling: Promise<void> | undefined;
      while (!signal.aborted) {
        await watch?.look();
        await self.tick();
        telling = watch?.tell();
        await wait(clock, MINUTE - clock.now() % MINUTE, signal);
      }
      const late = await drain(clock, Promise.all([self.idle(), telling]));
      if (late) log("warn", "Runs did not end in time; others take them over", { pipelines: self.atWork().join(", ") });
    },
    atWork: () => [...working.values()].map(({ pipeline }) => pipeline),
  };
  return self;
}

/** Resolves after `ms`, or once the signal says stop. */
function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.alarm(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}

/** Waits for the end of what is at work; whether it did not come in time. */
function drain(clock: Clock, idle: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.alarm(DRAIN, () => resolve(true));
    void idle.then(() => {
      cancel();
      resolve(false);
    });
  });
}
