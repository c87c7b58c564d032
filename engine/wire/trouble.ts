/**
 * The ways a call can fail on the wire, said the same by the live network and by a fault injector. A message names host and
 * route, never a query, a header or a body.
 *
 * @module
 */
import { Failure, type FailureCode } from "../failure.ts";
import { markOf, routeOf } from "./mark.ts";

/** `api.procore.com:443`. */
export function hostOf(request: Request): string {
  const { hostname, port, protocol } = new URL(request.url);
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

function trouble(request: Request, code: FailureCode, fact: string, value?: string): Failure {
  return new Failure(code, { fact, value, place: routeOf(request) });
}

/** The request surely did not arrive. */
export function unreachable(request: Request, why: string): Failure {
  return trouble(request, "wire.unreachable", `${hostOf(request)} cannot be reached: ${why}`);
}

/** The connection broke after the request had left: a write may have arrived. */
export function broken(request: Request, why: string): Failure {
  return markOf(request).effect === "write"
    ? trouble(request, "wire.fate-unknown", `${hostOf(request)} took the request, and no answer came: ${why}`)
    : trouble(request, "wire.unreachable", `${hostOf(request)} broke off before it answered: ${why}`);
}

/** The answer began and was cut off. What the request did is done, so a write's fate is unknown here too. */
export function cut(request: Request, why: string): Failure {
  return markOf(request).effect === "write"
    ? trouble(request, "wire.fate-unknown", `The answer of ${hostOf(request)} was cut off: ${why}`)
    : trouble(request, "wire.garbled", `The answer of ${hostOf(request)} was cut off: ${why}`);
}

/** The answer did not come within `ms` milliseconds. */
export function late(request: Request, ms: number): Failure {
  const seconds = `${ms / 1000} s`;
  return markOf(request).effect === "write"
    ? trouble(request, "wire.fate-unknown", `${hostOf(request)} took the request and did not answer within ${seconds}`)
    : trouble(request, "wire.timeout", `${hostOf(request)} did not answer within ${seconds}`);
}

/** The other side's certificate is not trusted, or it does not speak TLS. */
export function untrusted(request: Request, why: string): Failure {
  return trouble(request, "wire.untrusted", `No TLS connection to ${hostOf(request)}: ${why}`);
}

/** This process may not reach the host. */
export function notPermitted(request: Request): Failure {
  return trouble(
    request,
    "wire.not-permitted",
    "This process was started without the permission to reach the host",
    hostOf(request),
  );
}

/** The run was stopped. */
export function aborted(signal: AbortSignal): Failure {
  return signal.reason instanceof Failure ? signal.reason : new Failure("run.aborted", { fact: "The run was stopped" });
}
