/**
 * The first half of a posting run: what source documents certify is read, judged and put down, and their chains are marked as due. Only
 * then does the cursor pass them.
 *
 * @module
 */
import type { Partition, Row } from "../connector.ts";
import { asFailure } from "../failure.ts";
import { ahead, stepBack } from "../run/ahead.ts";
import { saveCursor, startOf } from "../run/cursor.ts";
import type { Job } from "../run/job.ts";
import type { Joined } from "../run/join.ts";
import { emptyPage, soundRows, type Verdict } from "../run/page.ts";
import { GONE } from "../run/pass.ts";
import { hush, remember } from "../run/remember.ts";
import { batch } from "../state/batch.ts";
import { certifiedByKey, listCertified, putCertified } from "../state/certified.ts";
import { getCursor } from "../state/cursors.ts";
import { addDue, type Due, follow, getFollowCursor, setFollowCursor } from "../state/followed.ts";
import type { Certified } from "../state/posting_types.ts";
import type { Batch, Cursor, Lease } from "../state/types.ts";
import { certifiedRow } from "./certified_row.ts";
import type { Desk } from "./desk.ts";

/** What a run has found so far. */
export interface Findings {
  /** What was read in this run, by source key. */
  certified: Map<string, Certified>;
  /** Rows with what was joined to them, by source key, as many as there is room for. */
  rows: Map<string, Row>;
  /** Keys that have their word already. */
  told: Set<string>;
  /** Chains that are to be looked at: chain → source partition. */
  chains: Map<string, string>;
  /** What asked for them. */
  dues: Due[];
}

/** Nothing found yet. */
export const noFindings = (): Findings => ({
  certified: new Map(),
  rows: new Map(),
  told: new Set(),
  chains: new Map(),
  dues: [],
});

/** Rows that are kept until their documents are made; others are read again. A requisition of ten rows is some 20 KB. */
const ROOM = 4000;
/** Hours after which the ids of a partition are looked through for what is gone: its list does not tell. */
const SWEEP = 20 * 3_600_000;
/** The name under which the time of the last sweep is kept. */
const SWEPT = "~sweep";

/** A source partition under its lease; in a plan there is none. */
export interface Reading {
  desk: Desk;
  partition: Partition;
  lease?: Lease;
  findings: Findings;
  progress(): void;
}

/** Reads source documents by key. */
export async function readKeys(reading: Reading, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const { desk: { job }, partition } = reading;
  for await (const { rows } of ahead(job.reader.read!({ partition, keys }))) await takePage(reading, rows);
}

/** Reads what changed since the cursor, or everything, and finds what is gone. */
export async function readChanges(reading: Reading): Promise<void> {
  const { desk: { job }, partition, lease } = reading;
  const { pipeline, limit, full, verify } = job.options;
  const cursor = await getCursor(job.engine.store, pipeline.name, partition.id);
  const { since, after: begin, asOf: began } = startOf(job, cursor);
  const moves = lease !== undefined && limit === undefined;
  let [after, asOf, left] = [begin, began, limit ?? Infinity];
  let ended = false;
  const given = new Set<string>();
  for await (const page of ahead(job.reader.read!({ partition, since, after }))) {
    asOf ??= page.asOf;
    const rows = page.rows.slice(0, left);
    left -= rows.length;
    for (const row of rows) given.add(keyOf(job, row));
    await takePage(reading, rows);
    ended = !page.more && rows.length === page.rows.length;
    after = rows.findLast((row) => keyOf(job, row) !== "")?.[job.source.key] as string | undefined ?? after;
    const pass = { since, asOf: asOf!, after: after ?? "", full: since === null };
    if (moves && page.more) {
      await saveCursor({ job, partition, lease }, { hash: pipeline.hash, since: cursor?.since ?? null, pass });
    }
    if (left <= 0 || !page.more) break;
  }
  if (limit !== undefined) return;
  if (since === null && begin === null && ended) await takeGone(reading, given);
  else if (full || verify || await sweepIsDue(reading)) await sweep(reading);
  if (!moves || !asOf) return;
  const next: Cursor = { hash: pipeline.hash, since: stepBack(asOf, job.source.source!.overlap) };
  await saveCursor({ job, partition, lease }, next);
}

const keyOf = (job: Job, row: Row): string => String(row[job.source.key] ?? "");

async function takePage(reading: Reading, rows: readonly Row[]): Promise<void> {
  const { desk, lease, partition, findings } = reading;
  const { job } = desk;
  if (lease) await lease.renew();
  job.read += rows.length;
  const planned = emptyPage();
  const sound = Array.from(soundRows(job, rows, planned));
  const known = await certifiedByKey(job.engine.store, job.options.pipeline.name, sound.map(({ key }) => key));
  const { within, verdicts } = judgeEarly(desk, sound);
  const joined = await desk.joiner.join(within);
  await job.links.load(joined.flatMap((one) => one.failure || one.hold ? [] : needsOf(desk, one.row)));
  const writes = lease && batch(job.engine.store, lease);
  for (const one of joined) {
    const key = keyOf(job, one.row);
    const verdict = judge(desk, one, partition.id, findings);
    if (verdict) verdicts.push(verdict);
    else if (writes) {
      for (const [join, keys] of Map.groupBy(one.followed, ({ join }) => join)) {
        const { chain } = findings.certified.get(key)!;
        follow(writes, { pipeline: job.options.pipeline.name, join }, keys.map(({ key }) => key), {
          chain,
          from: partition.id,
        });
      }
    }
  }
  verdicts.push(...planned.verdicts);
  for (const verdict of verdicts) outOfCount(desk, verdict, known.get(verdict.change.key), findings);
  for (const { key } of sound) {
    const [now, before] = [findings.certified.get(key), known.get(key)];
    if (now) mark(now, before, { writes, pipeline: job.options.pipeline.name, findings });
  }
  for (const verdict of verdicts) {
    hush(job, verdict);
    if (writes) remember(job, writes, { ...verdict, from: partition.id });
  }
  if (writes) {
    const due = changed(findings, sound.map(({ key }) => key), known);
    findings.dues.push(...addDue(writes, job.options.pipeline.name, due, "it was read"));
    await writes.commit();
  }
  for (const { change } of verdicts) {
    findings.told.add(change.key);
    await job.report(change);
  }
  reading.progress();
}

/** Keeps what a document certifies, and has its chain looked at. */
function mark(
  now: Certified,
  before: Certified | undefined,
  { writes, pipeline, findings }: { writes?: Batch; pipeline: string; findings: Findings },
): void {
  findings.chains.set(now.chain, now.from);
  if (before && before.chain !== now.chain) findings.chains.set(before.chain, before.from);
  if (writes) putCertified(writes, pipeline, now, before);
}

function changed(
  { certified }: Findings,
  keys: readonly string[],
  known: ReadonlyMap<string, Certified>,
): { chain: string; from: string }[] {
  const places = new Map<string, { chain: string; from: string }>();
  for (const key of keys) {
    for (const one of [certified.get(key), known.get(key)]) {
      if (one) places.set(one.chain, { chain: one.chain, from: one.from });
    }
  }
  return [...places.values()];
}

const needsOf = ({ mapper, job }: Desk, row: Row) => {
  try {
    return [...mapper.needs(row), ...job.mapper.needs(row, "")];
  } catch {
    // What is wrong with it is told when it is judged.
    return [];
  }
};

/** What needs no join to be left out. */
function judgeEarly(
  { job, mapper }: Desk,
  sound: readonly { key: string; row: Row }[],
): { within: Row[]; verdicts: Verdict[] } {
  const verdicts: Verdict[] = [];
  const within: Row[] = [];
  for (const { key, row } of sound) {
    try {
      const why = job.mapper.early(row);
      if (why === undefined) within.push(row);
      else {verdicts.push({
          change: { word: "skipped", key, part: "", why, ...worth(mapper, row), label: label(job, row) },
          row,
        });}
    } catch (thrown) {
      verdicts.push(rejection(job, row, asFailure(thrown)));
    }
  }
  return { within, verdicts };
}

/** Judges a joined row: what it certifies is put among the findings, or there is a word that needs no document. */
function judge(
  desk: Desk,
  one: Joined,
  from: string,
  findings: Findings,
): Verdict | undefined {
  const { job, mapper } = desk;
  const { row } = one;
  const key = keyOf(job, row);
  const at = { key, part: "", label: label(job, row), ...worth(mapper, row) };
  if (one.failure) return rejection(job, row, one.failure);
  if (one.hold) {
    const { kind, why } = one.hold;
    return { change: { ...at, word: kind, why }, row, need: kind === "parked" ? one.hold.need : undefined };
  }
  try {
    const why = job.mapper.skips(row) ?? (job.mapper.inScope(row) ? undefined : "outside `where`");
    if (why !== undefined) return { change: { ...at, word: "skipped", why }, row };
    const certified = certifiedRow(desk, row, from);
    if ("kind" in certified) {
      const need = certified.kind === "parked" ? certified.need : undefined;
      return { change: { ...at, word: certified.kind, why: certified.why }, row, need };
    }
    findings.certified.set(key, certified);
    if (findings.rows.size < ROOM) findings.rows.set(key, row);
  } catch (thrown) {
    return rejection(job, row, asFailure(thrown));
  }
}

/**
 * What a word that makes no document means for one that certified something before: what left the pipeline's scope does not count any
 * more; what cannot be judged stays as it was last known, so that nothing is taken back for want of a link.
 */
function outOfCount(desk: Desk, { change }: Verdict, before: Certified | undefined, findings: Findings): void {
  if (!before) return;
  const out = change.word === "skipped";
  findings.certified.set(change.key, out ? { ...before, counts: false, why: change.why, at: desk.job.at } : before);
}

const label = (job: Job, row: Row): string | undefined => {
  const found = job.source.label && row[job.source.label];
  return typeof found === "string" && found !== "" ? found.trim() : undefined;
};

function worth(mapper: Desk["mapper"], row: Row): { value?: string } {
  try {
    const value = mapper.value(row);
    return value === undefined ? {} : { value };
  } catch {
    return {};
  }
}

function rejection(job: Job, row: Row, failure: ReturnType<typeof asFailure>): Verdict {
  // What is no fault of the record stops the run.
  if (failure.kind !== "rejected") throw failure;
  return {
    change: { word: "rejected", key: keyOf(job, row), part: "", label: label(job, row), failure: failure.toJSON() },
    row,
    failure,
  };
}

async function sweepIsDue({ desk: { job }, partition, lease }: Reading): Promise<boolean> {
  if (!lease || !job.reader.keys) return false;
  const { store, clock } = job.engine;
  const at = { pipeline: job.options.pipeline.name, join: SWEPT, partition: partition.id };
  const last = (await getFollowCursor(store, at))?.since;
  return !last || clock.now() - Date.parse(last) >= SWEEP;
}

/** Looks through the ids of a partition for what is gone. */
async function sweep(reading: Reading): Promise<void> {
  const { desk: { job }, partition } = reading;
  if (job.reader.keys) await takeGone(reading, new Set(await job.reader.keys(partition)));
}

/** What the source no longer gives does not count any more. */
async function takeGone(reading: Reading, given: ReadonlySet<string>): Promise<void> {
  const { desk: { job }, partition, lease, findings } = reading;
  const { store } = job.engine;
  const pipeline = job.options.pipeline.name;
  const writes = lease && batch(store, lease);
  const gone: Certified[] = [];
  for await (const one of listCertified(store, pipeline, partition.id)) {
    if (given.has(one.key) || !one.counts || findings.certified.has(one.key)) continue;
    gone.push({ ...one, counts: false, why: GONE, at: job.at });
  }
  for (const one of gone) {
    findings.certified.set(one.key, one);
    mark(one, one, { writes, pipeline, findings });
  }
  if (!writes) return;
  findings.dues.push(...addDue(writes, pipeline, gone, GONE));
  setFollowCursor(writes, { pipeline, join: SWEPT, partition: partition.id }, { since: job.at });
  await writes.commit();
}
