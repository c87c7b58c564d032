import assert from "node:assert/strict";
import { z } from "zod";
import type { Link } from "../state/types.ts";
import type { Row, Stream } from "../connector.ts";
import { decimal, id, text, truth } from "../fields.ts";
import { comparer } from "./compare.ts";

const stream: Stream = {
  description: "orders",
  record: z.object({ id: id(), name: text().optional(), amount: decimal().optional(), open: truth().optional() }),
  key: "id",
  destination: {
    fields: z.object({ name: text(), amount: decimal().optional(), open: truth().optional(), memo: text().optional() }),
    find: [],
    unique: [],
    bulk: 1,
    creates: true,
    deactivates: false,
  },
};
const { unchanged, diff } = comparer(stream);
const link = (values: Row): Link => ({
  key: "1",
  part: "",
  id: "9",
  partition: "-",
  from: "-",
  values,
  how: "created",
  at: "",
  active: true,
});

const rows: [string, { fields: Row; present: Row; written?: Row }, ReturnType<typeof diff>][] = [
  [
    "the same amount written otherwise is no change",
    { fields: { amount: "250.00" }, present: { amount: "250.0" } },
    {},
  ],
  ["null, missing and empty are one", { fields: { name: "" }, present: { name: null }, written: { name: "" } }, {}],
  ["text is compared to the letter", { fields: { name: "A " }, present: { name: "A" } }, {
    name: { old: "A", new: "A " },
  }],
  ["what we never set is not ours", { fields: {}, present: { name: "theirs" }, written: {} }, {}],
  [
    "what we set and no longer have is cleared",
    { fields: {}, present: { name: "ours" }, written: { name: "ours" } },
    { name: { old: "ours", new: null } },
  ],
  [
    "a value that is not what we wrote is drift",
    { fields: { name: "new" }, present: { name: "theirs" }, written: { name: "ours" } },
    { name: { old: "theirs", new: "new", drift: true } },
  ],
  [
    "a change of ours is no drift",
    { fields: { name: "new" }, present: { name: "ours" }, written: { name: "ours" } },
    { name: { old: "ours", new: "new" } },
  ],
  ["false is a value", { fields: { open: false }, present: { open: true } }, { open: { old: true, new: false } }],
  ["a field that cannot be read is judged by what was written", {
    fields: { memo: "a" },
    present: {},
    written: { memo: "a" },
  }, {}],
];

Deno.test("differences, field by field", async (t) => {
  for (const [name, { fields, present, written }, expected] of rows) {
    await t.step(name, () => assert.deepEqual(diff(fields, present, written && link(written)), expected));
  }
});

Deno.test("a record is unchanged only where every field is as it was last written", () => {
  assert(unchanged({ name: "a", amount: "1.50" }, { name: "a", amount: "1.5" }));
  assert(!unchanged({ name: "a" }, { name: "b" }));
  assert(!unchanged({ name: "a" }, { name: "a", amount: "1" }), "a value that is gone is a change");
  assert(!unchanged({ name: "a", amount: "1" }, { name: "a" }));
});
