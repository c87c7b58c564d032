/**
 * A start that is carried out: its claim is renewed while its run is at work, and how it ended is written down.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../connector.ts";
import { asFailure, type FailureRecord } from "../failure.ts";
import type { Watch } from "../notify/notify.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { changeClaim, type Starts } from "../state/schedules.ts";
import type { RunRecord, Store } from "../state/types.ts";
import { takeUp, tryLater } from "./decide.ts";
import { CLAIM, type Due } from "./tick.ts";

/** How a run ended, as far as it matters here; a `RunResult` says it. */
export interface Ended {
  record: Pick<RunRecord, "id" | "state">;
  failure?: FailureRecord;
}

/** What carrying out works with. */
export interface StartOptions {
  store: Store;
  clock: Clock;
  log: Log;
  /** Tells the run to stop. */
  signal: AbortSignal;
  /** Runs a pipeline to its end. It is to stop in order when the signal says so. What it throws counts as its failure. */
  start: (pipeline: Pipeline, options: { why: string; signal: AbortSignal }) => Promise<Ended>;
  /** Puts off what needs a system that is gone, and tells people; default: nobody does. */
  watch?: Pick<Watch, "heldBy" | "observe" | "look" | "tell">;
}

/** Runs what is due, and writes down how it ended. Never throws. */
export async function carryOut({ store, clock, log, signal, start, watch }: StartOptions, due: Due): Promise<void> {
  const { pipeline, id, why } = due;
  const at = { pipeline: pipeline.name, id };
  const stop = beat({ store, clock, log }, at);
  let ended: Ended | undefined;
  let failure: FailureRecord | undefined;
  try {
    ended = await start(pipeline, { why, signal });
    failure = ended.failure;
  } catch (thrown) {
    failure = asFailure(thrown).toJSON();
    log("error", failure.fact, { pipeline: pipeline.name, code: failure.code });
  } finally {
    stop();
  }
  if (ended) await watch?.observe(pipeline, ended);
  else if (failure) {
    await watch?.observe(pipeline, { record: { id: "", state: signal.aborted ? "aborted" : "failed" }, failure });
  }
  const stopped = ended ? ended.record.state === "aborted" || ended.record.state === "sliced" : signal.aborted;
  const now = clock.now();
  const close = (starts: Starts): Starts => {
    const last = {
      ...starts.last!,
      ended: new Date(now).toISOString(),
      run: ended?.record.id,
      state: ended?.record.state ?? (stopped ? "aborted" : "failed"),
    };
    if (stopped) return { ...takeUp(starts, now), last };
    if (failure?.kind === "retry" || failure?.kind === "lost") return { ...tryLater(starts, now), last };
    const { claim: _, ...rest } = starts;
    return { ...rest, last };
  };
  try {
    if (!await changeClaim(store, at, close)) log("warn", "Another instance has taken it over", at);
  } catch (thrown) {
    // The claim runs out by itself; the start is then made again, and finds its work done.
    log("error", asFailure(thrown).message, at);
  }
}

/** Renews a claim until it is stopped. A beat that fails is no harm: the next may not, and leases keep others from the records. */
function beat(
  { store, clock, log }: Pick<StartOptions, "store" | "clock" | "log">,
  at: { pipeline: string; id: string },
): () => void {
  let ended = false;
  let stop = (): void => {};
  const renew = async (): Promise<void> => {
    const until = new Date(clock.now() + CLAIM).toISOString();
    try {
      if (!await changeClaim(store, at, (starts) => ({ ...starts, claim: { ...starts.claim, until } }))) ended = true;
    } catch (thrown) {
      log("warn", asFailure(thrown).message, at);
    }
    arm();
  };
  const arm = (): void => {
    if (!ended) stop = clock.alarm(CLAIM / 3, () => void renew());
  };
  arm();
  return () => {
    ended = true;
    stop();
  };
}
