/**
 * A bench for one check: the connector's sandbox in this process, behind a wire that remembers what was sent and may be troubled.
 *
 * @module
 */
import { type ManualClock, manualClock, seededRandom } from "../clock.ts";
import type { Page, ReadRequest, Row, Sandbox, Session, Value, Wire } from "../connector.ts";
import { Failure } from "../failure.ts";
import { type Fault, faulty } from "../wire/fault.ts";
import { markOf } from "../wire/mark.ts";
import { broken } from "../wire/trouble.ts";
import type { Samples, Subject } from "./types.ts";

/** Where the sandbox stands; the name cannot be resolved, so nothing can leave by mistake. */
export const ORIGIN = "http://sandbox.test:8443";

/** When a check begins. */
const START = Date.parse("2026-10-14T09:00:00Z");

/** A request that reached the wire. */
export interface Sent {
  /** With its query. */
  url: string;
  /** By the connector's own mark. */
  effect: "read" | "write";
  /** What proves who asks: the values of its headers `Authorization` and `Cookie`. */
  proofs: string[];
}

/** How a session is opened. */
export interface Opening {
  /** Laid over the settings that reach the sandbox. */
  settings?: Record<string, unknown>;
  /** What goes wrong, innermost. */
  trouble?: readonly Fault[];
  /** A layer next to the sandbox. */
  around?: (wire: Wire) => Wire;
  /** Stops the session. */
  signal?: AbortSignal;
}

/** What a check works with. */
export interface Bench {
  /** Stands still; whoever sleeps moves it. */
  clock: ManualClock;
  /** The system. */
  sandbox: Sandbox;
  /** All requests so far, of all sessions. */
  sent: Sent[];
  /** All log lines so far, as text. */
  lines: string[];
  /** Opens a session. */
  open(opening?: Opening): Session;
  /** Calls the sandbox's control API. */
  control(path: string, body?: unknown): Promise<Value>;
  /** Rows of a table of the sandbox. */
  rows(table: string): Promise<Row[]>;
}

const asItIs = (wire: Wire): Wire => wire;

/** Sets up a bench. The same subject gives the same bench every time. */
export function benchFor({ connector, data }: Subject): Bench {
  const clock = manualClock(START);
  const sandbox = connector.sandbox({ clock, random: seededRandom(1), data });
  const sent: Sent[] = [];
  const lines: string[] = [];
  const remembering = (wire: Wire): Wire => (request) => {
    const proofs = ["authorization", "cookie"].flatMap((name) => request.headers.get(name) ?? []);
    sent.push({ url: request.url, effect: markOf(request).effect, proofs });
    return wire(request);
  };
  const served: Wire = async (request) => {
    try {
      return await sandbox.fetch(request);
    } catch (thrown) {
      throw thrown instanceof Failure ? thrown : broken(request, String(thrown));
    }
  };
  const control: Bench["control"] = async (path, body) => {
    const response = await sandbox.fetch(
      new Request(`${ORIGIN}/_sandbox/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`/_sandbox/${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    clock,
    sandbox,
    sent,
    lines,
    open({ settings, trouble = [], around = asItIs, signal = new AbortController().signal } = {}) {
      const parsed = connector.settings.parse({ ...sandbox.settings(ORIGIN), ...settings });
      return connector.open(parsed, {
        wire: remembering(faulty(around(served), trouble, { clock })),
        clock,
        random: seededRandom(2),
        log: (...line) => void lines.push(JSON.stringify(line)),
        signal,
        tags: ["CONF"],
      });
    },
    control,
    rows: async (table) => (await control(`rows/${table}?limit=1000000`) as { rows: Row[] }).rows,
  };
}

/** A stream's partition that samples are written to. */
export async function partitionOf(
  session: Session,
  name: string,
  samples?: Samples,
): Promise<ReadRequest["partition"]> {
  const partitions = await session.stream(name).partitions();
  const chosen = samples?.partition === undefined
    ? partitions[0]
    : partitions.find(({ id }) => id === samples.partition);
  if (!chosen) throw new Error(`${name}: the sandbox has no partition ${samples?.partition ?? ""}; give it more data`);
  return chosen;
}

/** A read, page by page, to its end or to what ended it. */
export interface Reading {
  /** What came. */
  pages: Page[];
  /** Their rows. */
  rows: Row[];
  /** What was thrown, where something was. */
  thrown?: unknown;
}

/** Reads to the end; what is thrown is given back beside the pages before it. */
export async function reading(session: Session, name: string, request: ReadRequest): Promise<Reading> {
  const pages: Page[] = [];
  let thrown: unknown;
  try {
    for await (const page of session.stream(name).read!(request)) pages.push(page);
  } catch (error) {
    thrown = error;
  }
  return { pages, rows: pages.flatMap(({ rows }) => rows), thrown };
}

/** Reads to the end; throws what is thrown. */
export async function readThrough(session: Session, name: string, request: ReadRequest): Promise<Reading> {
  const result = await reading(session, name, request);
  if (result.thrown !== undefined) throw result.thrown;
  return result;
}
