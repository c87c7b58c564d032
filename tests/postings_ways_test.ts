import assert from "node:assert/strict";
import { Big, plain } from "../engine/decimal.ts";
import type { House } from "./support/house.ts";
import { line, order } from "./support/orders.ts";
import {
  all,
  bill,
  cancel,
  correct,
  header,
  payables,
  period,
  reopen,
  retaining,
  wait,
} from "./support/posting_acts.ts";
import { headers, stands, type Story, tell } from "./support/posting_story.ts";
import { ACCRUED, balanceOf, post, postingHouse, postingPipelines } from "./support/postings.ts";

const stories: Story[] = [
  {
    name: "what is dated before the start is counted and never posted",
    plain: false,
    steps: [
      { when: "history", does: bill(1, ["100", "10"], { billing_date: "2026-09-30" }), open: {}, makes: "" },
      { when: "the first after it", does: bill(1, ["50", "0"]), open: { 1001: "50" }, makes: "recognise" },
      {
        when: "history is invoiced",
        does: payables("I-1", { 1001: "100", 1002: "10" }),
        open: { 1001: "50" },
        makes: "",
      },
      { when: "and more", does: payables("I-2", { 1001: "20" }), open: { 1001: "30" }, makes: "adjust" },
      { when: "the invoice of history is cancelled", does: cancel("I-1"), open: { 1001: "50" }, makes: "adjust" },
    ],
  },
  {
    name: "final: what payables do changes nothing",
    plain: false,
    project: () => postingPipelines([["recognise: until_invoiced", "recognise: final"]]),
    steps: [
      {
        when: "certified",
        does: bill(1, [retaining("100", "10"), "0"]),
        open: { 1001: "100" },
        retained: "10",
        makes: "recognise",
      },
      { when: "invoiced", does: payables("I-1", { 1001: "100" }), open: { 1001: "100" }, retained: "10", makes: "" },
      {
        when: "what is retained is released",
        does: bill(1, [{ work_completed_this_period: "0", work_completed_retainage_released_this_period: "10" }]),
        open: { 1001: "100" },
        makes: "recognise",
      },
      { when: "edited", does: correct(1, 2, ["5"]), open: { 1001: "105" }, retained: "0", makes: "reverse, recognise" },
    ],
  },
  {
    name: "a closed period is held until it is opened",
    project: () => postingPipelines([["period: next", "period: hold"]]),
    plain: false,
    steps: [
      {
        when: "October is closed",
        does: all(period(10, "C"), bill(1, ["100"])),
        open: {},
        makes: "",
        tells: /^rejected post\.period-closed The period OCT-26 takes no documents: closed 2026-10-12/,
      },
      {
        when: "more of it",
        does: bill(1, ["20"], { billing_date: "2026-11-02" }),
        open: { 1001: "20" },
        makes: "recognise",
      },
      { when: "it is opened", does: period(10, "O"), open: { 1001: "120" }, makes: "recognise" },
      {
        when: "closed again, and taken back: in the next open one",
        does: all(period(10, "C"), reopen(1, 1), reopen(1, 2)),
        open: {},
        makes: "reverse, reverse",
      },
    ],
  },
  {
    name: "a closed period's cost goes into the next",
    plain: false,
    steps: [
      {
        when: "October is closed",
        does: all(period(10, "C"), bill(1, ["100"])),
        open: { 1001: "100" },
        makes: "recognise",
      },
      { when: "an adjustment of it", does: payables("I-1", { 1001: "30" }), open: { 1001: "70" }, makes: "adjust" },
      {
        when: "no later one is open",
        does: all(period(11, "N"), bill(1, ["20"])),
        open: { 1001: "70" },
        makes: "",
        tells: /^rejected post\.period-closed .*Open a later period/,
      },
      { when: "one is opened", does: period(11, "O"), open: { 1001: "90" }, makes: "recognise" },
    ],
  },
];

for (const story of stories) tell(story);

Deno.test("accrued month by month: given back on the first day of the next, and accrued again while it is not invoiced", async () => {
  const home = await postingHouse([order(1, [line("1000"), line("500", { CODE_COMBINATION_ID: "702" })])], {
    project: await postingPipelines([["recognise: until_invoiced", "recognise: accrue"]]),
  });
  /** Runs until nothing is left to do, and tells what was posted: `purpose day amount`. */
  const runs = async (): Promise<string[]> => {
    const made: string[] = [];
    for (;;) {
      home.clock.advance(5 * 60_000);
      const { changes } = await post(home);
      if (changes.every(({ document }) => !document)) return made;
      for (const { document } of changes) made.push(`${document!.purpose} ${document!.date} ${document!.value}`);
    }
  };
  await bill(1, ["100", "20"])(home);
  assert.deepEqual(await runs(), ["recognise 2026-10-12 120"]);
  await wait("2026-10-31T22:00:00Z")(home);
  assert.deepEqual(await runs(), [], "its period runs");
  await wait("2026-11-02T08:00:00Z")(home);
  assert.deepEqual(await runs(), ["reverse 2026-11-01 120", "adjust 2026-11-02 120"]);
  await payables("I-1", { 1001: "30" })(home);
  assert.deepEqual(await runs(), ["adjust 2026-11-02 30"]);
  await bill(1, ["10", "0"], { billing_date: "2026-11-10" })(home);
  assert.deepEqual(await runs(), ["recognise 2026-11-10 10"]);
  await wait("2026-12-02T08:00:00Z")(home);
  assert.deepEqual(await runs(), [], "December is not open yet");
  await period(12, "O")(home);
  assert.deepEqual(await runs(), [
    "reverse 2026-12-01 120",
    "reverse 2026-12-01 30",
    "reverse 2026-12-01 10",
    "adjust 2026-12-02 100",
  ]);
  assert.deepEqual(await accruedBy(home), { "OCT-26": "-120", "NOV-26": "-100", "DEC-26": "-100" });
  await payables("I-2", { 1001: "80", 1002: "20" })(home);
  assert.deepEqual(await runs(), ["adjust 2026-12-02 100"]);
  assert.deepEqual(await accruedBy(home), { "OCT-26": "-120", "NOV-26": "-100", "DEC-26": "0" });
  await home.close();
});

/** What the accrual account comes to at the end of each period. */
async function accruedBy(home: House): Promise<Record<string, string>> {
  const lines = await home.rows("ebs", "GL_JE_LINES");
  const balances: Record<string, string> = {};
  let sum = new Big(0);
  for (const name of ["OCT-26", "NOV-26", "DEC-26"]) {
    for (const line of lines) {
      if (line.PERIOD_NAME !== name || line.CODE_COMBINATION_ID !== ACCRUED) continue;
      sum = sum.plus(String(line.ENTERED_DR || "0")).minus(String(line.ENTERED_CR || "0"));
    }
    balances[name] = plain(sum);
  }
  return balances;
}

Deno.test("a document that is dated later than its own period says whose it is", async () => {
  const home = await postingHouse([order(1, [line("1000")])]);
  await all(period(10, "C"), bill(1, ["100"]))(home);
  await post(home);
  const [{ DESCRIPTION, PERIOD_NAME }] = await headers(home);
  assert.equal(PERIOD_NAME, "NOV-26");
  assert.match(String(DESCRIPTION), /\(of OCT-26\)$/);
  await home.close();
});

Deno.test("an order whose account is changed after posting: what stands is given back where it stands", async () => {
  const home = await postingHouse([
    order(1, [line("1000")]),
    order(2, [line("1", { CODE_COMBINATION_ID: "702" })]),
  ]);
  await bill(1, ["100"])(home);
  await post(home);
  await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", "1001", { CODE_COMBINATION_ID: "702" });
  await payables("I-1", { 1001: "30" })(home);
  home.clock.advance(5 * 60_000);
  await post(home);
  assert.deepEqual([await balanceOf(home, "701"), await balanceOf(home, "702")], ["70", "0"], "where it stands");
  await correct(1, 1, ["120"])(home);
  home.clock.advance(5 * 60_000);
  await post(home);
  home.clock.advance(5 * 60_000);
  await post(home);
  // What is posted anew goes to the account that the order has now; of the old one nothing is left.
  assert.deepEqual([await balanceOf(home, "701"), await balanceOf(home, "702")], ["0", "90"]);
  assert.equal(await balanceOf(home, ACCRUED), "-90");
  await home.close();
});

Deno.test("behind a requisition that cannot be judged none is posted: it would book that one's cost, or history", async () => {
  for (const billing_date of ["2026-09-12", "2026-10-02"]) {
    const home = await postingHouse([order(1, [line("1000")]), order(2, [line("50")])]);
    const misprints = { current_payment_due: "1.00" };
    await all(bill(1, ["100"], { billing_date, misprints }), bill(1, ["50"]), bill(2, ["5"]))(home);
    for (const _ of [1, 2]) {
      const { changes } = await post(home);
      const told = changes.map(({ word, why }) => `${word} ${why ?? ""}`).join("\n");
      assert.match(
        told,
        /^parked \d+, number 1 of its chain, cannot be judged, and what this one adds is told by that$/m,
      );
      await stands(home, { open: { 2001: "5" }, retained: "0", at: billing_date });
      home.clock.advance(5 * 60_000);
    }
    await header(1, 1, { misprints: {} })(home);
    await post(home);
    const open = { 1001: billing_date < "2026-10-01" ? "50" : "150", 2001: "5" };
    await stands(home, { open, retained: "0", at: "mended" });
    await home.close();
  }
});
