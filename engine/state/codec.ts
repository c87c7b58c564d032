/**
 * Values in KV are JSON in bytes: a value written by one Deno version is readable by every other, and by Deno Deploy's.
 * Large values are deflated; what is still too large is refused before anything is written.
 *
 * @module
 */
import { deflateSync, inflateSync } from "node:zlib";
import { Failure } from "../failure.ts";

/** Longest value that is stored, in bytes. KV takes 65,536. */
export const VALUE_LIMIT = 60_000;
/** From this length on a value is deflated: a list of order lines shrinks about tenfold. */
const DEFLATE_FROM = 16_000;
/** Longest text that a stored value may inflate to: a guard against a forged one. */
const INFLATE_LIMIT = 64 * 1024 * 1024;
/** First byte of a deflated value (zlib, for its checksum); no JSON text starts with it. */
const DEFLATED = 0;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A value as bytes. Throws `state.too-large` where it does not fit, naming `place`. */
export function encode(value: unknown, place?: string): Uint8Array<ArrayBuffer> {
  const json = encoder.encode(JSON.stringify(value) ?? "null");
  if (json.length < DEFLATE_FROM) return json;
  const deflated = deflateSync(json);
  if (deflated.length >= VALUE_LIMIT) {
    throw new Failure("state.too-large", {
      fact: `What is to be remembered has ${json.length} bytes, and ${deflated.length} when deflated`,
      value: `at most ${VALUE_LIMIT} bytes deflated`,
      place,
    });
  }
  const bytes = new Uint8Array(deflated.length + 1);
  bytes[0] = DEFLATED;
  bytes.set(deflated, 1);
  return bytes;
}

/** What {@link encode} was given, without what JSON leaves out. Throws `state.unreadable` for anything it did not write. */
export function decode<T>(bytes: unknown, key: Deno.KvKey): T {
  try {
    if (!(bytes instanceof Uint8Array)) throw new TypeError("The value is not bytes");
    const json = bytes[0] === DEFLATED ? inflateSync(bytes.subarray(1), { maxOutputLength: INFLATE_LIMIT }) : bytes;
    return JSON.parse(decoder.decode(json)) as T;
  } catch (cause) {
    throw new Failure("state.unreadable", {
      fact: "The state holds a value that Gusset did not write, or that is damaged",
      place: `key ${key.map(String).join(" / ")}`,
      action: "Restore the state from a backup, or remove the key.",
      cause,
    });
  }
}
