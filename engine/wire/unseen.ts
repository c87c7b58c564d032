/**
 * A call that no trace sees: with `OTEL_DENO=true` the runtime writes a span for every `fetch` that holds the whole address, and the
 * address of a notification's webhook is a secret. So that one call is written out by hand: one request, one connection, HTTP/1.1.
 *
 * What it does not do: proxies, redirects, compressed answers. Only status and headers of the answer are read.
 *
 * @module
 */
import type { Wire } from "../connector.ts";
import { broken, notPermitted, unreachable, untrusted } from "./trouble.ts";

/** Bytes of an answer's head at the most. */
const HEAD = 16_384;

/** Sends requests without a span. Fails as the live wire does. */
export function unseenWire(): Wire {
  return async (request) => {
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const connection = await connect(request, url);
    const stop = (): void => void close(connection);
    request.signal.addEventListener("abort", stop, { once: true });
    try {
      await sendAll(connection, head(request, url, body.length));
      await sendAll(connection, body);
      return await answer(request, connection);
    } catch (thrown) {
      if (request.signal.aborted) throw request.signal.reason;
      throw broken(request, thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      request.signal.removeEventListener("abort", stop);
      close(connection);
    }
  };
}

async function connect(request: Request, { protocol, hostname, port }: URL): Promise<Deno.Conn> {
  const host = hostname.replace(/^\[|\]$/g, "");
  try {
    if (protocol !== "https:") return await Deno.connect({ hostname: host, port: Number(port || 80) });
    const connection = await Deno.connectTls({ hostname: host, port: Number(port || 443) });
    try {
      // Before a byte of the request leaves: the other side may not be who it should be.
      await connection.handshake();
      return connection;
    } catch (thrown) {
      close(connection);
      throw thrown;
    }
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotCapable) throw notPermitted(request);
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw /certificate|tls|ssl|handshake|corrupt message|UnknownIssuer/i.test(why)
      ? untrusted(request, why)
      : unreachable(request, why);
  }
}

function head(request: Request, { host, pathname, search }: URL, length: number): Uint8Array<ArrayBuffer> {
  const lines = [`${request.method} ${pathname}${search} HTTP/1.1`, `host: ${host}`, "connection: close"];
  for (const [name, value] of request.headers) lines.push(`${name}: ${value}`);
  return new TextEncoder().encode([...lines, `content-length: ${length}`, "", ""].join("\r\n"));
}

async function sendAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

async function answer(request: Request, connection: Deno.Conn): Promise<Response> {
  const buffer = new Uint8Array(4096);
  let text = "";
  while (!text.includes("\r\n\r\n") && text.length < HEAD) {
    const read = await connection.read(buffer);
    if (read === null) break;
    text += new TextDecoder("latin1").decode(buffer.subarray(0, read));
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
  if (status < 200 || status > 599) throw broken(request, "it does not answer as HTTP");
  return new Response(null, { status });
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
