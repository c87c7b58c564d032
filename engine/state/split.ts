/**
 * Splits mutations into commits that KV takes.
 *
 * @module
 */
import { keyBytes } from "./keys.ts";

/** A write: a value's bytes, or a deletion. */
export interface Mutation {
  key: Deno.KvKey;
  /** Absent: the key is deleted. */
  bytes?: Uint8Array<ArrayBuffer>;
}

/**
 * The most that one commit gets. KV takes 1,000 mutations, 819,200 bytes and 81,920 bytes of keys; what is left over is for
 * the fence, the operation id and the encoding of values. More mutations a commit would hardly be faster.
 */
export const COMMIT_LIMITS = { mutations: 500, bytes: 700_000, keyBytes: 64_000 } as const;
/** What KV adds to a value at the most. */
const VALUE_OVERHEAD = 16;

/** Commits in order: concatenated they are `mutations`, and each is within {@link COMMIT_LIMITS}. */
export function split(mutations: readonly Mutation[]): Mutation[][] {
  const commits: Mutation[][] = [];
  let current: Mutation[] = [];
  let bytes = 0, keys = 0;
  for (const mutation of mutations) {
    const key = keyBytes(mutation.key);
    const size = key + (mutation.bytes?.length ?? 0) + VALUE_OVERHEAD;
    const full = current.length === COMMIT_LIMITS.mutations || bytes + size > COMMIT_LIMITS.bytes ||
      keys + key > COMMIT_LIMITS.keyBytes;
    if (full) {
      commits.push(current);
      [current, bytes, keys] = [[], 0, 0];
    }
    current.push(mutation);
    bytes += size;
    keys += key;
  }
  if (current.length) commits.push(current);
  return commits;
}
