/**
 * Procore's two rate windows (reference §2.4): so many calls in a rolling hour, and so many in ten seconds. Each company has its own.
 * Every answer tells of the window that will be hit first; calls beyond it get 429, which itself is not counted.
 *
 * @module
 */

/** A rolling window. */
export interface RateWindow {
  /** Milliseconds it spans. */
  span: number;
  /** Calls it takes; null: any number. */
  limit: number | null;
  /** When the calls still inside were made, oldest first. */
  calls: number[];
}

const HOUR = 3_600_000, SPIKE = 10_000;

/** The two windows of a company, in calls; null: unlimited. */
export function rateWindows(hourly: number | null, spike: number | null): RateWindow[] {
  return [{ span: HOUR, limit: hourly, calls: [] }, { span: SPIKE, limit: spike, calls: [] }];
}

/** Whether a call may pass, and what the answer's headers say. */
export interface Toll {
  pass: boolean;
  headers: Record<string, string>;
  /** Whole seconds until a call passes again; 0 where this one does. */
  retryAfter: number;
}

/** Counts a call made at `now` and says whether it passes. No limits, no headers. */
export function toll(windows: readonly RateWindow[], now: number): Toll {
  const limited = windows.filter((window) => window.limit !== null);
  if (limited.length === 0) return { pass: true, headers: {}, retryAfter: 0 };
  for (const window of limited) {
    let gone = 0;
    while (gone < window.calls.length && window.calls[gone] <= now - window.span) gone++;
    if (gone > 0) window.calls.splice(0, gone);
  }
  const full = limited.filter(({ calls, limit }) => calls.length >= limit!);
  if (full.length === 0) { for (const window of limited) window.calls.push(now); }
  // The tighter one: fewer calls left, and of two alike the one that opens later.
  const [tight] = (full.length > 0 ? full : [...limited])
    .sort((a, b) => left(a) - left(b) || opens(b, now) - opens(a, now));
  const reset = Math.ceil(opens(tight, now) / 1000);
  return {
    pass: full.length === 0,
    retryAfter: full.length === 0 ? 0 : Math.max(1, reset - Math.floor(now / 1000)),
    headers: {
      "X-Rate-Limit-Limit": String(tight.limit),
      "X-Rate-Limit-Remaining": String(left(tight)),
      "X-Rate-Limit-Reset": String(reset),
    },
  };
}

const left = ({ limit, calls }: RateWindow): number => Math.max(0, limit! - calls.length);
/** When the oldest call leaves the window. */
const opens = ({ span, calls }: RateWindow, now: number): number => (calls[0] ?? now) + span;
