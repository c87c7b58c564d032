/**
 * The layers around a wire. Each is a function from wire to wire; a connector stacks those it wants.
 *
 * - `guard(origins)`: refuses a request to any other origin (`wire.foreign-origin`), and follows no redirect by itself.
 * - `timeout(ms)`: an answer that does not come in time is `wire.timeout` for a read, `wire.fate-unknown` for a write.
 * - `retry(options)`: repeats reads with full jitter, honours Retry-After; a write of unknown fate is never repeated, one that
 *   surely did not happen (429, 503 with Retry-After, refused connection) is.
 * - `budget(options)`: learns the rate windows from response headers and spaces calls out.
 * - `count(counter)`: counts calls by method and route.
 * - `record(sink)`, `redact(secrets)`: for logs.
 *
 * @module
 */
import type { Wire } from "../connector.ts";

/** A wire's coat. */
export type Layer = (wire: Wire) => Wire;

/** What a request is to its layers. Set with `mark(request, …)`; without a mark GET and HEAD are reads and all else are writes. */
export interface CallMark {
  /** A read may be repeated, whatever its method (EBS reads are POSTs). */
  effect: "read" | "write";
  /** The route for counters and logs, without ids: `PATCH /rest/v1.0/vendors/sync`. */
  route?: string;
}

/** Calls made, by route. */
export interface CallCounter {
  total: number;
  byRoute: Record<string, number>;
}
