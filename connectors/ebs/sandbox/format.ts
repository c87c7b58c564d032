/**
 * JSON or XML: which one a caller wants, and how text stands in each.
 *
 * @module
 */

/** The two forms that the gateway speaks. */
export type Format = "json" | "xml";

/** The form of the body that came; XML where it does not say. */
export function formatSent(request: Request): Format {
  return /json/i.test(request.headers.get("Content-Type") ?? "") ? "json" : "xml";
}

/** The form that the caller accepts; the form that it sent where it accepts anything. */
export function formatWanted(request: Request): Format {
  const accept = request.headers.get("Accept") ?? "";
  const json = accept.search(/json/i), xml = accept.search(/xml/i);
  if (json < 0 && xml < 0) return formatSent(request);
  return xml < 0 || (json >= 0 && json < xml) ? "json" : "xml";
}

/** The Content-Type of a form. */
export const mediaType = (format: Format): string => format === "json" ? "application/json" : "application/xml";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

/** Text inside an XML element or attribute. Characters that XML 1.0 cannot hold become `?`, as the database's XML library does it. */
export function xmlText(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the ones that must not be in XML
  if (!/[&<>"\u0000-\u001f\ufffe\uffff]/.test(text)) return text;
  return text
    .replace(/[&<>"\r]/g, (char) => ENTITIES[char])
    // deno-lint-ignore no-control-regex -- as above
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?");
}

// deno-lint-ignore no-control-regex -- what JSON escapes
const ESCAPED = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** Text as a JSON string. */
export const jsonText = (text: string): string => ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
