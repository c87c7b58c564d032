/**
 * Claims: which of its source partitions a run works on. A run of all that changed claims one partition after the other, and leaves out
 * those that another live run holds: so several processes share the work, and each partition has one of them at a time. What it claimed
 * it holds to its end: there its deactivations are counted and written.
 *
 * A run that is asked for certain records needs all partitions before it can say that one is missing: it claims them all, or fails.
 *
 * @module
 */
import type { Partition } from "../connector.ts";
import { getCursor } from "../state/cursors.ts";
import { fencesOf, isHeld, leaseOf } from "../state/lease.ts";
import type { Lease } from "../state/types.ts";
import { dueKeys } from "./due.ts";
import { lease, tryLease } from "./hold.ts";
import { type Job, loadTrouble, withTrouble } from "./job.ts";
import { stopWhenTold } from "./stop.ts";

/** A partition that this run works on. */
export interface Turn {
  partition: Partition;
  /** Its place among the run's partitions. */
  index: number;
  /** Absent in a plan. */
  lease?: Lease;
  /** The run's job, with what former runs have left for this partition. */
  job: Job;
  /** Keys that are due, whatever the cursor says. */
  due: readonly string[];
  /** Says that its work has begun: in an engine that shares its state, the next claim waits for it. */
  begun(): void;
}

/** What a run has claimed. */
export interface Claims {
  /** The next partition to work on; undefined where none is left that is free. Throws `run.leased` for a run that needs them all. */
  next(): Promise<Turn | undefined>;
  /** All that were given out. */
  turns: Turn[];
  /** How many partitions are at work elsewhere, or were done there meanwhile. */
  elsewhere(): number;
}

/** Begins to claim; `leases` takes in every lease that is got, for whoever releases them. */
export async function openClaims(job: Job, partitions: readonly Partition[], leases: Lease[]): Promise<Claims> {
  const { mode, plan, only, limit } = job.options;
  const all = mode === "plan" || plan !== undefined || only !== undefined || limit !== undefined;
  return all || partitions.length < 2
    ? await claimAll(job, partitions, leases)
    : await claimEach(job, partitions, leases);
}

async function claimAll(job: Job, partitions: readonly Partition[], leases: Lease[]): Promise<Claims> {
  for (const partition of job.options.mode === "apply" ? partitions : []) leases.push(await lease(job, partition));
  job.trouble = await loadTrouble(job.engine, job.options.pipeline.name);
  // Keys that are due may be of any partition: a run of one leaves them alone.
  const due = job.options.partition === undefined ? await dueKeys(job) : [];
  const turns = partitions.map((partition, index) => ({
    partition,
    index,
    lease: leases[index],
    job,
    due,
    begun() {},
  }));
  let given = 0;
  return { turns, next: () => Promise.resolve(turns[given++]), elsewhere: () => 0 };
}

async function claimEach(job: Job, partitions: readonly Partition[], leases: Lease[]): Promise<Claims> {
  const { engine, options: { pipeline: { name } } } = job;
  const { store, shared, random } = engine;
  const before = await fencesOf(store, name);
  job.trouble = await loadTrouble(engine, name);
  const due = await dueKeys(job);
  const own = new Set<string>();
  const turns: Turn[] = [];

  /** Whether no other run can have changed anything since the trouble was loaded. */
  const alone = async (): Promise<boolean> => {
    if (before.leased) return false;
    const { fences } = await fencesOf(store, name);
    return [...fences].every(([id, fence]) => fence === (before.fences.get(id) ?? 0) + (own.has(id) ? 1 : 0));
  };
  const take = async (index: number, got: Lease): Promise<Omit<Turn, "begun">> => {
    const partition = partitions[index];
    leases.push(got);
    own.add(partition.id);
    if (await alone()) return { partition, index, lease: got, job, due };
    const trouble = await loadTrouble(engine, name);
    // Other partitions' marks are their holders' business.
    trouble.marks = trouble.marks.filter((mark) => mark.partition === partition.id);
    const mine = withTrouble(job, trouble);
    return { partition, index, lease: got, job: mine, due: await dueKeys(mine) };
  };

  // Processes that begin together begin in different places.
  const offset = shared ? Math.floor(random() * partitions.length) : 0;
  const order = partitions.map((_, i) => (i + offset) % partitions.length);
  const held = new Set<number>();
  const claim = async (): Promise<Omit<Turn, "begun"> | undefined> => {
    for (let index = order.shift(); index !== undefined; index = order.shift()) {
      const got = await tryLease(job, partitions[index]);
      if (!isHeld(got)) return await take(index, got);
      held.add(index);
    }
    for (const index of held) {
      if (!await isLeft(job, partitions[index])) continue;
      const got = await tryLease(job, partitions[index]);
      if (isHeld(got)) continue;
      held.delete(index);
      return await take(index, got);
    }
  };

  let first: Promise<unknown> = Promise.resolve();
  return {
    turns,
    elsewhere: () => held.size,
    async next() {
      const ready = first;
      const { promise, resolve } = Promise.withResolvers<void>();
      first = promise;
      try {
        if (shared) await ready;
        stopWhenTold(job.options);
        const claimed = await claim();
        if (!claimed) return undefined;
        const turn = { ...claimed, begun: resolve };
        turns.push(turn);
        return turn;
      } finally {
        if (turns.at(-1)?.begun !== resolve) resolve();
      }
    },
  };
}

/** Whether a partition that another run held is left over: its holder died, or stopped before it was through. */
async function isLeft({ engine: { store, clock }, options: { pipeline } }: Job, { id }: Partition): Promise<boolean> {
  const held = await leaseOf(store, pipeline.name, id);
  if (held) return Date.parse(held.until) <= clock.now();
  const cursor = await getCursor(store, pipeline.name, id);
  return cursor === undefined || cursor.pass !== undefined;
}
