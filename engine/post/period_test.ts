import assert from "node:assert/strict";
import type { Period } from "../posting.ts";
import { dated, rollsOverOn } from "./period.ts";

const period = (month: string, open: boolean): Period => ({
  name: month,
  from: `2026-${month}-01`,
  to: `2026-${month}-${{ "09": "30", "10": "31", "11": "30", "12": "31" }[month]}`,
  open,
  status: open ? "open" : "closed",
});
const year = (open: string): Period[] =>
  ["12", "09", "11", "10"].map((month) => period(month, open.split(" ").includes(month)));

Deno.test("a document keeps its day in an open period, and is held or goes to the next open one", () => {
  const cases: [open: string, date: string, rule: "hold" | "next", to: string, own?: string][] = [
    ["10 11", "2026-10-31", "hold", "2026-10-31"],
    ["10 11", "2026-10-01", "next", "2026-10-01"],
    ["11 12", "2026-10-31", "next", "2026-11-01", "10"],
    ["12", "2026-09-30", "next", "2026-12-01", "09"],
    ["11", "2026-10-31", "hold", "post.period-closed"],
    ["09", "2026-10-31", "next", "post.period-closed"],
    ["", "2026-10-31", "next", "post.period-closed"],
    ["09", "2026-08-31", "next", "2026-09-01", "2026-08-31"],
    ["09", "2027-08-31", "next", "post.period-closed"],
  ];
  for (const [open, date, rule, to, own] of cases) {
    const date_ = () => dated({ date, periods: year(open), rule });
    if (to.startsWith("post.")) assert.throws(date_, { code: to }, `${open} ${date}`);
    else {
      const found = date_();
      assert.deepEqual([found.date, found.own], [to, own], `${open} ${date}`);
      assert(found.period.open);
    }
  }
});

Deno.test("an accrual is given back on the first day of the newest open period that has begun", () => {
  const cases: [open: string, today: string, on?: string][] = [
    ["10 11", "2026-10-31"],
    ["10 11", "2026-11-01", "2026-11-01"],
    ["10 12", "2026-11-15"],
    ["12", "2026-12-03", "2026-12-01"],
    ["11 12", "2026-12-03", "2026-12-01"],
    ["10", "2026-12-03"],
  ];
  for (const [open, today, on] of cases) {
    assert.equal(rollsOverOn({ date: "2026-10-20", periods: year(open), today }), on, `${open} ${today}`);
  }
  assert.equal(rollsOverOn({ date: "2025-10-20", periods: year("10 11"), today: "2026-11-05" }), undefined);
});
