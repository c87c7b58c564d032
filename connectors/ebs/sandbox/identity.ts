/**
 * Who calls: HTTP Basic or a session's cookie, and what a dead session is told (reference §1).
 *
 * @module
 */
import { type Format, mediaType } from "./format.ts";
import { faultResponse, notAuthenticated } from "./fault.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { ExpiryMode, Setup } from "./setup.ts";

/** A caller; without a session where it sends user and password with the call. */
export interface Caller {
  user: string;
  session?: Session;
}

/** Thrown where the session of a call is dead, or there is none. */
export class SessionGone extends Error {
  /** How it is told. */
  readonly mode: ExpiryMode;

  constructor(mode: ExpiryMode) {
    super("FND_ERR_DOLOGIN");
    this.mode = mode;
  }
}

/** Who calls. Throws a `GatewayFault` for a wrong password and {@link SessionGone} for a token that does not live. */
export function identify(request: Request, { sessions, setup, now }: {
  sessions: Sessions;
  setup: Setup;
  now: number;
}): Caller {
  if (request.headers.has("Authorization")) return { user: basicUser(request, setup) };
  const token = cookie(request, setup.database);
  if (token === undefined) throw new SessionGone(setup.expiry);
  const used = sessions.use(token, now, setup);
  if ("dead" in used) throw new SessionGone(used.dead);
  return { user: used.session.user, session: used.session };
}

/** The user of an `Authorization: Basic` header, upper case as FND users are. Throws a `GatewayFault` where it is not right. */
export function basicUser(request: Request, { user, password }: Setup): string {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.get("Authorization") ?? "")?.[1];
  if (!encoded) throw notAuthenticated();
  let given: string;
  try {
    given = new TextDecoder().decode(Uint8Array.fromBase64(encoded));
  } catch {
    throw notAuthenticated();
  }
  const colon = given.indexOf(":");
  const right = given.slice(0, colon).toUpperCase() === user.toUpperCase() && given.slice(colon + 1) === password;
  if (colon < 0 || !right) throw notAuthenticated();
  return user.toUpperCase();
}

/** The value of a cookie. */
export function cookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get("Cookie") ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
}

/** What the caller of a dead session gets. */
export function goneResponse(mode: ExpiryMode, format: Format): Response {
  switch (mode) {
    case "fault":
      return faultResponse(notAuthenticated(), format);
    case "redirect":
      return new Response(null, { status: 302, headers: { Location: "/OA_HTML/AppsLocalLogin.jsp" } });
    case "html":
      return new Response(
        `<!DOCTYPE html>\n<html lang="en"><head><title>Login</title></head><body><form action="/OA_HTML/AppsLocalLogin.jsp" ` +
          `method="post"><input name="username"><input name="password" type="password"></form></body></html>`,
        { headers: { "Content-Type": "text/html; charset=UTF-8" } },
      );
    case "xml":
      return new Response(
        `<response><status><code>401</code><description>FND_ERR_DOLOGIN</description></status><data></data></response>`,
        { headers: { "Content-Type": mediaType("xml") } },
      );
  }
}
