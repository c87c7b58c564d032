/**
 * Something that was read once and is good for a while.
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";

/** How long a list that was read stays good: long enough for a run, too short to mislead a process that runs for days. */
export const GOOD_FOR = 10 * 60_000;

/** A value that is loaded when it is asked for, by one for all who ask, and kept for {@link GOOD_FOR}. */
export interface Remembered<T> {
  get(): Promise<T>;
  /** What is there now, without loading it. */
  peek(): T | undefined;
  /** Forgets it: the next `get` loads anew. */
  drop(): void;
}

/** Remembers what `load` gives; a load that fails is not remembered. */
export function remembered<T>(clock: Clock, load: () => Promise<T>): Remembered<T> {
  let held: { value: T; until: number } | undefined;
  let flight: Promise<T> | undefined;
  let generation = 0;
  const fresh = () => held !== undefined && clock.now() < held.until ? held : undefined;
  return {
    get() {
      const now = fresh();
      if (now) return Promise.resolve(now.value);
      if (flight) return flight;
      const mine = ++generation;
      const loading = load().then((value) => {
        // Dropped while it was loading: whoever asked gets it, nobody else.
        if (mine === generation) held = { value, until: clock.now() + GOOD_FOR };
        return value;
      }).finally(() => {
        if (flight === loading) flight = undefined;
      });
      return flight = loading;
    },
    peek: () => fresh()?.value,
    drop() {
      generation++;
      held = undefined;
      flight = undefined;
    },
  };
}
