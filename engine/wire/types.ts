/**
 * The layers around a wire. Each is a function from wire to wire; `layered` of `stack.ts` puts those of a connection in order.
 *
 * - `guard(origins)`: refuses a request to any other origin (`wire.foreign-origin`); nothing follows a redirect by itself.
 * - `retry(options)`: repeats reads with full jitter, honours Retry-After; a write of unknown fate is never repeated, one that
 *   surely did not happen (429, 503 with Retry-After, refused connection) is.
 * - `budget(options)`: learns the rate windows from response headers and spaces calls out.
 * - `count(counter)`: counts calls by route, attempt by attempt.
 * - `timeout(ms, { clock, signal })`: an answer that does not come in time is `wire.timeout` for a read, `wire.fate-unknown` for
 *   a write.
 * - `whole()`: reads an answer to its end, so that one that breaks off is a failure of the call.
 * - `record(sink, { clock, mask })`: exchanges as JSON lines, secrets masked.
 *
 * @module
 */
import type { Wire } from "../connector.ts";

/** A wire's coat. */
export type Layer = (wire: Wire) => Wire;

/** What a request is to its layers. Set by `call(url, …)` or `mark(request, …)`; without a mark GET and HEAD are reads and all else are writes. */
export interface CallMark {
  /** A read may be repeated, whatever its method (EBS reads are POSTs). */
  effect: "read" | "write";
  /** The route for counters and logs, without ids: `PATCH /rest/v1.0/vendors/sync`. */
  route?: string;
}

/** Calls made, by route. */
export interface CallCounter {
  /** Calls made, retries included. */
  total: number;
  /** Calls by route. */
  byRoute: Record<string, number>;
}
