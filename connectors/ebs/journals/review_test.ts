import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import type { FailureCode } from "../../../engine/failure.ts";
import { credit, debit, DENVER, desk, document } from "./testing.ts";

const SCENARIOS: [what: string, fields: Row, code: FailureCode, says: RegExp, value?: RegExp][] = [
  [
    "a disabled account",
    { LINES: [debit("20", "1"), credit("11", "1")] },
    "post.account-refused",
    /disabled/,
    /^01-510-520$/,
  ],
  ["an ended account", { LINES: [debit("22", "1"), credit("11", "1")] }, "post.account-refused", /ended on 2026-01-31/],
  [
    "one not yet begun",
    { LINES: [debit("26", "1"), credit("11", "1")] },
    "post.account-refused",
    /begins on 2026-12-01/,
  ],
  ["a summary account", { LINES: [debit("23", "1"), credit("11", "1")] }, "post.account-refused", /summary/],
  ["no detail posting", { LINES: [debit("21", "1"), credit("11", "1")] }, "post.account-refused", /no detail posting/],
  [
    "an account that payables control",
    { LINES: [debit("10", "1"), credit("24", "1")] },
    "post.account-refused",
    /payables control.*corrupts/,
    /^01-510-524 \(Denver, Accounts Payable\)$/,
  ],
  [
    "payables' own liability account",
    { LINES: [debit("10", "1"), credit("25", "1")] },
    "post.account-refused",
    /payables/,
  ],
  [
    "an unknown account",
    { LINES: [debit("99", "1"), credit("11", "1")] },
    "post.account-refused",
    /no such account/,
    /^99$/,
  ],
  ["an account that is no id", { LINES: [debit("x", "1"), credit("11", "1")] }, "post.account-refused", /no such/],
  [
    "another balancing segment than the account's",
    { LINES: [{ ...debit("12", "1"), BALANCING_SEGMENT: "01" }, { ...credit("11", "1"), BALANCING_SEGMENT: "01" }] },
    "post.account-refused",
    /balance in 01.*belongs to 02/,
  ],
  ["an unknown source", { USER_JE_SOURCE_NAME: "Procor" }, "post.invalid", /no journal source/, /^Procor$/],
  ["an unknown category", { USER_JE_CATEGORY_NAME: "Accrul" }, "post.invalid", /no journal category/, /^Accrul$/],
  [
    "a currency without a rate type",
    { CURRENCY_CODE: "CAD" },
    "post.invalid",
    /than the ledger's USD needs a rate type/,
  ],
  [
    "a rate type that is none",
    { CURRENCY_CODE: "CAD", USER_CURRENCY_CONVERSION_TYPE: "Spot" },
    "post.invalid",
    /no such rate type/,
  ],
  ["a disabled currency", { CURRENCY_CODE: "FRF" }, "post.invalid", /currency is unknown/],
];

Deno.test("a look before sending says what the ledger would not take, or should not, and lets the rest through", async (t) => {
  const it = desk();
  const documents = SCENARIOS.map(([, fields], i) => document(`EBS-REQ-${i}-1`, fields));
  const found = await it.journals.review(DENVER, [...documents, document("EBS-REQ-fine-1")]);
  assert.equal(found.length, SCENARIOS.length + 1);
  for (const [i, [what, , code, says, value]] of SCENARIOS.entries()) {
    await t.step(what, () => {
      assert.equal(found[i]?.code, code, `${found[i]?.message}`);
      assert.match(found[i]!.message, says);
      assert.match(found[i]!.place!, new RegExp(`^journal EBS-REQ-${i}-1`));
      if (value) assert.match(found[i]!.value!, value);
    });
  }
  await t.step("nothing was sent, and what is right is let through", async () => {
    assert.equal(found.at(-1), undefined);
    assert.ok(!it.calls.includes("submit_journals"));
    assert.deepEqual(await it.rows("XXGUSSET_POSTINGS"), []);
  });
});

Deno.test("accounts are asked for once in a few minutes, in one call, and those that are not there each time", async () => {
  const it = desk();
  const asked = () => it.calls.filter((call) => call === "get_code_combinations").length;
  const of = (debitAccount: string) =>
    document(`EBS-REQ-${debitAccount}`, { LINES: [debit(debitAccount, "1"), credit("11", "1")] });
  await it.journals.review(DENVER, [of("10"), of("12"), of("20")]);
  assert.equal(asked(), 1);
  await it.journals.review(DENVER, [of("10"), of("20")]);
  assert.equal(asked(), 1);
  assert.equal((await it.journals.review(DENVER, [of("77")]))[0]?.code, "post.account-refused");
  assert.equal((await it.journals.review(DENVER, [of("77")]))[0]?.code, "post.account-refused");
  assert.equal(asked(), 3);
  await it.touch("GL_CODE_COMBINATIONS", "20", { ENABLED_FLAG: "Y" });
  assert.ok((await it.journals.review(DENVER, [of("20")]))[0]);
  await it.clock.advance(5 * 60_000);
  assert.equal((await it.journals.review(DENVER, [of("20")]))[0], undefined);
});

Deno.test("the calendar has each period once, with its word, and never an adjusting one", async () => {
  const it = desk();
  await it.touch("GL_PERIOD_STATUSES", undefined, {
    LEDGER_ID: "1",
    EFFECTIVE_PERIOD_NUM: "20260013",
    PERIOD_NAME: "ADJ-26",
    CLOSING_STATUS: "O",
    START_DATE: "2026-12-31T00:00:00",
    END_DATE: "2026-12-31T00:00:00",
    ADJUSTMENT_PERIOD_FLAG: "Y",
  });
  const calendar = await it.journals.calendar(DENVER);
  assert.deepEqual(
    calendar.filter(({ open }) => open).map(({ name, from, to, status }) => `${name} ${from} ${to} ${status}`),
    [
      "OCT-26 2026-10-01 2026-10-31 open",
      "NOV-26 2026-11-01 2026-11-30 open",
      "DEC-26 2026-12-01 2026-12-31 future-enterable",
    ],
  );
  assert.deepEqual(new Set(calendar.map(({ status }) => status)).size, 5);
  assert.ok(!calendar.some(({ name }) => name === "ADJ-26"));
  assert.deepEqual(calendar.map(({ from }) => from), calendar.map(({ from }) => from).sort());
});
