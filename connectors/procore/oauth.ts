/**
 * Tokens by OAuth client credentials. A token lives 90 minutes; it is renewed after 84, by whoever comes first while the others wait.
 *
 * Facts: `POST {login}/oauth/token`, form-encoded → `{ access_token, token_type, expires_in: 5400, created_at }`; there is no refresh
 * token. A wrong client is answered 401 with `{"error":"invalid_client","error_description":…}` (the exact body could not be verified).
 *
 * @module
 */
import type { Clock } from "../../engine/clock.ts";
import type { Row, Value, Wire } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { parseJson } from "../../engine/json.ts";
import { call } from "../../engine/wire/mark.ts";
import { refusal, wordsOf } from "./errors.ts";

/** The share of a token's life after which it is renewed: 1.4 of 1.5 hours. */
const USED_UP = 1.4 / 1.5;

/** Procore's own life of a token in seconds, where an answer does not say. */
const LIFE = 5400;

const ROUTE = "POST /oauth/token";

/** Hands out the token that calls carry. */
export interface Tokens {
  /** The token of now; logs in where there is none or it is nearly used up. Throws `login.refused` or a failure of the wire. */
  current(): Promise<string>;
  /** A token other than the one that was refused; several who were refused with the same share one login. */
  instead(refused: string): Promise<string>;
}

/** What {@link clientCredentials} works with. */
export interface Login {
  /** Layered: guarded, retried, budgeted. */
  wire: Wire;
  clock: Clock;
  login_url: string;
  client_id: string;
  client_secret: string;
}

/** Logs in at the first call, and again when the token is used up or refused. */
export function clientCredentials(
  { wire, clock, login_url, client_id, client_secret }: Login,
): Tokens {
  let token: { text: string; until: number } | undefined;
  let flight: Promise<string> | undefined;

  async function login(): Promise<string> {
    const started = clock.now();
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret });
    const response = await wire(call(`${login_url}/oauth/token`, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: body.toString(),
      // Asking twice for a token does no harm.
      effect: "read",
      route: ROUTE,
    }));
    const text = await response.text();
    if (!response.ok) throw refused(response, text, login_url);
    const { access_token, expires_in } = object(answer(text, login_url));
    if (typeof access_token !== "string" || access_token === "") {
      throw new Failure("wire.garbled", { fact: "The login's answer holds no access_token", place: ROUTE });
    }
    const life = typeof expires_in === "string" && /^\d+$/.test(expires_in) ? Number(expires_in) : LIFE;
    token = { text: access_token, until: started + life * 1000 * USED_UP };
    return access_token;
  }

  const current = (): Promise<string> => {
    if (token && clock.now() < token.until) return Promise.resolve(token.text);
    return flight ??= login().finally(() => flight = undefined);
  };
  return {
    current,
    instead(refused) {
      if (token?.text === refused) token = undefined;
      return current();
    },
  };
}

/** Doorkeeper's own codes say that it is the client that is wrong; anything else is told as it comes. */
function refused(response: Response, text: string, login_url: string): Failure {
  const words = wordsOf(text);
  const client = /invalid_client|unauthorized_client|invalid_grant|client authentication failed/i.test(text);
  if (!client && response.status !== 401) {
    return refusal({ status: response.status, headers: response.headers, text, route: ROUTE, effect: "read" });
  }
  return new Failure("login.refused", {
    fact: `Procore refused the client id and secret${words === "" ? "" : `: ${words}`}`,
    place: `${ROUTE} at ${login_url}`,
    action:
      "Check client_id and client_secret, and that login_url is of their environment: each of Procore's has its own pair.",
  });
}

function answer(text: string, login_url: string): Value {
  try {
    return parseJson(text);
  } catch (cause) {
    const fact = cause instanceof Failure ? cause.message : "The answer is not JSON";
    throw new Failure("wire.garbled", { fact, place: `${ROUTE} at ${login_url}`, cause });
  }
}

function object(value: Value): Row {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value as Row : {};
}
