import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row, Value } from "../connector.ts";
import { fieldsOf } from "../fields.ts";
import { compileCel, recordField } from "../pipeline/cel.ts";
import type { Rule, Transform } from "../pipeline/model.ts";
import { emitRecord } from "./emit.ts";
import { compileRules } from "./record.ts";
import { type Context, Problem, type Scope } from "./scope.ts";
import { shortcut } from "./shortcut.ts";
import { around, constant, orders, take, template, things } from "./testing.ts";

const path = fc.constantFrom(
  "ID",
  "NAME",
  "CODE",
  "FLAG",
  "OPEN",
  "AMOUNT",
  "COUNT",
  "DAY",
  "AT",
  "SITE.CITY",
  "SITE.PLACE.ZIP",
  "LINES.TITLE",
  "root.NAME",
  "part",
  "connection.tag",
  "run.id",
);
const text = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "  x ",
    "Y",
    "N",
    "y",
    "A",
    "Draft",
    "1.50",
    "12",
    "007",
    "-0",
    "2024-02-29",
    "2023-02-29",
    "2024-06-30T10:00:00",
    "twelve chars",
    "thirteen chars",
  ),
  fc.string({ maxLength: 14 }),
);
const odd: fc.Arbitrary<Value> = fc.constantFrom<Value>(null, undefined, true, false, [], ["a"], ["a", "b"], {}, {
  CITY: "c",
});
const value = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: odd });
const row = fc.record({
  ID: value,
  NAME: value,
  CODE: value,
  FLAG: value,
  OPEN: value,
  AMOUNT: value,
  COUNT: value,
  DAY: value,
  AT: value,
  SITE: fc.oneof(
    odd,
    fc.record({ CITY: value, PLACE: fc.oneof(odd, fc.record({ ZIP: value }, { noNullPrototype: true })) }, {
      noNullPrototype: true,
    }),
  ),
  LINES: fc.oneof(odd, fc.array(fc.record({ TITLE: value }, { noNullPrototype: true }), { maxLength: 2 })),
}, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Row>;

const step = fc.constantFrom<Transform>(
  { do: "trim" },
  { do: "upper" },
  { do: "lower" },
  { do: "collapse" },
  { do: "digits" },
  { do: "truncate", length: 3 },
  { do: "prefix", text: "0" },
  { do: "pad", length: 3, with: "0" },
  { do: "round", places: 1 },
);
const fallback = fc.option(
  fc.oneof(
    fc.constantFrom<Value>("x", "1.0", "Y", true, null, " ").map((v) => constant(v as string)),
    path.map((from) => take(from)),
  ),
  { nil: undefined },
);
const rule: fc.Arbitrary<Rule> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      from: path,
      apply: fc.array(step, { maxLength: 3 }),
      default: fallback,
      table: fc.constantFrom<Record<string, string | boolean> | undefined>(undefined, undefined, {
        Y: "Draft",
        N: true,
        A: "1.50",
        "": "none",
      }, { X: "" }),
      else: fallback,
      type: fc.constantFrom(undefined, undefined, "decimal" as const, "text" as const),
    }).map(({ from, ...more }) => take(from, more)),
  },
  fc.array(path, { maxLength: 2 }).map((paths) => template(`<${paths.map((one) => `{${one}}`).join("-")}>`)),
  fc.constantFrom("x", "1.50", "", "Y", "thirteen chars").map(constant),
);
const target = fc.constantFrom("name", "text", "status", "ref", "amount", "count", "open", "day", "at", "unknown");
const map = fc.dictionary(target, rule, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

Deno.test("The function written for a map gives what its compiled rules give, failures included", () => {
  let made = 0;
  fc.assert(
    fc.property(map, row, (map, row) => {
      const context: Context = { depth: 0, levels: [fieldsOf(orders.record)], field: "", needs: [] };
      const { fields, compiled } = compileRules(map, fieldsOf(things.destination!.fields), context);
      const written = emitRecord(fields, compiled, context);
      const scope: Scope = { stack: [row], part: "p", links: () => undefined, around };
      const run = (work: (scope: Scope) => Row): unknown => {
        try {
          return work(scope);
        } catch (thrown) {
          if (thrown instanceof Problem) return { ...thrown };
          throw thrown;
        }
      };
      const expected = run(compiled);
      if (!("code" in (expected as object))) made++;
      assert.deepEqual(run(written), expected);
    }),
    { numRuns: 5000 },
  );
  assert.ok(made > 200, `only ${made} records were made`);
});

Deno.test("No name or text of a map becomes code", () => {
  const evil = '"]; globalThis["broken"] = 1; //\u2028`${globalThis["broken"] = 1}`\n\\"; //';
  const text = { kind: "text" as const, required: false };
  const context: Context = { depth: 0, levels: [{ [evil]: text }], field: "", needs: [] };
  const map: Record<string, Rule> = {
    [evil]: take(evil),
    filled: { rule: "template", parts: [{ text: evil }, { path: evil }] },
    looked: take(evil, { default: constant(evil), table: { [evil]: evil } }),
    fixed: constant(evil),
  };
  const targets = Object.fromEntries(Object.keys(map).map((name) => [name, text]));
  const { fields, compiled } = compileRules(map, targets, context);
  const scope: Scope = { stack: [{ [evil]: evil }], part: "", links: () => undefined, around };
  const written = emitRecord(fields, compiled, context)(scope);
  assert.deepEqual(written, { [evil]: evil, filled: evil + evil, looked: evil, fixed: evil });
  assert.ok(shortcut(`rec.A == ${JSON.stringify(evil)}`, { A: text })!({ A: evil }));
  assert.ok(!("broken" in globalThis));
});

const record = { A: "text", B: "id", C: "text", D: "decimal", E: "boolean" } as const;
const fields = Object.fromEntries(
  Object.entries(record).map(([name, kind]) => [name, { kind, required: name === "B" }]),
);
const nested = {
  SITE: { kind: "record" as const, required: false, fields: { X: { kind: "text" as const, required: false } } },
};
Object.assign(fields, nested);
const variables = { rec: recordField(fields) };
const name = fc.constantFrom("rec.A", "rec.B", "rec.C");
const word = fc.constantFrom("''", "'Y'", "'N'", '"it\'s"', "'\\n'");
const condition = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(name, fc.constantFrom("==", "!="), word, fc.boolean()).map(([n, op, w, turned]) =>
      turned ? `${w} ${op} ${n}` : `${n} ${op} ${w}`
    ),
    fc.tuple(name, fc.array(word, { minLength: 1, maxLength: 3 })).map(([n, words]) => `${n} in [${words.join(", ")}]`),
    fc.oneof(name, fc.constant("rec.SITE")).map((n) => `has(${n})`),
    tie("condition").map((one) => `!(${one})`),
    fc.tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition")).map(([a, op, b]) => `(${a} ${op} ${b})`),
  ),
})).condition;

Deno.test("The short way through a condition gives what the expression gives", () => {
  const values = fc.constantFrom<Value>("", "Y", "N", "it's", "\n", null, undefined);
  fc.assert(
    fc.property(
      condition,
      fc.record({
        A: values,
        B: fc.constantFrom("Y", "N", "x"),
        C: values,
        SITE: fc.constantFrom<Value>(null, undefined, {}, { X: "x" }),
      }, { noNullPrototype: true }),
      (expression, rec) => {
        const compiled = compileCel(expression, { variables, expects: "boolean" });
        assert.ok("evaluate" in compiled, Deno.inspect(compiled));
        const short = shortcut(expression, fields);
        if (!short) return void assert.ok(!/rec\.[ABC]/.test(expression), expression);
        assert.equal(short(rec as Row), compiled.evaluate({ rec: rec as Row }), expression);
      },
    ),
    { numRuns: 3000 },
  );
});

Deno.test("There is no short way through any other expression, nor for a value that is not text", () => {
  for (
    const other of [
      "rec.D == decimal('1')",
      "rec.E",
      "rec.E == true",
      "rec.?A.orValue('') == 'Y'",
      "rec.A + 'x' == 'Yx'",
      "rec.A == rec.B",
      "rec.A in []",
      "true",
      "rec.A == 'Y' ? true : false",
      "rec.A ==",
      "x.A == 'Y'",
      "rec.Z == 'Y'",
    ]
  ) {
    assert.equal(shortcut(other, fields), undefined, other);
  }
  assert.equal(shortcut("rec.A == 'Y'", fields)!({ A: true }), undefined);
  assert.equal(shortcut("rec.A == 'Y'", undefined), undefined);
});

Deno.test("A negated condition on a nested record is negated as a whole", () => {
  const short = shortcut("rec.A == 'Y' && !has(rec.SITE)", fields)!;
  assert.equal(short({ A: "Y", SITE: { X: "x" } }), false);
  assert.equal(short({ A: "Y" }), true);
});
