/**
 * What the posting pipeline makes of eight orders in two months, reconciled: the one reckons what to post, the other what should stand, and
 * the ledger between them agrees with both.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Row } from "../engine/connector.ts";
import { reconcile } from "../engine/reconcile/gather.ts";
import { loadDefinitions } from "../engine/reconcile/load.ts";
import type { Report } from "../engine/reconcile/types.ts";
import { door } from "../main.ts";
import { type House, registry } from "./support/house.ts";
import { billBefore, billedOrders, billTwelve } from "./support/posting_days.ts";
import {
  ACCRUED,
  balanceOf,
  contractOf,
  invoice,
  post,
  postingHouse,
  postingPipelines,
  RETAINED,
} from "./support/postings.ts";
import { lineId } from "./support/orders.ts";

const october = (home: House): Promise<Report> => monthOf(home, "2026-10");

/** The report of a month, by the shipped definition. */
async function monthOf(home: House, period: string): Promise<Report> {
  const file = join(door.pipelines, "accruals.reconcile.yaml");
  const files = new Map([[file, await Deno.readTextFile(file)]]);
  const { definitions: [definition], diagnostics } = await loadDefinitions({
    dir: door.pipelines,
    project: home.project,
    registry,
    files,
  });
  assert.deepEqual(diagnostics, []);
  return await reconcile({
    definition,
    store: home.store,
    project: home.project,
    registry,
    clock: home.clock,
    connect: (name) => home.engine.connect(name),
  }, { period });
}

/** An accountant posts every journal that is not posted. */
async function postAll(home: House): Promise<void> {
  for (const { JE_HEADER_ID, STATUS } of await home.rows("ebs", "GL_JE_HEADERS")) {
    if (STATUS !== "P") await home.touch("ebs", "GL_JE_HEADERS", String(JE_HEADER_ID), { ACTION: "POST" });
  }
}

const told = ({ exceptions }: Report) => exceptions.map(({ kind, subject, cause }) => `${kind} ${subject}: ${cause}`);

/** Nothing is open, and the accounts hold what the report says. */
async function agrees(home: House, report: Report): Promise<void> {
  assert.deepEqual(told(report).filter((text) => !text.startsWith("commitment")), []);
  assert.deepEqual(report.proof.filter(({ difference }) => difference !== "0"), []);
  const by = Object.fromEntries(report.proof.map((row) => [row.measure, row.closing]));
  const credit = (text: string): string => text === "0" ? "0" : text.startsWith("-") ? text.slice(1) : `-${text}`;
  assert.equal(credit(await balanceOf(home, ACCRUED)), by.net);
  assert.equal(credit(await balanceOf(home, RETAINED)), by.withheld);
}

Deno.test("sheets, corrections, sheets taken back and invoices: after each run the reconciliation is clean", async (t) => {
  const home = await postingHouse(billedOrders());
  try {
    await t.step("what was billed is posted", async () => {
      await billBefore(home);
      await post(home);
      const before = await october(home);
      assert.ok(
        before.exceptions.length > 0 && before.exceptions.every(({ kind }) => kind === "unposted"),
        told(before).join("\n"),
      );
      await postAll(home);
      await agrees(home, await october(home));
    });

    await t.step("a day of corrections and invoices is open until the next run, and closed by it", async () => {
      await billTwelve(home);
      const between = await october(home);
      assert.ok(between.exceptions.some(({ kind }) => kind === "difference"));
      assert.ok(between.exceptions.some(({ kind }) => kind === "missing"));
      await post(home);
      await postAll(home);
      const after = await october(home);
      await agrees(home, after);
      assert.ok(after.register.some(({ purpose }) => purpose === "reverse"));
      assert.ok(after.register.some(({ purpose }) => purpose === "adjust"));
      assert.ok(after.coverage.every(({ what }) => what === "journalised" || what === "nothing to post"));
    });

    await t.step(
      "payables bill more than is certified: the excess is no accrual, and the row still adds up",
      async () => {
        await invoice(home, "INV-8", { [lineId(8, 1)]: "50" });
        await post(home);
        await postAll(home);
        const report = await october(home);
        await agrees(home, report);
        assert.ok(report.cost.some(({ beyond }) => beyond === "42"));
      },
    );
  } finally {
    await home.close();
  }
});

Deno.test("an accrual stands at the end of each period, is reversed on the first day of the next, and accrued again", async () => {
  const project = await postingPipelines([[/recognise: until_invoiced/, "recognise: accrue"]]);
  const home = await postingHouse(billedOrders(), { project });
  try {
    await billBefore(home);
    await post(home);
    await postAll(home);
    await agrees(home, await monthOf(home, "2026-10"));
    home.clock.set(Date.parse("2026-11-03T09:00:00Z"));
    home.reopen();
    await post(home);
    await post(home);
    await postAll(home);
    const [october, november] = [await monthOf(home, "2026-10"), await monthOf(home, "2026-11")];
    for (const report of [october, november]) {
      assert.deepEqual(told(report).filter((text) => !text.startsWith("commitment")), []);
      assert.deepEqual(report.proof.filter(({ difference }) => difference !== "0"), []);
    }
    assert.deepEqual(november.proof.map(({ closing }) => closing), october.proof.map(({ closing }) => closing));
    assert.ok(november.register.some(({ purpose, date }) => purpose === "reverse" && date === "2026-11-01"));
  } finally {
    await home.close();
  }
});

Deno.test("a change order that is billed stands on its cost code's account, and what payables bill on the order's line serves it", async () => {
  const home = await postingHouse(billedOrders());
  try {
    const { id, lines: [first] } = await contractOf(home, 2);
    const [code, type] = [first.cost_code, first.line_item_type].map((one) => (one as Row).id as string);
    await home.control("procore", "touch", {
      table: "change_order_packages",
      fields: {
        contract_id: id,
        status: "approved",
        title: "More walls",
        lines: [{ amount: "200", description: "More walls", cost_code_id: code, line_item_type_id: type }],
      },
    });
    await home.control("procore", "touch", {
      table: "requisitions",
      fields: { commitment_id: id, status: "approved", billing_date: "2026-10-12", percent: "50" },
    });
    await post(home);
    await postAll(home);
    const billed = await october(home);
    await agrees(home, billed);
    assert.equal(billed.cost.length, 1, "both lines are charged to one account");
    assert.equal(billed.cost[0].closing, "500");
    const [commitment] = billed.commitments.filter(({ changes }) => changes !== "0");
    assert.deepEqual([commitment.difference, commitment.changes], ["-200", "200"]);
    assert.match(told(billed).join(), /Change orders of 200\.00 are approved, and the order is not amended/);

    await invoice(home, "INV-2", { [lineId(2, 1)]: "450" });
    assert.equal((await october(home)).exceptions.filter(({ kind }) => kind === "difference").length, 1);
    await post(home);
    await postAll(home);
    const invoiced = await october(home);
    await agrees(home, invoiced);
    assert.deepEqual([invoiced.cost[0].invoiced, invoiced.cost[0].closing], ["450", "50"]);
  } finally {
    await home.close();
  }
});

Deno.test("what is not ours, not matched or not whole is told with its value, and counts nowhere", async () => {
  const home = await postingHouse(billedOrders());
  try {
    const { id, lines: [first] } = await contractOf(home, 2);
    const project = (await home.rows("procore", "purchase_order_contracts")).find((row) => String(row.id) === id)!;
    const made = await home.control("procore", "touch", {
      table: "purchase_order_contracts",
      fields: {
        project_id: (project.project as Row).id,
        number: "PO-BY-HAND",
        vendor_id: (project.vendor as Row).id,
        status: "Approved",
        line_items: [{ amount: "100", wbs_code_id: (first.wbs_code as Row).id }],
      },
    }) as { row?: { id: string }; id?: string };
    const hand = made.row?.id ?? made.id;
    await home.control("procore", "touch", {
      table: "requisitions",
      fields: { commitment_id: hand, status: "approved", billing_date: "2026-10-12", percent: "50" },
    });
    const report = await october(home);
    assert.deepEqual(report.exceptions.filter(({ open }) => open).map(({ kind }) => kind), ["unmatched"]);
    assert.deepEqual(report.cost, []);
    assert.deepEqual(report.coverage.map(({ what }) => what), ["unmatched"]);
  } finally {
    await home.close();
  }
});
