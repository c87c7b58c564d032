/**
 * A run's hold on a source partition: a lease that is renewed until it is let go.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Partition } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { acquire, type Held, isHeld } from "../state/lease.ts";
import type { Lease } from "../state/types.ts";
import type { Job } from "./job.ts";

/** How long a lease lasts without being renewed, in milliseconds; it is renewed three times as often, and before every write. */
export const LEASE = 60_000;

/** Takes a partition's lease where it is free, and renews it until it is released; says who holds it otherwise. */
export async function tryLease({ engine, options, runId }: Job, { id }: Partition): Promise<Lease | Held> {
  const { store, clock, leaseMs: ttl = LEASE } = engine;
  const got = await acquire(store, { pipeline: options.pipeline.name, partition: id, owner: runId, ttl });
  return isHeld(got) ? got : beating(got, clock, ttl);
}

/** Takes a partition's lease, and renews it until it is released. Waits where the run may; throws `run.leased` otherwise. */
export async function lease(job: Job, partition: Partition): Promise<Lease> {
  const { engine: { clock }, options: { pipeline: { name }, onWait, signal } } = job;
  for (;;) {
    const got = await tryLease(job, partition);
    if (!isHeld(got)) return got;
    const retryAfter = Math.max(0, Date.parse(got.until) - clock.now());
    const failure = new Failure("run.leased", {
      fact: `Run ${got.heldBy} is at work on it; if it was killed, its lease ends at ${got.until}`,
      place: `pipeline ${name}, ${partition.name}`,
      retryAfter,
    });
    if (!onWait) throw failure;
    onWait(failure.toJSON(), retryAfter);
    await clock.sleep(Math.min(retryAfter + 50, 5000), signal);
  }
}

/** Renews a lease until it is released. A beat that fails is no harm: the next commit finds out by the fence. */
function beating(lease: Lease, clock: Clock, ttl: number): Lease {
  let ended = false;
  let stop = (): void => {};
  const arm = () => {
    if (!ended) stop = clock.alarm(ttl / 3, () => lease.renew().catch(lose).then(arm));
  };
  const lose = (thrown: unknown) => {
    if (asFailure(thrown).code === "lease.lost") ended = true;
  };
  arm();
  return {
    ...lease,
    release: async () => {
      ended = true;
      stop();
      await lease.release();
    },
  };
}
