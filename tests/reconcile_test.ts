/**
 * A month reconciled against both sandboxes: what agrees is proven, what does not is told with its cause.
 */
import assert from "node:assert/strict";
import { sum } from "../engine/decimal.ts";
import type { Report } from "../engine/reconcile/types.ts";
import { aMonth, certifiedIn } from "./support/reconciling.ts";

const open = ({ exceptions }: Report): string[] => exceptions.filter(({ open }) => open).map(({ kind }) => kind).sort();

Deno.test("a month from the first requisition to a clean reconciliation, and what disturbs it", async (t) => {
  const month = await aMonth();
  const { house, contract, positions } = month;
  try {
    let moved: ReturnType<typeof certifiedIn>;
    let journal = "";
    let key = "";
    const total = (what: "cost" | "withheld"): string => sum(Object.values(moved).map((one) => one[what]));

    await t.step("before anything is certified nothing is open, and nothing stands", async () => {
      const report = await month.reconcile();
      assert.deepEqual(open(report), []);
      assert.deepEqual([report.cost, report.retainage, report.register, report.accounts], [[], [], [], []]);
      assert.equal(report.header.projects.seen, report.header.projects.expected);
      assert.ok(report.commitments.length > 3);
      assert.deepEqual(report.commitments.filter(({ difference }) => difference !== "0"), []);
      assert.equal(report.header.period.name, "OCT-26");
    });

    await t.step("a certified requisition without a journal is missing, with its value", async () => {
      const row = await month.approve("40");
      moved = certifiedIn(row, positions);
      key = `PROCORE:requisition-journals:${contract.id}:${row.id}:1`;
      const report = await month.reconcile();
      assert.ok(open(report).includes("missing"));
      assert.ok(open(report).includes("difference"));
      const missing = report.exceptions.find(({ kind }) => kind === "missing")!;
      assert.equal(missing.value, row.cost_this_period);
      assert.equal(sum(report.cost.map(({ closing }) => closing)), total("cost"));
      assert.equal(report.coverage[0].what, "missing");
    });

    await t.step("its journal is told as unposted, and as one that our memory does not know", async () => {
      journal = await month.journal(key, moved);
      const report = await month.reconcile();
      assert.deepEqual(open(report), ["stranger", "unposted"]);
      assert.deepEqual(report.cost.map(({ difference }) => difference).filter((one) => one !== "0"), []);
      assert.deepEqual(report.retainage.map(({ difference }) => difference).filter((one) => one !== "0"), []);
      assert.deepEqual(report.accounts.map(({ difference }) => difference), ["0", "0"]);
    });

    await t.step("once it is posted, cost, retainage and both accounts agree to the cent", async () => {
      await month.press(journal, "POST");
      const report = await month.reconcile();
      assert.deepEqual(open(report), ["stranger"]);
      const by = Object.fromEntries(report.proof.map((row) => [row.measure, row]));
      assert.equal(by.cost.closing, total("cost"));
      assert.equal(by.withheld.balance, total("withheld"));
      assert.equal(by.net.balance, by.net.closing);
      assert.deepEqual(report.proof.map(({ difference }) => difference), ["0", "0", "0"]);
      assert.equal(report.coverage[0].what, "journalised");
      assert.equal(report.register[0].stands, total("cost"));
    });

    await t.step("an invoice takes cost over: until a journal follows, the row differs by it", async () => {
      const [position] = positions.values();
      const { cost, withheld } = moved[position];
      await month.invoice(position, cost, "2026-10-13");
      const report = await month.reconcile();
      assert.deepEqual(open(report).filter((kind) => kind !== "stranger"), ["difference", "difference"]);
      const row = report.cost.find(({ difference }) => difference !== "0")!;
      assert.deepEqual([row.invoiced, row.difference], [cost, `-${cost}`]);
      const adjust = { [position]: { cost: `-${cost}`, withheld: `-${withheld}` } };
      const id = await month.journal(`PROCORE:requisition-journals:${contract.id}:B1`, adjust);
      await month.press(id, "POST");
      assert.deepEqual(open(await month.reconcile()), ["stranger", "stranger"]);
    });

    await t.step("another entry on the account, and one that somebody changes, are told", async () => {
      const before = await month.reconcile();
      assert.equal(before.accounts.length, 2);
      const lines = await house.rows("ebs", "GL_JE_LINES");
      const line = lines.find((one) => one.JE_HEADER_ID === journal && one.CODE_COMBINATION_ID === "17117")!;
      await house.touch("ebs", "GL_JE_LINES", line.ROWID as string, { ENTERED_CR: "1" });
      const report = await month.reconcile();
      assert.ok(open(report).includes("changed"));
      assert.ok(open(report).includes("account"));
      await house.touch("ebs", "GL_JE_LINES", line.ROWID as string, { ENTERED_CR: line.ENTERED_CR });
    });

    await t.step("one project alone is reconciled without the accounts; one that is none is refused", async () => {
      const report = await month.reconcile({ only: [contract.partition] });
      assert.deepEqual(report.header.projects.only, [contract.partition]);
      assert.equal(report.accounts[0].balance, undefined);
      assert.ok(report.commitments.every(({ project }) => project === contract.partition));
      await assert.rejects(month.reconcile({ only: ["nowhere"] }), /No project nowhere is linked/);
      await assert.rejects(month.reconcile({ period: "1999-01" }), /no period 1999-01/);
    });

    await t.step("a requisition on a contract that no order has made is unmatched, and valued", async () => {
      const report = await month.reconcile();
      assert.deepEqual(report.exceptions.filter(({ kind }) => kind === "unmatched"), []);
    });
  } finally {
    await house.close();
  }
});
