import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../failure.ts";
import { date, decimal, fieldsOf, id, integer, text, truth } from "../fields.ts";
import { z } from "zod";
import { compileCel, recordField } from "./cel.ts";
import { nearest } from "./nearest.ts";

const site = z.object({ SITE_ID: id(), CITY: text().optional(), OPEN: truth().optional() });
const fields = fieldsOf(z.object({
  VENDOR_ID: id(),
  NAME: text(),
  TYPE: text().optional(),
  FLAG: truth().optional(),
  AMOUNT: decimal(),
  REST: decimal().optional(),
  COUNT: integer().optional(),
  DUE: date().optional(),
  SITE: site.optional(),
  SITES: z.array(site).optional(),
  TAGS: z.array(text()).optional(),
}));
const variables = {
  rec: recordField(fields),
  part: { kind: "text" as const, required: true },
};

/** A record with everything in it. */
const full = {
  VENDOR_ID: "7",
  NAME: " Acme ",
  TYPE: "VENDOR",
  FLAG: true,
  AMOUNT: "10.10",
  REST: "0.2",
  COUNT: "12345678901234567890",
  DUE: "2026-02-01",
  SITE: { SITE_ID: "1", CITY: "Denver", OPEN: true },
  SITES: [{ SITE_ID: "1", CITY: "Denver" }, { SITE_ID: "2", CITY: null, OPEN: false }],
  TAGS: ["a", "b"],
};
/** Nothing but what is required. */
const bare = { VENDOR_ID: "7", NAME: "Acme", AMOUNT: "1" };

const compile = (expression: string) => {
  const compiled = compileCel(expression, { variables });
  assert(!("errors" in compiled), JSON.stringify("errors" in compiled && compiled.errors));
  return compiled;
};
const run = (expression: string, rec: object) =>
  compile(expression).evaluate({ rec: rec as Record<string, never>, part: "p" });

Deno.test("expressions compute on a full record and on a bare one", async (t) => {
  const table: [expression: string, full: unknown, bare: unknown][] = [
    ["rec.TYPE == 'VENDOR'", true, false],
    ["rec.TYPE != 'VENDOR'", false, true],
    ["'VENDOR' == rec.TYPE", true, false],
    ["rec.TYPE == ''", false, true],
    ["!(rec.TYPE in ['EMPLOYEE', 'VENDOR'])", false, true],
    ["rec.SITE.CITY == 'Denver'", true, false],
    ["(rec.SITE.CITY) == 'Denver' && rec . TYPE == 'VENDOR'", true, false],
    ["has(rec.SITE)", true, false],
    ["has(rec.SITE) && rec.SITE.SITE_ID == '1'", true, false],
    ["has(rec.SITE) ? rec.SITE.SITE_ID : 'none'", "1", "none"],
    ["!has(rec.TYPE) || rec.TYPE.startsWith('V')", true, true],
    ["rec.TYPE != '' && rec.TYPE.startsWith('V')", true, false],
    ["rec.TYPE == '' || rec.TYPE.startsWith('V')", true, true],
    ["rec.?SITE.?CITY.orValue('?')", "Denver", "?"],
    ["rec.?SITE.?CITY", "Denver", undefined],
    ["has(rec.?SITE.CITY)", true, false],
    ["rec.SITES.exists(s, s.CITY == 'Denver')", true, false],
    ["rec.SITES.all(s, s.CITY != '' || s.SITE_ID == '2')", true, true],
    ["rec.SITES.filter(s, has(s.CITY)).map(s, s.SITE_ID)", ["1"], []],
    ["rec.SITES.map(s, has(s.CITY), s.CITY)", ["Denver"], []],
    ["rec.SITES.map(s, s.?CITY.orValue('-')).join('/')", "Denver/-", ""],
    ["size(rec.SITES) > 0 ? rec.SITES[0].SITE_ID : ''", "1", ""],
    ["rec.SITES.size() + 1", "3", "1"],
    ["size(rec.SITES) > 0 && rec.SITES[0].CITY != '' && rec.SITES[0].CITY + 'a' == 'Denvera'", true, false],
    ["'a' in rec.TAGS", true, false],
    ["cel.bind(city, rec.?SITE.?CITY.orValue('x'), city + city)", "DenverDenver", "xx"],
    ["rec.AMOUNT + rec.?REST.orValue(decimal('0'))", "10.3", "1"],
    ["rec.AMOUNT * decimal('1.5')", "15.15", "1.5"],
    ["-rec.AMOUNT", "-10.1", "-1"],
    ["decimal('0.1') + decimal('0.2') == decimal('0.3')", true, true],
    ["rec.AMOUNT >= decimal(2) && rec.AMOUNT < decimal('10.11')", true, false],
    ["rec.AMOUNT.div(decimal(3), 2)", "3.37", "0.33"],
    ["rec.AMOUNT.fixed(1)", "10.1", "1.0"],
    ["string(rec.AMOUNT.round(0).abs())", "10", "1"],
    ["rec.?COUNT.orValue(0) / 10", undefined, "0"],
    ["rec.?DUE.orValue('2026-01-01') > '2026-01-15'", true, false],
    ["rec.NAME.trim() + '/' + part", "Acme/p", "Acme/p"],
    ["rec.NAME.trim().truncate(2)", "Ac", "Ac"],
    ["rx(rec.NAME, '^ ?A') && rec.NAME.rx('cm')", true, true],
    ["rec.?FLAG.orValue(false)", true, false],
  ];
  for (const [expression, whole, rest] of table) {
    await t.step(expression, () => {
      if (whole !== undefined || !expression.includes("COUNT")) assert.deepEqual(run(expression, full), whole);
      assert.deepEqual(run(expression, bare), rest);
      const empty = { ...bare, TYPE: "", REST: null, SITE: undefined, SITES: null };
      assert.deepEqual(run(expression, empty), rest, "null and the empty text are absent too");
    });
  }
});

Deno.test("mistakes in an expression are found before it runs, with their place", async (t) => {
  const table: [expression: string, underlined: string, code: string, help: RegExp | undefined][] = [
    ["rec.NAM == 'a'", "NAM", "unknown-field", /did you mean NAME\?/],
    ["has(rec.zzz)", "zzz", "unknown-field", undefined],
    ["rec.SITES.exists(s, s.CTY == 'a')", "CTY", "unknown-field", /CITY/],
    ["rec.SITE.constructor == 'a'", "constructor", "unknown-field", undefined],
    ["reg.NAME == 'a'", "reg", "unknown-variable", /did you mean rec\?/],
    ["rec.TYPE.startsWith('V')", "rec.TYPE", "may-be-absent", /rec\.\?TYPE\.orValue\(''\).*has\(rec\.TYPE\)/],
    ["rec.SITE.CITY + 'a'", "rec.SITE.CITY", "may-be-absent", /rec\.\?SITE\.\?CITY\.orValue\(''\)/],
    ["rec.REST + rec.AMOUNT", "rec.REST", "may-be-absent", /orValue\(decimal\('0'\)\)/],
    ["rec.FLAG", "rec.FLAG", "may-be-absent", /orValue\(false\)/],
    ["rec.COUNT > 1", "rec.COUNT", "may-be-absent", /orValue\(0\)/],
    ["has(rec.SITE.CITY)", "rec.SITE.CITY", "may-be-absent", /has\(rec\.\?SITE\.CITY\)/],
    ["rec.SITES.map(s, s.CITY)", "s.CITY", "may-be-absent", /s\.\?CITY/],
    ["has(rec.TYPE) || rec.TYPE.startsWith('V')", "rec.TYPE", "may-be-absent", undefined],
    ["has(rec.TYPE) ? 'a' : rec.TYPE", "rec.TYPE", "may-be-absent", undefined],
    ["rec.?TYPE.value()", "rec.?TYPE", "may-be-absent", undefined],
    ["rec.SITES[0].CITY != '' && rec.SITES[1].CITY + 'a' == 'b'", "rec.SITES[1].CITY", "may-be-absent", undefined],
    ["rec.TYPE == 5", "rec.TYPE == 5", "wrong-type", /'5' in quotes/],
    ["rec.TYPE == rec.NAME", "rec.TYPE", "may-be-absent", undefined],
    ["has(rec.SITES)", "has(rec.SITES)", "has-list", /size\(rec\.SITES\)/],
    ["rec.VENDOR_ID == 7", "rec.VENDOR_ID == 7", "wrong-type", /quotes/],
    ["rec.AMOUNT * 1.5", "1.5", "float", /decimal/],
    ["rec.AMOUNT * 2 ", "rec.AMOUNT * 2", "wrong-type", /decimal\(2\)/],
    ["double(string(rec.AMOUNT))", "double(string(rec.AMOUNT))", "float", undefined],
    ["dyn(rec.NAME)", "dyn(rec.NAME)", "no-dyn", undefined],
    ["rec.NAME.matches('^(a+)+$')", "rec.NAME.matches('^(a+)+$')", "no-matches", /rx/],
    ["rx(rec.NAME, '(a')", "'(a'", "bad-pattern", undefined],
    ["rx(rec.NAME, rec.NAME)", "rec.NAME", "bad-pattern", undefined],
    ["rec['NAME']", "rec['NAME']", "bad-index", /rec\.FIELD/],
    ["rec.NAME ==", "", "bad-expression", /complete/],
    ["rec.NAME + 1", "rec.NAME + 1", "wrong-type", undefined],
    ["rec.NAME ? 1 : 2", "NAME", "wrong-type", undefined],
    ["rec", "rec", "wrong-type", undefined],
    ["{'a': 1}", "{'a': 1}", "wrong-type", undefined],
    ["rec.SITES.all(a, rec.SITES.all(b, rec.SITES.all(c, rec.SITES.all(d, true))))", "", "too-deep", undefined],
    ["", "", "bad-expression", undefined],
    ["'" + "a".repeat(5000) + "'", "'", "bad-expression", undefined],
    ["(".repeat(3000) + ")".repeat(900), "", "bad-expression", undefined],
  ];
  for (const [expression, underlined, code, help] of table) {
    await t.step(expression.slice(0, 60) || "(empty)", () => {
      const compiled = compileCel(expression, { variables });
      assert("errors" in compiled, "an error is found");
      assert.equal(compiled.errors.length, 1, JSON.stringify(compiled.errors));
      const [error] = compiled.errors;
      assert.equal(error.code, code, error.message);
      if (underlined) assert.equal(expression.slice(error.offset, error.offset + error.length), underlined);
      if (help) assert.match(error.help ?? "", help);
      assert(!/no such overload|dyn</.test(error.message), error.message);
    });
  }
});

Deno.test("a condition must give true or false", () => {
  const bad = compileCel("rec.NAME", { variables, expects: "boolean" });
  assert("errors" in bad);
  assert.match(bad.errors[0].message, /gives text, not true or false/);
  assert(!("errors" in compileCel("rec.NAME == 'a'", { variables, expects: "boolean" })));
});

Deno.test("an expression says what it gives and what it reads", () => {
  assert.equal(compile("rec.?COUNT.orValue(0)").type, "integer");
  assert.deepEqual([compile("rec.?REST").type, compile("rec.?REST").optional], ["decimal", true]);
  assert.deepEqual(compile("rec.SITES.exists(s, s.CITY == 'a') && part == 'x'").paths, ["part", "rec.SITES.CITY"]);
  assert.deepEqual(compile("has(rec.SITE)").paths, ["rec.SITE"]);
});

Deno.test("a required value that is absent at run time, or malformed, is a failure that names it", () => {
  const failure = (expression: string, rec: object) => {
    try {
      run(expression, rec);
    } catch (error) {
      assert(error instanceof Failure);
      return error;
    }
    assert.fail("no failure");
  };
  assert.equal(failure("rec.NAME + 'a'", { ...bare, NAME: "" }).code, "map.expression");
  assert.match(failure("rec.NAME + 'a'", { ...bare, NAME: null }).message, /needs NAME, which is absent/);
  assert.match(failure("rec.AMOUNT + rec.AMOUNT", { ...bare, AMOUNT: "1,5" }).message, /rec.AMOUNT is not a decimal/);
  assert.match(failure("rec.AMOUNT.div(decimal(0), 2)", bare).message, /Division by zero/);
  assert.match(failure("decimal('1e999999999')", bare).message, /decimal/);
  assert.match(failure("rec.SITES[3].SITE_ID", full).message, /expression/);
});

Deno.test("a hostile pattern on long text takes no time", () => {
  assert.equal(run("rx(rec.NAME, '^(a+)+$')", { ...bare, NAME: "a".repeat(5000) + "!" }), false);
});

Deno.test("no text makes the compiler throw", () => {
  const token = fc.constantFrom(
    ...[
      "rec",
      ".",
      ".?",
      "NAME",
      "SITES",
      "(",
      ")",
      "[",
      "]",
      "0",
      "==",
      "&&",
      "'a'",
      "has",
      "map",
      "s",
      ",",
      "?",
      ":",
    ],
    ...["orValue", "filter", "exists", "!", "cel", "bind", "1.5", "in", "{", "}", "+", " "],
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(token, { maxLength: 25 }).map((t) => t.join(""))), (text) => {
      const compiled = compileCel(text, { variables });
      if ("errors" in compiled) {
        for (const e of compiled.errors) assert(e.offset >= 0 && e.length >= 1 && e.offset <= text.length);
      }
    }),
    { numRuns: 1500 },
  );
});

Deno.test("what has passed the check never needs what the schema calls optional", () => {
  const piece = fc.constantFrom(
    ...["rec.TYPE == 'a'", "has(rec.TYPE)", "rec.TYPE.startsWith('a')", "rec.SITE.CITY == ''", "has(rec.SITE)"],
    ...["rec.SITE.SITE_ID == '1'", "rec.FLAG", "rec.?FLAG.orValue(true)", "rec.SITES.exists(s, s.CITY + 'a' == 'b')"],
    ...["rec.SITES.all(s, has(s.CITY) && s.CITY.size() > 1)", "rec.SITE.CITY != ''", "size(rec.SITE.CITY) > 2"],
  );
  const join = fc.constantFrom(" && ", " || ", " && !", " || !");
  const expression = fc.array(fc.tuple(piece, join), { minLength: 1, maxLength: 5 }).map((parts) =>
    parts.map(([text, op], i) => text + (i < parts.length - 1 ? op : "")).join("")
  );
  const rec = fc.record({
    TYPE: fc.option(fc.constantFrom("a", "")),
    FLAG: fc.option(fc.boolean()),
    SITE: fc.option(fc.record({ SITE_ID: fc.constant("1"), CITY: fc.option(fc.constantFrom("", "Rome")) })),
    SITES: fc.option(fc.array(fc.record({ SITE_ID: fc.constant("1"), CITY: fc.option(fc.constantFrom("", "Rome")) }))),
  });
  let passed = 0;
  fc.assert(
    fc.property(expression, rec, (text, fields) => {
      const compiled = compileCel(text, { variables });
      if ("errors" in compiled) return;
      passed++;
      assert.equal(typeof compiled.evaluate({ rec: { ...bare, ...fields }, part: "" }), "boolean");
    }),
    { numRuns: 2000 },
  );
  assert(passed > 300, `only ${passed} expressions passed the check`);
});

Deno.test("the nearest name is found only where it is near", () => {
  assert.equal(nearest("VENDR_NAME", ["VENDOR_ID", "VENDOR_NAME"]), "VENDOR_NAME");
  assert.equal(nearest("zebra", ["VENDOR_ID", "NAME"]), undefined);
});

Deno.test("long and deep expressions are compiled or refused, but quickly", () => {
  const started = performance.now();
  const chain = Array(200).fill("rec.TYPE == 'a'").join(" || ");
  assert(!("errors" in compileCel(chain, { variables })), "a long list of alternatives is no depth");
  for (
    const text of [
      "rec.NAME" + ".trim()".repeat(200),
      "rec.NAME" + ".a".repeat(1000),
      "f(rec)" + ".a".repeat(50),
      "rec.SITES" + ".filter(s, true)".repeat(50),
      "[[1]]" + "[0]".repeat(50),
      "!".repeat(3000) + "true",
      "rec.SITES.map(a, rec.SITES.map(b, ".repeat(20) + "1" + "))".repeat(20),
    ]
  ) compileCel(text, { variables });
  assert(performance.now() - started < 1000);
});
