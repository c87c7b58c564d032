/**
 * The rate budget: calls are spaced out instead of running into 429.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Log, Share } from "../connector.ts";
import { Failure } from "../failure.ts";
import { retryAfter } from "./after.ts";
import { routeOf } from "./mark.ts";
import { aborted } from "./trouble.ts";
import type { Layer } from "./types.ts";

/** One rate window, as an answer's headers describe it. */
export interface RateWindow {
  /** Calls the window allows; tells windows apart. */
  limit: number;
  /** Calls left in it. */
  remaining: number;
  /** When it is full again, in milliseconds since 1970. */
  resetAt: number;
}

/** How the budget learns, and how careful it is. */
export interface BudgetOptions {
  clock: Clock;
  signal: AbortSignal;
  log?: Log;
  /** Reads the window from an answer's headers; undefined where it says nothing. */
  learn?: (response: Response) => RateWindow | undefined;
  /** Calls of every window left to others who share it. Default 0. */
  reserve?: number;
  /** A longer wait is thrown as `wire.busy` with its `retryAfter`. Default 65 minutes, an hourly window and a bit. */
  patienceMs?: number;
  /** Asked for every call, where other processes call the same system. */
  share?: Pick<Share, "call">;
}

/**
 * Learns rate windows from answers and holds calls back. While more than half of a window is left, calls go at once; below,
 * they are spread evenly over the rest of it; at the reserve they wait until it opens. What an opened window takes is not known (a
 * rolling one may take a single call), so that one call goes ahead and the others wait for what its answer says. A 429, or a 503
 * with `Retry-After`, holds everyone on this wire back: one waits, all wait. Calls leave in the order they came.
 */
export function budget(
  { clock, signal, log, learn, reserve = 0, patienceMs = 3_900_000, share }: BudgetOptions,
): Layer {
  const windows = new Map<number, RateWindow>();
  /** Windows whose time has come, and of which no answer has told since. */
  const opened = new Set<number>();
  let inFlight = 0;
  let lastSentAt = 0;
  let closedUntil = 0;
  let queue: Promise<void> = Promise.resolve();
  /** Resolves when a call that is under way has come back. */
  let back = Promise.withResolvers<void>();

  /** When the next call may leave. */
  const opensAt = (): number => {
    const now = clock.now();
    let at = closedUntil;
    for (const [limit, { remaining, resetAt }] of windows) {
      if (resetAt <= now) opened.add(limit);
      else if (remaining <= reserve) at = Math.max(at, resetAt);
      else if (remaining < limit / 2) {
        at = Math.max(at, lastSentAt + (resetAt - lastSentAt) / (remaining - reserve + 1));
      }
    }
    return Math.ceil(at);
  };

  const turn = async (route: string): Promise<void> => {
    for (;;) {
      const wait = opensAt() - clock.now();
      if (wait > 0) await holdBack(wait, route);
      // Somebody has gone ahead into the window that opened: what the answer says is worth waiting for.
      else if (opened.size > 0 && inFlight > 0) await back.promise;
      else {
        const later = share ? await share.call([...windows.values()], inFlight) : 0;
        if (later === 0) break;
        await holdBack(later, route);
      }
    }
    inFlight++;
    lastSentAt = clock.now();
    for (const window of windows.values()) window.remaining--;
  };

  const holdBack = async (wait: number, route: string): Promise<void> => {
    if (wait > patienceMs) {
      throw new Failure("wire.busy", {
        fact: "The rate limit leaves no call for longer than is waited for",
        value: `${wait} ms`,
        retryAfter: wait,
      });
    }
    if (wait >= 5_000) log?.("info", `The rate limit is reached: waiting ${Math.ceil(wait / 1000)} s`, { route });
    await clock.sleep(wait, signal).catch(() => {
      throw aborted(signal);
    });
  };

  const hear = (response: Response): void => {
    const now = clock.now();
    const window = learn?.(response);
    // An answer tells of the tighter window: one that opened and is not it has room.
    for (const limit of opened) if (limit !== window?.limit) windows.delete(limit);
    opened.clear();
    if (window) {
      // Calls that are still under way are not in the number the answer gives, or may not be.
      const remaining = window.remaining - inFlight;
      const known = windows.get(window.limit);
      // Answers overtake one another: of two that tell of the same time the lower is right, and an older time tells nothing.
      if (!known || window.resetAt > known.resetAt) windows.set(window.limit, { ...window, remaining });
      else if (window.resetAt === known.resetAt) known.remaining = Math.min(known.remaining, remaining);
    }
    if (response.status === 429 || response.status === 503) {
      closedUntil = Math.max(closedUntil, now + (retryAfter(response, now) ?? 0));
    }
  };

  return (wire) => async (request) => {
    const mine = queue.then(() => turn(routeOf(request)));
    queue = mine.catch(() => {});
    await mine;
    try {
      const response = await wire(request);
      inFlight--;
      hear(response);
      return response;
    } catch (thrown) {
      inFlight--;
      throw thrown;
    } finally {
      back.resolve();
      back = Promise.withResolvers();
    }
  };
}
