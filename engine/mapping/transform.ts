/**
 * The steps of `apply:`.
 *
 * @module
 */
import { RE2JS } from "re2js";
import { plain } from "../decimal.ts";
import type { Transform } from "../pipeline/model.ts";
import { readDecimal } from "./coerce.ts";
import { Problem, shown } from "./scope.ts";

type Step = (text: string) => string;

const WORDS: Record<string, Step> = {
  trim: (text) => text.trim(),
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  title: (text) =>
    text.toLowerCase().replace(
      /(^|[^\p{L}\p{M}\p{N}'’])(\p{L})/gu,
      (_, before, letter) => before + letter.toUpperCase(),
    ),
  digits: (text) => text.replace(/\D+/g, ""),
  collapse: (text) => text.replace(/\s+/g, " ").trim(),
};

/** Compiles the steps into one function; what a step leaves empty is absent, and no later step makes something of it. `from` and `field` are for messages. */
export function compileTransforms(transforms: readonly Transform[], from: string, field: string): Step {
  const steps = transforms.map((transform) => compileStep(transform, from, field));
  if (steps.length === 1) return steps[0];
  return (text) => {
    for (const step of steps) {
      if (text === "") break;
      text = step(text);
    }
    return text;
  };
}

function compileStep(transform: Transform, from: string, field: string): Step {
  switch (transform.do) {
    case "truncate": {
      const { length } = transform;
      return (text) => text.length <= length ? text : truncated(text, length);
    }
    case "pad":
      return (text) => text.padStart(transform.length, transform.with);
    case "replace": {
      const pattern = RE2JS.compile(transform.pattern);
      return (text) => pattern.matcher(text).replaceAll(transform.with);
    }
    case "prefix":
      return (text) => transform.text + text;
    case "suffix":
      return (text) => text + transform.text;
    case "round":
      return (text) => {
        const value = readDecimal(text);
        if (!value) {
          throw new Problem("map.wrong-type", `${from} is not a decimal number`, { field, value: shown(text) });
        }
        return plain(value.round(transform.places, HALF_UP));
      };
    default:
      return WORDS[transform.do];
  }
}

/** Away from zero, as a ledger rounds. */
const HALF_UP = 1;

/** At most `length` characters as every check counts them (UTF-16), no character cut in two, and no blank left at the cut. */
function truncated(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? length - 1 : length).trimEnd();
}
