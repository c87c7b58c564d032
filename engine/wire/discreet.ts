/**
 * What a system says when it refuses a call may hold what it was sent: debug pages echo headers, proxies echo bodies. Such words go
 * into failures, and those into logs, plans and the state.
 *
 * @module
 */
import { masker } from "./redact.ts";
import type { Layer } from "./types.ts";

/** Masks shorter proofs not at all: a cookie of three letters would black out every text. */
const SHORT = 8;

/**
 * Masks these secrets, and what the request itself proved its sender by, in every answer that is a refusal or a web page. Data is
 * left alone: it is long, and a record that holds a password is the source's own.
 */
export function discreet(secrets: Iterable<string>): Layer {
  const known = [...secrets];
  return (wire) => async (request) => {
    const proofs = [...proofsIn(request.headers.get("authorization")), ...proofsIn(request.headers.get("cookie"))];
    const response = await wire(request);
    if (!speaks(response)) return response;
    const mask = masker([...known, ...proofs]);
    const text = await response.text();
    const headers = new Headers([...response.headers].map(([name, value]): [string, string] => [name, mask(value)]));
    headers.delete("content-length");
    return new Response(mask(text), { status: response.status, statusText: response.statusText, headers });
  };
}

/** Whether people may come to read this answer, rather than programs. */
const speaks = ({ body, status, headers }: Response): boolean =>
  body !== null && (status >= 400 || /^text\//i.test(headers.get("content-type") ?? ""));

/** `Basic dXNlcj…` and `EBSDB=token; lang=US` without the words around what is secret. */
function proofsIn(header: string | null): string[] {
  if (header === null) return [];
  return header.split(/;\s*/).map((piece) => piece.replace(/^(\w+ |[^=\s]+=)/, ""))
    .filter((proof) => proof.length >= SHORT);
}
