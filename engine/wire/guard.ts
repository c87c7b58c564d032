/**
 * The origin guard: requests leave only to a connection's own origins.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Layer } from "./types.ts";
import { routeOf } from "./mark.ts";

/**
 * Refuses a request to any origin but these with `wire.foreign-origin`. Nothing on a wire follows a redirect or a `Link` by
 * itself, so what an answer points to comes through here as well.
 */
export function guard(origins: Iterable<string>): Layer {
  const own = new Set([...origins].map((origin) => new URL(origin).origin));
  return (wire) => (request) => {
    const { origin } = new URL(request.url);
    if (own.has(origin)) return wire(request);
    const fact = `A request would leave to an origin that is not this connection's (${[...own].join(", ")})`;
    return Promise.reject(new Failure("wire.foreign-origin", { fact, value: origin, place: routeOf(request) }));
  };
}
