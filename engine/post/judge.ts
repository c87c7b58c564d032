/**
 * What a source document comes to: something that it certifies, or a word that makes no document.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { asFailure } from "../failure.ts";
import { OUTSIDE } from "../mapping/judge.ts";
import type { Job } from "../run/job.ts";
import type { Joined } from "../run/join.ts";
import type { Verdict } from "../run/page.ts";
import type { Certified } from "../state/posting_types.ts";
import { certifiedRow } from "./certified_row.ts";
import type { Desk } from "./desk.ts";
import type { Findings } from "./read.ts";

/** Rows that are kept until their documents are made; others are read again. A requisition of ten rows is some 20 KB. */
const ROOM = 4000;

const keyOf = (job: Job, row: Row): string => String(row[job.source.key] ?? "");

/** What needs no join to be left out. */
export function judgeEarly(
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
export function judge(
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
    const why = job.mapper.skips(row) ?? (job.mapper.inScope(row) ? undefined : OUTSIDE);
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
export function outOfCount(
  desk: Desk,
  { change, row }: Verdict,
  before: Certified | undefined,
  findings: Findings,
): void {
  if (!before) return change.word === "skipped" ? undefined : leaveGap(desk, row, findings);
  const out = change.word === "skipped";
  findings.certified.set(change.key, out ? { ...before, counts: false, why: change.why, at: desk.job.at } : before);
}

/** Those behind it in its chain certify its cost as well, and must not post it as their own. */
function leaveGap({ mapper, job }: Desk, row: Row, { gaps }: Findings): void {
  try {
    const chain = mapper.chain(row);
    const gap = { key: keyOf(job, row), order: mapper.order(row) };
    gaps.set(chain, [...(gaps.get(chain) ?? []).filter(({ key }) => key !== gap.key), gap]);
  } catch {
    // One that does not even say where it belongs is in nobody's way.
  }
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
