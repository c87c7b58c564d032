import assert from "node:assert/strict";
import type { Progress } from "../run/types.ts";
import { progressText, progressView } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

const NONE = { create: 0, adopt: 0, update: 0, unchanged: 0, deactivate: 0, skipped: 0, parked: 0, rejected: 0 };

const at = (elapsed: number, read: number, expected?: number): Progress => ({
  pipeline: "vendors",
  read,
  counts: NONE,
  calls: 61,
  elapsed,
  expected,
});

Deno.test("progress tells records, rate, calls, and the time left where the number is known", () => {
  assert.equal(progressText(at(4_000, 12_000, 50_000)), "vendors: 12,000 of 50,000 read, 3,000/s, 61 calls, 13 s left");
  assert.equal(progressText(at(4_000, 12_000)), "vendors: 12,000 read, 3,000/s, 61 calls");
  assert.equal(progressText(at(0, 0, 50_000)), "vendors: 0 of 50,000 read, 0/s, 61 calls");
  const writing = { ...at(4_000, 12_000), counts: { ...NONE, create: 1_200, update: 34, unchanged: 9 } };
  assert.equal(progressText(writing), "vendors: 12,000 read, 3,000/s, 1,234 changes, 61 calls");
  // A former run told too few: a number that was passed is no goal.
  assert.equal(progressText(at(1_000, 60_000, 50_000)), "vendors: 60,000 read, 60,000/s, 61 calls");
});

Deno.test("in a pipe there is a plain line every five seconds of the run, and none for a run that is quick", () => {
  let said = "";
  const view = progressView({
    terminal: { watched: false, err: (text: string) => said += text } as unknown as Terminal,
  });
  for (let elapsed = 0; elapsed < 12_000; elapsed += 500) view.show(at(elapsed, elapsed));
  view.end();
  assert.deepEqual(said.match(/[\d,]+ read/g), ["5,000 read", "10,000 read"]);
  // deno-lint-ignore no-control-regex -- no escape sequence belongs in a pipe
  assert.doesNotMatch(said, /[\u001b\r]/);
});
