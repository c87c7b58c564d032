import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row, Value } from "../connector.ts";
import { Big, plain } from "../decimal.ts";
import type { Failure } from "../failure.ts";
import type { Rule, Transform } from "../pipeline/model.ts";
import { around, constant, link, linksFrom, mapOne, mapperOf, take, template, things } from "./testing.ts";

const LINES = [
  {
    LINE: "1",
    TITLE: "a",
    DISTRIBUTIONS: [
      { DIST: "11", PROJECT: "P", ACCOUNT: "A1", VALUE: "1" },
      { DIST: "12", PROJECT: "Q", ACCOUNT: "A2", VALUE: "2" },
    ],
  },
  {
    LINE: "2",
    TITLE: "b",
    DISTRIBUTIONS: [{ DIST: "21", PROJECT: "P", ACCOUNT: "A1", VALUE: "4" }, { DIST: "22", VALUE: "8" }],
  },
];

const split = { split: "LINES.DISTRIBUTIONS.PROJECT" };
const splitMap: Record<string, Rule> = {
  name: template("{ID}-{part}"),
  amount: { rule: "sum-each", each: "LINES.DISTRIBUTIONS", value: take("VALUE") },
  count: { rule: "cel", expression: "rec.LINES.size()" },
  items: {
    rule: "list",
    parts: [{
      each: "LINES.DISTRIBUTIONS",
      key: "DIST",
      map: { key: take("DIST"), code: link("cost-codes", "ACCOUNT", { part: "part" }) },
    }],
  },
};

Deno.test("A record has a part for each distinct value at its split, and none without one", () => {
  const mapper = mapperOf({ map: splitMap, source: split });
  assert.deepEqual(mapper.parts({ ID: "1", LINES }), ["P", "Q"]);
  assert.deepEqual(mapper.parts({ ID: "1", LINES: [] }), []);
  assert.deepEqual(mapper.parts({ ID: "1" }), []);
  assert.deepEqual(mapperOf({ map: splitMap }).parts({ ID: "1" }), [""]);
  assert.deepEqual(mapperOf({ map: {}, source: { split: "TAGS" } }).parts({ ID: "1", TAGS: ["x", "y", "x", ""] }), [
    "x",
    "y",
  ]);
});

Deno.test("A part carries only its own elements, so that no amount reaches two projects", () => {
  const mapper = mapperOf({ map: splitMap, source: split });
  const row = { ID: "1", LINES };
  const before = structuredClone(row);
  const links = linksFrom({ "cost-codes/A1/P": "71", "cost-codes/A2/Q": "72" });
  const [p, q] = mapper.parts(row).map((part) => mapper.map(row, part, links, around));
  assert.ok(p.kind === "record" && q.kind === "record", Deno.inspect([p, q]));
  assert.deepEqual(p.fields, {
    name: "1-P",
    amount: "5",
    count: "2",
    items: [{ key: "11", code: "71" }, { key: "21", code: "71" }],
  });
  assert.deepEqual(q.fields, { name: "1-Q", amount: "2", count: "1", items: [{ key: "12", code: "72" }] });
  assert.deepEqual(row, before);
});

Deno.test("A mapping's needs are what it asks for: the partition's, those inside lists, once for each element", () => {
  const mapper = mapperOf({
    map: splitMap,
    source: split,
    partition: { link: "projects", of: "part", missing: "park" },
  });
  const links = linksFrom({ "cost-codes/A1/P": "71", "projects/P": "5" });
  const row = { ID: "1", LINES };
  const needs = mapper.needs(row, "P");
  const mapped = mapper.map(row, "P", links, around);
  assert.ok(mapped.kind === "record" && mapped.partition === "5");
  assert.deepEqual(needs, links.asked);
  assert.deepEqual(needs, [
    { pipeline: "projects", key: "P", reverse: false },
    { pipeline: "cost-codes", key: "A1", part: "P", reverse: false },
    { pipeline: "cost-codes", key: "A1", part: "P", reverse: false },
  ]);
});

Deno.test("A record whose partition is missing is parked, skipped or rejected before its fields are looked at", () => {
  const map = { name: take("NAME") };
  const of = (missing: "park" | "skip" | "reject", row: Row) =>
    mapOne({ map, partition: { link: "projects", of: "CODE", missing } }, row);
  assert.equal(of("park", { CODE: "c" }).kind, "parked");
  assert.equal(of("skip", { CODE: "c" }).kind, "skipped");
  assert.equal(of("skip", {}).kind, "skipped");
  for (const [row, code] of [[{ CODE: "c" }, "link.missing"], [{}, "map.absent"]] as const) {
    const mapped = of("reject", row);
    assert.ok(mapped.kind === "rejected" && mapped.failure.code === code);
  }
});

Deno.test("A condition decides on the whole record; where it fails, the failure says on which", () => {
  const mapper = mapperOf({
    map: {},
    source: { where: "rec.FLAG == 'Y' && decimal(rec.?NAME.orValue('0')) > decimal('1')" },
  });
  assert.equal(mapper.inScope({ ID: "1", FLAG: "N" }), false);
  assert.equal(mapper.inScope({ ID: "1" }), false);
  assert.equal(mapper.inScope({ ID: "1", FLAG: "Y", NAME: "2" }), true);
  assert.throws(
    () => mapper.inScope({ ID: "1", FLAG: "Y", NAME: "x" }),
    (failure: Failure) => failure.code === "map.expression" && failure.place === "orders 1, field where",
  );
});

Deno.test("An expression that does not pass the check stops the compilation", () => {
  assert.throws(() => mapperOf({ map: { text: { rule: "cel", expression: "rec.NO_SUCH" } } }), {
    code: "config.invalid",
  });
});

Deno.test("A record that is nothing like its schema is rejected, not thrown", () => {
  const mapper = mapperOf({ map: splitMap, source: split });
  for (
    const LINES of ["x", [["y"]], [null], { DISTRIBUTIONS: "z" }, [{
      DISTRIBUTIONS: [{ PROJECT: { a: "b" } }],
    }]] as Value[]
  ) {
    mapper.parts({ ID: "1", LINES });
    mapper.needs({ ID: "1", LINES }, "P");
    assert.notEqual(mapper.map({ ID: "1", LINES }, "P", () => undefined, around).kind, "parked");
  }
});

// General rules

const path = fc.constantFrom(
  "NAME",
  "CODE",
  "FLAG",
  "OPEN",
  "AMOUNT",
  "COUNT",
  "DAY",
  "AT",
  "TAGS",
  "SITE",
  "SITE.CITY",
  "LINES.LINE",
  "root.ID",
  "part",
  "run.at",
);
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    null,
    undefined,
    "",
    " ",
    "Y",
    "N",
    "x",
    "1.50",
    "-0",
    "1e5",
    "2024-02-29",
    "2024-02-30",
    "2024-01-01T00:00:00Z",
    true,
    false,
  ),
  fc.string({ maxLength: 15 }),
);
const tree = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    path.map((from) => take(from)),
    fc.constantFrom("a", "", true, null).map(constant),
    fc.array(path, { maxLength: 3 }).map((paths) => template(paths.map((one) => `{${one}}`).join("-"))),
    fc.record({
      rule: fc.constant("take" as const),
      from: path,
      apply: fc.constantFrom<Transform[]>([], [{ do: "trim" }, { do: "upper" }], [{ do: "round", places: 1 }]),
      default: tie("rule"),
      table: fc.constantFrom(undefined, { Y: "yes", "": "none" }),
      else: tie("rule"),
    }) as fc.Arbitrary<Rule>,
    fc.tuple(path.filter((of) => of !== "run.at"), fc.constantFrom("park", "reject", "skip", "absent")).map((
      [of, missing],
    ) => link("codes", of, { missing: missing as "park" })),
    fc.array(tie("rule"), { minLength: 1, maxLength: 3 }).map((of): Rule => ({ rule: "sum", of })),
    fc.array(tie("rule"), { minLength: 2, maxLength: 3 }).map((of): Rule => ({ rule: "difference", of })),
    tie("rule").map((of): Rule => ({ rule: "negate", of })),
    tie("rule").map((value): Rule => ({ rule: "sum-each", each: "LINES.DISTRIBUTIONS", value })),
    fc.constantFrom(
      "root.?NAME.orValue('n') + 'x'",
      "root.FLAG == 'Y'",
      "decimal(root.?CODE.orValue('1')) * decimal('2')",
    )
      .map((expression): Rule => ({ rule: "cel", expression })),
  ),
})).rule;
const line = fc.record({
  LINE: scalar,
  TITLE: scalar,
  DISTRIBUTIONS: fc.oneof(
    scalar,
    fc.array(fc.record({ DIST: scalar, PROJECT: scalar, VALUE: scalar }), { maxLength: 3 }),
  ),
});
const row = fc.record({
  ID: fc.string({ minLength: 1 }),
  NAME: scalar,
  CODE: scalar,
  FLAG: scalar,
  OPEN: scalar,
  AMOUNT: scalar,
  COUNT: scalar,
  DAY: scalar,
  AT: scalar,
  TAGS: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
  SITE: fc.oneof(scalar, fc.record({ CITY: scalar })),
  LINES: fc.oneof(scalar, fc.array(line, { maxLength: 3 })),
}, { requiredKeys: ["ID"], noNullPrototype: true }) as fc.Arbitrary<Row>;
const scalarTarget = fc.constantFrom("name", "text", "status", "ref", "amount", "count", "open", "day", "at", "tags");
const told = fc.record({
  map: fc.dictionary(scalarTarget, tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  source: fc.constantFrom({}, split, { split: "TAGS" }),
});

Deno.test("Mapping is deterministic, throws nothing, invents no field, leaves no required one out, and changes no record", () => {
  const kinds: Record<string, number> = {};
  fc.assert(
    fc.property(told, row, fc.constantFrom({}, { "codes/Y": "1", "codes/x": ["1", "2"] }), (told, row, known) => {
      const mapper = mapperOf(told as Parameters<typeof mapperOf>[0]);
      const before = JSON.stringify(row);
      for (const part of mapper.parts(row)) {
        const links = linksFrom(known as Record<string, string>);
        const needs = mapper.needs(row, part);
        const mapped = mapper.map(row, part, links, around);
        kinds[mapped.kind] = (kinds[mapped.kind] ?? 0) + 1;
        assert.deepEqual(mapper.map(row, part, links, around), mapped);
        for (const asked of links.asked) {
          assert.ok(needs.some((need) => need.key === asked.key && need.pipeline === asked.pipeline));
        }
        if (mapped.kind === "rejected") assert.notEqual(mapped.failure.code, "bug", mapped.failure.message);
        if (mapped.kind !== "record") continue;
        assert.deepEqual(Object.keys(mapped.fields).sort(), Object.keys(told.map).sort());
        const result = things.destination!.fields.partial().safeParse(mapped.fields);
        assert.ok(result.success);
        if ("name" in told.map) assert.equal(typeof mapped.fields.name, "string");
      }
      assert.equal(JSON.stringify(row), before);
    }),
    { numRuns: 1000 },
  );
  for (const kind of ["record", "rejected", "parked", "skipped"]) {
    assert.ok(kinds[kind] > 0, `${kind}: ${kinds[kind]}`);
  }
});

Deno.test("Sums and negation are exact for every amount", () => {
  const amount = fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(10)).map(([digits, places]) =>
    new Big(digits.toString()).div(new Big(10).pow(places))
  );
  fc.assert(fc.property(amount, amount, (a, b) => {
    const row = { AMOUNT: a.toFixed(), OTHER: b.toFixed() };
    const of = [take("AMOUNT"), take("OTHER")];
    const made = (rule: Rule) => (mapOne({ map: { amount: rule } }, row) as { fields: Row }).fields.amount;
    assert.equal(made({ rule: "sum", of }), plain(a.plus(b)));
    assert.equal(made({ rule: "difference", of }), plain(a.minus(b)));
    assert.equal(made({ rule: "negate", of: { rule: "negate", of: take("AMOUNT") } }), plain(a));
  }));
});

Deno.test("What a requirement says shows the record's values, a dash for what is absent, and never fails itself", () => {
  const words = [
    { text: "in " },
    { path: "CODE" },
    { text: ", not " },
    { path: "NAME" },
    { text: "; lines " },
    { path: "LINES.LINE" },
  ];
  const mapper = mapperOf({
    map: { name: take("ID") },
    source: { require: [{ that: "rec.CODE == 'USD'", says: "as written", words }] },
  });
  const said = (row: Row): string => {
    try {
      return String(mapper.inScope({ ID: "4711", ...row }));
    } catch (thrown) {
      assert.equal((thrown as Failure).code, "record.unfit");
      return (thrown as Failure).message;
    }
  };
  assert.equal(said({ CODE: "USD" }), "true");
  assert.equal(said({ CODE: "EUR" }), "in EUR, not –; lines –");
  assert.equal(said({ CODE: "EUR", NAME: "" }), "in EUR, not –; lines –");
  assert.equal(said({ CODE: "EUR", LINES: [{ LINE: "1" }] }), "in EUR, not –; lines 1");
  assert.equal(said({ CODE: "EUR", LINES }), "in EUR, not –; lines several values");
});
