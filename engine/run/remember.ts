/**
 * What a run leaves for people and for later runs: rejected and parked records, kept up to date part by part.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Row } from "../connector.ts";
import { canonical } from "../json.ts";
import { dropAdoption } from "../state/adoptions.ts";
import { dropParked, putParked } from "../state/parked.ts";
import { dropRejected, putRejected } from "../state/rejected.ts";
import type { Batch } from "../state/types.ts";
import type { Job } from "./job.ts";
import { partKey } from "./part_key.ts";
import type { PlannedPage, Verdict } from "./page.ts";

/** A row's hash, for telling whether a dismissed record has changed. */
export const rowHash = (row: Row): string => createHash("sha256").update(canonical(row)).digest("hex").slice(0, 32);

/** A rejection that a person has dismissed stays quiet until the record changes: it counts as skipped. */
export function hush(job: Job, verdict: Verdict): void {
  const { change, row } = verdict;
  if (change.word !== "rejected") return;
  const dismissed = job.trouble.rejected.get(partKey(change.key, change.part))?.dismissed;
  if (!dismissed || dismissed.hash !== rowHash(row)) return;
  verdict.change = {
    ...change,
    word: "skipped",
    failure: undefined,
    why: `dismissed by ${dismissed.by} on ${dismissed.at.slice(0, 10)}: ${dismissed.why}`,
  };
  verdict.failure = undefined;
}

/** Keeps a verdict for those who have to act on it, and forgets what is settled. */
export function remember(job: Job, writes: Batch, { change, row, need, failure, from }: Verdict): void {
  const { pipeline } = job.options;
  const { key, part } = change;
  const self = partKey(key, part);
  const rejected = job.trouble.rejected.get(self);
  const parked = job.trouble.parked.get(self);
  if (change.word === "rejected" && failure) {
    // The plan was refused, not the record.
    if (failure.code === "plan.changed") return;
    const record = {
      key,
      part,
      failure: failure.toJSON(),
      row: short(row),
      hash: rowHash(row),
      firstAt: rejected?.firstAt ?? job.at,
      lastAt: job.at,
      times: (rejected?.times ?? 0) + 1,
      run: job.runId,
      ...(from !== undefined && { from }),
    };
    putRejected(writes, pipeline.name, record);
    job.trouble.rejected.set(self, record);
    if (parked) forgetParked(job, writes, self);
    return;
  }
  // A dismissed rejection stays where it is: its hash is what keeps it quiet.
  if (rejected && !(change.word === "skipped" && rejected.dismissed)) forgetRejected(job, writes, self);
  const waits = change.word === "parked" ||
    (change.word === "skipped" && pipeline.destination.create === "never" && !need && isWaiting(change.why));
  if (waits) {
    const record = {
      key,
      part,
      need: need && {
        pipeline: need.pipeline,
        key: need.key,
        part: need.part,
        ...(need.reverse && { reverse: true as const }),
        ...(need.child && { child: need.child }),
      },
      word: change.word as "parked" | "skipped",
      why: change.why ?? "",
      at: parked?.at ?? job.at,
      run: job.runId,
      ...(from !== undefined && { from }),
    };
    if (parked && parked.why === record.why && parked.word === record.word) return;
    if (parked) forgetParked(job, writes, self);
    putParked(writes, pipeline.name, record);
    job.trouble.parked.set(self, record);
  } else if (parked) {
    forgetParked(job, writes, self);
  }
}

/**
 * Forgets what is remembered of parts that a record no longer has: a project that an order no longer touches, or the record as a whole
 * where it could not be judged before. A part that is being deactivated is not over yet.
 */
export function forgetOld(job: Job, writes: Batch, { parts, leavers }: Pick<PlannedPage, "parts" | "leavers">): void {
  const leaving = new Set(leavers.map(({ key, part }) => partKey(key, part)));
  const over = ({ key, part }: { key: string; part: string }): boolean =>
    parts.has(key) && !parts.get(key)!.includes(part) && !leaving.has(partKey(key, part));
  for (const { key, part } of [...job.trouble.rejected.values(), ...job.trouble.parked.values()]) {
    if (over({ key, part })) settleTrouble(job, writes, key, part);
  }
  // What a person has said of a twin stands, should the record come back.
  for (const [self, adoption] of job.trouble.adoptions) {
    if (adoption.decision || !over(adoption)) continue;
    dropAdoption(writes, job.options.pipeline.name, adoption);
    job.trouble.adoptions.delete(self);
  }
}

/** The reason {@link file://./resolve.ts} gives for a record without a twin. */
const isWaiting = (why: string | undefined): boolean => why?.endsWith("`create: never`") ?? false;

/** A part has its word and needs nobody: whatever was remembered of it goes. */
export function settleTrouble(job: Job, writes: Batch, key: string, part: string): void {
  const self = partKey(key, part);
  if (job.trouble.rejected.has(self)) forgetRejected(job, writes, self);
  if (job.trouble.parked.has(self)) forgetParked(job, writes, self);
}

function forgetRejected(job: Job, writes: Batch, self: string): void {
  const { key, part } = job.trouble.rejected.get(self)!;
  dropRejected(writes, job.options.pipeline.name, { key, part });
  job.trouble.rejected.delete(self);
}

function forgetParked(job: Job, writes: Batch, self: string): void {
  dropParked(writes, job.options.pipeline.name, job.trouble.parked.get(self)!);
  job.trouble.parked.delete(self);
}

/** A row for people to look at: long texts cut, long lists shortened. */
function short(row: Row): Row {
  const cut: Row = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "string" && value.length > 500) cut[name] = `${value.slice(0, 497)}…`;
    else if (Array.isArray(value) && value.length > 20) cut[name] = value.slice(0, 20);
    else cut[name] = value;
  }
  return cut;
}
