/**
 * Serves a sandbox on a real port. Node's server in place of `Deno.serve`, because a sandbox must be able to let a connection
 * die without an answer, and `Deno.serve` (2.9.6) always sends one: a handler that throws becomes a 500, a body that fails at
 * its first byte still sends the head with its status.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Wire } from "../connector.ts";

/** A sandbox that listens. */
export interface Listener {
  /** `http://127.0.0.1:8101` */
  origin: string;
  /** The port it got. */
  port: number;
  /** Stops listening and cuts what is still open. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  /** 0 for any free one. */
  port?: number;
  /** Only the loopback address by default: a sandbox's control API has no login. */
  hostname?: string;
}

/**
 * Serves `wire` on a port. A request that it rejects, and a body that it breaks off, close the connection.
 * Throws `Deno.errors.AddrInUse` where the port is taken.
 */
export async function listen(wire: Wire, { port = 0, hostname = "127.0.0.1" }: ListenOptions = {}): Promise<Listener> {
  let origin = "";
  const server = createServer((incoming, outgoing) => {
    answer(wire, origin, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  origin = `http://${hostname}:${bound}`;
  return {
    origin,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(wire: Wire, origin: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  }
  const method = incoming.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? undefined : await read(incoming);
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? new URL(origin).host}`);
  const response = await wire(new Request(url, { method, headers, body, signal: gone.signal }));

  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader("Set-Cookie", cookies);
  outgoing.writeHead(response.status);
  if (response.body) {
    // Waiting until a piece is out lets half a body be seen before it breaks off, and holds no more than a piece in memory.
    for await (const chunk of response.body) await new Promise<void>((sent) => outgoing.write(chunk, () => sent()));
  }
  outgoing.end();
}

async function read(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk);
    size += chunk.length;
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
