import assert from "node:assert/strict";
import { manualClock } from "../clock.ts";
import { control } from "./control.ts";
import { listen } from "./listen.ts";

async function serving() {
  const served: string[] = [];
  const { intercept } = control({ clock: manualClock(0), tables: () => ({}), touch: () => ({}), reset: () => {} });
  const listener = await listen((request) =>
    intercept(request, async (request) => {
      served.push(await request.text());
      const headers = new Headers({ "Content-Type": "text/plain" });
      headers.append("Set-Cookie", "A=1; path=/");
      headers.append("Set-Cookie", "B=2; path=/");
      return new Response(`got ${served.at(-1)} `.repeat(1000), { status: 202, headers });
    })
  );
  const faulty = (fault: unknown) =>
    fetch(`${listener.origin}/_sandbox/faults`, { method: "POST", body: JSON.stringify(fault) })
      .then((answer) => answer.body?.cancel());
  return { served, listener, faulty };
}

Deno.test("a real port carries method, body, status, cookies and answer", async () => {
  const { listener, served } = await serving();
  const answer = await fetch(`${listener.origin}/x?y=1`, { method: "POST", body: "é" });
  assert.equal(answer.status, 202);
  assert.deepEqual(answer.headers.getSetCookie(), ["A=1; path=/", "B=2; path=/"]);
  assert.equal(await answer.text(), "got é ".repeat(1000));
  assert.deepEqual(served, ["é"]);
  await listener.close();
});

Deno.test("over a real port a dropped connection has no answer, and a broken body breaks", async () => {
  const { listener, served, faulty } = await serving();
  // A stream body is the one that Deno's fetch does not send again by itself.
  const post = () => fetch(`${listener.origin}/x`, { method: "POST", body: new Blob(["x"]).stream() });
  await faulty({ kind: "drop-before" });
  await assert.rejects(post(), TypeError);
  assert.deepEqual(served, []);
  await faulty({ kind: "drop-after" });
  await assert.rejects(post(), TypeError);
  assert.deepEqual(served, ["x"]);
  await faulty({ kind: "cut-body", how: "broken" });
  const broken = await post();
  assert.equal(broken.status, 202);
  await assert.rejects(broken.text(), TypeError);
  assert.equal((await post()).status, 202);
  await listener.close();
});

Deno.test("a port that is taken is an error that says so", async () => {
  const { listener } = await serving();
  await assert.rejects(listen(() => Promise.resolve(new Response()), { port: listener.port }), /AddrInUse|in use/i);
  await listener.close();
});
