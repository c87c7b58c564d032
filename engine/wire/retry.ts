/**
 * Repeats what may be repeated.
 *
 * @module
 */
import type { Clock, Random } from "../clock.ts";
import type { Log } from "../connector.ts";
import { asFailure, type Failure, type FailureCode } from "../failure.ts";
import { retryAfter } from "./after.ts";
import { again, markOf, routeOf } from "./mark.ts";
import { aborted } from "./trouble.ts";
import type { CallMark, Layer } from "./types.ts";

/** How often, how long, and what for. */
export interface RetryOptions {
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
  /** Attempts in all. Default 5. */
  attempts?: number;
  /** The first wait is random between 0 and this, the next between 0 and twice this … Default 500. */
  baseMs?: number;
  /** No wait of our own is longer. Default 30,000. */
  capMs?: number;
  /** A longer `Retry-After` is not waited for: the answer is given back as it is. Default 65 minutes, an hourly window and a bit. */
  patienceMs?: number;
  /** Statuses after which a read is repeated, besides 429. Default 408, 502, 503 and 504. */
  transient?: readonly number[];
}

/** A write that failed so surely did not happen. */
const NEVER_ARRIVED: readonly FailureCode[] = ["wire.unreachable"];
/** A read may be repeated after any of these. */
const PASSING: readonly FailureCode[] = [
  "wire.unreachable",
  "wire.timeout",
  "wire.garbled",
  "wire.busy",
  "wire.unavailable",
];

/**
 * Repeats a read with full jitter, and a write only where it surely did not happen: refused connection, 429, or 503 with a
 * `Retry-After`. Where all attempts failed the last answer is given back, or the last failure thrown, for the caller to judge.
 */
export function retry(
  {
    clock,
    random,
    log,
    signal,
    attempts = 5,
    baseMs = 500,
    capMs = 30_000,
    patienceMs = 3_900_000,
    transient = [408, 502, 503, 504],
  }: RetryOptions,
): Layer {
  const mayRepeatAnswer = (effect: CallMark["effect"], { status, headers }: Response): boolean =>
    status === 429 || (effect === "read" ? transient.includes(status) : status === 503 && headers.has("retry-after"));
  const mayRepeatFailure = (effect: CallMark["effect"], { code }: Failure): boolean =>
    (effect === "read" ? PASSING : NEVER_ARRIVED).includes(code);

  return (wire) => async (request) => {
    const { effect } = markOf(request);
    for (let attempt = 1;; attempt++) {
      if (signal.aborted) throw aborted(signal);
      let why: string;
      let asked: number | undefined;
      try {
        const response = await wire(again(request));
        asked = retryAfter(response, clock.now());
        if (attempt === attempts || !mayRepeatAnswer(effect, response) || (asked ?? 0) > patienceMs) return response;
        await response.body?.cancel();
        why = `status ${response.status}`;
      } catch (thrown) {
        const failure = asFailure(thrown);
        asked = failure.retryAfter;
        if (attempt === attempts || !mayRepeatFailure(effect, failure) || (asked ?? 0) > patienceMs) throw thrown;
        why = failure.code;
      }
      const jitter = random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
      const wait = Math.round((asked ?? 0) + jitter);
      log("warn", `Trying again in ${wait} ms`, { route: routeOf(request), why, attempt, of: attempts });
      await clock.sleep(wait, signal).catch(() => {
        throw aborted(signal);
      });
    }
  };
}
