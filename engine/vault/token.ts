/**
 * New tokens: as hard to guess as a key.
 *
 * @module
 */
import { hashOf } from "../state/tokens.ts";

/** What a token begins with, so that a leaked one is found for what it is. */
const BEGIN = "gusset_";

/** 256 bits of chance as text that may stand in a header. */
export const newKey = (): string =>
  crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });

/** A new token, to be shown once, and the hash that it is known by from then on. */
export function newToken(): { token: string; hash: string } {
  const token = BEGIN + newKey();
  return { token, hash: hashOf(token) };
}

/** Whether a text is a token, or looks as if: it is not to be kept or shown. */
export const isToken = (text: string): boolean => text.startsWith(BEGIN);
