import assert from "node:assert/strict";
import { Hono } from "hono";
import { manualClock, seededRandom } from "../clock.ts";
import { Failure } from "../failure.ts";
import { type AppParts, serverApp } from "./app.ts";

/** An app whose log is remembered. */
function anApp(more: Partial<AppParts> = {}) {
  const said: string[] = [];
  const app = serverApp({
    clock: manualClock(0),
    random: seededRandom(1),
    log: (level, message, fields) => void said.push(JSON.stringify([level, message, fields])),
    ready: () => Promise.resolve({ ready: true, checks: [] }),
    ...more,
  });
  return {
    said,
    ask: async (path: string, init?: RequestInit) => await app.fetch(new Request(`http://x${path}`, init)),
  };
}

const api = new Hono()
  .post("/things", async (c) => c.json({ length: (await c.req.text()).length }))
  .get("/things", (c) => c.json([]))
  .get("/broken", () => {
    throw new Error("the password is hunter2");
  })
  .get("/halted", () => {
    throw new Failure("state.unreadable", { fact: "The state is at /secret/place" });
  });

Deno.test("every answer carries its request's id and what keeps a browser from harm", async () => {
  const { ask } = anApp({ api });
  for (const path of ["/healthz", "/readyz", "/api/v1/things", "/nowhere", "/api/v1/broken"]) {
    const { headers } = await ask(path);
    assert.match(headers.get("x-request-id")!, /^[0-9a-f]{16}$/, path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("x-frame-options"), "DENY", path);
    assert.match(headers.get("content-security-policy")!, /default-src 'none'/, path);
    assert.equal(headers.get("access-control-allow-origin"), null, path);
  }
  const given = await ask("/healthz", { headers: { "X-Request-Id": "abc-1" } });
  assert.equal(given.headers.get("x-request-id"), "abc-1");
  const forged = await ask("/healthz", { headers: { "X-Request-Id": 'x" level="error' } });
  assert.match(forged.headers.get("x-request-id")!, /^[0-9a-f]{16}$/);
});

Deno.test("a page that says itself what it loads keeps its word", async () => {
  const pages = new Hono().get(
    "/console",
    (c) => c.html("<p>", 200, { "Content-Security-Policy": "default-src 'self'" }),
  );
  const { headers } = await anApp({ pages }).ask("/console");
  assert.equal(headers.get("content-security-policy"), "default-src 'self'");
});

Deno.test("what went wrong inside is told by the log under the request's id, and nothing of it to the asker", async () => {
  const { said, ask } = anApp({ api });
  for (const path of ["/api/v1/broken", "/api/v1/halted"]) {
    const response = await ask(path);
    const body = await response.text();
    assert.equal(response.status, 500);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.doesNotMatch(body, /hunter2|secret/);
    assert.ok(said.some((line) => line.includes(response.headers.get("x-request-id")!)));
  }
});

Deno.test("bodies end at their limit, whatever their length says", async () => {
  const { ask } = anApp({ api });
  const post = (size: number) => ask("/api/v1/things", { method: "POST", body: "x".repeat(size) });
  assert.equal((await post(8 * 1024 * 1024)).status, 200);
  const large = await post(8 * 1024 * 1024 + 1);
  assert.equal(large.status, 413);
  assert.equal((await large.json()).status, 413);
});

Deno.test("no query, header, body or unknown path is logged", async () => {
  const { said, ask } = anApp({ api });
  await ask("/api/v1/things?token=hunter2", { headers: { Authorization: "Bearer hunter2" } });
  await ask("/api/v1/things", { method: "POST", body: "hunter2" });
  await ask("/hunter2");
  await ask("/api/v1/hunter2");
  assert.equal(said.length, 4);
  assert.ok(said.every((line) => !line.includes("hunter2")), said.join("\n"));
  assert.match(said[0], /"method":"GET","path":"\/api\/v1\/things","status":200/);
});

Deno.test("where nothing may be written the API answers reads alone", async () => {
  const { ask } = anApp({ api, writes: false });
  assert.equal((await ask("/api/v1/things")).status, 200);
  assert.equal((await ask("/api/v1/things", { method: "POST", body: "x" })).status, 403);
});

Deno.test("parts that are not handed in are not there", async () => {
  const { ask } = anApp();
  for (const path of ["/metrics", "/api/v1/things", "/webhooks/procore", "/"]) {
    assert.equal((await ask(path)).status, 404, path);
    assert.equal((await ask(path, { method: "POST" })).status, 404, path);
  }
});
