/**
 * What the process ends with. Scripts and schedulers decide by these numbers; they never change their meaning.
 *
 * @module
 */
import type { Failure, FailureRecord } from "../failure.ts";
import type { RunResult } from "../run/types.ts";

/** Exit codes by name. */
export const EXIT = {
  /** All is well. */
  fine: 0,
  /** Files or records are wrong: `check` found errors, a run ended with rejected records, a ping failed. */
  findings: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A connection or pipeline cannot go on until a person acts. */
  halted: 3,
  /** Try again later: a system does not answer, or another run is at work. */
  later: 4,
  /** Gusset itself is wrong. */
  bug: 70,
  /** Ended by SIGINT or SIGTERM; what was written stays, and the next run continues. */
  interrupted: 130,
} as const;

/** An exit code. */
export type Exit = typeof EXIT[keyof typeof EXIT];

/** The exit codes as `--help` prints them. */
export const EXIT_HELP = `Exit codes:
  0    all is well
  1    something is wrong and was listed: check found errors, ping something to mend, a run rejected records, reconcile something open
  2    the command line is wrong
  3    halted: a connection or pipeline cannot go on until a person acts
  4    later: a system does not answer, or another run is at work
  70   Gusset itself is wrong
  130  interrupted; the next run continues`;

/** The exit code of a failure that ended a command. */
export function exitOf(failure: Failure | FailureRecord): Exit {
  switch (failure.code) {
    case "config.invalid":
    case "config.unreadable":
      return EXIT.findings;
    case "config.unknown-pipeline":
    case "config.unknown-connection":
    case "usage":
    case "not-there":
      return EXIT.usage;
    case "run.aborted":
      return EXIT.interrupted;
  }
  switch (failure.kind) {
    case "rejected":
      return EXIT.findings;
    case "halt":
      return EXIT.halted;
    case "retry":
    case "lost":
      return EXIT.later;
    case "bug":
      return EXIT.bug;
  }
}

/** The exit code of a run or a dry run. */
export function exitOfRun({ failure, record, counts }: Pick<RunResult, "failure" | "record" | "counts">): Exit {
  if (record.state === "aborted") return EXIT.interrupted;
  if (failure) return exitOf(failure);
  return counts.rejected > 0 ? EXIT.findings : EXIT.fine;
}

/** The one code that several results end with: the one that asks most of a person. */
export function worst(codes: Iterable<Exit>): Exit {
  const order: Exit[] = [
    EXIT.interrupted,
    EXIT.bug,
    EXIT.usage,
    EXIT.halted,
    EXIT.later,
    EXIT.findings,
    EXIT.fine,
  ];
  const seen = new Set(codes);
  return order.find((code) => seen.has(code)) ?? EXIT.fine;
}
