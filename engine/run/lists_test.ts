import assert from "node:assert/strict";
import type { Row } from "../connector.ts";
import { sameDecimal } from "../decimal.ts";
import { diffList, keepDrift } from "./lists.ts";

const list = { identity: "origin_id", amount: "amount" };
const same = (field: string, a: unknown, b: unknown): boolean =>
  (a ?? null) === (b ?? null) ||
  (field === "amount" && typeof a === "string" && typeof b === "string" && sameDecimal(a, b));
const item = (key: string, amount: string, more: Row = {}): Row => ({ origin_id: key, amount, ...more });
const there = (id: string, key: string | null, amount: string, more: Row = {}): Row => ({
  id,
  origin_id: key,
  amount,
  position: "1",
  ...more,
});

Deno.test("lines are compared by their own key, whatever their order and however an amount is written", () => {
  const present = [there("2", "b", "20.0"), there("1", "a", "10.00")];
  assert.equal(diffList(list, { wanted: [item("a", "10"), item("b", "20")], present, last: [] }, same), undefined);
});

Deno.test("a changed list says what is added, removed and changed, and what that does to its sum", () => {
  const wanted = [item("a", "11"), item("c", "5")];
  const present = [there("1", "a", "10"), there("2", "b", "20"), there("9", null, "99"), there("8", "X-1", "98")];
  const last = [item("a", "10"), item("b", "20")];
  const change = diffList(list, { wanted, present, last }, same)!;
  assert.deepEqual(change.items, {
    added: [item("c", "5")],
    removed: [there("2", "b", "20")],
    changed: [{ key: "a", fields: { amount: { old: "10", new: "11" } } }],
    // What a person has entered stays, and counts.
    amount: ["227", "213"],
  });
  assert.deepEqual(change.new, [{ ...item("a", "11"), id: "1" }, item("c", "5")]);
  assert.equal(change.drift, undefined);
});

Deno.test("a line that a person made is neither compared nor removed, not even under a foreign key", () => {
  const present = [there("1", "a", "10"), there("9", null, "99"), there("8", "X-1", "98")];
  assert.equal(diffList(list, { wanted: [item("a", "10")], present, last: [item("a", "10")] }, same), undefined);
});

Deno.test("a line that a person changed or removed is drift, and can be left as it is", () => {
  const last = [item("a", "10", { description: "x" }), item("b", "20"), item("c", "5")];
  const wanted = [item("a", "12", { description: "x" }), item("b", "20"), item("c", "5"), item("d", "1")];
  const present = [there("1", "a", "10", { description: "theirs" }), there("3", "c", "5")];
  const change = diffList(list, { wanted, present, last }, same)!;
  assert.equal(change.drift, true);
  assert.deepEqual(change.items!.dropped, ["b"]);
  const kept = keepDrift(list, change);
  assert.equal(kept.kept, undefined, "the amount and the new line are still to be written");
  assert.deepEqual(kept.new, [
    { ...item("a", "12"), description: "theirs", id: "1" },
    { ...item("c", "5"), id: "3" },
    item("d", "1"),
  ]);
});

Deno.test("where a person's change is all there is, nothing is written", () => {
  const last = [item("a", "10")];
  const change = diffList(list, { wanted: [item("a", "10")], present: [there("1", "a", "7")], last }, same)!;
  assert.equal(keepDrift(list, change).kept, true);
});
