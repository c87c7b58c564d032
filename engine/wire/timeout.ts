/**
 * A deadline for every attempt.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { markOf, withSignal } from "./mark.ts";
import { aborted, late } from "./trouble.ts";
import type { Layer } from "./types.ts";

/**
 * Gives up on an answer that does not come within `ms` milliseconds: `wire.timeout` for a read, `wire.fate-unknown` for a
 * write. Where a run is stopped by `signal`, a read is given up at once; a write is waited for, so that its fate is known.
 */
export function timeout(ms: number, { clock, signal }: { clock: Clock; signal?: AbortSignal }): Layer {
  return (wire) => (request) =>
    new Promise((resolve, reject) => {
      const stop = new AbortController();
      const giveUp = (why: unknown) => {
        reject(why);
        stop.abort(why);
      };
      const stopped = () => giveUp(aborted(signal!));
      const reading = signal && markOf(request).effect === "read" ? signal : undefined;
      const cancel = clock.alarm(ms, () => giveUp(late(request, ms)));
      reading?.addEventListener("abort", stopped, { once: true });
      wire(withSignal(request, AbortSignal.any([request.signal, stop.signal]))).then(resolve, reject).finally(() => {
        cancel();
        reading?.removeEventListener("abort", stopped);
      });
      if (reading?.aborted) stopped();
    });
}
