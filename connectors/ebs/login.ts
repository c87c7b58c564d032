/**
 * The gateway's login service: HTTP Basic in, a token out (reference §1.3).
 *
 * @module
 */
import { Failure } from "../../engine/failure.ts";
import { faultFailure, statusFailure } from "./faults.ts";
import { bodyStatus, isRedirect, type Reply } from "./reply.ts";
import { at, textOf } from "./tree.ts";

/** Where the login service is. */
export const LOGIN = "/webservices/rest/login";
/** Where a token is given back. */
export const LOGOUT = "/webservices/rest/logout";

/** The header that user and password travel in. */
export function basic(user: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

/** What a login yields: the cookie for every later call. Its name is the instance's own. */
export function cookieIn(reply: Reply, user: string): string {
  const refused = refusal(reply, user);
  if (refused) throw refused;
  const name = field(reply, "accessTokenName");
  const token = field(reply, "accessToken");
  // What holds a separator or a line break would be another header, or another cookie.
  if (!name || !token || !/^[^\s;,="]+$/.test(name) || !/^[^\s;,"]+$/.test(token)) {
    throw new Failure("wire.garbled", { fact: "The login service's answer holds no usable token", place: LOGIN });
  }
  return `${name}=${token}`;
}

/** A field of the answer: under `response.data`, or under `data` alone. */
function field(reply: Reply, name: string): string | undefined {
  const value = at(reply.tree, "response", "data", name) ?? at(reply.tree, "data", name);
  return typeof value === "string" || value === undefined ? value : textOf(value, name);
}

function refusal(reply: Reply, user: string): Failure | undefined {
  if (reply.status === 401 || bodyStatus(reply.tree) === "401" || reply.fault?.code.includes("AUTHENTICATION")) {
    return loginRefused(user);
  }
  if (isRedirect(reply) || reply.page && reply.status < 400) {
    return new Failure("remote.refused", {
      fact: "A web page answers in place of the login service",
      value: `HTTP ${reply.status}`,
      place: LOGIN,
      action: "Ask for /webservices/rest to be left out of single sign-on, or set `auth: basic`.",
    });
  }
  if (reply.fault) return faultFailure(reply.fault, LOGIN);
  if (reply.status === 404) {
    return new Failure("remote.refused", {
      fact: "There is no login service",
      value: "HTTP 404",
      place: LOGIN,
      action: "Check host and port; set `auth: basic` where the release has no login service.",
    });
  }
  return reply.status >= 400 ? statusFailure(reply.status, LOGIN, reply.retryAfter) : undefined;
}

/** EBS refuses user or password. */
export function loginRefused(user: string): Failure {
  return new Failure("login.refused", {
    fact: "EBS refuses user or password",
    value: user,
    place: LOGIN,
    action:
      "Check user and password, and that the user is neither locked, end-dated nor asked for a new password; then set " +
      "the secret again.",
  });
}
