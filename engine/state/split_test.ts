import assert from "node:assert/strict";
import fc from "fast-check";
import { keyBytes } from "./keys.ts";
import { COMMIT_LIMITS, type Mutation, split } from "./split.ts";

const mutation: fc.Arbitrary<Mutation> = fc.record({
  key: fc.array(fc.integer({ min: 0, max: 650 }).map((length) => "k".repeat(length)), { minLength: 1, maxLength: 3 }),
  bytes: fc.option(fc.integer({ min: 0, max: 60_000 }).map((length) => new Uint8Array(length)), { nil: undefined }),
});

Deno.test("commits are within the limits, hold everything in order, and are as few as they can be", () => {
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 700, size: "max" }), (mutations) => {
      const commits = split(mutations);
      assert.deepEqual(commits.flat().map((m) => mutations.indexOf(m)), mutations.map((_, i) => i));
      for (const [i, part] of commits.entries()) {
        const [bytes, keys] = sizes(part);
        assert.ok(part.length > 0 && part.length <= COMMIT_LIMITS.mutations);
        assert.ok(bytes <= COMMIT_LIMITS.bytes && keys <= COMMIT_LIMITS.keyBytes);
        const next = commits[i + 1]?.[0];
        if (!next) continue;
        const [bytesMore, keysMore] = sizes([...part, next]);
        assert.ok(
          part.length === COMMIT_LIMITS.mutations || bytesMore > COMMIT_LIMITS.bytes ||
            keysMore > COMMIT_LIMITS.keyBytes,
          "the next mutation would have fitted",
        );
      }
    }),
    { numRuns: 40 },
  );
});

function sizes(part: Mutation[]): [bytes: number, keys: number] {
  let bytes = 0, keys = 0;
  for (const { key, bytes: value } of part) {
    keys += keyBytes(key);
    bytes += keyBytes(key) + (value?.length ?? 0) + 16;
  }
  return [bytes, keys];
}

Deno.test("nothing makes no commit", () => assert.deepEqual(split([]), []));
