import assert from "node:assert/strict";
import { manualClock } from "../../engine/clock.ts";
import { Failure, type FailureCode } from "../../engine/failure.ts";
import { clientCredentials } from "./oauth.ts";
import { type Script, scripted, START } from "./testing.ts";

const HOUR = 3_600_000;

function login(script: Script) {
  const clock = manualClock(START);
  const { wire, sent } = scripted(script);
  const tokens = clientCredentials({
    wire,
    clock,
    login_url: "https://login.example.test",
    client_id: "id &1",
    client_secret: "s=cret",
  });
  return { tokens, clock, sent };
}

const granting = (life: unknown = 5400): Script => (_, nth) => ({
  access_token: `token-${nth}`,
  token_type: "bearer",
  expires_in: life,
});

Deno.test("logs in once with form-encoded credentials, however many ask at the same time", async () => {
  const { tokens, sent } = login(granting());
  const got = await Promise.all(Array.from({ length: 20 }, () => tokens.current()));
  assert.deepEqual(new Set(got), new Set(["token-1"]));
  assert.equal(sent.length, 1);
  assert.equal(sent[0].method, "POST");
  assert.equal(sent[0].path, "/oauth/token");
  assert.equal(sent[0].headers.get("content-type"), "application/x-www-form-urlencoded");
  assert.deepEqual(Object.fromEntries(new URLSearchParams(sent[0].text)), {
    grant_type: "client_credentials",
    client_id: "id &1",
    client_secret: "s=cret",
  });
});

Deno.test("a token is renewed after 1.4 of its 1.5 hours and not before", async () => {
  const { tokens, clock, sent } = login(granting());
  assert.equal(await tokens.current(), "token-1");
  clock.advance(1.4 * HOUR - 1);
  assert.equal(await tokens.current(), "token-1");
  assert.equal(sent.length, 1);
  clock.advance(1);
  assert.deepEqual(await Promise.all([tokens.current(), tokens.current()]), ["token-2", "token-2"]);
  assert.equal(sent.length, 2);
});

Deno.test("a token of another life is renewed after the same share, and one that does not say lives 90 minutes", async () => {
  for (const [life, share] of [[600, 560_000], [undefined, 1.4 * HOUR]] as const) {
    const { tokens, clock } = login(granting(life ?? null));
    await tokens.current();
    clock.advance(share - 1);
    assert.equal(await tokens.current(), "token-1");
    clock.advance(1);
    assert.equal(await tokens.current(), "token-2");
  }
});

Deno.test("those who were refused with the same token share one login, and a newer token is not thrown away", async () => {
  const { tokens, sent } = login(granting());
  const first = await tokens.current();
  assert.deepEqual(await Promise.all([tokens.instead(first), tokens.instead(first), tokens.instead(first)]), [
    "token-2",
    "token-2",
    "token-2",
  ]);
  assert.equal(await tokens.instead(first), "token-2");
  assert.equal(sent.length, 2);
});

const refusals: [name: string, answer: () => Response, code: FailureCode][] = [
  [
    "a wrong client",
    () =>
      Response.json({ error: "invalid_client", error_description: "Client authentication failed" }, { status: 401 }),
    "login.refused",
  ],
  ["a wrong client, answered 400", () => Response.json({ error: "invalid_client" }, { status: 400 }), "login.refused"],
  ["a plain 401", () => new Response("no", { status: 401 }), "login.refused"],
  ["a login page that is elsewhere", () => new Response("not found", { status: 404 }), "remote.refused"],
  ["a login that is down", () => new Response("", { status: 500 }), "wire.unavailable"],
  ["a login that is busy", () => new Response("", { status: 429 }), "wire.busy"],
  ["no token in the answer", () => Response.json({ token_type: "bearer" }), "wire.garbled"],
  ["a web page", () => new Response("<html>"), "wire.garbled"],
];

Deno.test("a login that fails says why, never with a secret, and is tried anew by the next call", async () => {
  for (const [name, answer, code] of refusals) {
    const { tokens, sent } = login((_, nth) => nth === 1 ? answer() : { access_token: "late", expires_in: 5400 });
    const failure = await tokens.current().then(() => assert.fail(name), (error) => error as Failure);
    assert(failure instanceof Failure, name);
    assert.equal(failure.code, code, name);
    if (name === "a web page") assert.match(failure.place ?? "", /^POST \/oauth\/token at https:/, name);
    assert(!JSON.stringify(failure).includes("s=cret"), name);
    assert.equal(await tokens.current(), "late", name);
    assert.equal(sent.length, 2, name);
  }
});
