/**
 * Choices from one seed.
 *
 * @module
 */
import type { Random } from "../../engine/clock.ts";

/** Draws from a generator; the same generator in the same state draws the same. */
export interface Dice {
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** `count` different items, in their own order. */
  some<T>(items: readonly T[], count: number): T[];
  /** True in `share` of all cases. */
  chance(share: number): boolean;
}

/** Makes {@link Dice}. */
export function dice(random: Random): Dice {
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  return {
    whole,
    pick: (items) => items[whole(0, items.length - 1)],
    some(items, count) {
      const left = items.map((_, i) => i);
      const drawn = Array.from(
        { length: Math.min(count, left.length) },
        () => left.splice(whole(0, left.length - 1), 1)[0],
      );
      return drawn.sort((a, b) => a - b).map((i) => items[i]);
    },
    chance: (share) => random() < share,
  };
}

const DAY = 86_400_000;

/** A database time `days` before (negative: after) `at`, at a whole hour of the working day. */
export function daysBefore(at: number, days: number, hour = 12): string {
  const day = new Date(at - days * DAY).toISOString().slice(0, 10);
  return `${day}T${String(hour).padStart(2, "0")}:00:00`;
}
