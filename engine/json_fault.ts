/**
 * Where a text stops being JSON. The platform's parser says so only in some of its messages, and quotes the text in the others.
 *
 * @module
 */

// deno-lint-ignore-file no-control-regex -- control characters may not stand in a JSON string
const BLANKS = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

/** The offset of the first character that cannot stand where it does; the text's length where it ends too early or is JSON. */
export function faultOffset(text: string): number {
  const open: string[] = [];
  let at = 0;
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const next = (): string => (match(BLANKS), text[at] ?? "");
  const key = (): boolean => next() === '"' && match(STRING) && next() === ":" && ++at > 0;

  while (true) {
    // A value begins here.
    const first = next();
    if (first === "[" || first === "{") {
      at++;
      const closing = first === "[" ? "]" : "}";
      if (next() === closing) at++;
      else {
        open.push(closing);
        if (closing === "}" && !key()) return stopped(text, at);
        continue;
      }
    } else if (!match(STRING) && !match(SCALAR)) return stopped(text, at);
    // A value has ended here.
    while (open.length > 0 && next() === open.at(-1)) at++, open.pop();
    if (next() === "" || open.length === 0 || text[at] !== ",") return at;
    at++;
    if (open.at(-1) === "}" && !key()) return stopped(text, at);
  }
}

/** A string or a number that the text's end cuts off is no fault of its first character. */
function stopped(text: string, at: number): number {
  const rest = text.slice(at);
  const cut = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*(?:\\(?:u[0-9a-fA-F]{0,3})?)?$/.test(rest) ||
    /^-?(?:\d+\.?\d*[eE]?[+-]?)?$/.test(rest) || ["true", "false", "null"].some((word) => word.startsWith(rest));
  return cut ? text.length : at;
}
