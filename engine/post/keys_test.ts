import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../failure.ts";
import { adjustmentKey, keyPrefix, parseKey, recognitionKey, reversalKey } from "./keys.ts";

const id = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
  fc.constantFrom("4711", "a:b", "B1", "1-R", "-R", "%3A", "é", " ", "x%", ":", "~*'", "B2-R"),
);
const owner = fc.record({ tag: id, pipeline: id });
const revision = fc.integer({ min: 1, max: 99 });

function made<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (thrown) {
    assert(thrown instanceof Failure);
    assert.equal(thrown.code, "post.invalid");
  }
}

Deno.test("what a key was made from can be read from it, whatever the ids are", () => {
  fc.assert(fc.property(owner, id, id, revision, (owner, chain, source, revision) => {
    const keys = [
      [made(() => recognitionKey(owner, { chain, source, revision })), {
        chain,
        source,
        revision,
        purpose: "recognise",
      }],
      [made(() => adjustmentKey(owner, { chain, revision })), { chain, revision, purpose: "adjust" }],
    ] as const;
    for (const [key, parts] of keys) {
      if (key === undefined) continue;
      const back = reversalKey(key);
      for (const one of [key, back]) {
        assert.match(one, /^[\x21-\x7e]{1,80}$/);
        assert(one.startsWith(keyPrefix(owner)));
      }
      assert.deepEqual(parseKey(owner, key), parts);
      assert.deepEqual(parseKey(owner, back), { ...parts, purpose: "reverse", reverses: key });
    }
  }));
});

Deno.test("no two documents have one key", () => {
  const parts = fc.tuple(id, fc.option(id, { nil: undefined }), revision);
  const keyOf = ([chain, source, revision]: [string, string | undefined, number]) =>
    source === undefined
      ? adjustmentKey({ tag: "t", pipeline: "p" }, { chain, revision })
      : recognitionKey({ tag: "t", pipeline: "p" }, { chain, source, revision });
  fc.assert(fc.property(parts, parts, (a, b) => {
    const [x, y] = [made(() => keyOf(a)), made(() => keyOf(b))];
    if (x !== undefined && JSON.stringify(a) !== JSON.stringify(b)) assert.notEqual(x, y);
  }));
});

Deno.test("what nobody here made is no key", () => {
  const owner = { tag: "co", pipeline: "bills" };
  const strange = [
    "",
    "co:bills:",
    "co:bills:1",
    "co:bills:1:2",
    "co:bills:1:2:0",
    "co:bills:1:2:01",
    "co:bills:1:2:3:4",
    "co:bills::2:3",
    "co:bills:1::3",
    "co:bills:1:B0",
    "co:bills:1:2:3-R-R",
    "co:bills:%zz:2:3",
    "co:bills:%61:2:3",
    "xx:bills:1:2:3",
    "co:bill:1:2:3",
    `co:bills:${"1".repeat(80)}:2:3`,
  ];
  for (const key of strange) assert.equal(parseKey(owner, key), undefined, key);
  assert.throws(() => recognitionKey(owner, { chain: "é".repeat(20), source: "2", revision: 1 }), {
    code: "post.invalid",
  });
  assert.throws(() => recognitionKey(owner, { chain: "", source: "2", revision: 1 }), { code: "post.invalid" });
  assert.throws(() => recognitionKey(owner, { chain: "\ud800", source: "2", revision: 1 }), { code: "post.invalid" });
});
