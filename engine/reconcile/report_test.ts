/**
 * Reports of one contract: what is open and what is not, what is accounted for, and how it is shown.
 */
import assert from "node:assert/strict";
import { changesSince } from "./changes.ts";
import { csvOf } from "./csv.ts";
import type { Document, Gathered } from "./facts.ts";
import { htmlOf } from "./html.ts";
import { coveredShare } from "./coverage.ts";
import { partsOf, shownColumns } from "./parts.ts";
import { aBooking, aContract, aDocument, aReport, POSTED, SHEET } from "./testing.ts";
import type { Report } from "./types.ts";

const report = aReport;

const kinds = ({ exceptions }: Report): string[] => exceptions.map(({ kind, open }) => open ? kind : `(${kind})`);

Deno.test("a posted journal of what is certified: nothing is open, and everything is accounted for", () => {
  const sound = report();
  assert.deepEqual(kinds(sound), []);
  assert.equal(sound.open, 0);
  assert.deepEqual(
    sound.proof.map(({ measure, closing, balance, difference }) => [measure, closing, balance, difference]),
    [
      ["cost", "100", undefined, "0"],
      ["net", "90", "90", "0"],
      ["withheld", "10", "10", "0"],
    ],
  );
  assert.equal(coveredShare(sound.coverage, "USD"), "100");
  assert.deepEqual(sound.names.accounts, { "501": "01-501" }, "only names that it needs");
});

const unposted: Document = { ...POSTED, state: "unposted", journal: { ...POSTED.journal!, posted: false } };
const later = aDocument({ key: "T:p:7:B1", purpose: "adjust", date: "2026-11-02", cost: "-30", withheld: "-3" });
const invoiced = aBooking({ billed: "30", invoices: [{ date: "2026-10-30", amount: "30" }] });
const NONE = { balances: [] };

const scenarios: [what: string, more: Partial<Gathered>, open: string[]][] = [
  ["nothing was posted", { documents: [], ...NONE }, ["difference", "missing", "difference"]],
  ["it waits to be approved", {
    documents: [],
    ...NONE,
    outbox: new Map([["1", "planned"]]),
  }, ["difference", "difference"]],
  ["it is not posted yet", { documents: [unposted], ...NONE }, ["unposted"]],
  ["somebody changed it", { documents: [{ ...POSTED, state: "changed" }] }, ["changed"]],
  ["somebody deleted it", { documents: [{ ...POSTED, state: "deleted", journal: undefined }], ...NONE }, [
    "deleted",
    "difference",
    "missing",
    "difference",
  ]],
  ["somebody reversed it, and a person accepted that", {
    documents: [{ ...POSTED, state: "reversed", accepted: "Ana" }],
    ...NONE,
  }, ["(difference)", "(reversed)", "(difference)"]],
  ["our memory does not know it", { documents: [{ ...POSTED, known: false }] }, ["stranger"]],
  ["an invoice came at the end, and a journal of November follows it", {
    bookings: [invoiced],
    documents: [POSTED, later],
  }, ["(cut-off)", "(cut-off)"]],
  ["an invoice came, and no journal follows it", { bookings: [invoiced] }, ["difference", "difference"]],
  ["something else stands on the account", {
    balances: [{ account: "901", currency: "USD", balance: "95" }, { account: "902", currency: "USD", balance: "10" }],
  }, ["account"]],
  ["accounts are not compared", { balances: undefined }, []],
  ["an invoice took all of it over before it was posted", {
    documents: [],
    ...NONE,
    bookings: [aBooking({ billed: "100", invoices: [{ date: "2026-10-30", amount: "100" }] })],
  }, []],
  ["it does not foot", {
    sheets: [{ ...SHEET, standing: "unfit", why: "off by one", lines: [] }],
    documents: [],
    ...NONE,
  }, [
    "unfit",
  ]],
  ["its contract is unknown", { sheets: [{ ...SHEET, standing: "unmatched", lines: [] }], documents: [], ...NONE }, [
    "unmatched",
  ]],
  ["it is out of scope", { sheets: [{ ...SHEET, standing: "outside", lines: [] }], documents: [], ...NONE }, []],
  ["a change order is not in the order yet", {
    contracts: [aContract({ ordered: "500", revised: "600", changes: "100" })],
  }, [
    "(commitment)",
  ]],
  ["the contract is gone", { contracts: [aContract({ ordered: "500" })] }, ["(commitment)"]],
];

Deno.test("what is open, and what is only told", async (t) => {
  for (const [what, more, wanted] of scenarios) {
    const gathered = { contracts: [aContract({ ordered: "0", revised: "0" })], ...more };
    await t.step(what, () => {
      const made = report(gathered);
      assert.deepEqual(kinds(made).sort(), [...wanted].sort());
      assert.equal(made.open, wanted.filter((kind) => !kind.startsWith("(")).length);
      for (const { cause, owner } of made.exceptions) {
        assert.ok(cause !== "" && ["project", "ledger", "us"].includes(owner));
      }
    });
  }
});

Deno.test("coverage takes values without sign, and leaves out what is not ours", () => {
  const credit = {
    ...SHEET,
    key: "2",
    order: "2",
    value: "-300",
    lines: [{ position: "10", cost: "-200", withheld: "0" }],
  };
  const outside = { ...SHEET, key: "3", chain: "9", standing: "outside" as const, value: "5000", lines: [] };
  const { coverage } = report({ sheets: [SHEET, credit, outside] });
  assert.deepEqual(coverage.map(({ what, documents, value }) => [what, documents, value]), [
    ["journalised", 1, "100"],
    ["missing", 1, "300"],
    ["outside", 1, "5000"],
  ]);
  assert.equal(coveredShare(coverage, "USD"), "25");
});

Deno.test("a reversal and what it takes back are in the register, and stand for nothing", () => {
  const back = {
    ...aDocument({ key: "T:p:7:1:1-R", purpose: "reverse", cost: "-100", withheld: "-10" }),
    reverses: POSTED.key,
  };
  const { register, cost } = report({ documents: [POSTED, back] });
  assert.deepEqual(register.map(({ key, stands, reversed, reverses }) => [key, stands, reversed, reverses]), [
    ["T:p:7:1:1", "0", "T:p:7:1:1-R", undefined],
    ["T:p:7:1:1-R", "0", undefined, "T:p:7:1:1"],
  ]);
  assert.equal(cost[0].journals, "0");
});

Deno.test("the same period again lists each figure that is not what it was, and nothing else", () => {
  const frozen = report();
  assert.deepEqual(changesSince(frozen, report()), []);
  const today = report({ contracts: [aContract({ ordered: "77" })] });
  assert.deepEqual(changesSince(frozen, today), [], "orders of today are no facts of the period");
  const changes = changesSince(frozen, report({ bookings: [invoiced] }));
  const figures = changes.filter(({ part }) => part === "cost").map(({ field, was, now }) => [field, was, now]);
  assert.deepEqual(figures, [["closing", "100", "70"], ["difference", "0", "-30"], ["invoiced", "0", "30"]]);
});

Deno.test("text from outside does nothing in a page or a spreadsheet", async () => {
  const evil = "<script>alert(1)</script>";
  const label = '=HYPERLINK("http://x")';
  const made = report({
    names: { projects: { P1: evil }, accounts: {} },
    documents: [{ ...POSTED, label }, later],
    bookings: [invoiced],
  });
  const parts = partsOf(made, []);
  const page = await htmlOf(made, parts);
  assert.ok(page.includes("&lt;script&gt;") && !page.includes("<script"));
  const register = csvOf(parts.find(({ name }) => name === "register")!);
  assert.ok(register.includes("'=HYPERLINK"));
  const cost = csvOf(parts.find(({ name }) => name === "cost")!);
  assert.ok(cost.includes(",-30,"), "a negative amount stays a number");
});

Deno.test("columns that say nothing are left out for people, and kept in files", () => {
  const parts = partsOf(report());
  const cost = parts.find(({ name }) => name === "cost")!;
  assert.deepEqual(shownColumns(cost).map(({ head }) => head), [
    "project",
    "cost account",
    "currency",
    "opening",
    "certified",
    "invoiced",
    "closing",
    "journals",
    "difference",
  ]);
  assert.match(csvOf(cost), /^project id,project,.*corrections,.*received,.*billed beyond\n/);
});
