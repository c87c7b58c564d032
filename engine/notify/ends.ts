/**
 * How a run ended, as far as people hear of it; a `RunResult` says it.
 *
 * @module
 */
import type { FailureRecord } from "../failure.ts";
import type { RunRecord } from "../state/types.ts";

/** How a run ended. */
export interface RunEnd {
  record: Pick<RunRecord, "id" | "state"> & Partial<Pick<RunRecord, "startedAt" | "counts">>;
  /** Why it stopped, where it did. */
  failure?: FailureRecord;
}
