/**
 * Settles a group of candidates: resolve, mark, send, and commit what is confirmed. After this, each of them has its word.
 *
 * @module
 */
import type { Outcome, Partition } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { batch } from "../state/batch.ts";
import { clearMarks, type Mark, markWriting } from "../state/marks.ts";
import { addWakes } from "../state/wakes.ts";
import type { Lease } from "../state/types.ts";
import { LEASE } from "./hold.ts";
import type { Job } from "./job.ts";
import { AFTER_APPLY } from "./lookup.ts";
import { commitOne, hushed } from "./commit.ts";
import type { Candidate } from "./page.ts";
import { resolve, type Resolved } from "./resolve.ts";
import { matchesSaved, type SavedChanges } from "./saved.ts";
import { send, type Sender } from "./send.ts";

/** What settling needs besides the job. */
export interface Settling {
  job: Job;
  /** Absent in a plan. */
  lease?: Lease;
  /** A saved plan's changes, by part: only what it says is done. */
  saved?: SavedChanges;
  /** Deactivations are not written with the rest: they wait here until all of them are counted. */
  deferred: Resolved[];
}

/** Settles candidates of one destination partition. */
export async function settle(settling: Settling, candidates: readonly Candidate[]): Promise<void> {
  const { job, saved } = settling;
  let resolved = await resolveOrRefuse(job, candidates);
  if (saved) resolved = resolved.map((one) => matchesSaved(saved, one));
  const now: Resolved[] = [];
  for (const one of resolved) (one.change.word === "deactivate" ? settling.deferred : now).push(one);
  await putOff(settling, resolved.filter((one) => one.change.word === "deactivate"));
  await settleResolved(settling, now);
}

/**
 * Resolves candidates. Where the destination shuts out one partition (a project that is closed to us), its records are rejected
 * and the run goes on with the others; a stream without partitions has nothing else to go on with.
 */
async function resolveOrRefuse(job: Job, candidates: readonly Candidate[]): Promise<Resolved[]> {
  try {
    return await resolve(job, candidates);
  } catch (thrown) {
    const failure = shutOut(job, thrown, candidates[0].partition);
    return candidates.map((candidate) => refused(candidate, failure));
  }
}

/** The rejection that stands for a partition's refusal; throws again what is none. */
function shutOut(job: Job, thrown: unknown, partition: Partition): Failure {
  const failure = asFailure(thrown);
  const ofPartition = failure.code === "permission.missing" || failure.code === "remote.refused";
  if (!ofPartition || job.destination.partition === undefined) throw failure;
  return new Failure("record.refused", {
    fact: `${job.destination.partition} ${partition.name} is closed to us: ${failure.message}`,
    value: failure.value,
    place: failure.place,
    action: `${failure.action} Then run \`gusset rejected retry\`.`,
  });
}

function refused(candidate: Candidate, failure: Failure): Resolved {
  const { key, part, label, partition } = candidate;
  return {
    candidate,
    failure,
    values: {},
    change: { word: "rejected", key, part, label, partition: partition.id, failure: failure.toJSON() },
  };
}

/** A deactivation waits for the count: its key is put down to be read again, should this run not come to it. */
async function putOff({ job, lease, saved }: Settling, deactivations: readonly Resolved[]): Promise<void> {
  if (!lease || saved || deactivations.length === 0) return;
  const writes = batch(job.engine.store, lease);
  const keys = deactivations.map(({ candidate }) => candidate.key);
  job.trouble.wakes.push(...addWakes(writes, job.options.pipeline.name, keys, "to be deactivated"));
  await writes.commit();
}

/** Writes what is to be written of resolved candidates, and commits and reports all of them. */
export async function settleResolved({ job, lease }: Settling, resolved: readonly Resolved[]): Promise<void> {
  const writes = resolved.filter((one) => one.write);
  job.writeCalls += callsFor(job, writes);
  if (!lease) {
    for (const one of resolved) {
      provide(job, one);
      hushed(job, one);
      await job.report(one.change);
    }
    return;
  }
  const marks = writes.length > 0 ? await writeAll(job, lease, writes) : [];
  const commit = batch(job.engine.store, lease);
  // An outcome that is nobody's fault (the step after the write failed) leaves its record open, and its mark with it.
  const stuck = resolved.find((one) => one.failure && one.failure.kind !== "rejected")?.failure;
  const done = resolved.filter((one) => !one.failure || one.failure.kind === "rejected");
  for (const one of done) commitOne(job, commit, one);
  if (!stuck) clearMarks(commit, marks);
  await commit.commit();
  for (const one of done) await job.report(one.change);
  if (stuck) throw stuck;
}

/** What writing costs, as far as it can be told beforehand. */
function callsFor(job: Job, writes: readonly Resolved[]): number {
  const { bulk, calls } = job.destination.destination!;
  if (writes.length === 0) return 0;
  return calls ? calls(writes.map((one) => one.write!)) : Math.ceil(writes.length / bulk);
}

async function writeAll(job: Job, lease: Lease, writes: readonly Resolved[]): Promise<Mark[]> {
  const marking = batch(job.engine.store, lease);
  const entries = writes.map(({ candidate: { key, part }, id }) => ({ key, part, id }));
  const marks = markWriting(marking, job.options.pipeline.name, lease.partition, entries);
  await marking.commit();

  const [{ candidate: { partition } }] = writes;
  const sender: Sender = {
    writer: await job.writer(),
    partition,
    comparer: job.comparer,
    identity: job.destination.destination!.identity,
    bulk: job.destination.destination!.bulk,
    ...holding(job, lease),
  };
  const outcomes = await sendOrRefuse(job, sender, writes);
  const again: Resolved[] = [];
  writes.forEach((one, i) => {
    if (!confirm(one, outcomes[i]) && secondName(job, one)) again.push(one);
  });
  if (again.length > 0) {
    const second = await send(sender, again.map((one) => one.write!));
    again.forEach((one, i) => confirm(one, second[i]));
  }
  return marks;
}

/** How often a write that makes many calls makes sure of its lease: a dozen times while one lasts. */
function holding({ engine: { clock, leaseMs = LEASE } }: Job, lease: Lease): Pick<Sender, "before" | "held"> {
  let sure = 0;
  const before = async (): Promise<void> => {
    await lease.renew();
    sure = clock.now();
  };
  return { before, held: () => clock.now() - sure < leaseMs / 12 ? Promise.resolve() : before() };
}

async function sendOrRefuse(job: Job, sender: Sender, writes: readonly Resolved[]): Promise<Outcome[]> {
  try {
    return await send(sender, writes.map((one) => one.write!));
  } catch (thrown) {
    const failure = shutOut(job, thrown, sender.partition);
    return writes.map(() => ({ ok: false, failure }));
  }
}

/** Takes in an outcome; false where the record was refused. */
function confirm(one: Resolved, outcome: Outcome): boolean {
  if (outcome.ok) {
    one.id = outcome.id;
    one.row = outcome.row;
    one.change.id = outcome.id;
    if (one.failure) delete one.change.failure;
    one.failure = undefined;
    return true;
  }
  one.failure = outcome.failure;
  one.change.failure = outcome.failure.toJSON();
  return false;
}

/** Where a name was taken after all, the alternative gets its one try. */
function secondName(job: Job, one: Resolved): boolean {
  if (one.failure?.code !== "name.taken") return false;
  const { candidate, write, values, change } = one;
  for (const name of job.destination.destination!.unique) {
    const alternative = candidate.alternatives[name];
    if (alternative === undefined || write!.fields[name] === undefined || write!.fields[name] === alternative) continue;
    write!.fields[name] = values[name] = candidate.fields[name] = alternative;
    if (change.fields?.[name]) change.fields[name].new = alternative;
    return true;
  }
  return false;
}

/** In a plan for all pipelines, what this one would link stands in for the links the later ones need. */
function provide(job: Job, { change, candidate }: Resolved): void {
  const links = job.options.provisional?.get(job.options.pipeline.name);
  if (!links || change.suggested) return;
  if (change.word === "create" || change.word === "adopt") links.set(candidate.key, change.id ?? AFTER_APPLY);
}
