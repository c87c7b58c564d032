/**
 * The console as a hono app: who is signed in, whether they may, whether a form is one of ours; then the page does it.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { asFailure, Failure } from "../../failure.ts";
import { beginSession, endSession, personOf, signingKey } from "../../state/sessions.ts";
import { identify } from "../../state/tokens.ts";
import { newKey } from "../../vault/token.ts";
import { eventStream } from "../api/events.ts";
import { problemOf } from "../api/problem.ts";
import type { Call } from "../api/types.ts";
import { ASSETS } from "./assets.ts";
import { Frame } from "./layout.tsx";
import { foreign, mountPages, type SignedIn } from "./money/mount.ts";
import { fieldOf, type PageAnswer } from "./money/route.ts";
import { Wrong } from "./pages/wrong.tsx";
import { SignIn } from "./pages/sign_in.tsx";
import { ROUTES } from "./routes.ts";
import {
  carries,
  csrfOf,
  fromHere,
  giveSession,
  keepTheme,
  said,
  say,
  sessionId,
  takeSession,
  themeOf,
  THEMES,
} from "./session.ts";

/** What the console stands on: what the API does, with its jobs; `writes` is false where nothing may be changed from here. */
export type ConsoleParts = Call["api"] & { writes?: boolean };

/** What a page of ours may do, and nothing else. */
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Somebody who is signed in. */
interface Signed extends SignedIn {
  id: string;
}

/**
 * Makes the console.
 *
 * ```ts
 * serverApp({ …, pages: consoleApp({ ...apiParts, jobs }) });
 * ```
 */
export function consoleApp(parts: ConsoleParts): Hono {
  const app = new Hono();
  let key: Promise<string> | undefined;
  const signing = (): Promise<string> =>
    key ??= signingKey(parts.store, newKey).catch((thrown) => {
      key = undefined;
      throw thrown;
    });
  const desk: Desk = { parts, signing };

  app.use("/console/*", async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return await next();
    const signed = await signedIn(c, desk);
    if (!fromHere(c)) return await wrong(c, desk, foreign(), signed);
    if (parts.writes === false && !OWN.has(c.req.path)) return await wrong(c, desk, elsewhere(), signed);
    await next();
  });
  app.get("/", (c) => c.redirect("/console", 302));
  for (const [path, { text, type }] of ASSETS) {
    app.get(path, (c) =>
      c.body(text, 200, {
        "Content-Type": type,
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
      }));
  }
  app.get("/console/sign-in", async (c) => {
    if (await signedIn(c, desk)) return c.redirect(backOf(c.req.query("to")), 303);
    return await framed(c, desk, { title: "Sign in", body: <SignIn to={backOf(c.req.query("to"))} /> });
  });
  app.post("/console/sign-in", (c) => guarded(c, desk, undefined, () => signIn(c, desk)));
  app.post("/console/sign-out", (c) =>
    act(c, desk, async ({ id }) => {
      await endSession(parts.store, id);
      takeSession(c);
      return c.redirect("/console/sign-in", 303);
    }));
  app.post("/console/theme", (c) =>
    act(c, desk, (_, form) => {
      keepTheme(c, THEMES.find((one) => one === fieldOf(form, "theme")) ?? "auto");
      return c.redirect(backOf(fieldOf(form, "back")), 303);
    }));
  app.get("/console/events", async (c) => {
    if (!await signedIn(c, desk)) return c.text("Sign in first", 401);
    const types = new Set((c.req.query("type") ?? "").slice(0, 200).split(","));
    const seen = c.req.header("last-event-id");
    return c.body(
      eventStream(parts.events, {
        clock: parts.store.clock,
        signal: AbortSignal.any([parts.signal, c.req.raw.signal]),
        mask: parts.mask,
        keep: ({ type }) => types.has(type),
        ...(seen !== undefined && /^\d{1,15}$/.test(seen) && { since: Number(seen) }),
      }),
      200,
      { "Content-Type": "text/event-stream", "Cache-Control": "no-store" },
    );
  });
  mountPages(app, ROUTES, {
    api: parts,
    signedIn: (c) => signedIn(c, desk),
    signIn: toSignIn,
    frame: (c, page, signed) => framed(c, desk, page, { signed }),
    async go(c, to, text) {
      await say(c, await signing(), parts.mask(text));
      return c.redirect(to, 303);
    },
    failed: (c, failure, signed) => wrong(c, desk, failure, signed),
  });
  app.all("/console/*", async (c) => {
    const signed = await signedIn(c, desk);
    if (!signed) return toSignIn(c);
    return await wrong(c, desk, notHere(), signed);
  });
  return app;
}

interface Desk {
  parts: ConsoleParts;
  signing: () => Promise<string>;
}

/** Forms that change nothing but what their own browser is told. */
const OWN: ReadonlySet<string> = new Set(["/console/sign-in", "/console/sign-out", "/console/theme"]);

const elsewhere = (): Failure =>
  new Failure("token.role", { fact: "Nothing is changed from here: this is not the production timeline" });

const notHere = (): Failure =>
  new Failure("not-there", { fact: "There is no such page", action: "Go on from the navigation." });

async function signedIn(c: Context, { parts, signing }: Desk): Promise<Signed | undefined> {
  const key = await signing();
  const id = await sessionId(c, key);
  const who = id === undefined ? undefined : await personOf(parts.store, id);
  return who && { who, id: id!, csrf: csrfOf(key, id!) };
}

/** Only places of the console are gone back to. */
const backOf = (to: string | undefined): string =>
  to !== undefined && /^\/console(?:[/?][\x21-\x5b\x5d-\x7e]*)?$/.test(to) && !to.startsWith("/console/sign-")
    ? to
    : "/console";

function toSignIn(c: Context): Response {
  const { pathname, search } = new URL(c.req.url);
  const to = c.req.method === "GET" ? backOf(pathname + search) : "/console";
  return c.redirect(to === "/console" ? "/console/sign-in" : `/console/sign-in?to=${encodeURIComponent(to)}`, 303);
}

async function signIn(c: Context, desk: Desk): Promise<Response> {
  const form = await c.req.formData();
  const to = backOf(fieldOf(form, "to"));
  const { store } = desk.parts;
  try {
    const who = await identify(store, { token: fieldOf(form, "token") });
    const id = newKey();
    await beginSession(store, id, who.name);
    await giveSession(c, await desk.signing(), id);
    return c.redirect(to, 303);
  } catch (thrown) {
    const { code, action } = asFailure(thrown);
    if (!code.startsWith("token.")) throw thrown;
    const why = code === "token.missing"
      ? "No token was given."
      : "This token is not known here, was revoked, or has run out.";
    return await framed(c, desk, { title: "Sign in", body: <SignIn to={to} wrong={`${why} ${action}`} /> }, {
      status: 401,
    });
  }
}

/** Does what a form asks for, where it is one of ours. */
async function act(
  c: Context,
  desk: Desk,
  work: (signed: Signed, form: FormData) => Promise<Response> | Response,
): Promise<Response> {
  const signed = await signedIn(c, desk);
  if (!signed) return toSignIn(c);
  return await guarded(c, desk, signed, async () => {
    const form = await c.req.formData();
    if (!carries(form, signed.csrf)) throw foreign();
    return await work(signed, form);
  });
}

/** Has what went wrong told as a page. */
async function guarded(
  c: Context,
  desk: Desk,
  signed: Signed | undefined,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    return await wrong(c, desk, asFailure(thrown), signed);
  }
}

async function wrong(c: Context, desk: Desk, failure: Failure, signed: SignedIn | undefined): Promise<Response> {
  if (failure.kind === "bug") desk.parts.log("error", failure.message, { cause: failure.cause });
  const told = problemOf(failure);
  return await framed(c, desk, { title: "That did not work", body: <Wrong {...told} /> }, {
    signed,
    status: told.status,
  });
}

async function framed(
  c: Context,
  desk: Desk,
  { title, body }: Extract<PageAnswer, { title: string }>,
  { signed, status = 200 }: { signed?: SignedIn; status?: number } = {},
): Promise<Response> {
  const page = await (
    <Frame
      title={title}
      theme={themeOf(c)}
      who={signed?.who}
      csrf={signed?.csrf}
      path={new URL(c.req.url).pathname}
      said={await said(c, await desk.signing())}
    >
      {body}
    </Frame>
  );
  c.header("Content-Security-Policy", POLICY);
  c.header("Cache-Control", "no-store");
  return c.html(`<!doctype html>${desk.parts.mask(String(page).replaceAll("&#39;", "&apos;"))}`, status as 200);
}
