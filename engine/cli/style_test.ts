import assert from "node:assert/strict";
import fc from "fast-check";
import { ago, clean, counted, cut, duration, singular, table } from "./style.ts";

Deno.test("no text from outside can move the cursor, colour the screen or turn the reading direction", () => {
  assert.equal(clean("Gran\u001b[2Jite"), "Gran\\u001b[2Jite");
  assert.equal(clean("evil\u202eexe"), "evil\\u202eexe");
  assert.equal(clean("two\nlines\ttab"), "two⏎lines tab");
  assert.equal(clean("Größe, 株式会社, 🙂"), "Größe, 株式会社, 🙂");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    // deno-lint-ignore no-control-regex -- these are the characters that must be gone
    assert.doesNotMatch(clean(text), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }));
});

Deno.test("text is cut by characters, never through one, and says that it was cut", () => {
  assert.equal(cut("Granite", 7), "Granite");
  assert.equal(cut("Granite", 5), "Gran…");
  assert.equal(cut("🙂🙂🙂", 2), "🙂…");
});

Deno.test("numbers, durations and times read as people say them", () => {
  assert.equal(counted(1, "record"), "1 record");
  assert.equal(counted(1234, "record"), "1,234 records");
  for (
    const [ms, text] of [[0, "0.0 s"], [412, "0.4 s"], [9_949, "9.9 s"], [12_300, "12 s"], [187_000, "3:07"], [
      8_109_000,
      "2:15:09",
    ]] as const
  ) {
    assert.equal(duration(ms), text);
  }
  const now = Date.parse("2026-03-01T12:00:00Z");
  assert.equal(ago("2026-03-01T11:59:50Z", now), "just now");
  assert.equal(ago("2026-03-01T11:59:00Z", now), "1 minute ago");
  assert.equal(ago("2026-03-01T02:00:00Z", now), "10 hours ago");
  assert.equal(ago("2026-02-26T12:00:00Z", now), "3 days ago");
  assert.equal(ago("no time", now), "no time");
});

Deno.test("a stream's name becomes the name of one of its records", () => {
  for (
    const [many, one] of [
      ["suppliers", "supplier"],
      ["code_combinations", "code combination"],
      ["companies", "company"],
      ["address", "address"],
    ]
  ) assert.equal(singular(many), one);
});

Deno.test("a table lines up, with numbers to the right and nothing dangerous in its cells", () => {
  const text = table([["pipeline", "links"], ["vendors", "1,234"], ["cost-codes", "7"], ["x\u001b[0m", "0"]], {
    paint: (_, text) => text,
  });
  assert.deepEqual(text.split("\n"), [
    "pipeline    links",
    "vendors     1,234",
    "cost-codes      7",
    "x\\u001b[0m      0",
    "",
  ]);
  assert.equal(table([["only", "a head"]], { paint: (_, text) => text }), "");
});
