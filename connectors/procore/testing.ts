/**
 * What the tests of this folder share: a scripted Procore, a login that needs none, and a wire that remembers what it was sent.
 *
 * @module
 */
import { type ManualClock, manualClock, seededRandom } from "../../engine/clock.ts";
import type { Wire, World } from "../../engine/connector.ts";
import type { Tokens } from "./oauth.ts";
import { type Settings, settingsSchema } from "./settings.ts";

/** The instant at which tests begin. */
export const START: number = Date.parse("2026-03-02T15:00:00Z");

/** One request as it arrived. */
export interface Sent {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  text: string;
}

/** Answers a request; a string or an object is a 200 with that body. */
export type Script = (sent: Sent, nth: number) => Response | object | string | Promise<Response>;

/** A wire that answers by script and keeps what it was sent. */
export function scripted(script: Script): { wire: Wire; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    wire: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const one = {
        method: request.method,
        path: pathname,
        query: searchParams,
        headers: request.headers,
        text: await request.text(),
      };
      const answer = await script(one, sent.push(one));
      return answer instanceof Response
        ? answer
        : new Response(typeof answer === "string" ? answer : JSON.stringify(answer));
    },
  };
}

/** Tokens without a login: `t1`, and the next one each time one was refused. */
export function freeTokens(): Tokens {
  let number = 1;
  return {
    current: () => Promise.resolve(`t${number}`),
    instead: () => Promise.resolve(`t${++number}`),
  };
}

/** Settings of a company that is there for tests only. */
export function testSettings(more: Partial<Record<keyof Settings, unknown>> = {}): Settings {
  return settingsSchema.parse({
    company_id: "562949953500001",
    client_id: "id-1",
    client_secret: "secret-1",
    ...more,
  });
}

/** A world around a wire, its time standing still. */
export function testWorld(wire: Wire): World & { clock: ManualClock; lines: string[] } {
  const lines: string[] = [];
  return {
    wire,
    clock: manualClock(START),
    random: seededRandom(1),
    log: (_level, message) => void lines.push(message),
    signal: new AbortController().signal,
    tags: [],
    lines,
  };
}
