/**
 * Answers whole or not at all.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { cut } from "./trouble.ts";
import type { Layer } from "./types.ts";

/**
 * Reads an answer to its end before it is handed on, so that one that breaks off is a failure of the call, where it can be
 * repeated or read back, and not of whoever parses it: `wire.garbled` for a read, `wire.fate-unknown` for a write.
 * Pages are bounded, so an answer fits in memory.
 */
export function whole(): Layer {
  return (wire) => async (request) => {
    const response = await wire(request);
    const { status, statusText, headers } = response;
    if (response.body === null) return response;
    let body: ArrayBuffer;
    try {
      body = await response.arrayBuffer();
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason;
      if (error instanceof Failure) throw error;
      throw cut(request, error instanceof Error ? error.message : String(error));
    }
    return new Response(NO_BODY.has(status) ? null : body, { status, statusText, headers });
  };
}

/** `new Response` refuses a body, even an empty one, for these. */
const NO_BODY = new Set([101, 204, 205, 304]);
