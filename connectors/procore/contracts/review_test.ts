import assert from "node:assert/strict";
import type { Change, Row } from "../../../engine/connector.ts";
import { reviewContract } from "./review.ts";
import { line } from "./testing.ts";

/** An approved contract of two lines, 30 in all. */
const present = (more: Row = {}): Row => ({
  id: "1",
  number: "204-1",
  status: "Approved",
  origin_id: "EBS-PO-1",
  vendor_id: "11",
  retainage_percent: "10.0",
  grand_total: "30.0",
  approved_change_orders: "0.0",
  total_requisitions_amount: "0.00",
  line_items: [{ id: "71", ...line("1", "10.0") }, { id: "72", ...line("2", "20.0") }],
  ...more,
});
const lines = (...amounts: string[]): Row[] => amounts.map((amount, i) => line(`${i + 1}`, amount));

/** The contract, what is asked of it, and what the look finds: a failure's code, the words of what is left alone, or nothing. */
const LOOKS: [name: string, present: Row, change: Partial<Change>, found: RegExp | undefined][] = [
  ["a new amount", present(), { fields: { line_items: lines("10", "25") } }, undefined],
  ["a new amount of a billed contract", present({ total_requisitions_amount: "0.01" }), {
    fields: { line_items: lines("10", "25") },
  }, /^contract\.locked/],
  ["a total that cannot be read", present({ total_requisitions_amount: "n/a" }), {
    fields: { line_items: lines("10", "25") },
  }, /^contract\.locked/],
  [
    "lines as they are",
    present({ total_requisitions_amount: "5" }),
    { fields: { line_items: lines("10", "20.00") } },
    undefined,
  ],
  ["the vendor as it is", present({ total_requisitions_amount: "5" }), {
    fields: { vendor_id: "11", retainage_percent: "10" },
  }, undefined],
  [
    "a line less, unbilled",
    present(),
    { fields: { line_items: lines("10") }, remove: { line_items: ["72"] } },
    undefined,
  ],
  ["a line less of a draft that is billed", present({ status: "Draft", total_requisitions_amount: "5" }), {
    fields: { line_items: lines("10") },
    remove: { line_items: ["72"] },
  }, /^contract\.locked.*is Draft and 5 is billed.*not removed/],
  ["an amount of a draft that is billed", present({ status: "Draft", total_requisitions_amount: "5" }), {
    fields: { line_items: lines("10", "21") },
  }, undefined],
  ["an increase that approved change orders explain", present({ approved_change_orders: "7.5" }), {
    fields: { line_items: lines("10", "27.5") },
  }, /^leave line_items: approved change orders of 7\.5 .* total of 37\.5 already/],
  ["a decrease that approved change orders explain", present({ approved_change_orders: "-20.0" }), {
    fields: { line_items: lines("10") },
    remove: { line_items: ["72"] },
  }, /^leave line_items/],
  ["an increase that they do not explain", present({ approved_change_orders: "7.5" }), {
    fields: { line_items: lines("10", "27.51") },
  }, /^contract\.locked.*by 7\.5/],
  ["a person's line to be removed", present({ status: "Draft", line_items: [{ id: "9", amount: "1" }] }), {
    fields: { line_items: [] },
    remove: { line_items: ["9"] },
  }, /^record\.refused/],
  [
    "a person's contract with lines of its own",
    present({ status: "Draft", origin_id: null, line_items: [{ id: "9", amount: "30" }] }),
    {
      fields: { origin_id: "EBS-PO-1", line_items: lines("30") },
    },
    /^contract\.incomplete.*make 30/,
  ],
  ["a person's contract without lines", present({ status: "Draft", origin_id: null, line_items: [] }), {
    fields: { origin_id: "EBS-PO-1", line_items: lines("30") },
  }, undefined],
];

for (const [name, row, change, found] of LOOKS) {
  Deno.test(`a look at ${name} finds ${found ? "what speaks against it" : "nothing"}`, () => {
    const review = reviewContract({ action: "update", id: "1", fields: {}, present: row, ...change });
    const words = !review
      ? ""
      : "failure" in review
      ? `${review.failure.code} ${review.failure.message}`
      : `leave ${review.leave.join()}: ${review.why}`;
    if (found) assert.match(words, found);
    else assert.equal(words, "");
  });
}

Deno.test("a new contract is not looked at: nothing is there to speak against it", () => {
  assert.equal(reviewContract({ action: "create", fields: { line_items: lines("1") } }), undefined);
});
