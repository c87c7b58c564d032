import assert from "node:assert/strict";
import type { Row, Value } from "../connector.ts";
import type { FailureCode } from "../failure.ts";
import type { Rule, Transform } from "../pipeline/model.ts";
import { constant, link, mapOne, take, template } from "./testing.ts";

/** What one rule makes of one record: a value, or a code. */
interface Scenario {
  name: string;
  field?: string;
  rule: Rule;
  row?: Row;
  gives?: Value;
  fails?: [FailureCode, RegExp];
}

const apply = (...steps: (Transform["do"] | Transform)[]): { apply: Transform[] } => ({
  apply: steps.map((step) => typeof step === "string" ? { do: step } as Transform : step),
});
const cel = (expression: string): Rule => ({ rule: "cel", expression });
const sum = (...of: Rule[]): Rule => ({ rule: "sum", of });
const difference = (...of: Rule[]): Rule => ({ rule: "difference", of });
const LINES = [
  {
    LINE: "1",
    TITLE: "a",
    DISTRIBUTIONS: [{ DIST: "11", PROJECT: "P", VALUE: "0.1" }, { DIST: "12", PROJECT: "Q", VALUE: "0.2" }],
  },
  { LINE: "2", TITLE: "b", DISTRIBUTIONS: [{ DIST: "21", PROJECT: "P", VALUE: "1e1" }] },
];

const SCENARIOS: Scenario[] = [
  // Take and absent
  { name: "a path takes the field as it is, blanks included", rule: take("NAME"), row: { NAME: "  " }, gives: "  " },
  { name: "null is absent", rule: take("NAME"), row: { NAME: null }, gives: null },
  { name: "the empty text is absent", rule: take("NAME"), row: { NAME: "" }, gives: null },
  { name: "a missing field is absent", rule: take("NAME"), gives: null },
  {
    name: "a path goes into records",
    rule: take("SITE.PLACE.ZIP"),
    row: { SITE: { PLACE: { ZIP: "8" } } },
    gives: "8",
  },
  { name: "a path into an absent record is absent", rule: take("SITE.PLACE.ZIP"), row: { SITE: null }, gives: null },
  { name: "a path never finds what every object has", rule: take("SITE.constructor"), row: { SITE: {} }, gives: null },
  {
    name: "a record is not a value",
    rule: take("SITE"),
    row: { SITE: { CITY: "x" } },
    fails: ["map.wrong-type", /SITE is a record/],
  },
  {
    name: "a path through a list gives what all agree on",
    rule: take("LINES.TITLE"),
    row: { LINES: [{ LINE: "1", TITLE: "a" }, { LINE: "2", TITLE: "a" }] },
    gives: "a",
  },
  {
    name: "a path through a list never picks one of several",
    rule: take("LINES.TITLE"),
    row: { LINES },
    fails: ["map.wrong-type", /2 values differ/],
  },
  { name: "a path through an empty list is absent", rule: take("LINES.TITLE"), row: { LINES: [] }, gives: null },
  {
    name: "a list of texts takes all values",
    field: "tags",
    rule: take("LINES.DISTRIBUTIONS.PROJECT"),
    row: { LINES },
    gives: ["P", "Q", "P"],
  },
  // The order: take, default, apply, table, else, type
  {
    name: "a default stands in for an absent value",
    rule: take("NAME", { default: take("CODE") }),
    row: { CODE: "c" },
    gives: "c",
  },
  {
    name: "a default is not used where there is a value",
    rule: take("NAME", { default: constant("x") }),
    row: { NAME: "n" },
    gives: "n",
  },
  {
    name: "a default is transformed as well",
    rule: take("NAME", { default: constant(" x "), ...apply("trim", "upper") }),
    gives: "X",
  },
  {
    name: "what is trimmed to nothing falls back",
    rule: take("NAME", { default: constant("x"), ...apply("trim") }),
    row: { NAME: "  " },
    gives: "x",
  },
  { name: "what is trimmed to nothing is absent", rule: take("NAME", apply("trim")), row: { NAME: "  " }, gives: null },
  {
    name: "a table looks up what was transformed",
    rule: take("NAME", { ...apply("trim", "upper"), table: { A: "one" } }),
    row: { NAME: " a" },
    gives: "one",
  },
  {
    name: "a table's miss is rejected",
    rule: take("NAME", { table: { A: "one" } }),
    row: { NAME: "B" },
    fails: ["map.no-entry", /NAME/],
  },
  {
    name: "a table does not find what every object has",
    rule: take("NAME", { table: { A: "one" } }),
    row: { NAME: "constructor" },
    fails: ["map.no-entry", /NAME/],
  },
  {
    name: "else catches a table's miss",
    rule: take("NAME", { table: { A: "one" }, else: take("CODE") }),
    row: { NAME: "B", CODE: "c" },
    gives: "c",
  },
  {
    name: "else catches an absent value",
    rule: take("NAME", { table: { A: "one" }, else: constant("none") }),
    gives: "none",
  },
  { name: "an absent value is no miss", rule: take("NAME", { table: { A: "one" } }), gives: null },
  {
    name: "a table may give a truth value, and take one",
    field: "open",
    rule: take("OPEN", { table: { true: false } }),
    row: { OPEN: true },
    gives: false,
  },
  {
    name: "a rule's type comes before the field's",
    rule: take("NAME", { type: "decimal" }),
    row: { NAME: "1.50" },
    gives: "1.5",
  },
  // Transforms
  {
    name: "upper, lower and collapse",
    rule: take("NAME", apply("upper", "lower", "collapse")),
    row: { NAME: " A  b\tC " },
    gives: "a b c",
  },
  { name: "title", rule: take("NAME", apply("title")), row: { NAME: "o'HARA-éTé" }, gives: "O'hara-Été" },
  { name: "digits keeps only digits", rule: take("NAME", apply("digits")), row: { NAME: "(303) 5-1" }, gives: "30351" },
  {
    name: "truncate cuts",
    rule: take("NAME", apply({ do: "truncate", length: 5 })),
    row: { NAME: "abcdefgh" },
    gives: "abcde",
  },
  {
    name: "truncate cuts no character in two",
    rule: take("NAME", apply({ do: "truncate", length: 3 })),
    row: { NAME: "ab😀" },
    gives: "ab",
  },
  {
    name: "truncate leaves no blank at its cut",
    rule: take("NAME", apply({ do: "truncate", length: 3 })),
    row: { NAME: "ab cd" },
    gives: "ab",
  },
  {
    name: "pad fills from the left",
    rule: take("NAME", apply({ do: "pad", length: 5, with: "0" })),
    row: { NAME: "42" },
    gives: "00042",
  },
  {
    name: "replace takes a pattern",
    rule: take("NAME", apply({ do: "replace", pattern: "[^a-z]+", with: "-" })),
    row: { NAME: "a  b!c" },
    gives: "a-b-c",
  },
  {
    name: "replace is not stopped by a pattern made to stop it",
    rule: take("NAME", apply({ do: "replace", pattern: "^(a+)+$", with: "x" }, { do: "truncate", length: 3 })),
    row: { NAME: "a".repeat(5000) + "!" },
    gives: "aaa",
  },
  {
    name: "prefix and suffix",
    rule: take("NAME", apply({ do: "prefix", text: "<" }, { do: "suffix", text: ">" })),
    row: { NAME: "n" },
    gives: "<n>",
  },
  {
    name: "round goes away from zero at the half",
    field: "amount",
    rule: take("AMOUNT", apply({ do: "round", places: 2 })),
    row: { AMOUNT: "-1.005" },
    gives: "-1.01",
  },
  // Template
  {
    name: "a template fills its holes",
    rule: template("{connection.tag}-{ID}-{run.id}"),
    gives: "EBS-4711-run-1",
    field: "ref",
  },
  { name: "a template takes a truth value as a word", rule: template("{OPEN}"), row: { OPEN: false }, gives: "false" },
  {
    name: "an absent hole rejects, even for an optional field",
    rule: template("x{NAME}"),
    row: { NAME: "" },
    fails: ["map.absent", /NAME is absent/],
  },
  // Kinds
  {
    name: "a decimal gets its plain form",
    field: "amount",
    rule: take("AMOUNT"),
    row: { AMOUNT: "1.10e3" },
    gives: "1100",
  },
  {
    name: "a decimal beyond every number stays exact",
    field: "amount",
    rule: take("AMOUNT"),
    row: { AMOUNT: "12345678901234567890.10" },
    gives: "12345678901234567890.1",
  },
  { name: "minus zero is zero", field: "amount", rule: take("AMOUNT"), row: { AMOUNT: "-0.00" }, gives: "0" },
  {
    name: "a decimal that would fill the memory is none",
    field: "amount",
    rule: take("AMOUNT"),
    row: { AMOUNT: "1e999999" },
    fails: ["map.wrong-type", /decimal/],
  },
  {
    name: "text is no decimal",
    field: "amount",
    rule: take("NAME"),
    row: { NAME: "1,5" },
    fails: ["map.wrong-type", /NAME is not a decimal/],
  },
  {
    name: "a whole decimal is an integer",
    field: "count",
    rule: take("AMOUNT"),
    row: { AMOUNT: "12.00" },
    gives: "12",
  },
  {
    name: "a fraction is no integer",
    field: "count",
    rule: take("AMOUNT"),
    row: { AMOUNT: "12.5" },
    fails: ["map.wrong-type", /whole number/],
  },
  { name: "Y is true", field: "open", rule: take("FLAG"), row: { FLAG: "Y" }, gives: true },
  { name: "false in words is false", field: "open", rule: take("FLAG"), row: { FLAG: "False" }, gives: false },
  {
    name: "X is neither",
    field: "open",
    rule: take("FLAG"),
    row: { FLAG: "X" },
    fails: ["map.wrong-type", /true or false/],
  },
  {
    name: "a time gives its day as it is written",
    field: "day",
    rule: take("AT"),
    row: { AT: "2024-02-29T23:59:59-07:00" },
    gives: "2024-02-29",
  },
  {
    name: "a day that is none is rejected",
    field: "day",
    rule: take("NAME"),
    row: { NAME: "2023-02-29" },
    fails: ["map.wrong-type", /date/],
  },
  {
    name: "a day is a time at midnight",
    field: "at",
    rule: take("DAY"),
    row: { DAY: "2024-02-29" },
    gives: "2024-02-29T00:00:00",
  },
  {
    name: "a text too long is rejected",
    rule: take("NAME"),
    row: { NAME: "x".repeat(13) },
    fails: ["map.too-long", /13 characters; the field takes 12/],
  },
  {
    name: "a value that the field does not take is rejected",
    field: "status",
    rule: take("NAME"),
    row: { NAME: "Void" },
    fails: ["map.wrong-type", /only Draft, Approved/],
  },
  {
    name: "an absent required field is rejected",
    field: "name",
    rule: take("NAME", apply("trim")),
    row: { NAME: " " },
    fails: ["map.absent", /NAME is absent/],
  },
  // Amounts
  {
    name: "a sum is exact",
    field: "amount",
    rule: sum(take("AMOUNT"), take("OTHER")),
    row: { AMOUNT: "0.1", OTHER: "0.2" },
    gives: "0.3",
  },
  {
    name: "an absent amount adds nothing",
    field: "amount",
    rule: sum(take("AMOUNT"), take("OTHER")),
    row: { OTHER: "0.2" },
    gives: "0.2",
  },
  { name: "a sum of nothing is absent", field: "amount", rule: sum(take("AMOUNT"), take("OTHER")), gives: null },
  {
    name: "a difference subtracts all the others",
    field: "amount",
    rule: difference(take("AMOUNT"), take("OTHER"), constant("1")),
    row: { AMOUNT: "5", OTHER: "0.01" },
    gives: "3.99",
  },
  {
    name: "a negated zero has no sign",
    field: "amount",
    rule: { rule: "negate", of: take("AMOUNT") },
    row: { AMOUNT: "0" },
    gives: "0",
  },
  {
    name: "sum-each adds up elements of lists in lists",
    field: "amount",
    rule: { rule: "sum-each", each: "LINES.DISTRIBUTIONS", value: take("VALUE") },
    row: { LINES },
    gives: "10.3",
  },
  {
    name: "sum-each of no element is zero",
    field: "amount",
    rule: { rule: "sum-each", each: "LINES.DISTRIBUTIONS", value: take("VALUE") },
    gives: "0",
  },
  {
    name: "text in a sum is rejected",
    field: "amount",
    rule: sum(take("NAME")),
    row: { NAME: "x" },
    fails: ["map.wrong-type", /NAME is not a decimal/],
  },
  // Expressions
  {
    name: "an expression sees record, run and connection",
    rule: cel("rec.NAME.orValue('') + run.id + connection.tag".replace("rec.NAME", "rec.?NAME")),
    row: { NAME: "n" },
    gives: "nrun-1EBS",
  },
  {
    name: "an expression computes with decimals",
    field: "amount",
    rule: cel("has(rec.AMOUNT) ? rec.AMOUNT * decimal('1.1') : decimal('0')"),
    row: { AMOUNT: "3" },
    gives: "3.3",
  },
  {
    name: "an expression that fails on a record rejects it",
    field: "amount",
    rule: cel("rec.?AMOUNT.orValue(decimal('1')).div(decimal('0'), 2)"),
    fails: ["map.expression", /zero/],
  },
  // Records and lists
  {
    name: "a record is made of its own rules",
    field: "site",
    rule: { rule: "record", map: { city: take("SITE.CITY"), zip: take("SITE.PLACE.ZIP") } },
    row: { SITE: { CITY: "Rye" } },
    gives: { city: "Rye", zip: null },
  },
  {
    name: "a required field inside a record is required",
    field: "site",
    rule: { rule: "record", map: { city: take("SITE.CITY") } },
    row: {},
    fails: ["map.absent", /SITE.CITY is absent/],
  },
  {
    name: "a list flattens lists on the way and knows parent and root",
    field: "items",
    rule: {
      rule: "list",
      parts: [{
        each: "LINES.DISTRIBUTIONS",
        key: "DIST",
        map: { key: take("DIST"), line: take("parent.LINE"), order: take("root.ID"), amount: take("VALUE") },
      }],
    },
    row: { LINES },
    gives: [
      { key: "11", line: "1", order: "4711", amount: "0.1" },
      { key: "12", line: "1", order: "4711", amount: "0.2" },
      { key: "21", line: "2", order: "4711", amount: "10" },
    ],
  },
  {
    name: "a list is put together from several, each with its condition",
    field: "items",
    rule: {
      rule: "list",
      parts: [{ one: { key: take("ID") } }, {
        each: "LINES",
        where: "rec.?TITLE.orValue('') == 'b' && root.ID == '4711'",
        map: { key: take("LINE") },
      }],
    },
    row: { LINES },
    gives: [{ key: "4711" }, { key: "2" }],
  },
  {
    name: "a list of nothing is empty, not absent",
    field: "items",
    rule: { rule: "list", parts: [{ each: "LINES", map: { key: take("LINE") } }] },
    gives: [],
  },
  {
    name: "a failure in a list names the item",
    field: "items",
    rule: {
      rule: "list",
      parts: [{ each: "LINES", key: "LINE", map: { key: take("LINE"), title: template("{TITLE}") } }],
    },
    row: { LINES: [{ LINE: "1", TITLE: "a" }, { LINE: "7" }] },
    fails: ["map.absent", /TITLE is absent/],
  },
];

for (const { name, field = "text", rule, row = {}, gives, fails } of SCENARIOS) {
  Deno.test(`In a mapping, ${name}`, () => {
    const mapped = mapOne({ map: { [field]: rule } }, row);
    if (!fails) {
      assert.deepEqual(mapped, { kind: "record", part: "", fields: { [field]: gives }, alternatives: {} });
      return;
    }
    assert.equal(mapped.kind, "rejected", Deno.inspect(mapped));
    const { failure } = mapped as Extract<typeof mapped, { kind: "rejected" }>;
    assert.equal(failure.code, fails[0], failure.message);
    assert.match(failure.message, fails[1]);
    assert.match(failure.place!, new RegExp(`^orders 4711, field ${field}`));
  });
}

Deno.test("A failure in a list has the item's key in its place", () => {
  const rule: Rule = {
    rule: "list",
    parts: [{ each: "LINES", key: "LINE", map: { key: take("LINE"), title: template("{TITLE}") } }],
  };
  const mapped = mapOne({ map: { items: rule } }, { LINES: [{ LINE: "1", TITLE: "a" }, { LINE: "7" }] });
  assert.ok(mapped.kind === "rejected");
  assert.equal(mapped.failure.place, "orders 4711, field items.title, LINE 7");
});

Deno.test("A link gives the id, or what `missing` says", () => {
  const row = { CODE: "c" };
  const known = { "codes/c": "99", "many/c": ["1", "2"], "parts/c/4711": "55" };
  const map = (rule: Rule) => mapOne({ map: { ref: rule } }, row, known);
  assert.deepEqual(map(link("codes", "CODE")), { kind: "record", part: "", fields: { ref: "99" }, alternatives: {} });
  assert.deepEqual(map(link("parts", "CODE", { part: "ID" })).kind, "record");
  assert.deepEqual(map(link("none", "CODE", { missing: "absent" })), {
    kind: "record",
    part: "",
    fields: { ref: null },
    alternatives: {},
  });
  assert.deepEqual(map(link("none", "CODE")), {
    kind: "parked",
    part: "",
    need: { pipeline: "none", key: "c", reverse: false },
    why: "ref: none has not linked c",
  });
  assert.equal(map(link("none", "CODE", { missing: "skip" })).kind, "skipped");
  const rejected = map(link("none", "CODE", { missing: "reject" }));
  assert.ok(rejected.kind === "rejected" && rejected.failure.code === "link.missing");
  const ambiguous = map(link("many", "CODE"));
  assert.ok(
    ambiguous.kind === "rejected" && ambiguous.failure.code === "map.ambiguous" &&
      /1, 2/.test(ambiguous.failure.message),
  );
  assert.deepEqual(map(link("none", "NAME", { missing: "reject" })), {
    kind: "record",
    part: "",
    fields: { ref: null },
    alternatives: {},
  });
});

Deno.test("An alternative is offered where it can be made, and never rejects the record", () => {
  const map = { name: take("NAME", { unique: template("{NAME} {CODE}") }) };
  const made = mapOne({ map }, { NAME: "Acme", CODE: "7" });
  assert.deepEqual(made, { kind: "record", part: "", fields: { name: "Acme" }, alternatives: { name: "Acme 7" } });
  for (const row of [{ NAME: "Acme" }, { NAME: "Acme", CODE: "much too long" }]) {
    assert.deepEqual(mapOne({ map }, row), { kind: "record", part: "", fields: { name: "Acme" }, alternatives: {} });
  }
});
