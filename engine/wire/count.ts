/**
 * Counts what really left, attempt by attempt.
 *
 * @module
 */
import { routeOf } from "./mark.ts";
import type { CallCounter, Layer } from "./types.ts";

/** A counter at zero. */
export function callCounter(): CallCounter {
  return { total: 0, byRoute: {} };
}

/** Counts every call that passes, by route. */
export function count(counter: CallCounter): Layer {
  return (wire) => (request) => {
    const route = routeOf(request);
    counter.total++;
    counter.byRoute[route] = (counter.byRoute[route] ?? 0) + 1;
    return wire(request);
  };
}
