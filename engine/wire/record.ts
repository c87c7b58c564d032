/**
 * Records exchanges as JSON lines, with every secret masked, and plays them back.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Wire } from "../connector.ts";
import { markOf, routeOf } from "./mark.ts";
import { type Mask, maskDeep, MASKED } from "./redact.ts";
import { unreachable } from "./trouble.ts";
import type { Layer } from "./types.ts";

/** One call and its answer, as a line holds it. */
export interface Exchange {
  /** ISO time the call left. */
  at: string;
  method: string;
  url: string;
  route: string;
  effect: "read" | "write";
  requestHeaders: [string, string][];
  requestBody: string;
  status: number;
  responseHeaders: [string, string][];
  responseBody: string;
}

/** Headers whose value is a secret whether the vault knows it or not. */
const SECRET_HEADERS = new Set(["authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key"]);

/** Hands a line for each exchange to `sink`. A call that failed leaves no line. */
export function record(sink: (line: string) => void, { clock, mask }: { clock: Clock; mask: Mask }): Layer {
  return (wire) => async (request) => {
    const at = new Date(clock.now()).toISOString();
    const requestBody = await request.clone().text();
    const response = await wire(request);
    const exchange: Exchange = {
      at,
      method: request.method,
      url: request.url,
      route: routeOf(request),
      effect: markOf(request).effect,
      requestHeaders: shown(request.headers),
      requestBody,
      status: response.status,
      responseHeaders: shown(response.headers),
      responseBody: await response.clone().text(),
    };
    sink(JSON.stringify(maskDeep(mask, exchange)));
    return response;
  };
}

function shown(headers: Headers): [string, string][] {
  return [...headers].map(([name, value]) => [name, SECRET_HEADERS.has(name) ? MASKED : value]);
}

/**
 * A wire that answers from recorded lines: to each method, address and body the answers in the order they were recorded, the
 * last one again and again. What was never recorded is `wire.unreachable`. `mask` is the one it was recorded with.
 */
export function replay(lines: Iterable<string>, { mask }: { mask: Mask }): Wire {
  const answers = new Map<string, Exchange[]>();
  for (const line of lines) {
    if (line.trim() === "") continue;
    const exchange: Exchange = JSON.parse(line);
    const key = keyOf(exchange.method, exchange.url, exchange.requestBody);
    answers.set(key, [...(answers.get(key) ?? []), exchange]);
  }
  return async (request) => {
    const held = answers.get(keyOf(request.method, mask(request.url), mask(await request.clone().text())));
    if (!held) throw unreachable(request, "no such exchange was recorded");
    const { status, responseHeaders, responseBody } = held.length > 1 ? held.shift()! : held[0];
    return new Response(responseBody === "" ? null : responseBody, { status, headers: responseHeaders });
  };
}

const keyOf = (method: string, url: string, body: string): string => `${method} ${url}\n${body}`;
