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
};

/** The machine's own dice. */
export const systemRandom: Random = () => Math.random();

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

/** Makes a {@link ManualClock} that starts at `start`. */
export function manualClock(start: number): ManualClock {
  let time = start;
  return {
    now: () => time,
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      time += ms;
      return Promise.resolve();
    },
    advance: (ms) => void (time += ms),
    set: (ms) => void (time = ms),
  };
}
