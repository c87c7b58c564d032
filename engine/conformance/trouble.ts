/**
 * The troubles a connector must live through: what networks, proxies and busy systems do to a call.
 *
 * @module
 */
import type { Fault } from "../wire/fault.ts";

const HTML = "<!DOCTYPE html><html><head><title>Login</title></head><body><form>Please log in</form></body></html>";
const XML_BOMB = `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>`;

/** By name; each strikes one call unless it is told otherwise. */
export const TROUBLES: Record<string, Fault> = {
  "a refused connection": { do: "refuse" },
  "an answer that breaks off": { do: "cut", bytes: 30 },
  "a lost answer": { do: "lose-answer" },
  "a login page with status 200": page(200, HTML, "text/html"),
  "half of a JSON document": page(200, '{"OutputParameters":{"X_ROWS":[{"ID":"1"', "application/json"),
  "JSON of another shape": page(200, '{"surprise":[null]}', "application/json"),
  "an empty answer": page(200, "", "application/json"),
  "XML with a document type": page(200, XML_BOMB, "application/xml"),
  "status 401": page(401, HTML, "text/html"),
  "status 403": page(403, HTML, "text/html"),
  "status 404": page(404, HTML, "text/html"),
  "status 429": { do: "answer", status: 429, retryAfter: 2 },
  "status 500": page(500, "<html><body>ORA-00600</body></html>", "text/html"),
  "status 503": { do: "answer", status: 503, retryAfter: 2 },
};

function page(status: number, body: string, type: string): Fault {
  return { do: "answer", status, body, headers: { "content-type": type } };
}

/** A trouble that strikes every call. */
export function always(trouble: Fault): Fault {
  return { ...trouble, times: Infinity };
}
