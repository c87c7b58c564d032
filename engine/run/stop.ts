/**
 * A run that was told to stop, stops between two pages or chunks: there its checkpoint is.
 *
 * @module
 */
import { asFailure } from "../failure.ts";
import type { RunOptions } from "./types.ts";

/** Throws the signal's reason where the run was told to stop. */
export function stopWhenTold({ signal }: Pick<RunOptions, "signal">): void {
  if (signal?.aborted) throw asFailure(signal.reason);
}
