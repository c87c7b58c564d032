/**
 * What is wrong with a requisition, its order or the books, as a controller reads it: the word is clear, the ledger gets nothing wrong, the
 * others go on, and what was wrong goes once it is mended.
 */
import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { sentence } from "../engine/failure.ts";
import { accept, type Acting, retry } from "../engine/post/acts.ts";
import type { PlannedChange } from "../engine/run/types.ts";
import { batch } from "../engine/state/batch.ts";
import { putLink } from "../engine/state/links.ts";
import type { House } from "./support/house.ts";
import { line, order } from "./support/orders.ts";
import { type Act, all, bill, correct, header, period, remove, wait } from "./support/posting_acts.ts";
import { headers, stands } from "./support/posting_story.ts";
import { contractOf, post, POSTING, postingHouse, postingPipelines } from "./support/postings.ts";

/** Two orders: something is wrong with the first, and the second goes on. */
const ORDERS = [
  order(1, [line("1000"), line("500.50", { CODE_COMBINATION_ID: "702" })]),
  order(2, [line("50")]),
  order(3, [line("1", { CODE_COMBINATION_ID: "703" })], { PROJECT_NUMBER: "DEN-2" }),
];
const MINUTES = 5 * 60_000;

/** Something that is wrong, and how it is mended. */
interface Fault {
  name: string;
  edits?: Parameters<typeof postingPipelines>[0];
  /** Requisition 1 of order 1 comes to have the fault. */
  does: Act;
  /** What the controller reads of it, whole: word and sentence. */
  reads: RegExp;
  mends?: Act;
  /** What stands of order 1 once it is mended, by position. */
  then?: Record<string, string>;
}

const account = (id: string, fields: Row): Act => (home) => home.touch("ebs", "GL_CODE_COMBINATIONS", id, fields);

const foreign: Parameters<typeof postingPipelines>[0] = [[
  "CURRENCY_CODE: currency_iso_code",
  "CURRENCY_CODE: { value: CAD }\n" +
  "  USER_CURRENCY_CONVERSION_TYPE: { value: Corporate }\n" +
  "  CURRENCY_CONVERSION_DATE: { from: billing_date, default: requisition_end }",
]];

/** A person adds a line to the contract, on a cost code that no pipeline has linked, and bills it. */
const byHand: Act = async (home) => {
  const { id } = await contractOf(home, 1);
  const [type] = (await home.rows("procore", "line_item_types")).filter(({ code }) => code === "S");
  await home.control("procore", "touch", {
    table: "cost_codes",
    fields: { project_number: "DEN-1", code: "99-1", name: "By hand" },
  });
  const code = (await home.rows("procore", "cost_codes")).find((row) => row.code === "99-1")!;
  await home.touch("procore", "purchase_order_contracts", id, { status: "Draft" });
  await home.control("procore", "touch", {
    table: "purchase_order_contract_line_items",
    fields: {
      purchase_order_contract_id: id,
      amount: "30",
      cost_code_id: String(code.id),
      line_item_type_id: String(type.id),
    },
  });
  await home.touch("procore", "purchase_order_contracts", id, { status: "Approved" });
  await bill(1, ["10", "0", "3"])(home);
};

/** The cost code that was made by hand is linked to an account. */
const linked: Act = async ({ store, ...home }) => {
  const { id, project_id } = (await home.rows("procore", "cost_codes")).find((row) => row.code === "99-1")!;
  const writes = batch(store);
  putLink(writes, "cost-codes", {
    key: "703",
    part: "4001",
    id: String(id),
    partition: String(project_id),
    from: "-",
    values: {},
    how: "imported",
    at: new Date(home.clock.now()).toISOString(),
    active: true,
  });
  await writes.commit();
};

const FAULTS: Fault[] = [
  {
    name: "a period that was never opened, and none after it that is open",
    does: bill(1, ["10"], { billing_date: "2026-12-15" }),
    reads:
      /^rejected document \S+:1: The period DEC-26 takes no documents: never opened \(2026-12-15\)\. Open a later period in the books; it goes with the next run\.$/,
    mends: period(12, "O"),
    then: { 1001: "10" },
  },
  {
    name: "a closed period, where documents are held",
    edits: [["period: next", "period: hold"]],
    does: all(period(9, "C"), period(10, "C"), bill(1, ["10"])),
    reads:
      /^rejected document \S+:1: The period OCT-26 takes no documents: closed \(2026-10-12\)\. Nothing to do if the period will be opened; else give the document another date\.$/,
    mends: period(10, "O"),
    then: { 1001: "10" },
  },
  {
    name: "a disabled account",
    does: all(account("702", { ENABLED_FLAG: "N" }), bill(1, ["10", "3"])),
    reads:
      /^rejected journal \S+:1, line 2: The account is disabled \(01-5002 \(Steel\)\)\. Enable it in General Ledger, or correct the order's account\.$/,
    mends: account("702", { ENABLED_FLAG: "Y" }),
    then: { 1001: "10", 1002: "3" },
  },
  {
    name: "an account that payables control",
    does: all(account("702", { GL_CONTROL_ACCOUNT: "SUPPLIER" }), bill(1, ["10", "3"])),
    reads:
      /^rejected journal \S+:1, line 2: It is an account that payables control: a journal there corrupts Oracle's own reconciliation \(01-5002 \(Steel\)\)\. Give accruals an account of their own, and name it in the pipeline's mapping\.$/,
    mends: account("702", { GL_CONTROL_ACCOUNT: null }),
    then: { 1001: "10", 1002: "3" },
  },
  {
    name: "the order's own accrual account",
    does: all(
      (home) => home.touch("ebs", "PO_DISTRIBUTIONS_ALL", "1001", { ACCRUAL_ACCOUNT_ID: "2101" }),
      bill(1, ["10"]),
    ),
    reads:
      /^rejected document \S+:1: A line names an account that only payables may touch: an entry there spoils their own reconciliation \(2101\)\./,
    mends: (home) => home.touch("ebs", "PO_DISTRIBUTIONS_ALL", "1001", { ACCRUAL_ACCOUNT_ID: null }),
    then: { 1001: "10" },
  },
  {
    name: "an item whose line nobody has linked, on a cost code that nobody has linked",
    does: byHand,
    reads:
      /^rejected requisitions \S+, field with account: It belongs to \d+, which cost-codes has neither made nor matched\. Match it: /,
    mends: linked,
    then: { 1001: "10", change: "3" },
  },
  {
    name: "an invoice of zero",
    does: bill(1, ["0", "0"]),
    reads: /^unchanged nothing to post: it certifies no cost$/,
    mends: correct(1, 1, ["1"]),
    then: { 1001: "1" },
  },
  {
    name: "a document that does not foot",
    does: bill(1, ["10"], { misprints: { current_payment_due: "1.00" } }),
    reads:
      /^rejected requisitions \d+: The requisition does not foot: earned less previous certificates: 10, payment due by the summary: 1\. Correct the record in the source\.$/,
    mends: header(1, 1, { misprints: {} }),
    then: { 1001: "10" },
  },
  {
    name: "an amount of thirty digits",
    edits: [[/caps: .*/, ""]],
    does: bill(1, ["123456789012345678901234567890"]),
    reads:
      /^rejected journal \S+:1: The amount is too large \(line 1, account 701, debit 123456789012345678901234567890\) \(EC13\)\. Look at the document: no journal takes such an amount\.$/,
    mends: correct(1, 1, ["7"]),
    then: { 1001: "7" },
  },
];

for (const { name, edits = [], does, reads, mends, then } of FAULTS) {
  Deno.test(`bad input: ${name}`, async () => {
    const home = await postingHouse(ORDERS, { project: await postingPipelines(edits) });
    await does(home);
    await bill(2, ["5"], { billing_date: "2026-11-02" })(home);
    await post(home).then(({ changes }) => assert.match(words(changes), reads));
    await stands(home, { open: { 2001: "5" }, retained: "0", at: "the other goes on" });
    assert.deepEqual(await home.rows("ebs", "GL_INTERFACE"), [], "nothing is left in the interface");
    home.clock.advance(MINUTES);
    const again = await post(home);
    // What is wrong is told once by the run that reads it, and waits in the list.
    if (again.changes.length > 0) assert.match(words(again.changes), reads);
    assert.equal((await headers(home)).length, 1);
    home.clock.advance(MINUTES);
    await mends?.(home);
    await post(home);
    await stands(home, { open: { 2001: "5", ...then }, retained: "0", at: "mended" });
    await home.close();
  });
}

/** What a run told of what it does not post: word and sentence. */
const words = (changes: readonly PlannedChange[]): string =>
  changes.filter(({ word }) => word !== "create")
    .map(({ word, why, failure }) => `${word} ${failure ? sentence(failure as never) : why}`).join("\n");

Deno.test("bad input: an amount of thirty digits halts at the cap, and the document is named", async () => {
  const home = await postingHouse(ORDERS);
  await all(bill(1, ["123456789012345678901234567890"]), bill(2, ["5"]))(home);
  const { failure } = await home.run(POSTING);
  assert.equal(failure?.code, "post.over-cap");
  assert.match(String(failure.value), /^123456789012345678901234567890 of it by \S+:1$/);
  assert.deepEqual(await headers(home), []);
  await correct(1, 1, ["7"])(home).catch(() => {});
  await home.close();
});

Deno.test("bad input: a currency without a rate", async () => {
  const home = await postingHouse(ORDERS, { project: await postingPipelines(foreign) });
  await bill(1, ["10"])(home);
  const rate: Row = {
    FROM_CURRENCY: "CAD",
    TO_CURRENCY: "USD",
    CONVERSION_TYPE: "Corporate",
    CONVERSION_DATE: "2026-10-12T00:00:00",
    CONVERSION_RATE: "0.75",
  };
  for (const _ of [1, 2]) {
    const { changes } = await post(home);
    assert.match(
      words(changes),
      /^rejected journal \S+:1: There is no rate for this currency, rate type and date \(line 1, account 701, debit 10\) \(EC06\)\. Enter the rate in General Ledger, or give the document another rate type or date\.$/,
    );
    assert.deepEqual(await headers(home), []);
    assert.deepEqual(await home.rows("ebs", "GL_INTERFACE"), []);
    home.clock.advance(MINUTES);
  }
  await home.control("ebs", "touch", { table: "GL_DAILY_RATES", fields: rate });
  await post(home);
  assert.equal((await headers(home)).length, 1);
  await home.close();
});

Deno.test("bad input: an unbalanced mapping is found by the check", async () => {
  for (
    const [from, to, says] of [
      ["ENTERED_CR: net", "ENTERED_CR: cost", /The line says that it moves net, and its amount is cost/],
      ["ENTERED_CR: withheld", "ENTERED_DR: withheld", /withheld is a credit, this is a debit/],
      [
        / {4}- each: positions # retainage payable[^]*value: withheld \}\n/,
        "",
        /No line posts withheld, so debits and credits differ/,
      ],
    ] as const
  ) await assert.rejects(postingPipelines([[from, to]]), says);
});

Deno.test("bad input: what the check cannot see is refused before it leaves", async () => {
  const home = await postingHouse(ORDERS, {
    project: await postingPipelines([[
      "ENTERED_CR: net",
      "ENTERED_CR: { from: net, apply: [{ truncate: 2 }], type: decimal }",
    ]]),
  });
  await bill(1, ["100"])(home);
  const { changes } = await post(home);
  assert.match(
    words(changes),
    /^rejected document \S+, balancing segment 01: Debits and credits differ \(90 too much debit\)\./,
  );
  assert.deepEqual(await headers(home), []);
  await home.close();
});

Deno.test("bad input: an invoice that is deleted after it was posted is taken back, and its journal says why", async () => {
  const home = await postingHouse(ORDERS);
  await bill(1, ["10"])(home);
  await post(home);
  await all(remove(1, 1), wait("2026-10-16T09:00:00Z"))(home);
  await post(home);
  await stands(home, { open: {}, retained: "0", at: "deleted" });
  assert.match(
    String((await headers(home))[1].DESCRIPTION),
    /^Reversal \(.*\): Alder Works Inc\., requisition 1 of order 1/,
  );
  await home.close();
});

const person = ({ store }: House): Acting => ({ store, by: "bob", commit: (writes) => writes.commit() });

/** What somebody does to a journal in Oracle, and what stands of requisition 1, of 10, by its lines there. */
const IN_ORACLE: [what: string, word: RegExp, does: (home: House, journal: string) => Promise<void>][] = [
  ["deleted", /was deleted in the books/, (home, id) => home.touch("ebs", "GL_JE_HEADERS", id, { ACTION: "DELETE" })],
  [
    "reversed",
    /was reversed in the books/,
    (home, id) => home.touch("ebs", "GL_JE_HEADERS", id, { ACTION: "REVERSE" }),
  ],
  ["posted, then reversed", /was reversed in the books/, async (home, id) => {
    await home.touch("ebs", "GL_JE_HEADERS", id, { ACTION: "POST" });
    home.clock.advance(MINUTES);
    await post(home);
    await home.touch("ebs", "GL_JE_HEADERS", id, { ACTION: "REVERSE" });
    home.clock.advance(24 * 3_600_000);
    home.reopen();
  }],
];

for (const [what, word, does] of IN_ORACLE) {
  for (const how of ["accept", "retry"] as const) {
    Deno.test(`bad input: a journal is ${what} in Oracle; nothing is posted until a person says what becomes of it: ${how}`, async () => {
      const home = await postingHouse(ORDERS);
      await all(bill(1, ["10"]), bill(2, ["5"]))(home);
      await post(home);
      const journal = (await headers(home)).find(({ DESCRIPTION }) => String(DESCRIPTION).includes("of order 1"))!;
      await does(home, String(journal.JE_HEADER_ID));
      const before = (await home.rows("ebs", "GL_JE_HEADERS")).length;
      for (const _ of [1, 2]) {
        home.clock.advance(MINUTES);
        const { changes } = await post(home);
        assert.match(words(changes), word, "it is told by every run");
        assert.equal((await home.rows("ebs", "GL_JE_HEADERS")).length, before, "and nothing is sent");
      }
      await bill(1, ["7"])(home);
      home.clock.advance(MINUTES);
      await post(home);
      assert.equal((await home.rows("ebs", "GL_JE_HEADERS")).length, before, "its chain waits");
      await (how === "accept" ? accept : retry)(person(home), String(journal.EXTERNAL_REFERENCE));
      for (const _ of [1, 2, 3]) {
        home.clock.advance(MINUTES);
        await post(home);
      }
      // Accepted: what they took back stays so, and is not posted again. Retried: it is, under a new revision.
      await stands(home, {
        open: { 1001: how === "accept" ? "7" : "17", 2001: "5" },
        retained: "0",
        at: how,
      });
      await home.close();
    });
  }
}
