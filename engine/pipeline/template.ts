/**
 * Templates: text with holes. `{VENDOR_NAME}` is filled in, `{{` and `}}` are braces.
 *
 * @module
 */
import type { TemplatePart } from "./model.ts";

/** A hole that is wrong: `offset` and `length` count characters of the template. */
export interface TemplateError {
  message: string;
  help: string;
  offset: number;
  length: number;
}

/** A template's parts, each with the offset of its first character; or what is wrong with it. */
export function parseTemplate(text: string): { parts: (TemplatePart & { offset: number })[] } | TemplateError {
  const parts: (TemplatePart & { offset: number })[] = [];
  let literal = "";
  let from = 0;
  const flush = (): void => {
    if (literal !== "") parts.push({ text: literal, offset: from });
    literal = "";
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if ((char === "{" || char === "}") && text[i + 1] === char) {
      if (literal === "") from = i;
      literal += char;
      i++;
    } else if (char === "{") {
      const end = text.indexOf("}", i);
      const open = text.indexOf("{", i + 1);
      if (end < 0 || (open >= 0 && open < end)) {
        return {
          message: "The { that opens here is never closed",
          help: "write } after the field, or {{ for a brace",
          offset: i,
          length: 1,
        };
      }
      const path = text.slice(i + 1, end).trim();
      if (path === "") {
        return {
          message: "The hole { } names no field",
          help: "write a field between the braces",
          offset: i,
          length: end + 1 - i,
        };
      }
      flush();
      parts.push({ path, offset: i + 1 + (text.slice(i + 1, end).length - text.slice(i + 1, end).trimStart().length) });
      i = end;
      from = i + 1;
    } else if (char === "}") {
      return { message: "The } closes nothing", help: "write }} for a brace", offset: i, length: 1 };
    } else {
      if (literal === "") from = i;
      literal += char;
    }
  }
  flush();
  return { parts };
}
