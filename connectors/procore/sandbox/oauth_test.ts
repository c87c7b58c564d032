import assert from "node:assert/strict";
import { ORIGIN, start } from "./testing.ts";

const APP = { client_id: "gusset-sandbox", client_secret: "open-sesame-of-the-sandbox" };
const REDIRECT = "https://app.example/callback";

type Encode = (fields: Record<string, string>) => RequestInit;
const ENCODINGS: Record<string, Encode> = {
  "a form": (fields) => ({ body: new URLSearchParams(fields) }),
  "a multipart form": (fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return { body: form };
  },
  JSON: (fields) => ({ body: JSON.stringify(fields), headers: { "Content-Type": "application/json" } }),
};

async function login(
  { sandbox }: Awaited<ReturnType<typeof start>>,
  fields: Record<string, string>,
  encode: Encode = ENCODINGS.JSON,
) {
  const response = await sandbox.fetch(
    new Request(`${ORIGIN}/oauth/token`, { method: "POST", ...encode({ ...APP, ...fields }) }),
  );
  return { status: response.status, body: await response.json() };
}

async function code({ sandbox }: Awaited<ReturnType<typeof start>>): Promise<string> {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: APP.client_id,
    redirect_uri: REDIRECT,
    state: "s",
  });
  const response = await sandbox.fetch(new Request(`${ORIGIN}/oauth/authorize?${query}`));
  assert.equal(response.status, 302);
  const target = new URL(response.headers.get("Location")!);
  assert.equal(target.searchParams.get("state"), "s");
  return target.searchParams.get("code")!;
}

for (const [name, encode] of Object.entries(ENCODINGS)) {
  Deno.test(`client credentials come as ${name}, and give a token without a refresh token`, async () => {
    const { status, body } = await login(await start(), { grant_type: "client_credentials" }, encode);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ["access_token", "created_at", "expires_in", "token_type"]);
    assert.deepEqual([body.token_type, body.expires_in, body.created_at], ["bearer", 5400, 1772463845]);
  });
}

Deno.test("a wrong login is refused in OAuth's words, and gives no token", async (t) => {
  const cases: [name: string, fields: Record<string, string>, status: number, error: string][] = [
    ["wrong secret", { grant_type: "client_credentials", client_secret: "no" }, 401, "invalid_client"],
    ["unknown client", { grant_type: "client_credentials", client_id: "no" }, 401, "invalid_client"],
    ["no grant type", {}, 400, "invalid_request"],
    ["unknown grant type", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["unknown refresh token", { grant_type: "refresh_token", refresh_token: "no" }, 400, "invalid_grant"],
    ["unknown code", { grant_type: "authorization_code", code: "no", redirect_uri: REDIRECT }, 400, "invalid_grant"],
  ];
  const harness = await start();
  for (const [name, fields, status, error] of cases) {
    await t.step(name, async () => {
      const answer = await login(harness, fields);
      assert.deepEqual([answer.status, answer.body.error], [status, error]);
      assert.equal(answer.body.access_token, undefined);
    });
  }
  assert.deepEqual(await harness.rows("tokens"), [{ live: "1" }]);
});

Deno.test("a token lives 5,400 seconds of the sandbox's clock and not one more", async () => {
  const harness = await start();
  harness.clock.advance(5_399_000);
  assert.equal((await harness.call("GET", "/rest/v1.0/me")).status, 200);
  harness.clock.advance(1_000);
  const late = await harness.call("GET", "/rest/v1.0/me");
  assert.deepEqual([late.status, late.body.error, late.body.message], [
    401,
    "Invalid Token",
    "The access token expired",
  ]);
  // The control API's clock moves it as well.
  const other = await start();
  await other.call("POST", "/_sandbox/clock", { advance_ms: 5_400_000 });
  assert.equal((await other.call("GET", "/rest/v1.0/me")).status, 401);
});

Deno.test("a code is good once, for ten minutes, for its own redirect address", async () => {
  const harness = await start();
  const grant = { grant_type: "authorization_code", redirect_uri: REDIRECT };
  const first = await code(harness);
  assert.equal((await login(harness, { ...grant, code: first })).status, 200);
  assert.equal((await login(harness, { ...grant, code: first })).body.error, "invalid_grant");
  assert.equal(
    (await login(harness, { ...grant, code: await code(harness), redirect_uri: "https://x.example" })).status,
    400,
  );
  const late = await code(harness);
  harness.clock.advance(600_000);
  assert.equal((await login(harness, { ...grant, code: late })).status, 400);
});

Deno.test("a refresh token is used up by its first use, and its access token dies with it", async () => {
  const harness = await start();
  const grant = { grant_type: "authorization_code", redirect_uri: REDIRECT, code: await code(harness) };
  const { body: one } = await login(harness, grant);
  const as = (token: string) => ({ Authorization: `Bearer ${token}`, "Procore-Company-Id": "" });
  // A person's token opens /me without a company header.
  assert.equal((await harness.call("GET", "/rest/v1.0/me", undefined, as(one.access_token))).status, 200);

  const { body: two } = await login(harness, { grant_type: "refresh_token", refresh_token: one.refresh_token });
  assert.notEqual(two.refresh_token, one.refresh_token);
  assert.equal((await harness.call("GET", "/rest/v1.0/me", undefined, as(one.access_token))).status, 401);
  assert.equal((await harness.call("GET", "/rest/v1.0/me", undefined, as(two.access_token))).status, 200);
  const again = await login(harness, { grant_type: "refresh_token", refresh_token: one.refresh_token });
  assert.deepEqual([again.status, again.body.error], [400, "invalid_grant"]);
});

Deno.test("revoking answers 200 whatever it is given, and ends what it names", async () => {
  const harness = await start();
  const revoke = (fields: Record<string, string>) => harness.call("POST", "/oauth/revoke", fields);
  assert.equal((await revoke({ ...APP, token: "never given out" })).status, 200);
  assert.equal((await revoke({ token: harness.token })).status, 200);
  assert.equal((await harness.call("GET", "/oauth/token/info")).status, 200, "another app's wish ends nothing");
  assert.equal((await revoke({ ...APP, token: harness.token })).status, 200);
  assert.equal((await harness.call("GET", "/oauth/token/info")).status, 401);
  assert.equal((await harness.call("GET", "/rest/v1.0/me")).body.message, "The access token was revoked");
});
