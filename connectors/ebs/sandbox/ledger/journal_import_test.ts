import assert from "node:assert/strict";
import type { Row } from "../../../../engine/connector.ts";
import { bench, DATA, PLAIN } from "../testing.ts";

/** A bench whose two accounts stand in one balancing segment, and one more in another. */
function ledgerBench(setup = {}) {
  const code_combinations: Row[] = [
    { CODE_COMBINATION_ID: "10", SEGMENT1: "01" },
    { CODE_COMBINATION_ID: "11", SEGMENT1: "01" },
    { CODE_COMBINATION_ID: "12", SEGMENT1: "02" },
  ];
  const made = bench({ ...PLAIN, ...setup }, { ...DATA, code_combinations });
  const rows = async (table: string): Promise<Row[]> => (await (await made.get(`/_sandbox/rows/${table}`)).json()).rows;
  return { ...made, rows };
}

const journal = (POSTING_KEY: string, more: Row = {}): Row => ({
  POSTING_KEY,
  BODY_HASH: "a",
  ACCOUNTING_DATE: "2026-03-02T00:00:00",
  CURRENCY_CODE: "USD",
  USER_JE_CATEGORY_NAME: "Adjustment",
  REFERENCE1: "Gusset",
  REFERENCE4: POSTING_KEY,
  ...more,
});
const lines = (POSTING_KEY: string, debit = "10", credit = "11"): Row[] => [
  { POSTING_KEY, LINE_NUM: "1", CODE_COMBINATION_ID: credit, ENTERED_CR: "7.50" },
  { POSTING_KEY, LINE_NUM: "2", CODE_COMBINATION_ID: debit, ENTERED_DR: "7.5" },
];
const submission = (journals: Row[], P_LINES: Row[]) => ({
  P_ORG_ID: "204",
  P_LEDGER_ID: "1",
  P_SOURCE: "Procore",
  P_JOURNALS: { P_JOURNALS_ITEM: journals },
  P_LINES: { P_LINES_ITEM: P_LINES },
});

Deno.test("a request waits, runs and ends on the sandbox's clock, and nothing is in the books before it ends", async () => {
  const { call, clock, rows } = ledgerBench();
  const sent = await call("submit_journals", submission([journal("A-1")], lines("A-1")));
  assert.equal(sent.X_RETURN_STATUS, "S");
  const status = async () => {
    const { X_PHASE, X_STATUS } = await call("get_request_status", {
      P_ORG_ID: "204",
      P_REQUEST_ID: sent.X_REQUEST_ID,
    });
    return `${X_PHASE} ${X_STATUS}`;
  };
  assert.equal(await status(), "PENDING NORMAL");
  clock.advance(4_000);
  assert.equal(await status(), "RUNNING NORMAL");
  assert.deepEqual([(await rows("GL_INTERFACE")).length, (await rows("GL_JE_HEADERS")).length], [2, 0]);
  clock.advance(6_000);
  assert.equal(await status(), "COMPLETE NORMAL");
  assert.deepEqual([(await rows("GL_INTERFACE")).length, (await rows("GL_JE_HEADERS")).length], [0, 1]);
  const found = await rows("GL_JE_LINES");
  assert.deepEqual(
    found.map((row) => `${row.JE_LINE_NUM} ${row.CODE_COMBINATION_ID}`),
    ["1 10", "2 11"],
    "renumbered by account",
  );
});

Deno.test("a batch is taken whole or not at all: the clean rows say P; another batch of the group is not held back", async () => {
  const { call, clock, rows } = ledgerBench();
  const journals = [journal("A-1"), journal("A-2"), journal("B-1", { REFERENCE1: "Other" })];
  const all = [...lines("A-1"), ...lines("A-2", "12"), ...lines("B-1")];
  const { X_REQUEST_ID } = await call("submit_journals", submission(journals, all));
  clock.advance(60_000);
  const { X_STATUS } = await call("get_request_status", { P_ORG_ID: "204", P_REQUEST_ID: X_REQUEST_ID });
  assert.equal(X_STATUS, "WARNING");
  assert.deepEqual((await rows("GL_INTERFACE")).map((row) => `${row.REFERENCE6} ${row.STATUS}`), [
    "A-1 P",
    "A-1 P",
    "A-2 EU02",
    "A-2 EU02",
  ]);
  assert.deepEqual((await rows("GL_JE_HEADERS")).map((row) => row.EXTERNAL_REFERENCE), ["B-1"]);
});

Deno.test("rows of one name become one journal, and what stands in the interface twice is in the books twice", async () => {
  const { call, clock, rows, steer } = ledgerBench();
  const same = { REFERENCE4: "Same name" };
  await call(
    "submit_journals",
    submission([journal("A-1", same), journal("A-2", same)], [...lines("A-1"), ...lines("A-2")]),
  );
  // Somebody else copies a line pair: no key stops that.
  for (const row of await rows("GL_INTERFACE")) {
    const { ROWID: _id, ...copy } = row;
    if (row.REFERENCE6 === "A-1") await steer("/touch", { table: "GL_INTERFACE", fields: copy });
  }
  clock.advance(60_000);
  const headers = await rows("GL_JE_HEADERS");
  assert.equal(headers.length, 1);
  assert.equal(headers[0].RUNNING_TOTAL_DR, "22.5");
});

Deno.test("what the package refuses has changed nothing", async () => {
  const good = submission([journal("A-1")], lines("A-1"));
  const table: [string, Record<string, unknown>, object, RegExp][] = [
    ["another ledger", { ...good, P_LEDGER_ID: "2" }, {}, /Ledger 2/],
    ["no source", { ...good, P_SOURCE: "X" }, {}, /source X/],
    ["no lines", submission([journal("A-1"), journal("A-2")], lines("A-1")), {}, /A-2 has no lines/],
    ["no hash", submission([{ ...journal("A-1"), BODY_HASH: "" }], lines("A-1")), {}, /lacks/],
    ["lines of nobody", submission([journal("A-1")], [...lines("A-1"), ...lines("Z")]), {}, /Z/],
    ["a key twice", submission([journal("A-1"), journal("A-1")], lines("A-1")), {}, /twice/],
    ["no manager", good, { manager: "refuses" }, /submitted/],
    ["a unit that is not open", { ...good, P_ORG_ID: "999" }, {}, /MO_ORG_ACCESS/],
  ];
  for (const [what, input, setup, words] of table) {
    const { call, rows } = ledgerBench(setup);
    const output = await call("submit_journals", input);
    assert.equal(output.X_RETURN_STATUS, "E", what);
    assert.match(output.X_MSG_DATA as string, words, what);
    for (const name of ["GL_INTERFACE", "XXGUSSET_POSTINGS", "FND_CONCURRENT_REQUESTS"]) {
      assert.deepEqual(await rows(name), [], `${what}: ${name}`);
    }
  }
});

Deno.test("postings can be asked for by source and period, and page by page", async () => {
  const { call, clock } = ledgerBench();
  const keys = ["A-10", "A-2", "A-9", "b-1"];
  const february = { ACCOUNTING_DATE: "2026-02-10T00:00:00" };
  await call(
    "submit_journals",
    submission(keys.map((key, i) => journal(key, i === 1 ? february : {})), keys.flatMap((key) => lines(key))),
  );
  clock.advance(60_000);
  const asked = async (input: Record<string, unknown>) => {
    // deno-lint-ignore no-explicit-any -- answers are walked freely
    const output: any = await call("get_postings", { P_ORG_ID: "204", ...input });
    return [output.X_MORE, ...(output.X_ROWS?.X_ROWS_ITEM ?? []).map((row: Row) => row.POSTING_KEY)].join(" ");
  };
  assert.equal(await asked({}), "N A-10 A-2 A-9 b-1");
  assert.equal(await asked({ P_PAGE_SIZE: 3 }), "Y A-10 A-2 A-9");
  assert.equal(await asked({ P_PAGE_SIZE: 3, P_LAST_KEY: "A-9" }), "N b-1");
  assert.equal(await asked({ P_PERIOD_NAME: "FEB-26" }), "N A-2");
  assert.equal(await asked({ P_SOURCE: "Manual" }), "N");
  assert.equal(await asked({ P_KEYS: { P_KEYS_ITEM: ["b-1", "nobody"] } }), "N b-1");
});
