/**
 * Which character of a YAML scalar's source each character of its value comes from, for the place of a mistake inside an expression.
 *
 * @module
 */

const ESCAPES: Record<string, number> = { x: 4, u: 6, U: 10 };
const isBlank = (c: string | undefined): boolean => c === " " || c === "\n" || c === "\r" || c === "\t";

/**
 * Maps offsets of `value` to offsets of `source`, the scalar as it stands in the file, quotes or block header included. Has one entry
 * more than `value` has characters; ascends. Exact but for escapes of blanks in double quotes, where it may be off by a blank.
 */
export function offsets(source: string, value: string, type: string): number[] {
  const map: number[] = [];
  let at = 0;
  if (type.startsWith("QUOTE")) at = 1;
  else if (type.startsWith("BLOCK")) at = Math.max(0, source.indexOf("\n") + 1);
  const width = (): number => {
    if (type === "QUOTE_SINGLE" && source[at] === "'" && source[at + 1] === "'") return 2;
    if (type !== "QUOTE_DOUBLE" || source[at] !== "\\") return 1;
    return ESCAPES[source[at + 1]] ?? 2;
  };
  for (let i = 0; i < value.length; i++) {
    if (isBlank(value[i])) {
      map.push(Math.min(at, source.length));
      const folded = !isBlank(value[i + 1]);
      // One blank of the value may be a line break with its indentation.
      if (isBlank(source[at])) at++;
      else if (source[at] === "\\") at += width();
      while (folded && isBlank(source[at])) at++;
      continue;
    }
    while (isBlank(source[at]) || (type === "QUOTE_DOUBLE" && source[at] === "\\" && isBlank(source[at + 1]))) at++;
    map.push(Math.min(at, source.length));
    at += width();
  }
  map.push(Math.min(at, source.length));
  return map;
}
