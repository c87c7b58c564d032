import assert from "node:assert/strict";
import fc from "fast-check";
import type { Value } from "./connector.ts";
import { Failure } from "./failure.ts";
import { canonical, parseJson, sameValue } from "./json.ts";
import { faultOffset } from "./json_fault.ts";

/** The slow way to the same: the platform's reviver gives a number's source text. */
function bySource(text: string): unknown {
  return JSON.parse(
    text,
    ((_key: string, value: unknown, context: { source: string }) =>
      typeof value === "number" ? context.source : value) as Parameters<typeof JSON.parse>[1],
  );
}

const json = fc.json({ depthSize: "medium" }).filter((text) => !text.includes("__proto__"));

Deno.test("parseJson keeps every number's source text, and agrees with the platform in everything else", () => {
  fc.assert(fc.property(json, fc.constantFrom(undefined, 1, "\t"), (text, space) => {
    const spaced = space === undefined ? text : JSON.stringify(JSON.parse(text), null, space);
    assert.deepEqual(parseJson(spaced), bySource(spaced));
  }));
});

Deno.test("parseJson accepts exactly what the platform accepts", () => {
  const broken = fc.tuple(json, fc.nat(), fc.nat(3), fc.string({ unit: fc.constantFrom(...'0123.eE+-,:[]{}"\\ tn') }))
    .map(([text, at, cut, put]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + cut);
    });
  fc.assert(
    fc.property(broken, (text) => {
      let expected: unknown;
      try {
        expected = bySource(text);
      } catch {
        assert.throws(() => parseJson(text), (error) => error instanceof Failure && error.code === "wire.garbled");
        assert.ok(faultOffset(text) <= text.length);
        return;
      }
      assert.deepEqual(parseJson(text), expected);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Numbers that a JavaScript number would spoil arrive whole", () => {
  const text =
    '{"a":9007199254740993,"b":1.10,"c":-0,"d":1e2,"e":[0.1,12345678901234567890.123456789],"f":"1.0","g":true,"h":null}';
  assert.deepEqual(parseJson(text), {
    a: "9007199254740993",
    b: "1.10",
    c: "-0",
    d: "1e2",
    e: ["0.1", "12345678901234567890.123456789"],
    f: "1.0",
    g: true,
    h: null,
  });
});

const FAULTS: [string, string, RegExp][] = [
  ["an empty answer", "", /is empty/],
  ["half a page", '{"rows":[{"id":1},{"na', /ends too early/],
  ["a cut number", '{"rows":[1', /ends too early/],
  ["a number as a key", "{1:2}", /offset 2/],
  ["a leading zero", '{"a":01}', /offset 5/],
  ["a login page", "<html>password</html>", /offset 0 on/],
  ["a trailing comma", '{"a":1,}', /offset 7/],
  ["two values", '{"a":1} {"b":2}', /offset 8/],
  ["a bare word", '{"a":secret}', /offset 5/],
  ["a string of megabytes", '{"a":"' + "x".repeat(5_000_000), /ends too early/],
  ["a line feed in a string", '{"a":"1\n2"}', /offset 7/],
  ["a wrong escape", '{"a":"1\\x"}', /offset 7/],
  ["a cut escape", '{"a":"1\\u00', /ends too early/],
  ["nesting without end", "[".repeat(100_000), /offset 500/],
];
for (const [name, text, fact] of FAULTS) {
  Deno.test(`parseJson says where ${name} stops being JSON, and quotes nothing of it`, () => {
    assert.throws(() => parseJson(text), (error: Failure) => {
      assert.equal(error.code, "wire.garbled");
      assert.match(error.message, fact);
      assert.doesNotMatch(error.message + error.value + String(error.cause), /password|secret/);
      return true;
    });
  });
}

Deno.test("A __proto__ key is dropped, however it is spelt", () => {
  const value = parseJson('{"a":{"__proto__":{"admin":true},"b":1},"\\u005f_proto__":{"admin":true}}') as { a: object };
  assert.deepEqual(value, { a: { b: "1" } });
  assert.equal(({ ...value.a } as { admin?: boolean }).admin, undefined);
});

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 2 }),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
  ) as fc.Arbitrary<Value>,
})).value;

Deno.test("sameValue and canonical agree, and neither sees the order of keys", () => {
  fc.assert(fc.property(value, value, (a, b) => assert.equal(sameValue(a, b), canonical(a) === canonical(b))));
  fc.assert(fc.property(value, (a) => {
    assert.ok(sameValue(a, shuffled(a)));
    assert.deepEqual(JSON.parse(canonical(a)), JSON.parse(JSON.stringify(a ?? null)));
  }));
  assert.ok(!sameValue({ a: "1" }, { a: "1.0" }));
  assert.ok(!sameValue({ toString: "x" }, {}));
  assert.ok(!sameValue([], {}));
});

function shuffled(value: Value): Value {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, held]) => [key, shuffled(held)]));
}
