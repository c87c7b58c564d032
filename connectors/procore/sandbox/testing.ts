/**
 * For tests: a sandbox in this process with a clock that stands still, and calls to it with token and company header.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type ManualClock, manualClock, seededRandom } from "../../../engine/clock.ts";
import type { Row, Sandbox } from "../../../engine/connector.ts";
import { procoreSandbox, type ProcoreSandboxOptions } from "./sandbox.ts";

/** When a test begins. */
export const START = Date.parse("2026-03-02T15:04:05Z");
/** Where the sandbox is said to be. */
export const ORIGIN = "http://procore.test";
/** The company that is there where a test names none. */
export const COMPANY_ID = 562949953500001;

/** What a call came back with. */
export interface Answer {
  status: number;
  headers: Headers;
  // deno-lint-ignore no-explicit-any -- tests look into bodies of every shape
  body: any;
}

/** A sandbox and how to call it. */
export interface Harness {
  sandbox: Sandbox;
  clock: ManualClock;
  token: string;
  /** A call with token, company header and JSON body; `headers` override, an empty text leaves one out. */
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** A GET that must answer 200; gives the body. */
  // deno-lint-ignore no-explicit-any -- as above
  get: (path: string) => Promise<any>;
  /** Rows as the control API lists them. */
  rows: (collection: string) => Promise<Row[]>;
  /** Edits as a person. */
  touch: (table: string, key: string | undefined, fields: Record<string, unknown>) => Promise<Answer>;
}

/** Starts a sandbox, without rate limits unless a test asks for them, and logs in as the app. */
export async function start(options: Partial<ProcoreSandboxOptions> = {}): Promise<Harness> {
  const clock = manualClock(START);
  const limits = { hourly: null, spike: null };
  const sandbox = procoreSandbox({ clock, random: seededRandom(7), data: {}, limits, ...options });
  const settings = sandbox.settings(ORIGIN) as Record<string, string>;
  const { client_id, client_secret } = settings;
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret });
  const response = await sandbox.fetch(new Request(`${ORIGIN}/oauth/token`, { method: "POST", body: form }));
  const token: string = (await response.json()).access_token;

  const harness: Harness = {
    sandbox,
    clock,
    token,
    async call(method, path, body, headers = {}) {
      const all = new Headers({ Authorization: `Bearer ${token}`, "Procore-Company-Id": settings.company_id });
      if (body !== undefined) all.set("Content-Type", "application/json");
      for (const [name, value] of Object.entries(headers)) value === "" ? all.delete(name) : all.set(name, value);
      const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
      const answer = await sandbox.fetch(new Request(`${ORIGIN}${path}`, { method, headers: all, body: text }));
      return { status: answer.status, headers: answer.headers, body: parsed(await answer.text()) };
    },
    async get(path) {
      const answer = await harness.call("GET", path);
      assert.equal(answer.status, 200, `GET ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    rows: async (collection) => (await harness.call("GET", `/_sandbox/rows/${collection}`)).body.rows,
    touch: (table, key, fields) => harness.call("POST", "/_sandbox/touch", { table, key, fields }),
  };
  return harness;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
