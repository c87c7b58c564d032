import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../engine/failure.ts";
import { xml } from "./testing.ts";
import { itemsOf, member, parseTree, textOf } from "./tree.ts";

const failsWith = (code: string) => (error: unknown): boolean => error instanceof Failure && error.code === code;

Deno.test("any text comes through XML and JSON alike, blanks and entities included", () => {
  const printable = fc.string({ unit: fc.constantFrom(..."abc é&<>\"';#x0;ß 0123\t\n漢") });
  fc.assert(fc.property(printable, (text) => {
    const [fromXml, fromJson] = [xml("A", { NAME: text }), JSON.stringify({ A: { NAME: text } })].map(parseTree);
    const expected = text === "" ? undefined : text;
    assert.equal(textOf(member(member(fromXml, "A"), "NAME"), "NAME"), expected);
    assert.equal(textOf(member(member(fromJson, "A"), "NAME"), "NAME"), expected);
  }));
});

Deno.test("values stay text: a leading zero, a long decimal, a trailing blank", () => {
  for (const text of ["007", "12345678901234567890.10", "ACME  ", "true", "1e5"]) {
    assert.equal(textOf(member(member(parseTree(`<A><B>${text}</B></A>`), "A"), "B"), "B"), text);
  }
  assert.equal(textOf(member(parseTree('{"B": 12345678901234567890.10}'), "B"), "B"), "12345678901234567890.10");
});

Deno.test("every way of saying nothing is nothing", () => {
  for (
    const text of [
      "{}",
      '{"A":null}',
      '{"A":""}',
      '{"A":{}}',
      '{"A":{"@xsi:nil":"true"}}',
      '{"A":{"@nil":"true","#text":""}}',
    ]
  ) {
    assert.equal(textOf(member(parseTree(text), "A"), "A"), undefined, text);
    assert.deepEqual(itemsOf(parseTree(text), "A") ?? [], [], text);
  }
  const nil = parseTree('<R xmlns:xsi="urn:x"><A xsi:nil="true"/><B></B></R>');
  for (const name of ["A", "B", "C"]) assert.equal(textOf(member(member(nil, "R"), name), name), undefined);
});

Deno.test("one element or many, the collection is a list", () => {
  assert.deepEqual(itemsOf(parseTree('{"T":{"T_ITEM":{"A":"1"}}}'), "T"), [{ A: "1" }]);
  assert.deepEqual(itemsOf(parseTree('{"T":{"T_ITEM":[{"A":"1"},{"A":"2"}]}}'), "T"), [{ A: "1" }, { A: "2" }]);
  assert.deepEqual(itemsOf(parseTree('{"T":[{"A":"1"}]}'), "T"), [{ A: "1" }]);
  assert.deepEqual(itemsOf(member(parseTree("<R><T>\n <T_ITEM>1</T_ITEM>\n</T></R>"), "R"), "T"), ["1"]);
});

Deno.test("a parameter is found whatever its case and prefix", () => {
  assert.equal(member(parseTree('{"x_more":"Y"}'), "X_MORE"), "Y");
  assert.equal(member(parseTree('{"ns0:X_More":"Y"}'), "X_MORE"), "Y");
  assert.equal(member(parseTree("<n:A xmlns:n='u'><n:x_more>Y</n:x_more></n:A>"), "A") === undefined, false);
  assert.equal(member(parseTree("{}"), "constructor"), undefined);
});

Deno.test("a DOCTYPE is refused before anything is parsed", () => {
  for (
    const text of [
      '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
      '<?xml version="1.0"?>\n<!doctype a SYSTEM "file:///etc/passwd"><a/>',
    ]
  ) assert.throws(() => parseTree(text), failsWith("wire.hostile-xml"), text);
  assert.throws(() => parseTree("<a><__proto__>1</__proto__></a>"), failsWith("wire.hostile-xml"));
});

Deno.test("what is cut short is garbled, and its text is not in the message", () => {
  for (const text of ['{"A":"secret', "<a><b>secret</a>", "<a>secret", "", "secret", '{"A":"secret"} x']) {
    assert.throws(() => parseTree(text), (error) => {
      assert.ok(failsWith("wire.garbled")(error), text);
      assert.ok(!JSON.stringify(error).includes("secret"));
      return true;
    });
  }
});

Deno.test("thousands of entities are no attack", () => {
  const tree = parseTree(`<a>${"<b>x &amp; y</b>".repeat(20_000)}</a>`);
  assert.equal((member(member(tree, "a"), "b") as string[])[19_999], "x & y");
});

Deno.test("a structure in place of text is not taken for nothing", () => {
  assert.throws(() => textOf({ B: "1" }, "A"), failsWith("wire.garbled"));
  assert.throws(() => textOf(["1", "2"], "A"), failsWith("wire.garbled"));
});
