/**
 * One run of a pipeline that posts: `recover → follow → read → reckon → gate → send → watch`.
 *
 * All of a pipeline's documents are under one lease: an import takes long, and is shared by all partitions.
 *
 * @module
 */
import { type Partition, WHOLE } from "../connector.ts";
import { Failure } from "../failure.ts";
import { lease as hold } from "../run/hold.ts";
import type { Job } from "../run/job.ts";
import { loadTrouble } from "../run/job.ts";
import { conduct, type Worksite } from "../run/run.ts";
import type { Engine, RunOptions, RunResult } from "../run/types.ts";
import { batch } from "../state/batch.ts";
import { getCursor } from "../state/cursors.ts";
import { addDue, getFollowCursor, setFollowCursor } from "../state/followed.ts";
import { listPostings } from "../state/postings.ts";
import type { Lease } from "../state/types.ts";
import { evaluate, type Evaluated, TOGETHER } from "./chains.ts";
import { conclude } from "./conclude.ts";
import { type Desk, openDesk } from "./desk.ts";
import { followJoins, loadDue } from "./follow.ts";
import { gate, refuseOverCap } from "./gate.ts";
import type { Outbox } from "./outbox.ts";
import { rollsOverOn } from "./period.ts";
import { type Findings, noFindings, readChanges, readKeys } from "./read.ts";
import { refuseUnlessRebuilt } from "./rebuilt.ts";
import { recover } from "./recover.ts";
import { BY_PEOPLE } from "./standing.ts";
import { review } from "./review.ts";
import type { Draft } from "./types.ts";
import { watch } from "./watch.ts";

/** Days that posted documents are looked at again for what people did to them over there. */
const LOOK_BACK = 62 * 86_400_000;
/** Milliseconds after which they are. */
const LOOK_AGAIN = 20 * 3_600_000;
/** The name under which the time of the last look is kept. */
const LOOKED = "~watch";

/** Runs a pipeline that posts. Never throws for what befalls the run. */
export function runPosting(engine: Engine, options: RunOptions): Promise<RunResult> {
  return conduct(engine, options, work);
}

async function work(job: Job, { header, leases, progress }: Worksite): Promise<void> {
  const { options, engine } = job;
  const { pipeline } = options;
  if (options.plan) {
    throw new Failure("usage", {
      fact: "A plan of documents is approved, not applied from a file",
      action: "Let a run plan them (`approval: required`), then `gusset approve PLAN`.",
    });
  }
  header.connections[job.from.name] = await job.from.ready();
  header.connections[job.to.name] = await job.to.ready();
  const desk = await openDesk(job);
  const applies = options.mode === "apply";
  const partitions = await job.reader.partitions();
  const lease = applies ? await hold(job, WHOLE) : undefined;
  if (lease) leases.push(lease);
  job.trouble = await loadTrouble(engine, pipeline.name);
  const outbox = lease && await openOutbox(desk, lease);
  if (outbox && desk.live) await refuseUnlessRebuilt(desk, outbox.stream);
  if (outbox) await lookAfter(desk, outbox);

  const findings = noFindings();
  if (!options.only && options.limit === undefined) await followJoins(desk, lease, findings);
  if (pipeline.posting!.recognise === "accrue") await dueByPeriod(desk, findings);
  const asked = partitions.filter(({ id }) => options.partition === undefined || id === options.partition);
  for (const partition of asked) await read(desk, { partition, lease, findings, progress });
  const evaluated: Evaluated[] = [];
  for (const partition of partitions) {
    if (!options.only && options.limit === undefined) await loadDue(desk, partition.id, findings);
    evaluated.push(...await reckonAll(desk, partition.id, findings));
  }
  await review(desk, evaluated);
  const gated = gate(desk, evaluated);
  if (desk.live) refuseOverCap(desk, gated.send);
  job.writeCalls = importsOf(desk, gated.send);
  await conclude(desk, { evaluated, gated, outbox, findings, progress });
}

/** Calls that hand the documents over. */
function importsOf({ takes }: Desk, drafts: readonly Draft[]): number {
  const sizes = [...Map.groupBy(drafts, ({ record }) => record.to).values()].map((own) => own.length);
  return sizes.reduce((sum, size) => sum + Math.ceil(size / takes.bulk), 0);
}

async function openOutbox({ job, takes, writer }: Desk, lease: Lease): Promise<Outbox> {
  return {
    store: job.engine.store,
    lease,
    stream: await writer(),
    posting: takes,
    clock: job.engine.clock,
    by: job.runId,
  };
}

/**
 * Finds out about documents of unknown fate, and what people did to those that are in the books: their chains are looked at again. Those
 * that are in the balances are asked for once a day.
 */
async function lookAfter({ job, pipeline, live }: Desk, outbox: Outbox): Promise<void> {
  const { name } = pipeline;
  const { store, clock } = job.engine;
  const { full, verify } = job.options;
  const last = (await getFollowCursor(store, { pipeline: name, join: LOOKED, partition: WHOLE.id }))?.since;
  const looks = full || verify || !last || clock.now() - Date.parse(last) >= LOOK_AGAIN;
  const { sent, failures } = await recover(outbox, { pipeline: name, sends: live });
  const sweep = looks ? new Date(clock.now() - LOOK_BACK).toISOString().slice(0, 10) : undefined;
  const watched = await watch(outbox, { pipeline: name, sweep });
  const [failure] = [...failures, ...watched.failures];
  // The books cannot be asked: nothing that is reckoned now would be sure.
  if (failure) throw failure;
  const writes = batch(store, outbox.lease);
  for (const { key, chain, from, state } of [...sent.map(({ record }) => record), ...watched.changed]) {
    if (BY_PEOPLE.has(state)) addDue(writes, name, [{ chain, from }], `${key} is ${state} in the books`);
  }
  if (looks) setFollowCursor(writes, { pipeline: name, join: LOOKED, partition: WHOLE.id }, { since: job.at });
  await writes.commit();
}

/** Under `accrue` a chain is to be looked at whenever a period has ended, though nothing of it changed. */
async function dueByPeriod({ job, pipeline, today, calendar }: Desk, findings: Findings): Promise<void> {
  for await (const one of listPostings(job.engine.store, { pipeline: pipeline.name, states: ["imported", "posted"] })) {
    if (findings.chains.has(one.chain) || one.purpose === "reverse") continue;
    if (rollsOverOn({ date: one.date, periods: await calendar(one.to), today })) {
      findings.chains.set(one.chain, one.from);
    }
  }
}

async function read(
  desk: Desk,
  { partition, lease, findings, progress }: {
    partition: Partition;
    lease?: Lease;
    findings: Findings;
    progress: () => void;
  },
): Promise<void> {
  const { job } = desk;
  const reading = { desk, partition, lease, findings, progress };
  await readKeys(reading, job.options.only ?? dueIn(job, partition.id));
  if (!job.options.only) await readChanges(reading);
  else if (lease && desk.live) await refuseUnlessRead(desk, partition, findings);
}

/** What one document adds is told by those before it: some of them alone are posted only where all were read once. */
async function refuseUnlessRead({ job, pipeline }: Desk, { id }: Partition, { certified }: Findings): Promise<void> {
  const some = [...certified.values()].find(({ from }) => from === id);
  const cursor = some && await getCursor(job.engine.store, pipeline.name, id);
  if (!some || typeof cursor?.since === "string") return;
  throw new Failure("usage", {
    fact: `${some.key} alone cannot be posted: what it adds is told by those before it, and they were never read`,
    place: `pipeline ${pipeline.name}, ${job.source.partition ?? "partition"} ${id}`,
    action: `Run \`gusset run ${pipeline.name}\` once without --only.`,
  });
}

/** Source documents that are read by key: what was rejected or waits may be sound now, and people ask for some. */
function dueIn({ trouble, options }: Job, partition: string): string[] {
  if (options.limit !== undefined) return [];
  const here = ({ from }: { from?: string }): boolean => from === undefined || from === partition;
  const troubled = [...trouble.rejected.values(), ...trouble.parked.values()].filter(({ part }) => part === "");
  const elsewhere = new Set(troubled.filter((one) => !here(one)).map(({ key }) => key));
  const keys = [...troubled.filter(here), ...trouble.wakes].map(({ key }) => key);
  return [...new Set(keys)].filter((key) => !elsewhere.has(key));
}

async function reckonAll(desk: Desk, from: string, findings: Findings): Promise<Evaluated[]> {
  const chains = [...findings.chains].filter(([, place]) => place === from).map(([chain]) => chain);
  const evaluated: Evaluated[] = [];
  for (let at = 0; at < chains.length; at += TOGETHER) {
    evaluated.push(...await evaluate(desk, { from, chains: chains.slice(at, at + TOGETHER), findings }));
  }
  return evaluated;
}
