import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import { offsets } from "./offsets.ts";
import { readSource } from "./source.ts";

const cut = (text: string, { start, end }: { start: number; end: number }) => text.slice(start, end);

Deno.test("every key and value knows where it stands", () => {
  const text = "a:\n  b: [x, { c: 1.50 }]\n  d: &y z\ne: *y\nf:\n";
  const { source } = readSource("f.yaml", text);
  assert(source);
  assert.deepEqual(JSON.parse(JSON.stringify(source.data)), { a: { b: ["x", { c: 1.5 }], d: "z" }, e: "z", f: null });
  assert.equal(cut(text, source.span(["a", "b", 1, "c"])), "1.50");
  assert.equal(cut(text, source.span(["a", "b", 1, "c"], "key")), "c");
  assert.equal(cut(text, source.span(["a", "zzz"])), "a", "what is not there stands at its holder");
  assert.equal(cut(text, source.span(["f"])), "f", "nothing stands at its key");
  assert.equal(source.written(["a", "b", 1, "c"]), "1.50");
  assert.equal(source.written(["e"]), "z", "an alias has its anchor's text");
  assert.deepEqual(source.at(source.span(["e"]), { code: "x", message: "m" }).place, {
    file: "f.yaml",
    line: 4,
    column: 4,
  });
});

Deno.test("keys are text, and none of them is special", () => {
  const { source } = readSource("f.yaml", "007: a\n7: b\nconstructor: d\n");
  assert.deepEqual(Object.keys(source!.data as object), ["7", "007", "constructor"]);
});

Deno.test("__proto__ is refused where it stands: what comes after the reader would lose it without a word", () => {
  for (const text of ["a: { x: 1, __proto__: y }", 'a: { x: 1, "__proto__": y }', "a:\n  x: 1\n  __proto__: y\n"]) {
    const { source, diagnostics: [found, ...more] } = readSource("f.yaml", text);
    assert.deepEqual([source, found.code, more], [undefined, "bad-key", []]);
    const { line, column } = found.place;
    assert.match(text.split("\n")[line - 1].slice(column - 1), /^"?__proto__/);
  }
});

Deno.test("a key in the wrong column, or without its colon, is told as that and where it is", async (t) => {
  const table: [text: string, place: [number, number], message: RegExp, help: RegExp][] = [
    ["m:\n  a: x\n   b: y\n  c: z\n", [3, 4], /indented below a, which has a value/, /as far as a;/],
    ["m:\n  a: x\n\n    b: { cel: y }\n", [4, 5], /indented below a,/, /as far as a;/],
    ["m:\n  - a: x\n     b: y\n", [3, 6], /indented below a,/, /as far as a;/],
    ["m:\n  - a: x\n   b: y\n", [3, 1], /indentation does not fit/, /two blanks/],
    ["m:\n   a: x\n  b: y\n", [3, 1], /indentation does not fit/, /two blanks/],
    ["says: It is: so\n", [1, 7], /colon stands where a value is/, /in quotes/],
    ["m:\n  a: { template '{x}' }\n", [2, 8], /colon is missing after template/, /write template:/],
    ['m:\n  cel "rec.x"\n  type: id\n', [2, 3], /colon is missing after cel/, /write cel:/],
    ["a: x\nb\nc: d\n", [2, 1], /colon is missing after b/, /write b:/],
  ];
  for (const [text, place, message, help] of table) {
    await t.step(text, () => {
      const { diagnostics: [found, ...more] } = readSource("f.yaml", text);
      assert.deepEqual(more, []);
      assert.match(found.message, message);
      assert.match(found.help ?? "", help);
      assert.deepEqual([found.place.line, found.place.column], place);
    });
  }
});

Deno.test("what YAML could be made to do to us is one diagnostic, and quickly", async (t) => {
  const bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" +
    "bcdefgh".split("").map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefg"[i]}`)}]\n`).join("");
  const table: [what: string, text: string, code: string][] = [
    ["an alias bomb", bomb, "too-long"],
    ["an anchor that holds itself", "a: &a [*a]", "unknown-anchor"],
    ["a flow nested deep", "[".repeat(100_000), "too-deep"],
    ["lists in lists", "- ".repeat(50_000) + "x", "too-deep"],
    ["maps in maps", Array.from({ length: 100 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "too-deep"],
    ["a file without end", "a".repeat(2_000_000), "too-long"],
    ["a NUL", "a: b\0c", "bad-character"],
    ["bytes that are no text", "a: b\uFFFDc", "bad-character"],
    ["a list for a key", "? [a, b]\n: c", "bad-key"],
    ["nothing", "", "empty-file"],
    ["only comments", "# a\n\n# b\n", "empty-file"],
    ["null", "~", "empty-file"],
  ];
  for (const [what, text, code] of table) {
    await t.step(what, () => {
      const started = performance.now();
      const { source, diagnostics } = readSource("f.yaml", text);
      assert.deepEqual([source, diagnostics.map((one) => one.code)], [undefined, [code]]);
      assert(performance.now() - started < 1000);
    });
  }
});

Deno.test("characters of a scalar are found in the file, however it is written", async (t) => {
  const table: [what: string, text: string, value: string][] = [
    ["plain", "k: one two three", "one two three"],
    ["plain over two lines", "k: one\n  two\n  three", "one two three"],
    ["single quotes", "k: 'it''s two ''three'''", "it's two 'three'"],
    ["double quotes", 'k: "one \\"two\\" \\u0041 three"', 'one "two" A three'],
    ["a literal block", "k: |\n    one\n      two\n    three\n", "one\n  two\nthree\n"],
    ["a folded block", "k: >-\n  one\n  two\n\n  three\n", "one two\nthree"],
  ];
  for (const [what, text, value] of table) {
    await t.step(what, () => {
      const { source } = readSource("f.yaml", text);
      assert.equal((source!.data as { k: string }).k, value);
      for (const word of ["two", "three"]) {
        assert.equal(cut(text, source!.within(["k"], value.indexOf(word), word.length)), word);
      }
    });
  }
});

Deno.test("the map from value to source ascends and stays inside, whatever the text", () => {
  const styles = fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL", "BLOCK_FOLDED");
  fc.assert(fc.property(fc.string({ maxLength: 60 }), styles, (value, type) => {
    const text = stringify({ k: value }, { defaultStringType: type as "PLAIN", lineWidth: 20 });
    const { source } = readSource("f.yaml", text);
    if (!source) return;
    const map = offsets(text.slice(3), value, type);
    assert.equal(map.length, value.length + 1);
    for (let i = 1; i < map.length; i++) assert(map[i] >= map[i - 1] && map[i] <= text.length);
  }));
});
