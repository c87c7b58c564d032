/**
 * One pass over a source partition: by cursor, or by keys. The cursor never passes a record that has no word yet.
 *
 * @module
 */
import type { Partition, Row } from "../connector.ts";
import { sameValue } from "../json.ts";
import { spanned } from "../trace.ts";
import { batch } from "../state/batch.ts";
import { getCursor } from "../state/cursors.ts";
import { linkRange, linksOf } from "../state/links.ts";
import { addWakes } from "../state/wakes.ts";
import type { Cursor, Lease, Link } from "../state/types.ts";
import { type Gatherer, gatherer } from "./gather.ts";
import { ahead, stepBack } from "./ahead.ts";
import { saveCursor, startOf } from "./cursor.ts";
import type { Job } from "./job.ts";
import { emptyPage, leave, type Leaver, type PlannedPage, planPage } from "./page.ts";
import { forgetOld, hush, remember } from "./remember.ts";
import type { Resolved } from "./resolve.ts";
import { refuseUnlessSaved } from "./refuse.ts";
import type { SavedChanges } from "./saved.ts";
import { settle, type Settling } from "./settle.ts";
import { stopWhenTold } from "./stop.ts";

/** What a pass needs besides the job, and what it leaves for the end of the run. */
export interface Pass {
  job: Job;
  partition: Partition;
  /** Absent in a plan. */
  lease?: Lease;
  saved?: SavedChanges;
  /** Deactivations found, to be counted before they are written. */
  leavers: Leaver[];
  deferred: Resolved[];
  /** Rows read by key before the pass by cursor: it does not count them again. */
  handled: Map<string, Row>;
  /** Source records that the run may still read. */
  left: { records: number };
  /** Says that a page is done. */
  progress(): void;
}

/** Reads and settles just these keys. */
export async function passKeys(pass: Pass, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await gathering(pass, (gather) => takeKeys(pass, gather, keys));
}

async function takeKeys(pass: Pass, gather: Gatherer, keys: readonly string[]): Promise<void> {
  for await (const page of ahead(pass.job.reader.read!({ partition: pass.partition, keys }))) {
    const links = await linksOf(
      pass.job.engine.store,
      pass.job.options.pipeline.name,
      page.rows.map((row) => keyOf(pass, row)),
    );
    for (const row of page.rows) pass.handled.set(keyOf(pass, row), row);
    await takePage(pass, gather, page.rows, links, () => Promise.resolve());
  }
}

/** Has pages taken in and settles all they gathered. Where reading fails, what is on its way is waited for before it is told. */
async function gathering<T>(pass: Pass, take: (gather: Gatherer) => Promise<T>): Promise<T> {
  const gather = gathererOf(pass);
  try {
    const taken = await take(gather);
    await gather.flush();
    return taken;
  } catch (thrown) {
    await gather.drain();
    throw thrown;
  }
}

/**
 * Reads and settles what changed since the cursor, or everything. Gives the cursor to set once the run's deactivations are done too;
 * undefined where this run moves none.
 */
export function passCursor(pass: Pass): Promise<Cursor | undefined> {
  return gathering(pass, (gather) => takeChanges(pass, gather));
}

async function takeChanges(pass: Pass, gather: Gatherer): Promise<Cursor | undefined> {
  const { job, partition, left } = pass;
  const { pipeline, limit } = job.options;
  const cursor = await getCursor(job.engine.store, pipeline.name, partition.id);
  const going = startOf(job, cursor);
  const moves = pass.lease !== undefined && limit === undefined;
  let { after } = going;
  let asOf = going.asOf;
  for await (const page of ahead(job.reader.read!({ partition, since: going.since, after, pageSize: undefined }))) {
    asOf ??= page.asOf;
    const rows = page.rows.slice(0, left.records);
    left.records -= rows.length;
    const last = rows.findLast((row) => keyOf(pass, row) !== "")?.[job.source.key] as string | undefined ?? after;
    const ended = !page.more && rows.length === page.rows.length;
    const links = await ownLinks(pass, rows, { whole: going.since === null, after, through: ended ? null : last });
    const news = rows.filter((row) => !wasHandled(pass, row));
    const through = last ?? after;
    const checkpoint: Cursor = {
      hash: pipeline.hash,
      since: cursor?.since ?? null,
      pass: { since: going.since, asOf: asOf!, after: through ?? "", full: going.since === null },
    };
    if (going.since === null) await tellLeaving(pass, leaveGone(pass, rows, links));
    await takePage(pass, gather, news, links, async () => {
      if (moves && through !== null) await saveCursor(pass, checkpoint);
    });
    after = through;
    if (left.records <= 0 || !page.more) break;
  }
  return moves && asOf ? { hash: pipeline.hash, since: stepBack(asOf, job.source.source!.overlap) } : undefined;
}

/** Our own links of a page: of its very rows, or of the whole range of keys it stands for, where gaps mean that a record is gone. */
async function ownLinks(
  { job }: Pass,
  rows: readonly Row[],
  { whole, after, through }: { whole: boolean; after: string | null; through: string | null },
): Promise<Map<string, Link[]>> {
  const { store } = job.engine;
  const { name } = job.options.pipeline;
  const ranged = whole && job.source.order !== "text";
  if (!ranged) return await linksOf(store, name, rows.map((row) => String(row[job.source.key] ?? "")));
  const links = new Map<string, Link[]>();
  if (rows.length === 0 && through !== null) return links;
  for (const link of await linkRange(store, name, { after, through })) {
    const same = links.get(link.key);
    if (same) same.push(link);
    else links.set(link.key, [link]);
  }
  return links;
}

/** In a pass over everything, a linked record that was not given has gone from the source. */
function leaveGone(pass: Pass, rows: readonly Row[], links: ReadonlyMap<string, Link[]>): PlannedPage {
  const given = new Set(rows.map((row) => row[pass.job.source.key]));
  const planned = emptyPage();
  for (const [key, links_] of links) {
    const own = links_.filter((link) => link.from === pass.partition.id);
    if (!given.has(key) && own.length > 0) leave(pass.job, { key, links: own, parts: [] }, GONE, planned);
  }
  return planned;
}

/** Why a record that the source no longer gives leaves. */
export const GONE = "the source no longer has it";

function takePage(
  pass: Pass,
  gather: Gatherer,
  rows: readonly Row[],
  links: ReadonlyMap<string, Link[]>,
  done: () => Promise<void>,
): Promise<void> {
  const about = { "gusset.partition": pass.partition.id, "gusset.rows": rows.length };
  return spanned("page", about, () => settlePage(pass, gather, rows, links, done));
}

async function settlePage(
  pass: Pass,
  gather: Gatherer,
  rows: readonly Row[],
  links: ReadonlyMap<string, Link[]>,
  done: () => Promise<void>,
): Promise<void> {
  const { job, lease, saved } = pass;
  stopWhenTold(job.options);
  if (lease) await lease.renew();
  job.read += rows.length;
  pass.progress();
  const planned = await planPage(job, { from: pass.partition.id, rows, links });
  await tellLeaving(pass, planned);
  for (const { key, part } of planned.unchanged) {
    if (saved) await refuseUnlessSaved(pass, { key, part }, "nothing is left to change");
    else await job.report({ word: "unchanged", key, part });
  }
  await gather.page(planned.candidates, async () => {
    await done();
    pass.progress();
  });
}

/**
 * Tells a page's verdicts and keeps them. Leavers are written only when all of them are counted, and the cursor passes them before
 * that: their keys are put down to be read again, so that a run that is killed or refused forgets none.
 */
async function tellLeaving(pass: Pass, planned: PlannedPage): Promise<void> {
  const { job, lease, saved } = pass;
  const { verdicts, unchanged, leavers } = planned;
  const { parts } = planned;
  // What was seen leaving and is back a page later, or read a second time, is not leaving.
  let kept = 0;
  for (const leaver of pass.leavers) {
    if (!parts.get(leaver.key)?.includes(leaver.part)) pass.leavers[kept++] = leaver;
  }
  pass.leavers.length = kept;
  pass.leavers.push(...leavers);
  for (const verdict of verdicts) hush(job, verdict);
  if (lease && !saved) {
    const writes = batch(job.engine.store, lease);
    const { name } = job.options.pipeline;
    job.trouble.wakes.push(...addWakes(writes, name, leavers.map(({ key }) => key), "to be deactivated"));
    forgetOld(job, writes, planned);
    for (const verdict of verdicts) remember(job, writes, verdict);
    for (const { key, part } of unchanged) remember(job, writes, { change: { word: "unchanged", key, part }, row: {} });
    await writes.commit();
  }
  for (const { change } of verdicts) {
    if (!saved) await job.report(change);
    else await refuseUnlessSaved(pass, change, change.why ?? change.failure?.fact ?? change.word);
  }
}

/** Destination partitions that are written at once; how fast their calls leave is the rate budget's business. */
const SIDE_BY_SIDE = 4;

/** Candidates that may wait for their bulk call to fill, of all destination partitions together: 2,000 orders are some 10 MB. */
const ROOM = 2000;

function gathererOf(pass: Pass): Gatherer {
  const { bulk } = pass.job.destination.destination!;
  const settling: Settling = pass;
  return gatherer({
    bulk,
    room: Math.max(4 * bulk, ROOM),
    width: SIDE_BY_SIDE,
    // A page of orders may take minutes to write, where calls are rationed: each of its chunks is progress.
    settle: async (candidates) => {
      stopWhenTold(pass.job.options);
      await settle(settling, candidates);
      pass.progress();
    },
  });
}

const keyOf = (pass: Pass, row: Row): string => String(row[pass.job.source.key] ?? "");

function wasHandled(pass: Pass, row: Row): boolean {
  const before = pass.handled.get(keyOf(pass, row));
  return before !== undefined && sameValue(before, row);
}
