/**
 * What Procore's answers say about the rate limit.
 *
 * Facts: two windows, an hour and ten seconds; each answer describes the one that is likelier to be hit first, by
 * `X-Rate-Limit-Limit`, `-Remaining` and `-Reset` (unix seconds). The limits are not fixed, so they are read and never assumed.
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import type { RateWindow } from "../../engine/wire/budget.ts";

/** Reads the rate window of an answer, its reset in our clock's time; undefined where the answer tells none. */
export function rateWindow(clock: Clock): (response: Response) => RateWindow | undefined {
  return ({ headers }) => {
    const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) => {
      const text = headers.get(`x-rate-limit-${name}`)?.trim() ?? "";
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    });
    if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
    // Reset is Procore's time; the answer's Date tells how far its clock is from ours.
    const theirs = Date.parse(headers.get("date") ?? "");
    const skew = Number.isNaN(theirs) ? 0 : clock.now() - theirs;
    return { limit, remaining, resetAt: reset * 1000 + skew };
  };
}
