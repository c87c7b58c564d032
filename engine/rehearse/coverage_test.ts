import assert from "node:assert/strict";
import { coverage } from "./coverage.ts";
import { rehearse } from "./rehearse.ts";
import { fileOf, head, suiteOf, usual } from "./testing.ts";

/** What cases leave uncovered, by line of the pipeline. */
async function uncovered(cases: string): Promise<string[]> {
  const suite = await suiteOf(head + cases);
  const gathered = coverage(suite.subject, fileOf());
  rehearse(suite, { listener: gathered.listener });
  return gathered.uncovered().map(({ place, message }) => `${place.line}: ${message}`);
}

const EVERYTHING = [
  "5: No case has a record inside `where`",
  "5: No case has a record outside `where`",
  "5: No case turns on `rec.OPEN_FLAG == 'Y'` being false",
  "5: No case turns on `has(rec.SITE)` being false",
  "6: No case has a record without LINES.DISTRIBUTIONS.PROJECT_ID",
  "10: No case lacks the partition's link (park)",
  "12: No case shows a value of number",
  "14: No case shows a value of the unique of number",
  "15: No case shows a value of vendor_id",
  "15: No case lacks the link of vendor_id (reject)",
  "16: No case shows a value of total",
  "16: No case shows a value of term 1 of total",
  "16: No case shows a value of term 2 of total",
  "16: No case shows a value of the value that term 2 of total adds up",
  "17: No case shows a value of count",
  "17: No case shows a value of the default of count",
  "18: No case shows a value of approved",
  "18: No case looks up Y in the table of approved",
  "18: No case looks up N in the table of approved",
  "18: No case shows a value of the else of approved",
  "19: No case shows a value of due",
  "20: No case shows a value of place",
  "20: No case shows a value of place.city",
  "20: No case shows a value of the default of place.city",
  "21: No case shows a value of lines",
  "23: No case has an element of LINES.DISTRIBUTIONS inside `where`",
  "23: No case has an element of LINES.DISTRIBUTIONS outside `where`",
  "25: No case shows a value of lines.title",
  "25: No case turns on `has(parent.TITLE)` being true",
  "25: No case turns on `has(parent.TITLE)` being false",
  "26: No case shows a value of lines.amount",
  "26: No case shows a value of what lines.amount negates",
  "27: No case shows a value of lines.title",
];

const sorted = (list: readonly string[]): string[] => [...list].sort();
const except = (...gone: string[]): string[] =>
  sorted(EVERYTHING.filter((one) => !gone.some((text) => one.startsWith(text))));

Deno.test("without a case everything is uncovered, each with its line", async () => {
  const suite = await suiteOf(head + usual);
  const gathered = coverage(suite.subject, fileOf());
  assert.deepEqual(sorted(gathered.uncovered().map((one) => `${one.place.line}: ${one.message}`)), sorted(EVERYTHING));
  assert.deepEqual(gathered.count(), { points: EVERYTHING.length, covered: 0 });
});

const table: [what: string, cases: string, covered: string[]][] = [
  [
    "a whole record, all of its rules",
    usual,
    [
      "5: No case has a record inside",
      "12:",
      "15: No case shows",
      "16:",
      "17:",
      "18: No case shows a value of approved",
      "18: No case looks up Y",
      "20: No case shows a value of place",
      "21:",
      "23: No case has an element of LINES.DISTRIBUTIONS inside",
      "25: No case shows",
      "25: No case turns on `has(parent.TITLE)` being false",
      "26:",
      "27:",
    ],
  ],
  [
    "some fields, only theirs",
    "  - { name: a, includes: { number: 007-820 } }\n",
    ["5: No case has a record inside", "12:"],
  ],
  [
    "what unique offers, where it is looked at",
    "  - { name: a, includes: {}, if_taken: { number: x } }\n",
    ["5: No case has a record inside", "14:"],
  ],
  [
    "a missing link, and nothing beside it",
    "  - { name: a, given: { VENDOR_ID: 13 }, rejected: true }\n",
    ["5: No case has a record inside", "15: No case lacks"],
  ],
  [
    "a missing partition",
    "  - { name: a, links: { projects: { 820: { x: 1, y: 2 } } }, rejected: true }\n" +
    "  - name: b\n    given: { LINES: [{ LINE_ID: 1, DISTRIBUTIONS: [{ DIST_ID: 1, AMOUNT: 1, PROJECT_ID: 9 }] }] }\n" +
    "    parked: true\n",
    ["5: No case has a record inside", "10:"],
  ],
  ["a record without a part", "  - { name: a, given: { LINES: [] }, skipped: true }\n", [
    "5: No case has a record inside",
    "6:",
  ]],
  [
    "a record outside where, by what decided it",
    "  - { name: a, given: { OPEN_FLAG: N }, skipped: true }\n",
    ["5: No case has a record outside", "5: No case turns on `rec.OPEN"],
  ],
  [
    "the other operand",
    "  - { name: a, given: { SITE: null }, skipped: true }\n",
    ["5: No case has a record outside", "5: No case turns on `has"],
  ],
  [
    "an element outside the list's where, and a branch inside",
    "  - name: a\n    given: { LINES: [{ LINE_ID: 1, TITLE: t, DISTRIBUTIONS: [{ DIST_ID: 1, AMOUNT: 0, PROJECT_ID: 820 }, " +
    "{ DIST_ID: 2, AMOUNT: 1, PROJECT_ID: 820 }] }] }\n    includes: { lines: [] }\n",
    [
      "5: No case has a record inside",
      "21:",
      "23:",
      "25: No case shows",
      "25: No case turns on `has(parent.TITLE)` being true",
      "26:",
      "27:",
    ],
  ],
  ["nothing, where nothing is expected", "  - name: a\n", []],
];

Deno.test("a case covers what it exercises and looks at, and nothing else", async (t) => {
  for (const [what, cases, covered] of table) {
    await t.step(what, async () => assert.deepEqual(sorted(await uncovered(cases)), except(...covered)));
  }
});
