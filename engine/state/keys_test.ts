import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { Failure } from "../failure.ts";
import {
  anyKey,
  compareKeys,
  compareText,
  fromOrderedKey,
  justAfter,
  keyBytes,
  keyProblem,
  orderedKey,
} from "./keys.ts";

/** Keys as sources have them, and worse. */
const keys = fc.oneof(
  fc.stringMatching(/^[0-9]{1,40}$/),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ maxLength: 20 }),
  fc.constantFrom("", "0", "00", "007", "7", "n017", "t7", "\u0000", "9".repeat(99), "9".repeat(100), "0".repeat(120)),
);
const bytes = (text: string) => new TextEncoder().encode(text);
const compareBytes = (a: string, b: string) => Math.sign(Buffer.compare(bytes(a), bytes(b)));

Deno.test("an ordered key looks as documented", () => {
  const table = {
    "7": "n017",
    "10": "n0210",
    "007": "n017z02",
    "0": "n010",
    "A7": "tA7",
    "": "t",
    "-7": "t-7",
    "1.0": "t1.0",
  };
  for (const [key, ordered] of Object.entries(table)) assert.equal(orderedKey(key), ordered);
});

Deno.test("every key comes back from its ordered form, and no two share one", () => {
  fc.assert(fc.property(keys, keys, (a, b) => {
    assert.equal(fromOrderedKey(orderedKey(a)), a);
    assert.equal(orderedKey(a) === orderedKey(b), a === b);
  }));
});

Deno.test("digits ascend as numbers, before everything else, which ascends by its bytes", () => {
  const digits = fc.stringMatching(/^[0-9]{1,30}$/);
  fc.assert(fc.property(digits, digits, (a, b) => {
    if (BigInt(a) !== BigInt(b)) assert.equal(compareKeys(a, b) < 0, BigInt(a) < BigInt(b));
  }));
  const text = fc.string({ unit: "binary", maxLength: 20 }).filter((key) => !/^[0-9]+$/.test(key));
  fc.assert(fc.property(text, text, digits, (a, b, number) => {
    assert.equal(Math.sign(compareKeys(a, b)), compareBytes(a, b));
    assert.ok(compareKeys(number, a) < 0);
  }));
});

Deno.test("keys are compared, and measured, as KV does it", async () => {
  const kv = await Deno.openKv(":memory:");
  const text = fc.string({ unit: "binary", maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(text, { minLength: 2, maxLength: 20 }), async (texts) => {
      const atomic = kv.atomic();
      for (const text of texts) atomic.set([text], 0);
      await atomic.commit();
      const listed = (await Array.fromAsync(kv.list({ prefix: [] }))).map(({ key }) => key[0]);
      assert.deepEqual(listed, texts.toSorted(compareText));
      const clear = kv.atomic();
      for (const text of texts) clear.delete([text]);
      await clear.commit();
    }),
    { numRuns: 60 },
  );
  // The longest key that KV takes has 2,048 bytes: what we measure as that fits, and one byte more does not.
  for (const unit of ["a", "ü", "€", "😀", "\u0000"]) {
    const size = keyBytes([unit]) - 2;
    const most = Math.floor(2046 / size);
    const fill = "a".repeat(2046 - most * size);
    assert.equal(keyBytes([unit.repeat(most) + fill]), 2048);
    await kv.set([unit.repeat(most) + fill], 0);
    await assert.rejects(kv.set([`${unit.repeat(most)}${fill}a`], 0), /2048/);
  }
  kv.close();
});

Deno.test("just after a text comes nothing that has it as this part, and everything that is greater", () => {
  const text = fc.string({ unit: "binary", maxLength: 12 });
  fc.assert(fc.property(text, text, (a, b) => {
    assert.equal(compareText(a, justAfter(a)) < 0, true);
    if (compareText(a, b) < 0) assert.ok(compareText(justAfter(a), b) <= 0);
  }));
});

Deno.test("a key that KV would not hold, or would confuse, rejects its record", () => {
  for (const key of ["x".repeat(601), "€".repeat(201), "half \ud800", "\udc00"]) {
    assert.throws(() => orderedKey(key), (thrown) => thrown instanceof Failure && thrown.code === "record.invalid");
    assert.match(keyProblem(key)!, /bytes|half a character/);
    assert.match(anyKey(key), /^x[0-9a-f]{64}$/);
  }
  for (const key of ["x".repeat(600), "€".repeat(200), "1".repeat(600), "😀"]) {
    assert.equal(fromOrderedKey(orderedKey(key)), key);
  }
});
