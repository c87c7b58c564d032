/**
 * The server's own app: what every answer carries, who is let in with how much, and where the parts are mounted.
 *
 * | path | what | who |
 * |---|---|---|
 * | `GET /healthz` | the process is alive | anybody |
 * | `GET /readyz` | it can do its work; 503 with the reason where not | anybody |
 * | `POST /webhooks/:connection` | deliveries | a system, by its connection's secret |
 * | `GET /metrics` | figures for Prometheus | as the part handed in decides |
 * | `/api/v1/…` | all that the command line can do | a token |
 *
 * No header, no query and no body is ever logged: a line has the method, the path's pattern, the status and the time it took.
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { routePath } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import type { Clock, Random } from "../clock.ts";
import type { Log } from "../connector.ts";
import { asFailure } from "../failure.ts";
import type { Readiness } from "./ready.ts";

/** What the app is made of; a part that is not handed in is not there. */
export interface AppParts {
  clock: Clock;
  random: Random;
  log: Log;
  ready: () => Promise<Readiness>;
  /** Deliveries: serves `/webhooks/:connection` itself, with its own limits (`trigger/intake.ts`). */
  // deno-lint-ignore no-explicit-any -- what a part keeps in its context is its own business
  webhooks?: Hono<any>;
  /** Mounted at `/metrics`. */
  // deno-lint-ignore no-explicit-any -- as above
  metrics?: Hono<any>;
  /** Mounted at `/api/v1`. */
  // deno-lint-ignore no-explicit-any -- as above
  api?: Hono<any>;
  /** Mounted at the root, after all else: pages for people. */
  // deno-lint-ignore no-explicit-any -- as above
  pages?: Hono<any>;
  /** False: nothing may be changed through the API here; it answers reads alone. */
  writes?: boolean;
}

interface Env {
  Variables: { requestId: string };
}

/** Bytes of a request's body at the most, but where a part has its own limit. */
const LARGEST = 8 * 1024 * 1024;
/** What may stand for a request in somebody else's log too. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * Makes the app.
 *
 * @example
 * ```ts ignore
 * Deno.serve({ port: 8000 }, serverApp({ clock, random, log, ready }).fetch);
 * ```
 */
export function serverApp(parts: AppParts): Hono<Env> {
  const { clock, random, log, ready, writes = true } = parts;
  const app = new Hono<Env>();
  app.use(identified(random), logged(clock, log), secureHeaders(HEADERS), guarded);
  app.get("/healthz", (c) => c.json({ alive: true }, 200, UNKEPT));
  app.get("/readyz", async (c) => {
    const found = await ready();
    return c.json(found, found.ready ? 200 : 503, UNKEPT);
  });
  // Before the limit for everybody else: it refuses who does not know the secret before it reads anything.
  if (parts.webhooks) app.route("/", parts.webhooks);
  app.use(bodyLimit({ maxSize: LARGEST, onError: (c) => problem(c, 413, "The request's body is too large") }));
  if (!writes) {
    app.use("/api/*", async (c, next) => {
      if (c.req.method !== "GET" && c.req.method !== "HEAD") {
        return problem(c, 403, "Nothing is changed from here: this is not the production timeline");
      }
      await next();
    });
  }
  if (parts.metrics) app.route("/metrics", parts.metrics);
  if (parts.api) app.route("/api/v1", parts.api);
  if (parts.pages) app.route("/", parts.pages);
  app.notFound((c) => problem(c, 404, "There is nothing at this address"));
  app.onError((thrown, c) => {
    const failure = asFailure(thrown);
    log("error", failure.message, { code: failure.code, request: c.get("requestId") });
    return problem(c, 500, "The request could not be answered; the log says why, under this request's id");
  });
  return app;
}

/** Nobody keeps an answer that is of the moment. */
const UNKEPT = { "Cache-Control": "no-store" };

const HEADERS = {
  referrerPolicy: "no-referrer",
  xFrameOptions: "DENY",
  crossOriginResourcePolicy: "same-origin",
} as const;

/** Nothing of ours loads anything, but for pages that say themselves what they need. */
const guarded: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has(CSP)) c.header(CSP, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
};

const CSP = "Content-Security-Policy";

function identified(random: Random): MiddlewareHandler<Env> {
  return async (c, next) => {
    const given = c.req.header("X-Request-Id");
    const id = given !== undefined && REQUEST_ID.test(given) ? given : hex(random, 16);
    c.set("requestId", id);
    await next();
    c.header("X-Request-Id", id);
  };
}

const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");

function logged(clock: Clock, log: Log): MiddlewareHandler<Env> {
  return async (c, next) => {
    const began = clock.now();
    await next();
    const status = c.res.status;
    // What nobody has routed is anybody's text: the pattern stands for it.
    const path = status === 404 ? "*" : routePath(c, -1);
    log(status >= 500 ? "warn" : "debug", "Request", {
      request: c.get("requestId"),
      method: c.req.method,
      path,
      status,
      ms: clock.now() - began,
    });
  };
}

/** An answer as `application/problem+json`. */
function problem(c: Context, status: 403 | 404 | 413 | 500, title: string): Response {
  return c.body(JSON.stringify({ type: "about:blank", title, status }), status, {
    "Content-Type": "application/problem+json",
    ...UNKEPT,
  });
}
