import assert from "node:assert/strict";
import { Failure, type FailureCode, FAILURES } from "../failure.ts";
import { EXIT, EXIT_HELP, exitOf, exitOfRun, worst } from "./exit.ts";
import type { RunResult } from "../run/types.ts";

const codes: [FailureCode, number][] = [
  ["usage", 2],
  ["config.invalid", 1],
  ["config.unreadable", 1],
  ["config.unknown-pipeline", 2],
  ["config.unknown-connection", 2],
  ["secret.missing", 3],
  ["login.refused", 3],
  ["identity.changed", 3],
  ["wire.unreachable", 4],
  ["wire.timeout", 4],
  ["run.leased", 4],
  ["lease.lost", 4],
  ["run.aborted", 130],
  ["plan.changed", 1],
  ["plan.stale", 3],
  ["bug", 70],
];

Deno.test("each failure ends a command with the exit code that --help documents", () => {
  for (const [code, exit] of codes) assert.equal(exitOf(new Failure(code, { fact: "x" })), exit, code);
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    const exit = exitOf(new Failure(code, { fact: "x" }));
    assert.ok(exit !== EXIT.fine, `${code} must not look like success`);
    assert.match(EXIT_HELP, new RegExp(`^ +${exit} +\\w`, "m"), `${code} ends with ${exit}, which is not documented`);
  }
});

const result = (state: RunResult["record"]["state"], rejected: number, code?: FailureCode) =>
  ({
    record: { state },
    counts: { rejected },
    failure: code && new Failure(code, { fact: "x" }).toJSON(),
  }) as unknown as RunResult;

Deno.test("a run's exit code tells rejected records from a halt, a later and an interruption", () => {
  assert.equal(exitOfRun(result("done", 0)), 0);
  assert.equal(exitOfRun(result("partial", 3)), 1);
  assert.equal(exitOfRun(result("failed", 3, "login.refused")), 3);
  assert.equal(exitOfRun(result("failed", 0, "wire.unreachable")), 4);
  assert.equal(exitOfRun(result("aborted", 3, "wire.unreachable")), 130);
});

Deno.test("of several results the one that asks most of a person decides", () => {
  assert.equal(worst([]), 0);
  assert.equal(worst([0, 1, 0]), 1);
  assert.equal(worst([1, 4]), 4);
  assert.equal(worst([4, 3, 1]), 3);
  assert.equal(worst([3, 130]), 130);
});
