/**
 * Values that may stand only once at the destination: who comes second gets the rule's `unique:` alternative.
 *
 * @module
 */
import { type Row, WHOLE } from "../connector.ts";
import type { Job } from "./job.ts";
import { AFTER_APPLY } from "./lookup.ts";
import type { Candidate } from "./page.ts";
import { foundId, type Look, normalise, type Presence } from "./present.ts";

/** Settles the unique fields of candidates that would be created, or whose unique field would change. */
export async function giveNames(
  job: Job,
  look: Look,
  candidates: readonly Candidate[],
  presence: Map<Candidate, Presence>,
): Promise<void> {
  for (const name of job.destination.destination!.unique) await giveName(job, { name, look, candidates, presence });
}

async function giveName(
  job: Job,
  { name, look, candidates, presence }: {
    name: string;
    look: Look;
    candidates: readonly Candidate[];
    presence: Map<Candidate, Presence>;
  },
): Promise<void> {
  const asking = candidates.filter((candidate) => asks(job, name, candidate, presence.get(candidate)!));
  if (asking.length === 0) return;
  const [{ partition }] = asking;
  const values = asking.map(({ fields }) => fields[name] as string);
  const holders = partition.id === AFTER_APPLY ? new Map<string, Row[]>() : await look(name, values);
  for (const candidate of asking) {
    const present = presence.get(candidate)!.row;
    const other = (holders.get(normalise(candidate.fields[name])) ?? [])
      .some((row) => !present || foundId(row) !== foundId(present));
    const alternative = candidate.alternatives[name];
    if ((other || isGiven(job, name, candidate)) && alternative !== undefined) candidate.fields[name] = alternative;
    give(job, name, candidate);
  }
}

/** Whether this candidate would bring a value to the destination that is not its own already. */
function asks(
  job: Job,
  name: string,
  { fields, alternatives, link }: Candidate,
  { row, failure, how }: Presence,
): boolean {
  if (failure || !fields[name] || !(name in alternatives)) return false;
  if (!row) return !link && job.options.pipeline.destination.create !== "never";
  return how !== "suggest" && !job.comparer.same(name, fields[name], row[name]);
}

function isGiven(job: Job, name: string, candidate: Candidate): boolean {
  return job.taken.names.has(mark(name, candidate));
}

function give(job: Job, name: string, candidate: Candidate): void {
  job.taken.names.add(mark(name, candidate));
}

/** 53 bits of a name: a run of 200,000 creates keeps a few megabytes, and a false hit only costs a needless suffix. */
function mark(name: string, { partition, fields }: Candidate): number {
  const text = `${partition.id === WHOLE.id ? "" : partition.id}\u0000${name}\u0000${normalise(fields[name])}`;
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
