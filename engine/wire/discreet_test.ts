import assert from "node:assert/strict";
import type { Wire } from "../connector.ts";
import { discreet } from "./discreet.ts";

const SECRET = "s3cret/&+ü";
const echo = (status: number, type = "application/json"): Wire => async (request) =>
  new Response(
    JSON.stringify({
      ...Object.fromEntries(request.headers),
      body: await request.text(),
      encoded: encodeURIComponent(SECRET),
    }),
    { status, headers: { "content-type": type, "x-echo": request.headers.get("authorization") ?? "" } },
  );
const basic = `Basic ${new TextEncoder().encode(`user:${SECRET}`).toBase64()}`;
const request = () =>
  new Request("http://a.test/", {
    method: "POST",
    headers: { authorization: basic, cookie: "EBSDB=abcdefghijkl; NLS=US" },
    body: SECRET,
  });

Deno.test("a refusal that echoes what it was sent gives no secret and no token back", async () => {
  for (const [status, type] of [[400, "application/json"], [500, "text/html"], [200, "text/html"]] as const) {
    const response = await discreet([SECRET])(echo(status, type))(request());
    const text = await response.text() + [...response.headers].join();
    for (const secret of [SECRET, encodeURIComponent(SECRET), basic.slice(6), "abcdefghijkl"]) {
      assert.ok(!text.includes(secret), `${status} ${type}: ${secret} in ${text}`);
    }
    assert.match(text, /\*\*\*/);
    assert.match(text, /NLS=US/, "what is no secret stays");
    assert.equal(response.status, status);
  }
});

Deno.test("data passes as it is, byte by byte, and so does an answer without a body", async () => {
  const data = await discreet([SECRET])(echo(200))(request());
  assert.match(await data.text(), /s3cret/);
  const nothing = await discreet([SECRET])(() => Promise.resolve(new Response(null, { status: 404 })))(request());
  assert.deepEqual([nothing.status, await nothing.text()], [404, ""]);
});
