import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { Failure } from "../failure.ts";
import { decode, encode, VALUE_LIMIT } from "./codec.ts";

const KEY = ["link", "vendors", "n017"];
/** Text that does not deflate. */
const noise = (length: number): string => {
  let seed = 1, text = "";
  while (text.length < length) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    text += String.fromCharCode(0x100 + (seed >>> 16) % 0x3000);
  }
  return text;
};

Deno.test("every JSON value comes back, and small ones lie there as plain JSON", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const expected = JSON.parse(JSON.stringify(value));
    assert.deepEqual(decode(encode(value), KEY), expected);
    assert.deepEqual(JSON.parse(new TextDecoder().decode(encode(value))), expected);
  }));
  assert.equal(decode(encode(undefined), KEY), null);
});

Deno.test("a large value is deflated and comes back", () => {
  const lines = Array.from({ length: 3000 }, (_, i) => ({ amount: `${i}.50`, description: `Line ${i} of an order` }));
  assert.ok(JSON.stringify(lines).length > 2 * VALUE_LIMIT);
  const bytes = encode(lines);
  assert.ok(bytes.length <= VALUE_LIMIT);
  assert.deepEqual(decode(bytes, KEY), lines);
});

Deno.test("a value that does not fit is refused before it is written, with its place", () => {
  assert.throws(() => encode(noise(40_000), "key link / vendors / n017"), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.code, "state.too-large");
    assert.equal(thrown.place, "key link / vendors / n017");
    return true;
  });
  const fits = noise(18_000);
  assert.ok(encode(fits).length <= VALUE_LIMIT);
  assert.equal(decode(encode(fits), KEY), fits);
});

Deno.test("what Gusset did not write is unreadable state, with the key", () => {
  const damaged = encode("x".repeat(50_000));
  damaged[20] ^= 0xff;
  const bomb = new Uint8Array([0, ...deflateSync(new Uint8Array(70 * 1024 * 1024))]);
  for (const bytes of [new Uint8Array(), new TextEncoder().encode("{"), { a: 1 }, "text", null, damaged, bomb]) {
    assert.throws(() => decode(bytes, KEY), (thrown) => {
      assert.ok(thrown instanceof Failure);
      assert.equal(thrown.code, "state.unreadable");
      assert.match(thrown.place!, /link \/ vendors \/ n017/);
      return true;
    });
  }
});
