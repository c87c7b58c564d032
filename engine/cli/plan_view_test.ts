import assert from "node:assert/strict";
import type { Pipeline } from "../pipeline/model.ts";
import type { PlannedChange, RunResult } from "../run/types.ts";
import { noCounts } from "../run/job.ts";
import { Failure } from "../failure.ts";
import { planView, valueText, type ViewOptions } from "./plan_view.ts";

const pipeline = {
  name: "vendors",
  source: { connection: "ebs", stream: "suppliers" },
  destination: { connection: "procore", stream: "vendors" },
} as Pipeline;

const none = noCounts();

function show(
  changes: PlannedChange[],
  options: Partial<ViewOptions> & { result?: Partial<RunResult>; calls?: Record<string, number> } = {},
): string[] {
  const lines: string[] = [];
  const counts = { ...none };
  for (const { word } of changes) counts[word]++;
  const view = planView({
    pipeline,
    mode: "plan",
    say: (line = "") => lines.push(line),
    paint: (_, text) => text,
    columns: 100,
    cap: 20,
    fields: false,
    ...options,
  });
  changes.forEach(view.change);
  view.end({
    record: { startedAt: "2026-03-01T12:00:00.000Z", endedAt: "2026-03-01T12:00:01.500Z", read: changes.length },
    counts,
    writeCalls: 1,
    ...options.result,
  } as RunResult, options.calls ?? { ebs: 2, procore: 3 });
  return lines;
}

const create = (key: string): PlannedChange => ({
  word: "create",
  key,
  part: "",
  label: "Granite Rebar Supply",
  fields: { name: { old: undefined, new: "Granite Rebar Supply" } },
});

Deno.test("a create is one line that names both sides; --fields shows what it sets", () => {
  assert.deepEqual(show([create("4711")]), [
    "vendors: ebs suppliers → procore vendors",
    "create      supplier 4711  Granite Rebar Supply → vendors",
    "Plan: 1 create; 1 record read in 1.5 s.",
    "Applying it costs 1 write call beside those made to read: ebs 2, procore 3.",
  ]);
  assert.equal(show([create("4711")], { fields: true })[2], '              name  "Granite Rebar Supply"');
});

Deno.test("an update shows each field that changes with its old and new value, and no field that does not", () => {
  const lines = show([{
    word: "update",
    key: "4711",
    part: "",
    id: "88",
    label: "Granite",
    fields: {
      name: { old: "Granite", new: "Granite Inc" },
      city: { old: "Denver", new: "Denver" },
      zip: { old: null, new: "80202" },
      phone: { old: "1", new: "2", drift: true },
      fax: { old: "3", new: "4", drift: true, kept: true },
    },
  }]);
  assert.deepEqual(lines.slice(1, 6), [
    "update      supplier 4711  Granite → vendors 88",
    '              name   "Granite" → "Granite Inc"',
    '              zip    – → "80202"',
    '              phone  "1" → "2"  changed there since we wrote it',
    '              fax    "3"  would be "4"  changed there since we wrote it; kept',
  ]);
  assert.ok(lines.includes("1 record changed at the destination since we wrote it."));
});

Deno.test("an adoption says how the twin was found and whether it waits for a person", () => {
  const lines = show([{ word: "adopt", key: "1", part: "", id: "9", by: { name: "Granite" }, suggested: true }]);
  assert.deepEqual(lines.slice(1, 3), [
    "adopt       supplier 1 → vendors 9",
    "              found by name Granite; waits for a person: gusset adopt accept",
  ]);
  assert.ok(lines.includes("1 adoption waits for a person: gusset adopt list"));
});

Deno.test("what is skipped is counted by reason, what is parked or rejected says why", () => {
  const lines = show([
    ...[1, 2, 3].map((n) => ({ word: "skipped", key: String(n), part: "", why: "outside where" }) as PlannedChange),
    { word: "parked", key: "4", part: "820", why: "waits for projects 820" },
    {
      word: "rejected",
      key: "5",
      part: "",
      failure: new Failure("map.absent", { fact: "name is absent", place: "suppliers 5" }).toJSON(),
    },
  ]);
  assert.deepEqual(lines.slice(1, -2), [
    "skipped     3 records: outside where",
    "parked      supplier 4/820",
    "              waits for projects 820",
    "rejected    supplier 5",
    "              suppliers 5: name is absent. Fill the field in the source, or give the rule a default.",
  ]);
});

Deno.test("no more than the cap is shown of a word, and none of a thousand is lost from the totals", () => {
  const lines = show(Array.from({ length: 1236 }, (_, n) => create(String(n))), { cap: 2 });
  assert.deepEqual(lines.slice(1, 4), [
    "create      supplier 0  Granite Rebar Supply → vendors",
    "create      supplier 1  Granite Rebar Supply → vendors",
    "create      … and 1,234 more; --everything shows them",
  ]);
  assert.match(lines[4], /^Plan: 1,236 create;/);
});

Deno.test("without a cap every record is shown as it comes", () => {
  const lines = show(Array.from({ length: 300 }, (_, n) => create(String(n))), { cap: Infinity });
  assert.equal(lines.filter((line) => line.startsWith("create ")).length, 300);
  assert.ok(!lines.some((line) => line.includes("more;")));
});

Deno.test("reasons that name values do not fill the screen", () => {
  const lines = show(
    Array.from(
      { length: 500 },
      (_, n) => ({ word: "skipped", key: "1", part: "", why: `reason ${n}` }) as PlannedChange,
    ),
  );
  assert.ok(lines.length < 20);
  assert.ok(lines.some((line) => line.includes("488 records: other reasons")));
});

Deno.test("an escape sequence in a record's name does not reach the terminal", () => {
  const lines = show([{ ...create("1\u001b[2J"), label: "\u001b]0;owned\u0007" }], { fields: true });
  assert.ok(!lines.join("").includes("\u001b"));
});

Deno.test("a run that stopped says why, in red words and not in numbers", () => {
  const failure = new Failure("login.refused", { fact: "The password is refused", place: "connection ebs" }).toJSON();
  const lines = show([], { mode: "apply", result: { failure }, calls: {} });
  assert.deepEqual(lines.slice(1), [
    "Done: nothing; 0 records read in 1.5 s.",
    "Calls: none.",
    "Stopped: connection ebs: The password is refused. Check user and password, then set the secret again.",
  ]);
});

Deno.test("values are shown as what they are: text in quotes, lists as JSON, absent as a dash", () => {
  assert.equal(valueText("007", 20), '"007"');
  assert.equal(valueText(true, 20), "true");
  assert.equal(valueText("", 20), "–");
  assert.equal(valueText([{ a: "1" }], 40), '[{"a":"1"}]');
  assert.equal(valueText("x".repeat(50), 10), '"xxxxxxxx…');
});

Deno.test("a list that is left alone is shown as it is and as it would be, and its reason once", () => {
  const amount = { amount: { old: "10", new: "17.5" } };
  const lines = show([{
    word: "unchanged",
    key: "80001",
    part: "",
    id: "88",
    why: "change orders explain it",
    fields: {
      lines: {
        old: [],
        new: [],
        kept: true,
        items: { added: [], removed: [], changed: [{ key: "A", fields: amount }], amount: ["30", "37.5"] },
      },
    },
  }]);
  assert.deepEqual(lines.slice(1, -2), [
    "unchanged   supplier 80001 → vendors 88",
    "              change orders explain it",
    "              lines  30.00  would be 37.50: 1 changed",
    '                ~ A  amount "10"  would be "17.5"',
  ]);
});

Deno.test("what is skipped is told by reason, with its number and what it is worth", () => {
  const bill = (key: string, value?: string): PlannedChange => ({
    word: "skipped",
    key,
    part: "",
    why: "It bills a subcontract",
    ...(value !== undefined && { value }),
  });
  const lines = show([bill("1", "20000"), bill("2", "7000.5"), bill("3"), { ...bill("4"), why: "Outside `where`" }]);
  assert.deepEqual(lines.slice(1, 3), [
    "skipped     3 records, 27,000.50: It bills a subcontract",
    "skipped     1 record: Outside `where`",
  ]);
});
