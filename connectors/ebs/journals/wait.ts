/**
 * Waits for Journal Import by asking, on the world's clock.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import { asFailure, Failure } from "../../../engine/failure.ts";
import type { Journals } from "./package.ts";

/** How one waits. */
export interface Waiting {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds after which nobody waits any longer. */
  patience: number;
}

/** Milliseconds to the second question, and the longest between two. */
const FIRST = 3_000, LONGEST = 30_000;

/**
 * Waits until requests are over. Gives back why that is not so (`post.unfinished`), or that one of them failed as a whole
 * (`post.import-failed`); undefined where all ended. Journals found wrong are no failure of a request. Throws where the run was stopped.
 */
export async function waitFor(
  journals: Journals,
  requests: ReadonlySet<string>,
  { clock, signal, patience }: Waiting,
): Promise<Failure | undefined> {
  const deadline = clock.now() + patience;
  let failed: Failure | undefined;
  let pause = FIRST;
  const open = new Set(requests);
  while (open.size > 0) {
    for (const id of open) {
      const place = `request ${id}`;
      try {
        const { phase, status, message } = await journals.request(id);
        if (phase !== "COMPLETE") continue;
        open.delete(id);
        if (status === "NORMAL" || status === "WARNING") continue;
        failed = new Failure("post.import-failed", {
          fact: `Journal Import ended with ${status}`,
          value: message?.slice(0, 300),
          place,
        });
      } catch (thrown) {
        if (signal.aborted || asFailure(thrown).kind === "bug") throw thrown;
        // A question that fails says nothing of the import; it is asked again while there is patience.
        if (asFailure(thrown).kind === "halt") return unfinished(place, asFailure(thrown).message);
      }
    }
    if (open.size === 0) break;
    if (clock.now() + pause > deadline) return unfinished(`request ${[...open].join(", ")}`, undefined);
    await clock.sleep(pause, signal);
    pause = Math.min(pause * 2, LONGEST);
  }
  return failed;
}

const unfinished = (place: string, value: string | undefined): Failure =>
  new Failure("post.unfinished", { fact: "Journal Import has not ended yet", value, place });
