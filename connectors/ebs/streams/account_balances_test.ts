import assert from "node:assert/strict";
import type { Row } from "../../../engine/connector.ts";
import { credit, debit, DENVER, desk, document } from "../journals/testing.ts";

/** Balances as a reconciliation reads them, `account end unposted` for each. */
async function balances(it: ReturnType<typeof desk>, period?: string): Promise<string[]> {
  const rows: Row[] = [];
  const stream = it.stream("account_balances");
  for await (const page of stream.read!({ partition: DENVER, since: null, after: null, period })) {
    rows.push(...page.rows);
  }
  return rows.map((row) =>
    `${row.BALANCE_KEY} ${row.END_BALANCE} (${row.BEGIN_BALANCE_DR}/${row.BEGIN_BALANCE_CR}, ${row.PERIOD_NET_DR}/` +
    `${row.PERIOD_NET_CR}, ${row.UNPOSTED_DR}/${row.UNPOSTED_CR})`
  );
}

Deno.test("balances have what is posted, and beside it what is not, carried on from period to period", async (t) => {
  for (const collections of ["nested", "flat"]) {
    await t.step(collections, async () => {
      const it = desk({ settings: { collections, page_size: 1 } });
      assert.deepEqual(await balances(it), []);
      await it.journals.post(DENVER, [document("EBS-A-1", { ACCOUNTING_DATE: "2026-10-20" })]);
      assert.deepEqual(await balances(it, "OCT-26"), [
        "10:USD:OCT-26 0 (0/0, 0/0, 100.25/0)",
        "11:USD:OCT-26 0 (0/0, 0/0, 0/100.25)",
      ]);
      await it.touch("GL_JE_BATCHES", undefined, { ACTION: "AUTOPOST", JE_SOURCE: "81" });
      await it.journals.post(DENVER, [document("EBS-A-2", { LINES: [debit("10", "0.5"), credit("11", "0.5")] })]);
      await it.touch("GL_JE_BATCHES", undefined, { ACTION: "AUTOPOST" });
      await it.journals.post(DENVER, [document("EBS-A-3", { LINES: [debit("11", "100"), credit("10", "100")] })]);
      assert.deepEqual(await balances(it, "OCT-26"), [
        "10:USD:OCT-26 100.25 (0/0, 100.25/0, 0/0)",
        "11:USD:OCT-26 -100.25 (0/0, 0/100.25, 0/0)",
      ]);
      const november = [
        "10:USD:NOV-26 100.75 (100.25/0, 0.5/0, 0/100)",
        "11:USD:NOV-26 -100.75 (0/100.25, 0/0.5, 100/0)",
      ];
      assert.deepEqual(await balances(it, "NOV-26"), november);
      assert.deepEqual(await balances(it), november, "without a period it is that of today");
      assert.deepEqual(await balances(it, "NOV-99"), []);
    });
  }
});

Deno.test("balances are found by key, and by no key that is none", async () => {
  const it = desk();
  await it.journals.post(DENVER, [document("EBS-A-1")]);
  const keys = ["11:USD:NOV-26", "11:USD:OCT-26", "11:CAD:NOV-26", "99:USD:NOV-26", "x", "::", "11"];
  const [page, ...more] = await Array.fromAsync(it.stream("account_balances").read!({ partition: DENVER, keys }));
  assert.deepEqual([page.rows.map((row) => row.BALANCE_KEY), more], [["11:USD:NOV-26"], []]);
});

Deno.test("a reversal takes its balance back, and a deleted journal leaves none", async () => {
  const it = desk();
  await it.journals.post(DENVER, [
    document("EBS-A-1"),
    document("EBS-A-2", { LINES: [debit("12", "7"), credit("12", "7")] }),
  ]);
  const [first, second] = await it.rows("GL_JE_HEADERS");
  await it.touch("GL_JE_HEADERS", second.JE_HEADER_ID as string, { ACTION: "DELETE" });
  await it.touch("GL_JE_HEADERS", first.JE_HEADER_ID as string, { ACTION: "REVERSE" });
  await it.touch("GL_JE_BATCHES", undefined, { ACTION: "AUTOPOST" });
  assert.deepEqual(await balances(it), [
    "10:USD:NOV-26 0 (0/0, 100.25/100.25, 0/0)",
    "11:USD:NOV-26 0 (0/0, 100.25/100.25, 0/0)",
  ]);
});

Deno.test("postings are read by period, each with the lines as they were sent", async () => {
  const it = desk();
  const lines = [
    { ...debit("10", "3.50"), REFERENCE23: "1", REFERENCE24: "cost", REFERENCE10: "Bar" },
    credit("11", "3.50"),
  ];
  await it.journals.post(DENVER, [
    document("EBS-A-1", { LINES: lines }),
    document("EBS-A-2", { ACCOUNTING_DATE: "2026-10-20" }),
  ]);
  const of = async (period?: string) => {
    const request = { partition: DENVER, since: null, after: null, period };
    return (await Array.fromAsync(it.stream("postings").read!(request))).flatMap(({ rows }) => rows);
  };
  const [november, ...others] = await of("NOV-26");
  assert.deepEqual([november.POSTING_KEY, others], ["EBS-A-1", []]);
  assert.deepEqual(november.SENT_LINES, [
    {
      LINE_NUM: "1",
      CODE_COMBINATION_ID: "10",
      ENTERED_DR: "3.5",
      REFERENCE10: "Bar",
      REFERENCE23: "1",
      REFERENCE24: "cost",
    },
    { LINE_NUM: "2", CODE_COMBINATION_ID: "11", ENTERED_CR: "3.5" },
  ]);
  assert.equal((await of()).length, 2);
  assert.throws(() => it.stream("periods").read!({ partition: DENVER, since: null, after: null, period: "NOV-26" }), {
    code: "bug",
  });
});
