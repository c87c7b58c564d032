/**
 * Time and chance, handed in: nothing else in the engine or a connector reads the wall clock, waits, or throws dice.
 *
 * @module
 */

/** Time as a run sees it. */
export interface Clock {
  /** Milliseconds since 1970, as `Date.now()`. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` once `ms` milliseconds have passed, and never waits itself; the function given back cancels it. For deadlines. */
  alarm(ms: number, ring: () => void): () => void;
}

/** A number in [0, 1), as `Math.random()`. */
export type Random = () => number;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    }),
  alarm: (ms, ring) => {
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
};

/** The machine's own dice. */
export const systemRandom: Random = (): number => Math.random();

/** A seeded generator (mulberry32): the same seed gives the same numbers, for sandboxes, simulations and tests. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A clock that stands still until it is told to move; sleeping moves it. For tests, sandboxes and simulations. */
export interface ManualClock extends Clock {
  /** Moves time forward and wakes nobody: sleepers on this clock never wait in real time. */
  advance(ms: number): void;
  /** Sets the time. */
  set(ms: number): void;
}

/** Makes a {@link ManualClock} that starts at `start`. Alarms ring while time moves past them, in order. */
export function manualClock(start: number): ManualClock {
  let time = start;
  const alarms = new Set<{ at: number; ring: () => void }>();
  const moveTo = (ms: number) => {
    time = ms;
    const due = [...alarms].filter((alarm) => alarm.at <= time).sort((a, b) => a.at - b.at);
    for (const alarm of due) if (alarms.delete(alarm)) alarm.ring();
  };
  return {
    now: () => time,
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      moveTo(time + ms);
      return Promise.resolve();
    },
    alarm: (ms, ring) => {
      const alarm = { at: time + ms, ring };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    advance: (ms) => moveTo(time + ms),
    set: moveTo,
  };
}
