import assert from "node:assert/strict";
import type { Failure } from "../failure.ts";
import { liveWire } from "./live.ts";
import { call } from "./mark.ts";

/** A TCP server that handles each connection as told; gives its origin to `use`. */
async function withServer(
  handle: (connection: Deno.TcpConn) => Promise<void>,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) handle(connection).catch(() => {});
  })();
  try {
    await use(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await serving.catch(() => {});
  }
}

const heard = async (connection: Deno.TcpConn): Promise<string> => {
  const buffer = new Uint8Array(65_536);
  const length = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, length ?? 0));
};
const say = (connection: Deno.TcpConn, text: string) => connection.write(new TextEncoder().encode(text));
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

const write = (origin: string) => call(`${origin}/x?token=s3cret`, { method: "POST", body: "hello", route: "POST /x" });
const read = (origin: string) => call(`${origin}/x?token=s3cret`, { route: "GET /x" });

Deno.test("The runtime does not send a write again when its pooled connection dies, and says its length", async () => {
  const seen: string[] = [];
  const handle = async (connection: Deno.TcpConn) => {
    for (let i = 0; i < 2; i++) {
      const text = await heard(connection);
      if (text === "") return;
      seen.push(text);
      if (i === 1) return connection.close();
      await say(connection, OK);
    }
  };
  await withServer(handle, async (origin) => {
    const wire = liveWire();
    assert.equal(await (await wire(write(origin))).text(), "ok");
    await assert.rejects(wire(write(origin)), { code: "wire.fate-unknown" });
  });
  assert.equal(seen.length, 2);
  assert.ok(seen.every((text) => /content-length: 5/i.test(text) && text.endsWith("hello")));
});

const TROUBLES: { name: string; handle: (connection: Deno.TcpConn) => Promise<void>; write: string; read: string }[] = [
  {
    name: "a connection closed before the answer",
    handle: async (connection) => {
      await heard(connection);
      connection.close();
    },
    write: "wire.fate-unknown",
    read: "wire.unreachable",
  },
  {
    name: "an answer that is no HTTP",
    handle: async (connection) => {
      await heard(connection);
      await say(connection, "SSH-2.0-OpenSSH\r\n\r\n");
      connection.close();
    },
    write: "wire.fate-unknown",
    read: "wire.unreachable",
  },
];
for (const { name, handle, ...codes } of TROUBLES) {
  Deno.test(`On the live network ${name} is ${codes.write} for a write and ${codes.read} for a read`, async () => {
    await withServer(handle, async (origin) => {
      for (const [request, code] of [[write(origin), codes.write], [read(origin), codes.read]] as const) {
        await assert.rejects(liveWire()(request), (failure: Failure) => failure.code === code && silent(failure));
      }
    });
  });
}

/** Nothing of a failure may show the query or the body. */
function silent(failure: Failure): boolean {
  return !/s3cret|hello/.test(Deno.inspect([failure, failure.cause, failure.stack, JSON.stringify(failure)]));
}

Deno.test("A refused connection surely did not arrive, and the message names host and port", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assert.rejects(liveWire()(write(`http://127.0.0.1:${port}`)), (failure: Failure) => {
    assert.equal(failure.code, "wire.unreachable");
    assert.match(failure.message, new RegExp(`127\\.0\\.0\\.1:${port} cannot be reached: the connection was refused`));
    return silent(failure);
  });
});

Deno.test("A host that DNS does not know, and one that speaks no TLS, are said plainly", async () => {
  await assert.rejects(liveWire()(read("http://no-such-host.invalid")), {
    code: "wire.unreachable",
    message: /not known to DNS/,
  });
  await withServer(async (connection) => {
    await heard(connection);
    await say(connection, "HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.close();
  }, async (origin) => {
    await assert.rejects(liveWire()(write(origin.replace("http:", "https:"))), {
      code: "wire.untrusted",
      message: /does not answer as TLS/,
    });
  });
});

Deno.test("A redirect is an answer, not a way to another host", async () => {
  let calls = 0;
  await withServer(async (connection) => {
    await heard(connection);
    calls++;
    await say(
      connection,
      "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    connection.close();
  }, async (origin) => {
    const response = await liveWire()(read(origin));
    assert.deepEqual([response.status, response.headers.get("location")], [302, "/elsewhere"]);
  });
  assert.equal(calls, 1);
});

Deno.test("An aborted call throws its signal's reason", async () => {
  const stop = new AbortController();
  await withServer(async (connection) => {
    await heard(connection);
    stop.abort(new Error("enough"));
    await heard(connection).catch(() => "");
  }, async (origin) => {
    await assert.rejects(liveWire()(new Request(origin, { signal: stop.signal })), { message: "enough" });
  });
});
