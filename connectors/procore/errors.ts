/**
 * What Procore says when it refuses a call, in plain words. There are many shapes, between versions and even within one:
 * `errors` is an object, an array or a string; `error` is an object or a string; `message` stands alone; a proxy sends HTML.
 *
 * Facts: Procore's error reference, and answers seen live (`{"errors":["App is not connected to this company."]}`).
 *
 * @module
 */
import type { Value } from "../../engine/connector.ts";
import { Failure, type FailureCode } from "../../engine/failure.ts";
import { parseJson } from "../../engine/json.ts";

/** Longer texts are cut: an HTML page says nothing more in its second half. */
const LONGEST = 300;

/** The words of an answer's body, whatever its shape; empty where it says nothing. */
export function wordsOf(text: string): string {
  let words: string;
  try {
    words = said(parseJson(text));
  } catch {
    words = text.replace(/<(script|style)\b[^]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
  }
  words = words.replace(/\s+/g, " ").trim();
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

/** The words of a parsed error: of `errors` in a sync answer, or of a whole body. */
export function said(value: Value): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return distinct(value.map(said)).join("; ");
  if (value === null || typeof value !== "object") return "";
  const row = value as Record<string, Value>;
  if (row.errors !== undefined && row.errors !== null) return fieldsSaid(row.errors);
  const { error, error_description, message, reason, details } = row;
  return distinct([said(error), said(error_description), said(message), said(reason), detailsSaid(details)]).join("; ");
}

/** `{ name: ["is too long"] }` → `name is too long`. */
function fieldsSaid(errors: Value): string {
  if (Array.isArray(errors) || errors === null || typeof errors !== "object") return said(errors);
  return Object.entries(errors as Record<string, Value>)
    .map(([field, messages]) => {
      const words = Array.isArray(messages) ? distinct(messages.map(said)).join(", ") : said(messages);
      return field === "base" ? words : `${field} ${words}`;
    })
    .join("; ");
}

/** v2's `details: [{ message, source }]`. */
function detailsSaid(details: Value): string {
  if (!Array.isArray(details)) return "";
  return distinct(
    details.map((detail) => said(typeof detail === "object" ? (detail as { message?: Value })?.message : detail)),
  )
    .join("; ");
}

function distinct(words: string[]): string[] {
  return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ""))];
}

/** What {@link refusal} needs to know of a call. */
export interface Refused {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
  /** The call, without ids: `PATCH /rest/v1.0/vendors/sync`. */
  route: string;
  effect: "read" | "write";
}

/**
 * The failure that an answer other than 2xx stands for.
 *
 * | status | read | write |
 * |---|---|---|
 * | 401 | `login.refused` | the same |
 * | 403 | `permission.missing` | the same |
 * | 404 | `remote.refused` | the same |
 * | 408, 500, 502, 504 | `wire.unavailable` | `wire.fate-unknown`: some rows may be in |
 * | 429, 503 | `wire.busy` | the same; a 503 without `Retry-After` may come from a proxy: `wire.fate-unknown` |
 * | 400, 409, 413, 422 | `remote.refused` | `record.refused`: nothing was written |
 */
export function refusal({ status, headers, text, route, effect }: Refused): Failure {
  const words = wordsOf(text);
  const answered = `Procore answered ${status}${words === "" ? "" : `: ${words}`}`;
  const fail = (code: FailureCode, fact = answered, action?: string) =>
    new Failure(code, { fact, place: route, action, retryAfter: retryAfter(headers) });
  switch (status) {
    case 401:
      return fail(
        "login.refused",
        undefined,
        "Check that the app is installed in this company, then its client id and secret.",
      );
    case 403:
      return forbidden(words, answered, fail);
    case 429:
      return fail("wire.busy");
    case 503:
      return fail(effect === "read" || headers.has("retry-after") ? "wire.busy" : "wire.fate-unknown");
    case 400:
    case 409:
    case 413:
    case 422:
      return fail(effect === "write" ? "record.refused" : "remote.refused");
    case 404:
      return fail(
        "remote.refused",
        undefined,
        "Check company_id, and that the app may see the project and its tool: Procore says 404 for what is hidden, too.",
      );
  }
  if (status >= 300 && status < 400) {
    const host = URL.parse(headers.get("location") ?? "")?.host ?? "another address";
    return fail(
      "remote.refused",
      `Procore answered ${status}: it sends the call to ${host}`,
      "Check api_url and login_url.",
    );
  }
  if (status === 408 || status >= 500) return fail(effect === "write" ? "wire.fate-unknown" : "wire.unavailable");
  return fail("remote.refused");
}

/** 403 has three causes that a customer mends in three different places. */
function forbidden(
  words: string,
  answered: string,
  fail: (code: FailureCode, fact: string, action: string) => Failure,
): Failure {
  if (/not connected/i.test(words)) {
    return fail(
      "permission.missing",
      answered,
      "Ask a company administrator of Procore to install the app under App Management.",
    );
  }
  if (/tool|disabled|not (enabled|active)/i.test(words)) {
    return fail(
      "permission.missing",
      answered,
      "Ask the project's administrator to switch the tool on in the project's settings.",
    );
  }
  return fail(
    "permission.missing",
    answered,
    "Ask a company administrator of Procore for the app's permission on this tool, and to permit it the project.",
  );
}

/** Milliseconds to wait as `Retry-After` says in seconds; undefined where it does not. */
function retryAfter(headers: Headers): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^\d+$/.test(seconds.trim()) ? Number(seconds) * 1000 : undefined;
}
