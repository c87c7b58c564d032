/**
 * The API as a hono app: who asks, whether they may, whether what they ask is what it should be; then the route does it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import { actorOf, permitted } from "../../acts/actor.ts";
import { asFailure, Failure } from "../../failure.ts";
import { type ActName, ACTS, type Right } from "../../state/roles.ts";
import { identify } from "../../state/tokens.ts";
import { isToken } from "../../vault/token.ts";
import { masker } from "../../wire/redact.ts";
import { type Jobs, openJobs } from "./jobs.ts";
import { openApi } from "./openapi.ts";
import { problemOf } from "./problem.ts";
import { ROUTES } from "./routes.ts";
import type { Answer, ApiParts, Call, Route } from "./types.ts";

/** Largest body where a route says nothing else, in bytes. */
const MOST = 256 * 1024;

/** The API, and what ends it: jobs are told to stop by the server's signal, and `idle` waits for them. */
export interface Api {
  app: Hono;
  /** The jobs of this process, for whoever else starts or shows them. */
  jobs: Jobs;
  idle(): Promise<void>;
}

/**
 * Makes the API.
 *
 * ```ts
 * const { app } = makeApi(parts);
 * server.route("/api/v1", app);
 * ```
 */
export function makeApi(parts: ApiParts): Api {
  const jobs = openJobs(parts);
  const api = { ...parts, jobs };
  const app = new Hono();
  const document = JSON.stringify(openApi(ROUTES, parts.version));
  app.get("/openapi.json", (c) => cached(c, document, "application/json"));
  for (const route of ROUTES) {
    const path = route.path.replace(/\{(\w+)\}/g, ":$1");
    const limit = bodyLimit({
      maxSize: route.most ?? MOST,
      onError: () => {
        throw new Failure("request.too-large", {
          fact: `The body is longer than the ${route.most ?? MOST} bytes that are read`,
        });
      },
    });
    app.on(route.method.toUpperCase(), path, limit, (c) => handle(c, api, route));
  }
  app.notFound((c) => {
    const fact = `There is no ${c.req.method} ${c.req.path}`;
    return problem(c, parts, new Failure("not-there", { fact, action: "See /api/v1/openapi.json." }));
  });
  app.onError((thrown, c) => problem(c, parts, asFailure(thrown)));
  return { app, jobs, idle: jobs.idle };
}

async function handle(c: Context, api: Call["api"], route: Route): Promise<Response> {
  const token = bearerOf(c);
  // What a caller sends as a name may be their own token, by mistake: it is not sent back.
  const mask = token === undefined ? api.mask : both(api.mask, masker([token]));
  try {
    if (token === undefined) throw noToken();
    const who = permitted(await identify(api.store, { token }), rightOf(route.takes));
    const params = checkedParams(c.req.param());
    const query = checked(route.query, c.req.query(), "query") ?? {};
    const body = await bodyOf(c, route);
    const answer = await route.does({
      api: { ...api, mask },
      who,
      get actor() {
        return actorOf(api.store, who, route.takes as ActName);
      },
      params,
      query,
      body,
      signal: AbortSignal.any([api.signal, c.req.raw.signal]),
      lastEvent: c.req.header("last-event-id"),
    });
    if (isAct(route.takes)) {
      api.events.publish({ type: "act", what: route.takes, who: who.name, subject: Object.values(params) });
    }
    return answered(c, answer, route, mask);
  } catch (thrown) {
    return problem(c, { ...api, mask }, asFailure(thrown));
  }
}

const noToken = (): Failure =>
  new Failure("token.missing", {
    fact: "Whoever acts here needs a token, and none was given",
    action: "Send it as `Authorization: Bearer TOKEN`; an admin makes one with `gusset token create`.",
  });

const both = (first: (text: string) => string, second: (text: string) => string) => (text: string): string =>
  second(first(text));

const isAct = (takes: Route["takes"]): takes is ActName => Object.hasOwn(ACTS, takes);
const rightOf = (takes: Route["takes"]): Right => isAct(takes) ? ACTS[takes] : takes;

function bearerOf(c: Context): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

function checkedParams(params: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(params)) {
    if (value.length > 1000 || /\p{Cc}/u.test(value)) {
      throw new Failure("request.invalid", { fact: `${name} is no name`, place: `path ${name}` });
    }
    if (isToken(value)) {
      throw new Failure("request.invalid", {
        fact: "A name is wanted, and this is a token",
        place: `path ${name}`,
        action: "Revoke it if others may have seen it.",
      });
    }
  }
  return params;
}

function checked(schema: z.ZodType | undefined, value: unknown, where: "query" | "body"): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const place = path.length > 0 ? `${where} ${path.join(".")}` : where;
  throw new Failure("request.invalid", { fact: message, place });
}

async function bodyOf(c: Context, { method, body, takesText }: Route): Promise<unknown> {
  if (method === "get" || !body) return undefined;
  const type = (c.req.header("content-type") ?? "").split(";")[0].trim().toLowerCase();
  const text = await c.req.text();
  if (takesText) {
    if (type === takesText) return checked(body, text, "body");
    throw new Failure("request.invalid", { fact: `It takes ${takesText}`, value: type, place: "Content-Type" });
  }
  if (text.trim() === "") return checked(body, {}, "body");
  if (type !== "application/json") {
    throw new Failure("request.invalid", { fact: "It takes application/json", value: type, place: "Content-Type" });
  }
  let value: unknown;
  try {
    // Numbers of a request are counts, never amounts.
    value = JSON.parse(text);
  } catch {
    throw new Failure("request.invalid", { fact: "The body is no JSON", place: "body" });
  }
  return checked(body, value, "body");
}

function answered(c: Context, answer: Answer, route: Route, mask: (text: string) => string): Response {
  if ("text" in answer) {
    if (answer.name) c.header("Content-Disposition", `attachment; filename="${answer.name.replace(/[^\w.-]/g, "_")}"`);
    c.header("Cache-Control", "no-store");
    c.header("Content-Type", answer.type);
    return c.body(typeof answer.text === "string" ? mask(answer.text) : answer.text);
  }
  // A token that was just made is the one secret that is told, to whoever made it.
  const text = answer.secret ? JSON.stringify(answer.json) : mask(JSON.stringify(answer.json));
  if (answer.location) c.header("Location", `/api/v1${answer.location}`);
  if (route.method === "get") return cached(c, text, "application/json");
  c.header("Cache-Control", "no-store");
  c.header("Content-Type", "application/json");
  return c.body(text, answer.status ?? route.status ?? 200);
}

/** An answer that need not be sent again where the caller has it. */
function cached(c: Context, text: string, type: string): Response {
  const tag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", "private, no-cache");
  const known = c.req.header("if-none-match")?.split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (known?.some((one) => one === tag || one === "*")) return c.body(null, 304);
  c.header("Content-Type", type);
  return c.body(text);
}

function problem(c: Context, { mask, log }: Pick<ApiParts, "mask" | "log">, failure: Failure): Response {
  if (failure.kind === "bug") log("error", failure.message, { path: c.req.path, cause: failure.cause });
  const told = problemOf(failure);
  if (told.status === 401) c.header("WWW-Authenticate", 'Bearer realm="gusset"');
  if (told.status === 503) c.header("Retry-After", String(Math.ceil((failure.retryAfter ?? 5_000) / 1000)));
  c.header("Cache-Control", "no-store");
  c.header("Content-Type", "application/problem+json");
  return c.body(mask(JSON.stringify(told)), told.status as 400);
}
