import assert from "node:assert/strict";
import { z } from "zod";
import type { Row, Stream } from "../connector.ts";
import { decimal, id, text, truth } from "../fields.ts";
import { compileCheck } from "./check.ts";

const stream: Stream = {
  description: "orders",
  record: z.object({
    ID: id(),
    NAME: text(),
    AMOUNT: decimal().optional(),
    OPEN: truth().optional(),
    KIND: text({ values: ["A", "B"] }).optional(),
    LINES: z.array(
      z.object({ N: id(), SITES: z.array(z.object({ CITY: text().optional(), RATE: decimal().optional() })) }),
    ).optional(),
    SITE: z.object({ CITY: text() }).optional(),
  }),
  key: "ID",
};
const check = compileCheck("orders", stream);

const rows: [string, Record<string, unknown>, string | undefined][] = [
  [
    "a whole record",
    { ID: "1", NAME: "a", AMOUNT: "1.50", OPEN: false, KIND: "A", LINES: [{ N: "1", SITES: [] }] },
    undefined,
  ],
  ["absent is null, missing or empty", {
    ID: "1",
    NAME: "a",
    AMOUNT: "",
    OPEN: null,
    KIND: null,
    SITE: null,
    LINES: null,
  }, undefined],
  ["columns nobody knows are let through", { ID: "1", NAME: "a", OTHER: { x: 1 } }, undefined],
  ["no key", { NAME: "a" }, "orders: A record of orders has no ID"],
  ["an empty key", { ID: "", NAME: "a" }, "orders: A record of orders has no ID"],
  ["a required field", { ID: "1" }, "orders 1, field NAME: NAME is missing"],
  ["a required field that is empty", { ID: "1", NAME: "" }, "orders 1, field NAME: NAME is missing"],
  ["no decimal", { ID: "1", NAME: "a", AMOUNT: "1,50" }, "orders 1, field AMOUNT: AMOUNT is not a decimal number"],
  ["a number that lost its text", { ID: "1", NAME: "a", AMOUNT: 1.5 }, "orders 1, field AMOUNT: AMOUNT must be text"],
  ["no truth value", { ID: "1", NAME: "a", OPEN: "Y" }, "orders 1, field OPEN: OPEN must be true or false"],
  ["a value that is not allowed", { ID: "1", NAME: "a", KIND: "C" }, "orders 1, field KIND: KIND must be one of A, B"],
  ["no list", { ID: "1", NAME: "a", LINES: {} }, "orders 1, field LINES: LINES must be a list"],
  ["no record", { ID: "1", NAME: "a", SITE: "x" }, "orders 1, field SITE: SITE must be a record"],
  [
    "deep down",
    { ID: "1", NAME: "a", LINES: [{ N: "1", SITES: [{ CITY: "x" }, { RATE: "ten" }] }] },
    "orders 1, field LINES.SITES.RATE: LINES.SITES.RATE is not a decimal number",
  ],
  [
    "a key of a thousand letters",
    { ID: "x".repeat(1000), NAME: "a" },
    `orders ${"x".repeat(77)}…, field ID: ID is longer than 600 bytes`,
  ],
];

Deno.test("a source row is what its stream's schema promises, or is told where it is not", async (t) => {
  for (const [name, row, expected] of rows) {
    await t.step(name, () => {
      const failure = check(row as Row);
      assert.equal(failure && `${failure.place}: ${failure.message}`, expected);
    });
  }
});
