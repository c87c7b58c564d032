/**
 * Serves page routes through a hono app: whoever asks may, what a form sends bears the session's own token, and the answer gets its frame.
 *
 * @module
 */
import type { Context, Hono } from "hono";
import { timingSafeEqual } from "node:crypto";
import { actorOf, permitted } from "../../../acts/actor.ts";
import { asFailure, Failure } from "../../../failure.ts";
import { type ActName, ACTS } from "../../../state/roles.ts";
import type { Person } from "../../../state/tokens.ts";
import type { Call } from "../../api/types.ts";
import { fieldOf, type PageAnswer, type PageRoute, rightOf } from "./route.ts";

/** Somebody who is signed in. */
export interface SignedIn {
  who: Person;
  /** What their forms carry. */
  csrf: string;
}

/** What the console's app does for the pages. */
export interface PageHost {
  api: Call["api"];
  /** Who asks; undefined where nobody is signed in. */
  signedIn(c: Context): Promise<SignedIn | undefined>;
  /** Where to sign in. */
  signIn(c: Context): Response;
  /** A page in its frame. */
  frame(c: Context, page: Extract<PageAnswer, { title: string }>, by: SignedIn): Response | Promise<Response>;
  /** On to another page, where something is said. */
  go(c: Context, to: string, said: string, by: SignedIn): Response | Promise<Response>;
  /** What went wrong, in its frame. */
  failed(c: Context, failure: Failure, by: SignedIn): Response | Promise<Response>;
}

/** A form without the token of whoever sends it. */
export const foreign = (): Failure =>
  new Failure("request.foreign", { fact: "This form is of no page that was shown to whoever sends it" });

/** Adds the routes to an app. */
export function mountPages(app: Hono, routes: readonly PageRoute[], host: PageHost): void {
  for (const route of routes) app.on(route.method.toUpperCase(), route.path, (c) => serve(c, route, host));
}

async function serve(c: Context, route: PageRoute, host: PageHost): Promise<Response> {
  const by = await host.signedIn(c);
  if (!by) return host.signIn(c);
  const { who, csrf } = by;
  const { api } = host;
  try {
    permitted(who, rightOf(route));
    const form = route.method === "post" ? await formOf(c) : new FormData();
    if (route.method === "post" && !same(fieldOf(form, "csrf"), csrf)) {
      throw foreign();
    }
    const answer = await route.does({
      api,
      who,
      get actor() {
        return actorOf(api.store, who, route.takes as ActName);
      },
      params: c.req.param() as Record<string, string>,
      query: c.req.query(),
      form,
      csrf,
      signal: AbortSignal.any([api.signal, c.req.raw.signal]),
    });
    if (Object.hasOwn(ACTS, route.takes)) {
      const subject = Object.values(c.req.param() as Record<string, string>);
      api.events.publish({ type: "act", what: route.takes, who: who.name, subject });
    }
    if ("go" in answer) return await host.go(c, answer.go, answer.said, by);
    if ("text" in answer) return file(c, answer, api.mask);
    if (answer.again !== undefined) c.header("Refresh", String(answer.again));
    return await masked(await host.frame(c, answer, by), api.mask);
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.kind === "bug") api.log("error", failure.message, { path: route.path, cause: failure.cause });
    return await masked(await host.failed(c, failure, by), api.mask);
  }
}

/** A page without any secret that was ever opened: a system may have told us one of ours. */
async function masked(page: Response, mask: (text: string) => string): Promise<Response> {
  // The one spelling of JSX that masks do not know.
  const text = (await page.text()).replaceAll("&#39;", "&apos;");
  return new Response(mask(text), { status: page.status, headers: page.headers });
}

async function formOf(c: Context): Promise<FormData> {
  try {
    return await c.req.formData();
  } catch {
    throw new Failure("request.invalid", { fact: "What was sent is no form", action: "Use the page's own forms." });
  }
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => new TextEncoder().encode(text));
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
}

function file(
  c: Context,
  { text, type, name }: Extract<PageAnswer, { text: unknown }>,
  mask: (text: string) => string,
): Response {
  c.header("Content-Disposition", `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"`);
  c.header("Content-Type", type);
  c.header("Cache-Control", "no-store");
  return c.body(typeof text === "string" ? mask(text) : text);
}
