import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { patched } from "./patch.ts";
import type { Plain } from "./yaml_text.ts";

const text = `# the head
cases:
  # the first
  - name: one   # a comment stays
    given: { A: '1' }

    expect:
      name: 'Acme'   # said so
      number: "007"
      site: { city: Denver, zip: "80202" }
      lines:
        - { amount: "1.00", code: x }
        - amount: 2.50 # two and a half
          code: y

  # the second
  - name: two
    skipped: outside
`;

const at = ["cases", 0];
const table: [what: string, keys: Record<string, Plain | undefined>, from: string, to: string][] = [
  ["nothing", {}, "", ""],
  [
    "a scalar in its own quotes",
    { expect: { name: "Bolt", number: "007", site: { city: "Denver", zip: "80202" }, lines: lines() } },
    "'Acme'",
    "'Bolt'",
  ],
  [
    "a field in a flow map, and one that is new there",
    { expect: { name: "Acme", number: "007", site: { city: "Golden", zip: "80202", state: "CO" }, lines: lines() } },
    `{ city: Denver, zip: "80202" }`,
    `{ city: Golden, zip: "80202", state: CO }`,
  ],
  [
    "a field that left a flow map",
    { expect: { name: "Acme", number: "007", site: { zip: "80202" }, lines: lines() } },
    `{ city: Denver, zip: "80202" }`,
    `{ zip: "80202" }`,
  ],
  [
    "a field that left a block map",
    { expect: { name: "Acme", site: { city: "Denver", zip: "80202" }, lines: lines() } },
    `      number: "007"\n`,
    ``,
  ],
  [
    "a field that is new in a block map",
    { expect: { name: "Acme", number: "007", site: { city: "Denver", zip: "80202" }, lines: lines(), zip: "1" } },
    `          code: y\n`,
    `          code: y\n      zip: "1"\n`,
  ],
  [
    "a field of one item of a list",
    { expect: { name: "Acme", number: "007", site: { city: "Denver", zip: "80202" }, lines: lines("3") } },
    `2.50 # two`,
    `"3" # two`,
  ],
];

function lines(amount = "2.50"): Plain {
  return [{ amount: "1.00", code: "x" }, { amount, code: "y" }];
}

Deno.test("a patch changes what it says and no other character", async (t) => {
  for (const [what, keys, from, to] of table) {
    await t.step(what, () => {
      assert(text.includes(from));
      assert.equal(patched(text, [{ path: at, keys }]), text.replace(from, to));
    });
  }
});

Deno.test("an outcome is put in another one's place, and comments elsewhere stay", () => {
  const made = patched(text, [
    { path: at, keys: { expect: undefined, skipped: "it is out" } },
    { path: ["cases", 1], keys: { skipped: undefined, expect: { name: "x: y", lines: [{ a: "1" }] } } },
  ]);
  assert.equal(
    made,
    `# the head
cases:
  # the first
  - name: one   # a comment stays
    given: { A: '1' }

    skipped: it is out

  # the second
  - name: two
    expect:
      name: "x: y"
      lines: [{ a: "1" }]
`,
  );
});

Deno.test("whatever is patched in is read back as it was", () => {
  const word = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
  const key = fc.constantFrom("name", "number", "site", "lines", "other", "x y", "7");
  const value = fc.letrec<{ value: Plain }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      word,
      fc.boolean(),
      fc.constantFrom("1.50", "007", "null", "true", "- x", "# y", "a: b", "two\nlines", "\t"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }), (expect) => {
      const made = patched(text, [{ path: at, keys: { expect } }]);
      const data = parse(made);
      assert.deepEqual(asText(data.cases[0].expect), asText(expect));
      assert.deepEqual(data.cases[1], { name: "two", skipped: "outside" });
      assert.deepEqual(data.cases[0].given, { A: "1" });
      assert(made.startsWith("# the head\ncases:\n  # the first\n  - name: one   # a comment stays\n"));
      assert.equal(patched(made, [{ path: at, keys: { expect } }]), made, "a second time changes nothing");
    }),
    { numRuns: 300 },
  );
});

/** Numbers by their text are what a test file's reader makes of them. */
const asText = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => typeof one === "number" ? String(one) : one));
