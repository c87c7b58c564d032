import assert from "node:assert/strict";
import fc from "fast-check";
import { id, text } from "../fields.ts";
import { compileCel, recordField } from "../pipeline/cel.ts";
import { fieldsOf } from "../fields.ts";
import { z } from "zod";
import { waysOf } from "./ways.ts";

const variables = {
  rec: recordField(fieldsOf(z.object({
    ID: id(),
    A: text().optional(),
    B: text().optional(),
    SITE: z.object({ CITY: text().optional() }).optional(),
    TAGS: z.array(text()).optional(),
  }))),
};

type Rec = Record<string, string | string[] | Record<string, string>>;

/** The ways that an expression takes on a record. */
function taken(expression: string, condition: boolean, rec: Rec): string[] {
  return waysOf(expression, { condition }).filter(({ when }) => {
    const compiled = compileCel(when, { variables, expects: "boolean" });
    assert(!("errors" in compiled), `${when}: ${JSON.stringify(compiled)}`);
    return compiled.evaluate({ rec: { ID: "1", ...rec } });
  }).map(({ text, truth }) => `${text} is ${truth}`);
}

const conditions: [expression: string, rec: Rec, ways: string[]][] = [
  ["rec.A == 'x' && rec.B == 'y'", { A: "x", B: "y" }, []],
  ["rec.A == 'x' && rec.B == 'y'", { A: "z" }, ["rec.A == 'x' is false"]],
  ["rec.A == 'x' && rec.B == 'y'", { A: "x", B: "n" }, ["rec.B == 'y' is false"]],
  ["rec.A == 'x' || rec.B == 'y'", { A: "x", B: "y" }, ["rec.A == 'x' is true"]],
  ["rec.A == 'x' || rec.B == 'y'", { B: "y" }, ["rec.B == 'y' is true"]],
  ["has(rec.SITE) && rec.SITE.CITY == 'y'", {}, ["has(rec.SITE) is false"]],
  ["has(rec.SITE) && rec.SITE.CITY == 'y'", { SITE: { CITY: "n" } }, ["rec.SITE.CITY == 'y' is false"]],
  ["rec.A != 'x' && !(rec.B in ['(', 'z'])", { B: "(" }, ["!(rec.B in ['(', 'z']) is false"]],
  ["rec.A == 'x' && (rec.B == 'y' || rec.B == 'z')", { A: "x", B: "z" }, ["rec.B == 'z' is true"]],
];

Deno.test("the operand that decides a condition is told from those that do not", () => {
  for (const [expression, rec, ways] of conditions) {
    assert.deepEqual(taken(expression, true, rec), ways, `${expression} on ${JSON.stringify(rec)}`);
  }
});

const choices: [expression: string, rec: Rec, ways: string[]][] = [
  ["has(rec.A) ? rec.A : 'none'", { A: "x" }, ["has(rec.A) is true"]],
  ["has(rec.A) ? rec.A : 'none'", {}, ["has(rec.A) is false"]],
  [
    "cel.bind(a, rec.?A.orValue(''), (a != '' ? a : 'none').truncate(3))",
    { A: "x" },
    ["a != '' is true"],
  ],
  ["rec.TAGS.map(t, t == 'x' ? 'X' : t).join(',')", { TAGS: ["x", "y"] }, ["t == 'x' is true", "t == 'x' is false"]],
  ["rec.TAGS.map(t, t == 'x' ? 'X' : t).join(',')", { TAGS: [] }, []],
  ["rec.A == 'x' ? (rec.B == 'y' ? '1' : '2') : '3'", { A: "x" }, ["rec.A == 'x' is true", "rec.B == 'y' is false"]],
  ["rec.A == 'x' ? (rec.B == 'y' ? '1' : '2') : '3'", { B: "y" }, ["rec.A == 'x' is false"]],
];

Deno.test("the branch that an expression takes is told, inside bindings and lists too", () => {
  for (const [expression, rec, ways] of choices) {
    assert.deepEqual(taken(expression, false, rec), ways, `${expression} on ${JSON.stringify(rec)}`);
  }
});

Deno.test("every record takes one branch of a choice and only one, and the expression gives what stands there", () => {
  const value = fc.constantFrom(undefined, "x", "y");
  const expression = "rec.A == 'x' ? 'one' : rec.B == 'x' ? 'two' : 'three'";
  const compiled = compileCel(expression, { variables });
  assert(!("errors" in compiled));
  fc.assert(fc.property(value, value, (A, B) => {
    const rec: Rec = { ...(A && { A }), ...(B && { B }) };
    const expected = {
      one: ["rec.A == 'x' is true"],
      two: ["rec.A == 'x' is false", "rec.B == 'x' is true"],
      three: ["rec.A == 'x' is false", "rec.B == 'x' is false"],
    };
    const given = compiled.evaluate({ rec: { ID: "1", ...rec } }) as keyof typeof expected;
    assert.deepEqual(taken(expression, false, rec), expected[given]);
  }));
});
