/**
 * The login host: `/oauth/token` with its three grants, `/oauth/authorize`, `/oauth/revoke` and `/oauth/token/info`. Errors are
 * Doorkeeper's, the library the real one was seen to use.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { json } from "./answers.ts";
import { type Token, TOKEN_SECONDS, type TokenStore } from "./tokens.ts";

/** The one app that the sandbox knows. Nothing secret: it opens an invented company on this machine alone. */
export const APP = { client_id: "gusset-sandbox", client_secret: "open-sesame-of-the-sandbox" } as const;

const OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob";

/** The routes below `/oauth`. */
export function oauthRoutes(tokens: TokenStore): Hono {
  const app = new Hono();

  app.post("/oauth/token", async (c) => {
    const form = await fields(c);
    if (!knowsApp(form)) return invalidClient();
    switch (form.grant_type) {
      case "client_credentials":
        return answer(tokens.issue("app"));
      case "refresh_token":
        return tokens.redeemRefresh(form.refresh_token ?? "")
          ? answer(tokens.issue("person"))
          : refuse(400, "invalid_grant", "The refresh token is invalid");
      case "authorization_code":
        return tokens.redeemCode(form.code ?? "", form.redirect_uri ?? "")
          ? answer(tokens.issue("person"))
          : refuse(400, "invalid_grant", "The provided authorization grant is invalid, expired, or revoked");
      case undefined:
        return refuse(400, "invalid_request", "Missing required parameter: grant_type.");
      default:
        return refuse(400, "unsupported_grant_type", "The authorization grant type is not supported");
    }
  });

  // A person who is asked here always says yes.
  app.get("/oauth/authorize", (c) => {
    const { client_id, redirect_uri, response_type, state } = c.req.query();
    if (client_id !== APP.client_id) return invalidClient();
    if (response_type !== "code") return refuse(400, "unsupported_response_type", "Only code is supported");
    if (!redirect_uri) return refuse(400, "invalid_request", "Missing required parameter: redirect_uri.");
    const code = tokens.issueCode(redirect_uri);
    if (redirect_uri === OUT_OF_BAND) return c.redirect(`/oauth/authorize/${code}`);
    if (!URL.canParse(redirect_uri)) return refuse(400, "invalid_redirect_uri", "The redirect uri is not valid");
    const target = new URL(redirect_uri);
    target.searchParams.set("code", code);
    if (state !== undefined) target.searchParams.set("state", state);
    return c.redirect(target.href);
  });
  app.get("/oauth/authorize/:code", (c) => c.text(c.req.param("code")));

  app.post("/oauth/revoke", async (c) => {
    const form = await fields(c);
    // Doorkeeper answers 200 to whatever it is given, and ends the token only for its own app.
    if (knowsApp(form) && form.token) tokens.end(form.token, "revoked");
    return json({});
  });

  app.get("/oauth/token/info", (c) => {
    const token = tokens.look(bearer(c.req.raw) ?? "");
    if (typeof token === "string") return refuse(401, "invalid_token", `The access token ${IS[token]}`);
    return json({
      resource_owner_id: null,
      scope: [],
      expires_in: Math.max(0, Math.round((token.expiresAt - token.createdAt) / 1000)),
      application: { uid: APP.client_id },
      created_at: Math.floor(token.createdAt / 1000),
    });
  });
  return app;
}

/** How a token that opens nothing is spoken of. */
export const IS = { invalid: "is invalid", expired: "expired", revoked: "was revoked" } as const;

/** The token a request brings. */
export function bearer(request: Request): string | undefined {
  return request.headers.get("Authorization")?.match(/^Bearer\s+(\S+)$/i)?.[1];
}

const knowsApp = (form: Record<string, string>): boolean =>
  form.client_id === APP.client_id && form.client_secret === APP.client_secret;

function answer(token: Token): Response {
  const body = {
    access_token: token.access,
    token_type: "bearer",
    expires_in: TOKEN_SECONDS,
    refresh_token: token.refresh,
    created_at: Math.floor(token.createdAt / 1000),
  };
  return json(body, 200, { "Cache-Control": "no-store" });
}

function refuse(status: number, error: string, description: string): Response {
  return json({ error, error_description: description }, status, { "WWW-Authenticate": `Bearer error="${error}"` });
}

function invalidClient(): Response {
  return refuse(
    401,
    "invalid_client",
    "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
  );
}

/** The fields of a form (either kind) or of a JSON body; client id and secret may also come as HTTP Basic. */
async function fields(c: Context): Promise<Record<string, string>> {
  const type = c.req.header("Content-Type") ?? "";
  let found: Record<string, unknown> = {};
  try {
    found = type.includes("json") ? await c.req.json() : await c.req.parseBody();
  } catch {
    // An unreadable body holds no fields; what is missing is refused by name.
  }
  const basic = c.req.header("Authorization")?.match(/^Basic\s+(\S+)$/i)?.[1];
  if (basic) {
    const [client_id, client_secret] = decoded(basic).split(":");
    found = { client_id, client_secret, ...found };
  }
  return Object.fromEntries(
    Object.entries(found ?? {}).filter(([, value]) => typeof value === "string"),
  ) as Record<string, string>;
}

function decoded(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(base64));
  } catch {
    return "";
  }
}
