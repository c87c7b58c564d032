/**
 * What a request is to its layers, kept beside it: whether it may be repeated, and its route.
 *
 * @module
 */
import type { CallMark } from "./types.ts";

const marks = new WeakMap<Request, CallMark>();

/** Sets a request's mark and gives the request back. */
export function mark(request: Request, mark: CallMark): Request {
  marks.set(request, mark);
  return request;
}

/** The mark of a request; without one GET and HEAD are reads and all else are writes. */
export function markOf(request: Request): CallMark {
  return marks.get(request) ?? { effect: request.method === "GET" || request.method === "HEAD" ? "read" : "write" };
}

/** What {@link call} is told besides the address. */
export interface CallOptions {
  /** Default `GET`. */
  method?: string;
  headers?: HeadersInit;
  /** Text, so that it can be sent again; a stream could not. */
  body?: string;
  effect?: CallMark["effect"];
  /** For counters and logs, without ids: `PATCH /rest/v1.0/vendors/sync`. */
  route?: string;
}

/** Makes a marked request. Redirects are never followed: the caller looks at the answer and asks again. */
export function call(url: string | URL, { method = "GET", headers, body, effect, route }: CallOptions = {}): Request {
  const request = new Request(url, { method, headers, body, redirect: "manual" });
  return mark(request, { effect: effect ?? markOf(request).effect, route });
}

/** The same request once more: layers send copies, so that the original's body is still there for the next attempt. */
export function again(request: Request): Request {
  return mark(request.clone(), markOf(request));
}

/** The same request under another signal; its body moves to the new one. */
export function withSignal(request: Request, signal: AbortSignal): Request {
  return mark(new Request(request, { signal }), markOf(request));
}

/** The route of a request: its mark's, or method and path with every number in it left out. */
export function routeOf(request: Request): string {
  return markOf(request).route ??
    `${request.method} ${new URL(request.url).pathname.replace(/\/\d+(?=\/|$)/g, "/{id}")}`;
}
