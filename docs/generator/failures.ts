/**
 * The regions of `failures.md`: the registry of failures, and the exit codes they end a command with.
 *
 * @module
 */
import { exitOf } from "../../engine/cli/exit.ts";
import { Failure, type FailureCode, FAILURES } from "../../engine/failure.ts";
import { code, table } from "./markdown.ts";

/** The regions, by name. */
export function failureRegions(): Record<string, string> {
  return {
    failures: table(
      ["code", "kind", "exit", "what to do"],
      (Object.keys(FAILURES) as FailureCode[]).map((name) => [
        code(name),
        FAILURES[name].kind,
        String(exitOf(new Failure(name, { fact: "" }))),
        FAILURES[name].action,
      ]),
    ),
  };
}
