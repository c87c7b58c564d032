/**
 * What both sandboxes share: the control API below `/_sandbox`, for tests and for people who want to see a failure. It needs
 * no login: a sandbox listens on the loopback address alone.
 *
 * | call | does |
 * |---|---|
 * | `GET /_sandbox/rows` | the tables and how many rows each holds |
 * | `GET /_sandbox/rows/TABLE?limit&offset` | `{ table, total, rows }` |
 * | `GET /_sandbox/requests`, `DELETE` | calls by route and status since the start; starts counting anew |
 * | `GET /_sandbox/faults`, `POST`, `DELETE` | the faults that wait; adds one (`faults.ts`); removes all |
 * | `POST /_sandbox/touch` | `{ table, key?, fields }`: a person edits a row; without key, or with a new one, a row is added |
 * | `GET /_sandbox/clock`, `POST` | the sandbox's time; `{ advance_ms }` or `{ set }` moves it |
 * | `POST /_sandbox/reset` | as at the start |
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Row, Wire } from "../connector.ts";
import { type Fault, faultQueue, faultSchema } from "./faults.ts";
import { requestCounter } from "./requests.ts";

/** What a sandbox hands to {@link control}. */
export interface ControlOptions {
  /** The world's clock; the sandbox's own is {@link Control.clock}, which can be moved away from it. */
  clock: Clock;
  /** All rows by table, as `/_sandbox/rows` lists them. Called at each listing. */
  tables: () => Record<string, readonly Row[]>;
  /** Edits the row with this key as a person would, so that the change shows; adds it where there is none. Throws an `Error` that says what is wrong. */
  touch: (table: string, key: string | undefined, fields: Row) => Row;
  /** Puts everything back as it was at the start: rows, sessions. */
  reset: () => void;
  /** The modes of `expire-session` that this system knows; by default only to leave `mode` out. */
  expiryModes?: readonly string[];
  /** Kills the session a request comes with, for the fault `expire-session`; `mode` is one of `expiryModes`. */
  expire?: (request: Request, mode: string | undefined) => void | Promise<void>;
  /** The system's own answer for a fault's status; by default plain text, as a proxy gives it. A `Retry-After` is added where it is missing. */
  answer?: (status: number, request: Request) => Response | Promise<Response>;
}

/** The control API, and the watch over every request. */
export interface Control {
  /** Answers `/_sandbox/*`. {@link Control.intercept} already sends such requests to it. */
  app: Hono;
  /** The sandbox's time: the world's clock, moved by `POST /_sandbox/clock`. */
  clock: Clock;
  /**
   * Counts a request, lets the next fault strike, and else serves it with `next`. Rejects with {@link ConnectionDropped}, a `TypeError`
   * as `fetch` gives it, where the connection is to die; `listen` then really closes the socket.
   */
  intercept: (request: Request, next: Wire) => Promise<Response>;
}

/** A connection that died before its answer, as `fetch` tells it. */
export class ConnectionDropped extends TypeError {
  /** As `fetch` names it. */
  override name = "TypeError";
  constructor() {
    super("connection closed before message completed");
  }
}

/** Makes the control API of one sandbox. */
export function control(
  { clock: world, tables, touch, reset, expiryModes = [], expire, answer }: ControlOptions,
): Control {
  let offset = 0;
  const clock: Clock = { ...world, now: () => world.now() + offset };
  const faults = faultQueue();
  const requests = requestCounter();
  /** Work of `delay-commit`, done before anyone can look at what it changes: seen from outside it happens when it is due. */
  let late: { due: number; work: () => Promise<Response> }[] = [];

  async function settle(): Promise<void> {
    const due = late.filter((entry) => entry.due <= clock.now()).sort((a, b) => a.due - b.due);
    for (const { work } of due) await work();
  }

  async function strike(fault: Fault, request: Request, next: Wire): Promise<Response> {
    switch (fault.kind) {
      case "expire-session":
        await expire?.(request, fault.mode);
        return next(request);
      case "status": {
        const response = await (answer ?? plainAnswer)(fault.status, request);
        if (fault.retry_after !== undefined) response.headers.set("Retry-After", String(fault.retry_after));
        return response;
      }
      case "drop-before":
        throw new ConnectionDropped();
      case "drop-after":
        await (await next(request)).body?.cancel();
        throw new ConnectionDropped();
      case "delay-answer": {
        const response = await next(request);
        await clock.sleep(fault.ms, request.signal);
        return response;
      }
      case "delay-commit": {
        const held = new Request(request.url, {
          method: request.method,
          headers: request.headers,
          body: request.body ? await request.arrayBuffer() : undefined,
        });
        let done: Promise<Response> | undefined;
        const entry = {
          due: clock.now() + fault.ms,
          work: () => {
            late = late.filter((other) => other !== entry);
            return done ??= next(held);
          },
        };
        late.push(entry);
        if (fault.drop) throw new ConnectionDropped();
        await clock.sleep(fault.ms, request.signal);
        return entry.work();
      }
      case "cut-body":
        return cut(await next(request), fault.how);
      case "html":
        return new Response(
          "<!DOCTYPE html><html><head><title>Login</title></head><body>Please log in.</body></html>",
          {
            headers: { "Content-Type": "text/html; charset=UTF-8" },
          },
        );
      case "doctype":
        return new Response(
          `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><OutputParameters>&x;</OutputParameters>`,
          { headers: { "Content-Type": "application/xml" } },
        );
    }
  }

  const app = new Hono({ strict: false }).basePath("/_sandbox");
  app.onError((error, c) => c.json({ error: error.message }, 400));
  app.notFound((c) => c.json({ error: `No such control: ${c.req.method} ${c.req.path}` }, 404));
  app.get("/", (c) => c.json({ controls: app.routes.map(({ method, path }) => `${method} ${path}`) }));
  app.get("/rows", (c) => {
    return c.json(Object.fromEntries(Object.entries(tables()).map(([name, rows]) => [name, rows.length])));
  });
  app.get("/rows/:table", (c) => {
    const all = tables(), table = c.req.param("table");
    if (!Object.hasOwn(all, table)) {
      return c.json({ error: `No table ${table}; there are ${Object.keys(all).join(", ")}` }, 404);
    }
    const query = pageSchema.parse(c.req.query());
    const rows = all[table].slice(query.offset, query.offset + query.limit);
    return c.json({ table, total: all[table].length, rows });
  });
  app.get("/requests", (c) => c.json(requests.report()));
  app.delete("/requests", (c) => (requests.clear(), c.json(requests.report())));
  app.get("/faults", (c) => c.json(faults.list()));
  app.post("/faults", async (c) => {
    const fault = await body(c, faultSchema);
    if (fault.kind === "expire-session" && fault.mode !== undefined && !expiryModes.includes(fault.mode)) {
      throw new Error(`mode must be one of ${expiryModes.join(", ") || "none"}: current value is ${fault.mode}`);
    }
    faults.add(fault);
    return c.json(faults.list(), 201);
  });
  app.delete("/faults", (c) => (faults.clear(), c.json([])));
  app.post("/touch", async (c) => {
    const { table, key, fields } = await body(c, touchSchema);
    return c.json(touch(table, key, fields as Row));
  });
  const time = (c: Context) => c.json({ now: new Date(clock.now()).toISOString() });
  app.get("/clock", time);
  app.post("/clock", async (c) => {
    const wanted = await body(c, clockSchema);
    offset += "set" in wanted ? wanted.set - clock.now() : wanted.advance_ms;
    await settle();
    return time(c);
  });
  app.post("/reset", (c) => {
    reset();
    faults.clear();
    requests.clear();
    late = [];
    offset = 0;
    return time(c);
  });

  return {
    app,
    clock,
    async intercept(request, next) {
      await settle();
      const path = new URL(request.url).pathname;
      if (path === "/_sandbox" || path.startsWith("/_sandbox/")) return await app.fetch(request);
      const count = requests.start(request.method, path);
      try {
        const fault = faults.take(`${request.method} ${path}`);
        const response = fault ? await strike(fault, request, next) : await next(request);
        count(String(response.status));
        return response;
      } catch (error) {
        count(error instanceof ConnectionDropped ? "dropped" : "aborted");
        throw error;
      }
    },
  };
}

function plainAnswer(status: number): Response {
  return new Response(`Status ${status}\n`, { status, headers: { "Content-Type": "text/plain" } });
}

async function cut(response: Response, how: "clean" | "broken"): Promise<Response> {
  const whole = new Uint8Array(await response.arrayBuffer());
  const half = whole.subarray(0, whole.length >> 1);
  const headers = new Headers(response.headers);
  headers.delete("Content-Length");
  const stream = new ReadableStream({
    start: (stream) => half.length > 0 && stream.enqueue(half),
    pull: (stream) => stream.error(new TypeError("error reading a body from connection")),
  }, { highWaterMark: 0 });
  return new Response(how === "clean" ? half : stream, { status: response.status, headers });
}

/** Parses a control body. Numbers become the text they were written as: rows hold no JavaScript numbers. */
async function body<T extends z.ZodType>(c: Context, schema: T): Promise<z.infer<T>> {
  const raw = await c.req.text();
  const asText = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? context?.source ?? String(value) : value;
  const value = JSON.parse(raw, schema === (touchSchema as z.ZodType) ? asText : undefined);
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
}

const pageSchema = z.object({
  limit: z.coerce.number().int().min(0).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
});
const touchSchema = z.strictObject({
  table: z.string(),
  key: z.string().optional(),
  fields: z.record(z.string(), z.json()),
});
const clockSchema = z.union([
  z.strictObject({ advance_ms: z.int() }),
  z.strictObject({ set: z.union([z.int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]) }),
]);
