import assert from "node:assert/strict";
import { suggestionLines } from "./adopt.ts";

Deno.test("a suggested contract is told by what it is worth and would be, and by what speaks against it", () => {
  const record = {
    pipeline: "purchase-orders",
    key: "48007",
    part: "6001",
    id: "303",
    partition: "101",
    by: { number: "204-4007" },
    changes: {
      status: ["Draft", "Approved"],
      line_items: [[], [{ amount: "2480.05" }, { amount: "38848.99" }]],
    } as Record<
      string,
      [unknown, unknown]
    >,
    worth: { line_items: ["500.25", "41829.29"] as [string, string] },
    why: "The contract has lines of its own",
    at: "2026-03-01T12:00:00.000Z",
  };
  assert.deepEqual(suggestionLines(record, (_, text) => text), [
    'purchase-orders 48007/6001  looks like 303, by number "204-4007"',
    "    The contract has lines of its own",
    '    status      "Draft" → "Approved"',
    "    line_items  500.25 → 41,829.29 (+41,329.04): 2 items",
  ]);
});
