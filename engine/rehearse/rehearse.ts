/**
 * Plays test files: every case through its pipeline's mapping, without a system, a store or a clock.
 *
 * @module
 */
import { compileMapper } from "../mapping/compile.ts";
import type { Trace } from "../mapping/types.ts";
import { differences } from "./compare.ts";
import { playCase } from "./play.ts";
import type { Case, CaseResult, Suite, SuiteResult } from "./types.ts";

/** How a suite is played. */
export interface RehearseOptions {
  /** Only cases of which this is true. */
  keep?: (one: Case) => boolean;
  /** Hears what the mapping does, case by case. */
  listener?: Listener;
}

/** Who listens to a rehearsal. */
export interface Listener {
  /** Told by the mapping while a case is played. */
  trace: Trace;
  /** A case has been played. */
  ended(result: CaseResult): void;
}

/** Plays a suite. Throws `config.invalid` for an expression that `check` would not have let pass. */
export function rehearse(suite: Suite, { keep = () => true, listener }: RehearseOptions = {}): SuiteResult {
  const { pipeline, source, destination, joined } = suite.subject;
  const mapper = compileMapper(pipeline, { source, destination, joined, trace: listener?.trace });
  const results = suite.cases.filter(keep).map((one): CaseResult => {
    const played = playCase(mapper, suite, one);
    const result = { case: one, played, differences: differences(suite, one, played) };
    listener?.ended(result);
    return result;
  });
  return { suite, results };
}
