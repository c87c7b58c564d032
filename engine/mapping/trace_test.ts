import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../connector.ts";
import type { Rule } from "../pipeline/model.ts";
import { around, constant, link, linksFrom, mapperOf, take, template } from "./testing.ts";
import type { Trace } from "./types.ts";

const table = take("FLAG", { table: { Y: true, N: false }, else: constant(false) });
const vendor = link("vendors", "CODE", { missing: "absent" });
const choice: Rule = { rule: "cel", expression: "has(rec.NAME) ? rec.NAME : 'none'" };
const items: Rule = {
  rule: "list",
  parts: [{ each: "LINES", where: "has(rec.TITLE)", map: { key: take("LINE"), title: take("TITLE") } }],
};
const map: Record<string, Rule> = {
  name: template("{NAME}"),
  text: choice,
  ref: vendor,
  open: table,
  amount: { rule: "sum", of: [take("AMOUNT"), take("OTHER")] },
  items,
};
const names = new Map<object, string>([[table, "table"], [vendor, "vendor"], [choice, "choice"], [map.name, "name"]]);
const source = { where: "rec.CODE != 'X'" };

/** A trace that writes down what it hears, by the names above. */
function listener(): Trace & { heard: string[] } {
  const heard: string[] = [];
  const nameOf = (at: object): string => names.get(at) ?? ("each" in at ? "items" : "stream" in at ? "where" : "");
  return {
    heard,
    gave: (rule, value) => void (names.has(rule) && heard.push(`${nameOf(rule)} gave ${value}`)),
    threw: (rule) => void (names.has(rule) && heard.push(`${nameOf(rule)} threw`)),
    took: (at, way) => void heard.push(`${nameOf(at)} took ${way}`),
    ways: (at) => at === choice ? [{ way: "named", when: "has(rec.NAME)" }, { way: "lost", when: "no.such" }] : [],
    unseen: (at, way) => void heard.push(`${nameOf(at)} cannot see ${way}`),
  };
}

Deno.test("whoever listens hears which way was taken, and what a rule gave or threw", () => {
  const trace = listener();
  const mapper = mapperOf({ map, source, trace });
  assert.deepEqual(trace.heard, ["choice cannot see lost"]);
  const heard = (row: Row): string[] => {
    trace.heard.length = 0;
    if (mapper.inScope(row)) mapper.map(row, "", linksFrom({ "vendors/7": "70" }), around);
    return [...new Set(trace.heard)];
  };
  assert.deepEqual(heard({ ID: "1", CODE: "X" }), ["where took false"]);
  assert.deepEqual(
    heard({ ID: "1", NAME: "a", CODE: "7", FLAG: "Y", LINES: [{ LINE: "1", TITLE: "t" }, { LINE: "2" }] }),
    [
      "where took true",
      "name gave a",
      "choice took named",
      "choice gave a",
      "vendor took found",
      "vendor gave 70",
      "table took Y",
      "table gave true",
      "items took true",
      "items took false",
    ],
  );
  assert.deepEqual(heard({ ID: "1", CODE: "8" }), ["where took true", "name threw"]);
  assert.deepEqual(heard({ ID: "1", NAME: "a", CODE: "8", FLAG: "?" }).slice(3), [
    "choice gave a",
    "vendor took missing",
    "vendor gave undefined",
    "vendor gave null",
    "table gave false",
  ]);
});

Deno.test("a mapping that is listened to says the same as one that is not", () => {
  const word = fc.constantFrom(undefined, null, "", "X", "7", "Y", "N", " a ", "1.50", "a long text beyond the limit");
  const row = fc.record({
    NAME: word,
    CODE: word,
    FLAG: word,
    AMOUNT: word,
    OTHER: word,
    LINES: fc.array(fc.record({ LINE: word, TITLE: word }), { maxLength: 3 }),
  });
  const [plain, traced] = [mapperOf({ map, source }), mapperOf({ map, source, trace: listener() })];
  fc.assert(fc.property(row, (made) => {
    const one: Row = { ID: "1", ...made };
    assert.equal(plain.inScope(one), traced.inScope(one));
    const links = linksFrom({ "vendors/7": "70", "vendors/Y": ["1", "2"] });
    assert.deepEqual(traced.map(one, "", links, around), plain.map(one, "", links, around));
  }));
});
