/**
 * A deadline for every attempt.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { markOf, withSignal } from "./mark.ts";
import { aborted, late } from "./trouble.ts";
import type { Layer } from "./types.ts";

/** How long a stopped run still waits for the answer to a write, in milliseconds: a process has ten seconds to end. */
const PARTING = 5000;

/**
 * Gives up on an answer that does not come within `ms` milliseconds: `wire.timeout` for a read, `wire.fate-unknown` for a
 * write. Where a run is stopped by `signal`, a read is given up at once; a write is waited for, so that its fate is known, but for five
 * seconds at the most: whoever continues the run finds out about it.
 */
export function timeout(ms: number, { clock, signal }: { clock: Clock; signal?: AbortSignal }): Layer {
  return (wire) => (request) =>
    new Promise((resolve, reject) => {
      const stop = new AbortController();
      const giveUp = (why: unknown) => {
        reject(why);
        stop.abort(why);
      };
      const { effect } = markOf(request);
      const cancels = [clock.alarm(ms, () => giveUp(late(request, ms)))];
      const stopped = (): void => {
        if (effect === "read") giveUp(aborted(signal!));
        else cancels.push(clock.alarm(PARTING, () => giveUp(late(request, PARTING))));
      };
      signal?.addEventListener("abort", stopped, { once: true });
      wire(withSignal(request, AbortSignal.any([request.signal, stop.signal]))).then(resolve, reject).finally(() => {
        for (const cancel of cancels) cancel();
        signal?.removeEventListener("abort", stopped);
      });
      if (signal?.aborted) stopped();
    });
}
