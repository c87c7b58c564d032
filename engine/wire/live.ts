/**
 * The live network: the only place that calls the global `fetch`.
 *
 * @module
 */
import type { Wire } from "../connector.ts";
import type { Failure } from "../failure.ts";
import { markOf } from "./mark.ts";
import { broken, notPermitted, unreachable, untrusted } from "./trouble.ts";

/**
 * A wire to the real network. It follows no redirect, and sends a write's body as a blob: when a pooled connection dies before
 * the answer's headers are complete, Deno 2.9 silently sends a POST with a string or bytes again, but not one with a blob or a
 * stream; and a blob, unlike a stream, keeps its `Content-Length`.
 *
 * Throws `wire.unreachable` where the request surely did not arrive (or a read broke off), `wire.fate-unknown` where a write
 * may have arrived, `wire.untrusted`, `wire.not-permitted`; the signal's reason where its signal is aborted.
 */
export function liveWire(): Wire {
  return async (request) => {
    const { method, headers, signal } = request;
    const bytes = request.body ? await request.arrayBuffer() : undefined;
    const body = markOf(request).effect === "write" && BODIED.has(method) ? new Blob(bytes && [bytes]) : bytes;
    try {
      return await fetch(request.url, { method, headers, body, signal, redirect: "manual" });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw explained(request, error);
    }
  };
}

const BODIED = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/**
 * The runtime has one error type for all of it and says what happened in the cause's text, as
 * `error sending request for url (…): client error (Connect): tcp connect error: …`. The text holds the URL, so only what
 * follows the stage is passed on.
 */
function explained(request: Request, error: unknown): Failure {
  if (error instanceof Deno.errors.NotCapable) return notPermitted(request);
  const text = error instanceof Error
    ? (error.cause instanceof Error ? error.cause.message : error.message)
    : String(error);
  const [, stage, why = ""] = /client error \((\w+)\): (.*)$/s.exec(text) ?? [];
  if (stage !== "Connect") {
    return text.includes("are blocked")
      ? unreachable(request, text)
      : broken(request, why || "it closed the connection");
  }
  if (/certificate|UnknownIssuer/i.test(why)) return untrusted(request, `its certificate is not trusted (${why})`);
  if (/tls|handshake|corrupt message|ssl/i.test(why)) return untrusted(request, `it does not answer as TLS (${why})`);
  if (why.startsWith("dns error")) return unreachable(request, "its name is not known to DNS");
  if (/refused/i.test(why)) return unreachable(request, "the connection was refused");
  return unreachable(request, why);
}
