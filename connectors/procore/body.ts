/**
 * JSON as Procore's v1 endpoints want it: ids are numbers there, and some have more digits than a JavaScript number holds
 * safely, so they are written by their text.
 *
 * @module
 */
import { Failure } from "../../engine/failure.ts";

// Stage 4 of ECMA-262, in the runtime since V8 11.4, not yet in TypeScript's library.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * An id as a JSON number. Throws `record.invalid` where it is not made of digits.
 *
 * @param name What the id is called, for the message: `vendor_group_id`.
 */
export function idNumber(id: string, name: string): unknown {
  if (!/^(0|[1-9]\d*)$/.test(id)) {
    throw new Failure("record.invalid", { fact: `${name} is not a Procore id: it must be digits only`, value: id });
  }
  return rawJSON(id);
}
