/**
 * How Procore says no. v1 has a handful of error shapes, v2 has one; the shapes are those of reference §2.5, the texts marked
 * "assumed" there could not be verified against the real service.
 *
 * @module
 */

/** What is wrong with a record, by field; Rails' way: `{ name: ["has already been taken"] }`. */
export type Errors = Record<string, string[]>;

/** A request that is refused; thrown by handlers, rendered by {@link renderRefusal} in the shape of the route's version. */
export class Refusal extends Error {
  readonly status: number;
  /** The v1 body. */
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, message: string, body: unknown, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** 400 with `errors` as one string: a malformed request, a parameter that is missing. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, message, { errors: message });
}

/** 400 for a parameter that must be there, in Rails' words. */
export function missing(parameter: string): Refusal {
  return badRequest(`param is missing or the value is empty: ${parameter}`);
}

/** 401: no token, an unknown one, an expired one. */
export function unauthorized(message: string): Refusal {
  const body = { code: 401, message, fields: "", reason: "", error: "Invalid Token" };
  return new Refusal(401, message, body, { "WWW-Authenticate": `Bearer realm="Procore", error="invalid_token"` });
}

/** 403 with `errors` as an array of strings, as the live service was seen to answer. */
export function forbidden(message: string): Refusal {
  return new Refusal(403, message, { errors: [message] });
}

/** 404 as the published schema has it. */
export function notFound(what: string): Refusal {
  return new Refusal(404, `${what} not found`, {
    message: `${what} not found`,
    exception: "ActiveRecord::RecordNotFound",
  });
}

/** 422 with `errors` by field: a business rule said no. */
export function invalid(errors: Errors): Refusal {
  return new Refusal(422, "Unprocessable entity", { errors });
}

const CODES: Record<number, string> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  422: "UNPROCESSABLE_ENTITY",
};

/** A refusal as the answer of a route: v2 wraps it in `{ error: { code, message, details } }`. */
export function renderRefusal(refusal: Refusal, path: string): Response {
  const { status, message, headers } = refusal;
  return json(path.startsWith("/rest/v2.") ? v2Error(status, message, refusal.body) : refusal.body, status, headers);
}

function v2Error(status: number, message: string, v1: unknown): unknown {
  const errors = (v1 as { errors?: unknown }).errors;
  const details = typeof errors === "object" && errors !== null && !Array.isArray(errors)
    ? Object.entries(errors as Errors).flatMap(([source, texts]) =>
      texts.map((text) => ({ reason_code: "INVALID", message: `${source} ${text}`, source }))
    )
    : [];
  return { error: { code: CODES[status] ?? "ERROR", message, details } };
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
  });
}

const OVER_LIMIT = "You have surpassed the max number of requests for an hour. Please wait until your limit resets.";

/** The answer to a call beyond a rate limit: plain text, so that a client does not count on JSON; waits in whole seconds. */
export function tooMany(retryAfter: number, headers: Record<string, string> = {}): Response {
  return new Response(OVER_LIMIT, {
    status: 429,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Retry-After": String(retryAfter), ...headers },
  });
}

/** Procore's own answer for a status that a fault asks for. */
export function faultAnswer(status: number, path: string): Response {
  switch (status) {
    case 401:
      return renderRefusal(unauthorized("The access token is invalid"), path);
    case 403:
      return renderRefusal(forbidden("App is not connected to this company."), path);
    case 404:
      return renderRefusal(notFound("Record"), path);
    case 422:
      return renderRefusal(invalid({ base: ["is invalid"] }), path);
    case 429:
      return tooMany(10);
    case 503:
      return json({ error: { code: "Service Unavailable", message: "Please try again later." } }, 503, {
        "Retry-After": "5",
      });
    default:
      return json({ error: { code: "Internal Server Error", message: `Status ${status}` } }, status);
  }
}
