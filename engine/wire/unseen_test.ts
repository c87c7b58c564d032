import assert from "node:assert/strict";
import { Failure } from "../failure.ts";
import { call } from "./mark.ts";
import { unseenWire } from "./unseen.ts";

Deno.test("an unseen call arrives whole, and its answer's status comes back", async () => {
  const seen: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    seen.push([request.method, pathname + search, request.headers.get("content-type"), await request.text()].join(" "));
    return new Response("x".repeat(100_000), { status: pathname === "/no" ? 404 : 200 });
  });
  try {
    const wire = unseenWire();
    const send = (path: string, body: string) =>
      wire(call(`http://127.0.0.1:${server.addr.port}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      }));
    assert.equal((await send("/services/a%20b?x=1", '{"text":"später"}')).status, 200);
    assert.equal((await send("/no", "y".repeat(200_000))).status, 404);
    assert.equal(seen[0], 'POST /services/a%20b?x=1 application/json {"text":"später"}');
    assert.equal(seen[1].length, "POST /no application/json ".length + 200_000);
  } finally {
    await server.shutdown();
  }
});

Deno.test("what goes wrong is said as the live wire says it, without the path", async () => {
  const wire = unseenWire();
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const failing = async (url: string, code: string): Promise<void> => {
    const failure = await wire(call(url, { method: "POST", body: "{}", route: "POST notifications" })).catch((e) => e);
    assert.ok(failure instanceof Failure, String(failure));
    assert.equal(failure.code, code);
    assert.ok(!JSON.stringify(failure).includes("s3cr3t"));
  };
  const answering = (async () => {
    const connection = await silent.accept();
    await connection.read(new Uint8Array(1024));
    await connection.write(new TextEncoder().encode("SSH-2.0-x\r\n\r\n"));
    connection.close();
  })();
  await failing(`http://127.0.0.1:${port}/s3cr3t`, "wire.fate-unknown");
  await answering;
  silent.close();
  await failing(`http://127.0.0.1:${port}/s3cr3t`, "wire.unreachable");
  const plain = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response());
  await failing(`https://127.0.0.1:${plain.addr.port}/s3cr3t`, "wire.untrusted");
  await plain.shutdown();
});

Deno.test("an unseen call that is given up closes its connection", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const stop = new AbortController();
  const { port } = listener.addr as Deno.NetAddr;
  const request = new Request(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}", signal: stop.signal });
  const sent = unseenWire()(request);
  const connection = await accepted;
  await connection.read(new Uint8Array(1024));
  stop.abort(new Error("late"));
  await assert.rejects(sent, /late/);
  while (await connection.read(new Uint8Array(1024)) !== null);
  connection.close();
  listener.close();
});
