import assert from "node:assert/strict";
import { partsOf } from "../reconcile/parts.ts";
import { aBooking, aDocument, aReport, aSheet, POSTED } from "../reconcile/testing.ts";
import { headLines, partLines } from "./reconcile_view.ts";

const plain = (_format: unknown, text: string): string => text;
const LARGE = "12345678.90";

/** A report whose figures and names are as long as they get. */
const report = aReport({
  sheets: [
    aSheet({ value: LARGE, lines: [{ cost: LARGE, withheld: "1234567.89" }, { position: "11", account: "502" }] }),
  ],
  bookings: [aBooking({ billed: "9000000", invoices: [{ date: "2026-10-20", amount: "9000000" }] })],
  documents: [POSTED, aDocument({ key: `T:p:7:${"9".repeat(40)}:1`, cost: LARGE, withheld: "10" })],
  names: {
    projects: { P1: "DEN-2401 The Very Long Name of a Public Library with a Second Wing" },
    accounts: { "501": "01-310-51000-0310-0000-000-000", "502": "02" },
  },
});

Deno.test("a report fits the terminal, from 80 characters on, and figures are never cut", () => {
  for (const columns of [80, 100, 120, 160]) {
    const view = { paint: plain, columns, limit: 40 };
    const lines = [...headLines(report, view), ...partsOf(report, []).flatMap((part) => partLines(part, view))];
    for (const line of lines) assert.ok([...line].length <= columns, `${columns}: ${line}`);
    const text = lines.join("\n");
    assert.match(text, /3,345,678\.90/, "what should stand");
    assert.match(text, /1,111,110\.|334,567\.89/, "what of it is withheld");
  }
});

Deno.test("where there is little room a row is called by its name, above its figures", () => {
  const view = { paint: plain, columns: 80, limit: 40 };
  const cost = partsOf(report).find(({ name }) => name === "cost")!;
  const lines = partLines(cost, view);
  assert.match(lines.join("\n"), /\n {2}DEN-2401 The Very Long .*… · 01-310-51000-0310-0000-000-000\n +[\d,.]+ /);
});
