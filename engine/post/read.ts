/**
 * The first half of a posting run: what source documents certify is read, judged and put down, and their chains are marked as due. Only
 * then does the cursor pass them.
 *
 * @module
 */
import type { Partition, Row } from "../connector.ts";
import { sameValue } from "../json.ts";
import { spanned } from "../trace.ts";
import { ahead, stepBack } from "../run/ahead.ts";
import { saveCursor, startOf } from "../run/cursor.ts";
import type { Job } from "../run/job.ts";
import { emptyPage, soundRows } from "../run/page.ts";
import { hush, remember } from "../run/remember.ts";
import { stopWhenTold } from "../run/stop.ts";
import { batch } from "../state/batch.ts";
import { certifiedByKey, putCertified } from "../state/certified.ts";
import { getCursor } from "../state/cursors.ts";
import { addDue, type Due, follow } from "../state/followed.ts";
import type { Certified } from "../state/posting_types.ts";
import type { Batch, Cursor, Lease } from "../state/types.ts";
import type { Desk } from "./desk.ts";
import { judge, judgeEarly, outOfCount } from "./judge.ts";
import { sweep, sweepIsDue, takeGone } from "./sweep.ts";

/** A source document of which nothing is known but where it stands in its chain. */
export type Gap = Pick<Certified, "key" | "order">;

/** What a run has found so far. */
export interface Findings {
  /** What was read in this run, by source key. */
  certified: Map<string, Certified>;
  /** Rows with what was joined to them, by source key, as many as there is room for. */
  rows: Map<string, Row>;
  /** Rows that were read by key, as they were: one that comes again like that is passed over. */
  handled: Map<string, Row>;
  /** Those that cannot be judged and never could: what the ones behind them add is not known, by chain. */
  gaps: Map<string, Gap[]>;
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
  handled: new Map(),
  gaps: new Map(),
  told: new Set(),
  chains: new Map(),
  dues: [],
});

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
  const { desk: { job }, partition, findings } = reading;
  for await (const { rows } of ahead(job.reader.read!({ partition, keys }))) {
    await spanned("page", about(reading, rows), () => takePage(reading, rows));
    for (const row of rows) findings.handled.set(keyOf(job, row), row);
  }
}

/** What a span says of a page. */
const about = ({ partition }: Reading, rows: readonly Row[]) => ({
  "gusset.partition": partition.id,
  "gusset.rows": rows.length,
});

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
    await spanned("page", about(reading, rows), () => takePage(reading, rows));
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

async function takePage(reading: Reading, all: readonly Row[]): Promise<void> {
  const { desk, lease, partition, findings } = reading;
  const { job } = desk;
  const rows = all.filter((row) => !sameValue(findings.handled.get(keyOf(job, row)), row));
  stopWhenTold(job.options);
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
export function mark(
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
