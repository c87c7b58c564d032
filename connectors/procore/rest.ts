/**
 * Calls to Procore's REST API: the headers, the token, pages by `Link`, and refusals as failures.
 *
 * @module
 */
import type { Row, Value, Wire } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { parseJson } from "../../engine/json.ts";
import { call as requestOf } from "../../engine/wire/mark.ts";
import { refusal } from "./errors.ts";
import type { Tokens } from "./oauth.ts";

/** Parameters of a query, in order; a name may come several times (`filters[id][]`). */
export type Query = readonly (readonly [name: string, value: string])[];

/** One call. */
export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** From `/rest` on. */
  path: string;
  /** The path without ids, for counters and messages; the path itself where it has none. */
  route?: string;
  query?: Query;
  /** Sent as JSON; build ids with `idNumber`. */
  body?: unknown;
  /** Statuses that are an answer to this call and no failure of it. */
  expect?: readonly number[];
}

/** What came back, its numbers as text. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Null where there is no body. */
  value: Value;
}

/** One page of a list. */
export interface ListPage {
  rows: Row[];
  /** All rows of the list, where Procore says so. */
  total?: number;
  /** Procore's time when it answered, ISO 8601 in UTC; undefined where it does not say. */
  at?: string;
}

/** Procore's REST API for one company. */
export interface Rest {
  /**
   * Makes a call. Throws a failure of `errors.ts`; a write whose answer cannot be read is `wire.fate-unknown`, a read `wire.garbled`.
   * A token that is refused is replaced once.
   */
  call(call: Call): Promise<Answer>;
  /** Yields the pages of a list. Throws `wire.foreign-origin` where a `Link` leads to another host. */
  pages(list: { path: string; route?: string; query?: Query; perPage: number }): AsyncIterable<ListPage>;
}

/** What {@link rest} works with. */
export interface RestOptions {
  /** Layered: guarded, retried, budgeted. */
  wire: Wire;
  tokens: Tokens;
  api_url: string;
  company_id: string;
}

/** Opens the API. */
export function rest({ wire, tokens, api_url, company_id }: RestOptions): Rest {
  async function send(url: string, { method, body }: Call, route: string, token: string): Promise<Response> {
    const headers: Record<string, string> = {
      accept: "application/json",
      authorization: `Bearer ${token}`,
      "procore-company-id": company_id,
    };
    if (body !== undefined) headers["content-type"] = "application/json";
    const text = body === undefined ? undefined : JSON.stringify(body);
    return await wire(requestOf(url, { method, headers, body: text, route }));
  }

  async function call(asked: Call, url = addressOf(api_url, asked.path, asked.query)): Promise<Answer> {
    const route = `${asked.method} ${asked.route ?? asked.path}`;
    const effect = asked.method === "GET" ? "read" : "write";
    let token = await tokens.current();
    let response = await send(url, asked, route, token);
    if (response.status === 401) {
      // Refused before anything was done, so that sending it again is safe for a write, too.
      await response.body?.cancel();
      token = await tokens.instead(token);
      response = await send(url, asked, route, token);
    }
    const { status, headers } = response;
    let text: string;
    try {
      text = await response.text();
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw unread(effect, response.ok, route, "The answer broke off", cause);
    }
    const expected = asked.expect?.includes(status) ?? false;
    if (!response.ok && !expected) throw refusal({ status, headers, text, route, effect });
    if (text.trim() === "") return { status, headers, value: null };
    try {
      return { status, headers, value: parseJson(text) };
    } catch (cause) {
      if (expected && !response.ok) return { status, headers, value: text };
      throw unread(
        effect,
        response.ok,
        route,
        cause instanceof Failure ? cause.message : "The answer is not JSON",
        cause,
      );
    }
  }

  async function* pages(
    list: { path: string; route?: string; query?: Query; perPage: number },
  ): AsyncGenerator<ListPage> {
    const route = list.route ?? list.path;
    const address = (page: number): string =>
      addressOf(api_url, list.path, [...list.query ?? [], ["page", `${page}`], ["per_page", `${list.perPage}`]]);
    const seen = new Set<string>();
    let url: string | undefined = address(1);
    let head: Value;
    for (let page = 1; url !== undefined; page++) {
      seen.add(url);
      const { value, headers } = await call({ method: "GET", path: list.path, route }, url);
      const rows = rowsOf(value, `GET ${route}`);
      // A list that does not page gives the same page again.
      if (page > 1 && rows.length > 0 && head !== undefined && rows[0].id === head) return;
      head = rows[0]?.id;
      yield { rows, total: wholeNumber(headers.get("total")), at: timeOf(headers.get("date")) };
      const link = headers.get("link");
      if (link !== null) {
        url = nextOf(link, url, api_url, route);
        if (url !== undefined && seen.has(url)) {
          throw new Failure("wire.garbled", { fact: "A page names a former page as its next", place: `GET ${route}` });
        }
      } else {
        url = rows.length < (wholeNumber(headers.get("per-page")) ?? list.perPage) ? undefined : address(page + 1);
      }
    }
  }

  return { call: (asked) => call(asked), pages };
}

/** An answer to a write that cannot be read leaves its fate unknown, unless it was a refusal. */
function unread(effect: "read" | "write", ok: boolean, route: string, fact: string, cause: unknown): Failure {
  return new Failure(effect === "write" && ok ? "wire.fate-unknown" : "wire.garbled", { fact, place: route, cause });
}

/** Brackets stay as they are: Procore's own examples write them so, and an id filter is a third shorter. */
function addressOf(api_url: string, path: string, query: Query = []): string {
  const parameters = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${api_url}${path}${parameters.length === 0 ? "" : `?${parameters.join("&")}`}`;
}

function rowsOf(value: Value, place: string): Row[] {
  const isRow = (row: Value): row is Row => row !== null && typeof row === "object" && !Array.isArray(row);
  if (Array.isArray(value) && value.every(isRow)) return value as Row[];
  throw new Failure("wire.garbled", { fact: "The answer is not a list of records", place });
}

/** `<https://…?page=2>; rel="next", <…>; rel="last"` → the next page's address; undefined on the last. */
function nextOf(link: string, from: string, api_url: string, route: string): string | undefined {
  for (const [, target, parameters] of link.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters)) continue;
    const next = URL.parse(target, from);
    if (next?.origin === new URL(api_url).origin) return next.href;
    throw new Failure("wire.foreign-origin", {
      fact: `A list of ${api_url} names a page of another host`,
      value: next?.origin ?? "no address",
      place: `GET ${route}, header Link`,
    });
  }
  return undefined;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

function timeOf(date: string | null): string | undefined {
  const time = date === null ? NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
