import assert from "node:assert/strict";
import { rehearse } from "./rehearse.ts";
import { head, suiteOf, usual } from "./testing.ts";
import { updated } from "./update.ts";

const LINES = "[{ LINE_ID: 1, DISTRIBUTIONS: [{ DIST_ID: 1, AMOUNT: 1, PROJECT_ID: 820 }, " +
  "{ DIST_ID: 2, AMOUNT: 2, PROJECT_ID: 821 }] }]";

const update = async (cases: string) => updated(rehearse(await suiteOf(head + cases)));

Deno.test("an update writes what came of a case, and then all is as expected", async (t) => {
  const table: [what: string, cases: string, updated: string][] = [
    ["a field", usual.replace("count: 1 ", "count: 2 "), usual],
    [
      "what is wrong in a list, beside a comment",
      usual.replace('"-2.50"', "-3.5").replace("count: 1", "count: 2 # how many"),
      usual.replace('"-2.50"', '"-2.5"').replace("count: 1", 'count: "1" # how many'),
    ],
    [
      "an outcome that is another one",
      "  # why\n  - name: a\n    given: { OPEN_FLAG: N } # closed\n    parked: projects\n\n  # next\n" + usual,
      "  # why\n  - name: a\n    given: { OPEN_FLAG: N } # closed\n    skipped: outside `where`\n\n  # next\n" + usual,
    ],
    [
      "only the fields that are named, where some are",
      "  - { name: a, includes: { number: x, due: 2026-01-01, place: { city: y } } }\n",
      "  - { name: a, includes: { number: 007-820, due: null, place: { city: Golden } } }\n",
    ],
    [
      "the part that is wrong, and no other",
      `  - name: a\n    given: { LINES: ${LINES} }\n    parts:\n      820: { includes: { total: 1 } } # one\n` +
      "      821: { skipped: true } # two\n",
      `  - name: a\n    given: { LINES: ${LINES} }\n    parts:\n      820: { includes: { total: "9" } } # one\n` +
      '      821: { parked: "partition: projects has not linked 821" } # two\n',
    ],
    [
      "what unique offers",
      "  - { name: a, includes: {}, if_taken: { number: x } }\n",
      "  - { name: a, includes: {}, if_taken: { number: 007-820-1 } }\n",
    ],
    [
      "a rejection, by code and fact",
      "  - { name: a, given: { VENDOR_ID: 13 }, rejected: map.absent }\n",
      "  - { name: a, given: { VENDOR_ID: 13 }, rejected: [link.missing, vendors has not linked 13] }\n",
    ],
    [
      "a case that expects nothing yet",
      "  - name: An order becomes a contract\n",
      usual.replace("count: 1", 'count: "1"').replace('"-2.50"', '"-2.5"'),
    ],
    [
      "what is wrong, and no amount that only looks different",
      usual.replace("007-820", "x").replace('"7.5"', "7.50"),
      usual.replace('"7.5"', "7.50"),
    ],
  ];
  for (const [what, cases, wanted] of table) {
    await t.step(what, async () => {
      const { text, mixed } = await update(cases);
      assert.equal(text, head + wanted);
      assert.deepEqual(mixed, []);
      const again = rehearse(await suiteOf(text));
      assert.deepEqual(again.results.flatMap((result) => result.differences), []);
      assert.equal(updated(again).text, text);
    });
  }
});

Deno.test("records that fare differently are not written down as one", async () => {
  const { text, changed, mixed } = await update("  - { name: a, given: [{}, { OPEN_FLAG: N }], skipped: true }\n");
  assert(text.endsWith("skipped: true }\n"));
  assert.deepEqual([changed.length, mixed.map(({ name }) => name)], [0, ["a"]]);
});

Deno.test("where all is as expected nothing is written, however it is formatted", async () => {
  const odd = usual.replace("count: 1", "count:    1   # one").replace('"7.5"', "7.500");
  assert.equal((await update(odd)).text, head + odd);
});

Deno.test("a file with Windows line ends keeps them", async () => {
  const windows = (cases: string) => (head + cases).replaceAll("\n", "\r\n");
  const suite = await suiteOf(
    windows(`${usual.replace("count: 1", "count: 2")}  - name: b\n    given: { OPEN_FLAG: N }\n`),
  );
  const { text } = updated(rehearse(suite));
  const added = "  - name: b\n    given: { OPEN_FLAG: N }\n    skipped: outside `where`\n";
  assert.equal(text, windows(usual.replace("count: 1", 'count: "1"') + added));
});
