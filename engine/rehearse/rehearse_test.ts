import assert from "node:assert/strict";
import { rehearse } from "./rehearse.ts";
import { head, suiteOf, usual } from "./testing.ts";

/** What each case comes to: its differences as `field: expected → got`. */
async function played(cases: string): Promise<string[]> {
  const { results } = rehearse(await suiteOf(head + cases));
  return results.flatMap(({ differences }) =>
    differences.map(({ part, field, expected, got, place }) =>
      `${place.line - head.split("\n").length + 1} ${part ?? "-"} ${field ?? "-"}: ${JSON.stringify(expected)} → ${
        JSON.stringify(got)
      }`
    )
  );
}

const LINES = "[{ LINE_ID: 1, DISTRIBUTIONS: [{ DIST_ID: 1, AMOUNT: 1, PROJECT_ID: 820 }, " +
  "{ DIST_ID: 2, AMOUNT: 2, PROJECT_ID: 821 }] }]";

const table: [what: string, cases: string, differences: string[]][] = [
  ["a record that is as expected", usual, []],
  [
    "a field of another value, one that is not there and one that nobody expected",
    usual.replace("count: 1", "count: 2").replace("      approved: true\n", "      due: 2026-01-02\n"),
    ['7 820 count: "2" → "1"', '8 820 due: "2026-01-02" → undefined', "3 820 approved: undefined → true"],
  ],
  [
    "an item of a list, by its field",
    usual.replace('"-2.50"', '"2.5"').replace("title: end", "title: fin"),
    ['10 820 lines[1].amount: "2.5" → "-2.5"', '10 820 lines[2].title: "fin" → "end"'],
  ],
  [
    "a list that is too short",
    usual.replace(", { title: end }", ""),
    ['10 820 lines[2]: undefined → {"title":"end"}'],
  ],
  ["another partition", usual.replace('"9100"', '"9"'), ['2 820 partition: "9" → "9100"']],
  [
    "some fields, and one that must be absent",
    "  - { name: a, includes: { number: 007-820, due: null, lines: [{ title: untitled }, { title: end }] } }\n",
    [],
  ],
  [
    "some fields of which one is there against all expectation",
    "  - { name: a, given: { DUE: 2026-03-04 }, includes: { due: null } }\n",
    ['1 820 due: undefined → "2026-03-04"'],
  ],
  [
    "what unique offers",
    "  - { name: a, includes: {}, if_taken: { number: 007-820-2 } }\n",
    ['1 820 if_taken.number: "007-820-2" → "007-820-1"'],
  ],
  ["a record outside where", "  - { name: a, given: { OPEN_FLAG: N }, skipped: outside where }\n", []],
  [
    "a record that is skipped for another reason",
    "  - { name: a, given: { OPEN_FLAG: N }, skipped: nothing to split by }\n",
    ['1 - -: "skipped: nothing to split by" → "skipped: outside `where`"'],
  ],
  ["a record that is skipped for whatever reason", "  - { name: a, given: { SITE: null }, skipped: true }\n", []],
  ["a record without a part", "  - { name: a, given: { LINES: [] }, skipped: nothing at LINES }\n", []],
  [
    "a part that waits beside one that does not",
    `  - name: a\n    given: { LINES: ${LINES} }\n    parts:\n` +
    "      820: { includes: { number: 007-820, total: 9 } }\n      821: { parked: projects has not linked 821 }\n",
    [],
  ],
  [
    "a part that nobody expected, and one that did not come",
    `  - name: a\n    given: { LINES: ${LINES} }\n    parts: { 820: { includes: {} }, 822: { skipped: true } }\n`,
    [
      '3 822 -: "skipped" → undefined',
      '3 821 -: undefined → "parked: partition: projects has not linked 821"',
    ],
  ],
  [
    "one outcome for a record of two parts",
    `  - name: a\n    given: { LINES: ${LINES} }\n    includes: {}\n`,
    ['3 - -: "one record" → "parts 820, 821"'],
  ],
  [
    "parts of a record that has none",
    "  - { name: a, given: { OPEN_FLAG: N }, parts: { 820: { includes: {} } } }\n",
    ['1 - -: "parts 820" → "skipped: outside `where`"'],
  ],
  ["a rejection by its code", "  - { name: a, given: { VENDOR_ID: 13 }, rejected: link.missing }\n", []],
  [
    "a rejection by code and words",
    "  - { name: a, given: { VENDOR_ID: 13 }, rejected: [link.missing, vendors has not linked 13] }\n",
    [],
  ],
  [
    "a rejection of another code",
    "  - { name: a, given: { VENDOR_ID: 13 }, rejected: map.absent }\n",
    [
      '1 820 -: "rejected: map.absent" → "rejected [link.missing]: orders 1, field vendor_id: vendors has not linked 13 (13). ' +
      'Nothing to do if that pipeline will still link it; else link it by hand."',
    ],
  ],
  [
    "a record where none should be",
    "  - { name: a, parked: true }\n",
    ['1 820 -: "parked" → "a record"'],
  ],
  [
    "links of the case beside those of the file",
    "  - { name: a, given: { VENDOR_ID: 13 }, links: { vendors: { 13: 3001 } }, includes: { vendor_id: 3001 } }\n",
    [],
  ],
  [
    "a link that is not unique",
    "  - { name: a, links: { vendors: { 12: { a: 1, b: 2 } } }, rejected: map.ambiguous }\n",
    [],
  ],
  [
    "several records that fare alike",
    "  - { name: a, given: [{ OPEN_FLAG: N }, { SITE: null }], skipped: outside }\n",
    [],
  ],
  [
    "several records of which one fares differently",
    "  - { name: a, given: [{ OPEN_FLAG: N }, {}, { COUNT: 4 }], skipped: outside }\n",
    ['1 820 -: "skipped: outside" → "a record"'],
  ],
  ["no expectation", "  - name: a\n", ['1 - -: undefined → "part 820: a record"']],
];

Deno.test("a case is held against what comes of its records", async (t) => {
  for (const [what, cases, differences] of table) {
    await t.step(what, async () => {
      assert.deepEqual(await played(cases), differences);
    });
  }
});

Deno.test("only the cases that are asked for are played", async () => {
  const suite = await suiteOf(`${head}${usual}  - { name: b, skipped: true }\n`);
  const { results } = rehearse(suite, { keep: ({ name }) => name !== "b" });
  assert.deepEqual(results.map((result) => [result.case.name, result.differences.length]), [
    ["An order becomes a contract", 0],
  ]);
});
