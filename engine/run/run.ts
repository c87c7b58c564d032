/**
 * One run of one pipeline, from lease to cursor: `lease → read page → check → filter → map → compare → write → commit → … → done`.
 * A plan is the same run without a lease: it reads, compares and tells, and writes nothing anywhere.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Row } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { spanned } from "../trace.ts";
import { batch } from "../state/batch.ts";
import { setCursor } from "../state/cursors.ts";
import { listRuns, saveRun } from "../state/runs.ts";
import type { Cursor, Lease, RunRecord } from "../state/types.ts";
import { openClaims, type Turn } from "./claim.ts";
import { finish } from "./finish.ts";
import { type Job, prepare } from "./job.ts";
import type { Leaver } from "./page.ts";
import { type Pass, passCursor, passKeys } from "./pass.ts";
import type { Resolved } from "./resolve.ts";
import { type SavedChanges, savedChanges } from "./saved.ts";
import type { Engine, PlanHeader, RunOptions, RunResult } from "./types.ts";
import { wakeOthers } from "./wake.ts";

/** Source partitions that are read at once; a connection's own limit decides how many of its calls are under way. */
const SIDE_BY_SIDE = 4;

/** What a run does between its beginning and its end: it fills the header and the leases, which are released whatever befalls it. */
export type Work = (job: Job, at: Worksite) => Promise<void>;

/** Where work is done. */
export interface Worksite {
  /** Holds the pinned facts of the connections that were made sure of. */
  header: PlanHeader;
  /** Leases that the work took. */
  leases: Lease[];
  /** What the work has to say of itself. */
  result: Pick<RunResult, "elsewhere">;
  /** Says that a page or chunk is done. */
  progress(): void;
}

/**
 * Runs a pipeline that writes records. Never throws for what befalls the run: the result says how it ended, and everything that was
 * confirmed until then is kept.
 */
export function runPipeline(engine: Engine, options: RunOptions): Promise<RunResult> {
  return conduct(engine, options, upsert);
}

/** Begins a run, has its work done, and ends it, with its record and its leases. */
export async function conduct(engine: Engine, options: RunOptions, work: Work): Promise<RunResult> {
  const startedAt = new Date(engine.clock.now()).toISOString();
  const { pipeline } = options;
  const header: PlanHeader = {
    gusset: 1,
    pipeline: pipeline.name,
    hash: pipeline.hash,
    at: startedAt,
    connections: {},
  };
  let job: Job;
  try {
    job = await prepare(engine, options);
  } catch (thrown) {
    throw asFailure(thrown);
  }
  const record = newRecord(job, options);
  const used = [...new Set([job.from, job.to, ...job.joined])];
  const before = used.map(({ calls }) => calls.total);
  const spent = () => used.reduce((sum, { calls }, i) => sum + calls.total - before[i], 0);
  const result: RunResult = {
    record,
    counts: job.counts,
    calls: Object.fromEntries(used.map(({ name, calls }) => [name, calls])),
    writeCalls: 0,
    header,
  };
  const leases: Lease[] = [];
  try {
    if (options.mode === "apply") await saveRecord(engine, record);
    const expected = options.onProgress && await expectedRecords(job);
    const progress = () =>
      options.onProgress?.({
        pipeline: pipeline.name,
        read: job.read,
        counts: job.counts,
        calls: spent(),
        elapsed: engine.clock.now() - Date.parse(startedAt),
        expected,
      });
    const quiet = options.onProgress ? everySecond(engine.clock, progress) : () => {};
    try {
      const about = { "gusset.pipeline": pipeline.name, "gusset.run": job.runId, "gusset.mode": options.mode };
      await spanned(`run ${pipeline.name}`, about, async (note) => {
        await work(job, { header, leases, result, progress });
        note({ "gusset.read": job.read, "gusset.rejected": job.counts.rejected });
      });
    } finally {
      quiet();
    }
    record.state = job.counts.rejected > 0 ? "partial" : "done";
  } catch (thrown) {
    const failure = asFailure(options.signal?.aborted ? options.signal.reason : thrown);
    if (failure.kind === "bug") engine.log("error", failure.message, { cause: failure.cause });
    record.state = !options.signal?.aborted ? "failed" : failure.code === "run.sliced" ? "sliced" : "aborted";
    result.failure = failure.toJSON();
    // A slice has ended as it should: whoever waits for the whole is told, and the books of runs have no failure.
    if (record.state !== "sliced") record.failure = result.failure;
  }
  Object.assign(record, { endedAt: new Date(engine.clock.now()).toISOString(), read: job.read, calls: spent() });
  result.writeCalls = job.writeCalls;
  if (job.destination.destination?.calls) result.atMost = true;
  for (const lease of leases) await lease.release();
  if (options.mode === "apply") {
    await saveRecord(engine, record, wakeOthers).catch((thrown) =>
      void (result.failure ??= asFailure(thrown).toJSON())
    );
  }
  return result;
}

/** Source records that a pass over everything will meet, as former runs tell; undefined where only changes are read. */
async function expectedRecords({ engine: { store }, options, runId }: Job): Promise<number | undefined> {
  const { pipeline, full, verify, limit, only, plan } = options;
  if (limit !== undefined || only || plan || !(full || verify)) return undefined;
  let most: number | undefined;
  for await (const run of listRuns(store, { pipeline: pipeline.name, limit: 20 })) {
    if (run.id !== runId && run.state !== "running") most = Math.max(most ?? 0, run.read);
  }
  return most;
}

/** Tells how far it is once a second, so that a run which waits for the rate budget is seen to wait. Gives what stops it. */
function everySecond(clock: Clock, tell: () => void): () => void {
  let stop = (): void => {};
  const arm = () => {
    stop = clock.alarm(1000, () => {
      tell();
      arm();
    });
  };
  arm();
  return () => stop();
}

async function upsert(job: Job, { header, leases, result, progress }: Worksite): Promise<void> {
  const { options } = job;
  for (const connection of new Set([job.from, ...job.joined])) {
    header.connections[connection.name] = await connection.ready();
  }
  if (options.mode === "plan" || options.plan) header.connections[job.to.name] = await job.to.ready();
  const saved = options.plan && await openSaved(job, options.plan, header);
  const covered = await job.reader.partitions();
  const partitions = covered.filter(({ id }) => options.partition === undefined || id === options.partition);
  if (partitions.length === 0 && options.partition !== undefined) return;
  const claims = await openClaims(job, partitions, leases);

  const shared = {
    leavers: [] as Leaver[],
    deferred: [] as Resolved[],
    handled: new Map<string, Row>(),
    left: { records: options.limit ?? Infinity },
  };
  const asked = saved ? [...new Set([...saved.values()].map(({ key }) => key))] : options.only;
  const cursors: { turn: Turn; cursor: Cursor }[] = [];
  const failures: { index: number; reason: unknown }[] = [];
  const work = async (turn: Turn): Promise<void> => {
    const { job, partition, lease } = turn;
    const told = (): void => {
      turn.begun();
      progress();
    };
    const pass: Pass = { ...shared, job, partition, lease, saved, progress: told };
    await passKeys(pass, asked ?? turn.due);
    if (saved || options.only) return;
    const cursor = await passCursor(pass);
    if (cursor) cursors.push({ turn, cursor });
  };
  const oneAfterTheOther = async (): Promise<void> => {
    for (let turn = await claims.next(); turn; turn = await claims.next()) {
      const { index, begun } = turn;
      await work(turn).catch((reason) => void failures.push({ index, reason })).finally(begun);
    }
  };
  // A plan is shown in the order of its partitions, and so is what a limit takes; otherwise they are read side by side.
  const width = options.mode === "plan" || options.limit !== undefined ? 1 : SIDE_BY_SIDE;
  const lanes = await Promise.allSettled(Array.from({ length: width }, oneAfterTheOther));
  for (const { reason } of failures.sort((a, b) => a.index - b.index)) throw reason;
  for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
  if (claims.elsewhere() > 0) result.elsewhere = claims.elsewhere();
  try {
    await finish(job, { ...shared, claims, saved, asked });
  } finally {
    // What is still to be deactivated was put down by key: the cursor may pass it.
    for (const { turn: { partition, lease }, cursor } of cursors) {
      const writes = batch(job.engine.store, lease);
      setCursor(writes, options.pipeline.name, partition.id, cursor);
      await writes.commit();
    }
  }
  progress();
}

async function openSaved(job: Job, plan: NonNullable<RunOptions["plan"]>, now: PlanHeader): Promise<SavedChanges> {
  const { pipeline } = job.options;
  if (plan.header.pipeline !== pipeline.name) {
    throw new Failure("plan.stale", { fact: `The plan is for ${plan.header.pipeline}, not for ${pipeline.name}` });
  }
  if (plan.header.hash !== pipeline.hash) {
    throw new Failure("plan.stale", { fact: "The pipeline has changed since the plan was made", place: pipeline.file });
  }
  for (const [connection, facts] of Object.entries(plan.header.connections)) {
    for (const [fact, value] of Object.entries(facts)) {
      if (now.connections[connection]?.[fact] === value) continue;
      throw new Failure("plan.stale", {
        fact: `The plan was made against ${fact} ${value}, this is ${
          now.connections[connection]?.[fact] ?? "another connection"
        }`,
        place: `connection ${connection}`,
      });
    }
  }
  return await savedChanges(plan.changes);
}

function newRecord(job: Job, options: RunOptions): RunRecord {
  const asked: RunRecord["options"] = {};
  if (options.full) asked.full = true;
  if (options.verify) asked.verify = true;
  if (options.limit !== undefined) asked.limit = options.limit;
  if (options.only) asked.only = options.only.slice(0, 20).join(",");
  if (options.plan) asked.plan = options.plan.header.at;
  if (options.allowDeactivations) asked.allowDeactivations = true;
  const { name, hash } = options.pipeline;
  return {
    id: job.runId,
    pipeline: name,
    hash,
    startedAt: job.at,
    state: "running",
    counts: job.counts,
    read: 0,
    calls: 0,
    options: asked,
  };
}

async function saveRecord(engine: Engine, record: RunRecord, more?: typeof wakeOthers): Promise<void> {
  const writes = batch(engine.store);
  saveRun(writes, record);
  await more?.(engine, writes, record);
  await writes.commit();
}
