import assert from "node:assert/strict";
import { head, loadCases, usual } from "./testing.ts";

const whole = head + usual;

/** A change of a sound file, and the one diagnostic that must come of it: line, code, message, help. */
const mistakes: [from: string, to: string, line: number, code: string, message: RegExp, help?: RegExp][] = [
  ["pipeline: orders", "pipeline: order", 1, "unknown-pipeline", /no pipeline order$/, /did you mean orders\?/],
  ["pipeline: orders", "pipelin: orders", 1, "unknown-key", /Unknown key pipelin/, /did you mean pipeline\?/],
  ["usual:", "usuall:", 2, "unknown-key", /Unknown key usuall/, /did you mean usual\?/],
  ["NUMBER:", "NUMBR:", 4, "unknown-field", /orders of erp have no field NUMBR/, /did you mean NUMBER\?/],
  ["CITY:", "CTY:", 8, "unknown-field", /SITE have no field CTY/, /did you mean CITY\?/],
  ["DIST_ID:", "DST_ID:", 9, "unknown-field", /DISTRIBUTIONS have no field DST_ID/, /did you mean DIST_ID\?/],
  ["NUMBER:", "WEATHER:", 4, "unknown-field", /no field WEATHER/, /there are ORDER_ID, NUMBER, VENDOR_ID/],
  ["10.00", "ten", 6, "wrong-type", /TOTAL: a decimal is wanted, not the text ten/],
  ["TOTAL: 10.00", "APPROVED: yes", 6, "wrong-type", /APPROVED: true or false is wanted/, /write true/],
  ["TOTAL: 10.00", "TOTAL: 1\n  CHANGED: noon", 7, "wrong-type", /CHANGED: a time is wanted/, /YYYY-MM-DDTHH/],
  ['{ SITE_ID: 5, CITY: " Golden " }', "Golden", 8, "wrong-shape", /SITE is a record/],
  ["[{ LINE_ID: 1,", "{ LINE_ID: 1,", 9, "bad-yaml", /./],
  [
    "projects: { 820: 9100 }",
    "project: { 820: 9100 }",
    11,
    "unknown-pipeline",
    /no pipeline project/,
    /did you mean projects\?/,
  ],
  ["vendors: { 12: 3000 }", "vendors: 3000", 12, "wrong-shape", /vendors must be a map of keys/],
  ["    expect:\n", "    expects:\n", 16, "unknown-key", /Unknown key expects/, /did you mean expect\?/],
  ["count: 1", "cout: 1", 20, "unknown-field", /contracts of site have no field cout/, /did you mean count\?/],
  ["count: 1", "tags: [a]", 20, "unmapped-field", /orders does not map tags/, /it maps number, vendor_id/],
  ["count: 1", "count: many", 20, "wrong-type", /count: a whole number is wanted/],
  ["approved: true", 'approved: "true"', 21, "wrong-type", /approved: true or false is wanted/],
  ["title: end", "titel: end", 23, "unknown-field", /lines have no field titel/, /did you mean title\?/],
  ["    expect:\n", "    skipped: true\n    expect:\n", 16, "two-outcomes", /expect and skipped cannot both/],
  ["    expect:\n", "    if_taken: { count: 1 }\n    expect:\n", 16, "unmapped-field", /count has no unique:/],
  [
    "    expect:\n",
    "    parts: { 820: { skipped: true } }\n    expect:\n",
    16,
    "two-outcomes",
    /Either the record or its parts/,
    /move expect:/,
  ],
  [usual, "  - { name: a, skipped: true, partition: 1 }\n", 14, "useless-key", /partition is for a record/],
  [
    usual,
    "  - { name: a, parts: { 820: {} } }\n",
    14,
    "no-outcome",
    /Nothing is expected of part 820/,
    /write one of expect/,
  ],
  [
    usual,
    "  - { name: a, rejected: map.abset }\n",
    14,
    "unknown-code",
    /no failure map\.abset/,
    /did you mean map\.absent\?/,
  ],
  [
    usual,
    "  - { name: a, rejected: [VENDOR, no.thing] }\n",
    14,
    "unknown-code",
    /no failure no\.thing/,
    /words of the message/,
  ],
  [usual, "  - { name: a, skipped: false }\n", 14, "unknown-value", /skipped cannot be false/],
  [usual, "  - { skipped: true }\n", 14, "missing-key", /no name/, /add name:/],
  [
    usual,
    "  - { name: a, skipped: true, given: { VENDOR_ID: null } }\n",
    14,
    "missing-field",
    /orders always has VENDOR_ID/,
  ],
  [
    usual,
    "  - { name: a, skipped: true, given: { LINES: [{ TITLE: x }] } }\n",
    14,
    "missing-field",
    /always has LINES\[1\]\.LINE_ID/,
  ],
  [usual, usual + usual, 24, "duplicate-name", /Case 1 has this name too/],
  [usual, "  []\n", 13, "out-of-range", /cases must hold at least one case/],
];

Deno.test("a sound test file has nothing to complain of", async () => {
  const { diagnostics, suites } = await loadCases(whole);
  assert.deepEqual(diagnostics, []);
  assert.equal(suites.length, 1);
});

Deno.test("one mistake in a test file gives one diagnostic, with its line, what is wrong and what to write", async (t) => {
  for (const [from, to, line, code, message, help] of mistakes) {
    await t.step(`${from.trim().split("\n")[0]} → ${to.trim().split("\n")[0]}`, async () => {
      assert(whole.includes(from), "the change is one");
      const { diagnostics, suites } = await loadCases(whole.replace(from, to));
      assert.deepEqual(diagnostics.map((one) => [one.place.line, one.code]), [[line, code]], diagnostics[0]?.message);
      assert.match(diagnostics[0].message, message);
      if (help) assert.match(diagnostics[0].help ?? "", help);
      assert.deepEqual(suites, [], "nothing is played");
    });
  }
});

Deno.test("a pipeline that does not split has no parts to expect", async () => {
  const text =
    "pipeline: vendors\ncases:\n  - name: a\n    given: { VENDOR_ID: 1, NAME: b }\n    parts: { 1: { skipped: true } }\n";
  const { diagnostics } = await loadCases(text);
  assert.deepEqual(diagnostics.map((one) => [one.place.line, one.code]), [[5, "no-part"]]);
});

Deno.test("ids and amounts are the text that was written", async () => {
  const { suites: [suite] } = await loadCases(whole);
  const [{ rows: [row], links }] = suite.cases;
  assert.deepEqual([row.NUMBER, row.ORDER_ID, row.TOTAL], ["007", "1", "10.00"]);
  assert.equal(links.get("projects")?.get("820")?.get(""), "9100");
});
