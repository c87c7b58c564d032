/**
 * Where a text stops being JSON. The platform's parser says so only in some of its messages, and quotes the text in the others.
 *
 * @module
 */

const BLANKS = /[ \t\n\r]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** What the end of a text may leave of a number, a word or an escape. */
const CUT = /^(?:-?(?:\d+\.?\d*[eE]?[+-]?)?|t|tr|tru|f|fa|fal|fals|n|nu|nul|\\(?:u[0-9a-fA-F]{0,3})?)$/;

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
  const string = (): boolean => {
    if (text[at] !== '"') return false;
    for (at++; at < text.length && text[at] >= " "; at++) {
      if (text[at] === '"') return ++at > 0;
      if (text[at] === "\\") {
        if (!match(ESCAPE)) return false;
        at--;
      }
    }
    return false;
  };
  const key = (): boolean => next() === '"' && string() && next() === ":" && ++at > 0;
  const fault = (): number => text.length - at < 32 && CUT.test(text.slice(at)) ? text.length : at;

  while (true) {
    // A value begins here.
    const first = next();
    if (first === "[" || first === "{") {
      at++;
      const closing = first === "[" ? "]" : "}";
      if (next() === closing) at++;
      else {
        open.push(closing);
        if (closing === "}" && !key()) return fault();
        continue;
      }
    } else if (!string() && !match(SCALAR)) return fault();
    // A value has ended here.
    while (open.length > 0 && next() === open.at(-1)) at++, open.pop();
    if (next() === "" || open.length === 0 || text[at] !== ",") return at;
    at++;
    if (open.at(-1) === "}" && !key()) return fault();
  }
}
