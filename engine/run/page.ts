/**
 * From a page of source rows to what each part of them asks for: nothing, a word that explains why not, or a comparison with the destination.
 *
 * @module
 */
import { type Partition, type Row, type Value, WHOLE } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import { sameValue } from "../json.ts";
import { OUTSIDE } from "../mapping/judge.ts";
import type { LinkNeed, Mapped } from "../mapping/types.ts";
import type { Link } from "../state/types.ts";
import type { Job } from "./job.ts";
import { partKey } from "./part_key.ts";
import type { PlannedChange } from "./types.ts";

/** A part that has to be compared with the destination before its word is known. */
export interface Candidate {
  key: string;
  part: string;
  label?: string;
  row: Row;
  /** Source partition. */
  from: string;
  partition: Partition;
  fields: Row;
  alternatives: Record<string, Value>;
  link?: Link;
  /** Its last write has an unknown fate. */
  marked: boolean;
}

/** A linked record that left the pipeline's scope, to be deactivated. */
export interface Leaver {
  key: string;
  part: string;
  label?: string;
  /** As the source gives it now; absent where it no longer does. */
  row?: Row;
  link: Link;
  why: string;
}

/** A word that needs no look at the destination, with what is to be remembered of it. */
export interface Verdict {
  change: PlannedChange;
  row: Row;
  need?: LinkNeed;
  failure?: Failure;
  /** Source partition, where it is to be remembered. */
  from?: string;
}

/** What became of a page. */
export interface PlannedPage {
  candidates: Candidate[];
  leavers: Leaver[];
  verdicts: Verdict[];
  unchanged: { key: string; part: string }[];
  /** The parts that each record that could be judged has now: what is remembered of others is out of date. */
  parts: Map<string, readonly string[]>;
}

/** A page of nothing. */
export const emptyPage = (): PlannedPage => ({
  candidates: [],
  leavers: [],
  verdicts: [],
  unchanged: [],
  parts: new Map(),
});

/** Works out a page; `links` are this pipeline's own links of the page's keys. */
export async function planPage(
  job: Job,
  { from, rows, links }: { from: string; rows: readonly Row[]; links: ReadonlyMap<string, Link[]> },
): Promise<PlannedPage> {
  const planned = emptyPage();
  const todo: { key: string; row: Row; parts: string[] }[] = [];
  const needs: LinkNeed[] = [];
  for (const { key, row, early } of await joinedRows(job, soundRows(job, rows, planned), { from, planned })) {
    const scope = early === undefined ? scopeOf(job, key, row, planned) : { parts: [], out: early };
    if (!scope) continue;
    const { parts, out } = scope;
    const own = links.get(key) ?? [];
    const emptied = out === undefined ? emptyParts(job, { key, row, from, links: own, parts }, planned) : [];
    planned.parts.set(key, [...parts, ...emptied]);
    const told = leave(
      job,
      { key, row, links: own, parts: [...parts, ...emptied] },
      out ?? "its part is gone",
      planned,
    );
    // One word for each: what is deactivated, held or emptied is not skipped besides.
    if (parts.length + emptied.length === 0 && !told) skip(planned, job, { key, row }, out ?? nothingToSplit(job));
    for (const part of parts) needs.push(...job.mapper.needs(row, part));
    todo.push({ key, row, parts });
  }
  await job.links.load(needs);
  for (const { key, row, parts } of todo) {
    for (const part of parts) {
      const mapped = job.mapper.map(row, part, job.links.lookup, job.around);
      place(job, { key, row, from, link: links.get(key)?.find((link) => link.part === part) }, mapped, planned);
    }
  }
  return planned;
}

/** Rows that are whole and stand once in the page; the others are rejected. */
export function* soundRows(job: Job, rows: readonly Row[], planned: PlannedPage): Iterable<{ key: string; row: Row }> {
  const seen = new Map<string, Row>();
  const twice = new Set<string>();
  for (const row of rows) {
    const key = row[job.source.key] as string;
    const before = seen.get(key);
    if (before && !sameValue(before, row)) twice.add(key);
    if (!before) seen.set(key, row);
  }
  const given = new Set<string>();
  for (const row of rows) {
    const key = row[job.source.key] as string;
    const failure = job.check(row);
    if (failure) {
      reject(planned, job, { key: typeof key === "string" ? key : "", row }, failure);
    } else if (twice.has(key)) {
      reject(planned, job, { key, row }, twin(job, key));
    } else if (given.has(key)) {
      skip(planned, job, { key, row }, "the source gave this record twice, alike; it is taken once");
    } else {
      given.add(key);
      yield { key, row };
    }
  }
}

/** A row with all that is joined to it; or, without it, why it is out of scope already. */
interface JoinedRow {
  key: string;
  row: Row;
  early?: string;
}

/** Rows with what is joined to them. Those that are out of scope whatever is joined cost no call, and those that cannot be joined have their word. */
async function joinedRows(
  job: Job,
  rows: Iterable<{ key: string; row: Row }>,
  { from, planned }: { from: string; planned: PlannedPage },
): Promise<JoinedRow[]> {
  const judged: JoinedRow[] = [...rows];
  if (!job.joiner) return judged;
  const going = judged.flatMap(({ key, row }): JoinedRow[] => {
    try {
      return [{ key, row, early: job.mapper.early(row) }];
    } catch (thrown) {
      reject(planned, job, { key, row }, asFailure(thrown));
      return [];
    }
  });
  const wanted = going.filter(({ early }) => early === undefined);
  const joined = new Map((await job.joiner.join(wanted.map(({ row }) => row))).map((one, i) => [wanted[i].key, one]));
  return going.flatMap((each): JoinedRow[] => {
    const { key, row } = each;
    const one = joined.get(key);
    if (!one) return [each];
    if (one.failure) reject(planned, job, { key, row }, one.failure);
    else if (one.hold) place(job, { key, row, from }, { ...one.hold, part: "" }, planned);
    else return [{ key, row: one.row }];
    return [];
  });
}

function twin(job: Job, key: string): Failure {
  const { stream } = job.options.pipeline.source;
  return new Failure("record.duplicate", {
    fact: `The source gave ${key} twice in one page, and the two differ`,
    place: `${stream} ${key}`,
  });
}

/**
 * A record's parts, and why it has none where it is skipped, or outside `where`. Undefined where it could not be judged: it is rejected, and what
 * is linked stays as it is.
 */
function scopeOf(job: Job, key: string, row: Row, planned: PlannedPage): { parts: string[]; out?: string } | undefined {
  try {
    const skipped = job.mapper.skips(row);
    if (skipped !== undefined) return { parts: [], out: skipped };
    return job.mapper.inScope(row) ? { parts: job.mapper.parts(row) } : { parts: [], out: OUTSIDE };
  } catch (thrown) {
    reject(planned, job, { key, row }, asFailure(thrown));
    return undefined;
  }
}

const nothingToSplit = (job: Job): string => `nothing at ${job.options.pipeline.source.split} to split by`;

/**
 * Parts that a record in scope no longer has, where what it wrote there are lists: these are emptied, whatever becomes of records that leave.
 * An order that moved to another project would otherwise stay committed in the one it left. Gives the parts this was done for.
 */
function emptyParts(
  job: Job,
  { key, row, from, links, parts }: { key: string; row: Row; from: string; links: readonly Link[]; parts: string[] },
  planned: PlannedPage,
): string[] {
  const lists = Object.keys(job.destination.destination!.lists ?? {}).filter((name) =>
    name in job.options.pipeline.map
  );
  if (lists.length === 0) return [];
  const emptied = links.filter((link) => link.active && !parts.includes(link.part));
  for (const link of emptied) {
    const { part } = link;
    const fields = { ...link.values, ...Object.fromEntries(lists.map((name) => [name, []])) };
    const mapped = { kind: "record", part, partition: link.partition, fields, alternatives: {} } as const;
    place(job, { key, row, from, link }, mapped, planned);
  }
  return emptied.map(({ part }) => part);
}

/** What happens to links whose record or part is no longer in scope, as the pipeline's `leaves` says; whether anything does. */
export function leave(
  job: Job,
  { key, row, links, parts }: { key: string; row?: Row; links: readonly Link[]; parts: readonly string[] },
  why: string,
  planned: PlannedPage,
): boolean {
  const { leaves } = job.options.pipeline.destination;
  const before = planned.leavers.length + planned.verdicts.length;
  for (const link of links) {
    if (!link.active || parts.includes(link.part)) continue;
    const label = row && labelOf(job, row);
    if (leaves === "deactivate") {
      planned.leavers.push({ key, part: link.part, label, row, link, why });
    } else if (leaves === "hold") {
      const change: PlannedChange = {
        word: "skipped",
        key,
        part: link.part,
        label,
        id: link.id,
        why: `${why}; held as \`leaves\` says`,
      };
      planned.verdicts.push({ change, row: row ?? {} });
    }
  }
  return planned.leavers.length + planned.verdicts.length > before;
}

function place(
  job: Job,
  { key, row, from, link }: { key: string; row: Row; from: string; link?: Link },
  mapped: Mapped,
  planned: PlannedPage,
): void {
  const { part } = mapped;
  const label = labelOf(job, row);
  if (mapped.kind === "rejected") return reject(planned, job, { key, part, row }, mapped.failure);
  if (mapped.kind !== "record") {
    const need = mapped.kind === "parked" ? mapped.need : undefined;
    planned.verdicts.push({ change: { word: mapped.kind, key, part, label, why: mapped.why }, row, need });
    return;
  }
  const { fields, alternatives } = mapped;
  if (link) stayWithAlternatives(job, fields, alternatives, link);
  const marked = job.trouble.marked.has(partKey(key, part));
  const moved = link !== undefined && mapped.partition !== undefined && link.partition !== mapped.partition;
  if (link?.active && !marked && !moved && !job.options.verify && job.comparer.unchanged(fields, link.values)) {
    planned.unchanged.push({ key, part });
    return;
  }
  const partition = mapped.partition === undefined ? WHOLE : { id: mapped.partition, name: mapped.partition };
  planned.candidates.push({ key, part, label, row, from, partition, fields, alternatives, link, marked });
}

/** Where the second choice was written before, it stays: names must not flap. */
function stayWithAlternatives(job: Job, fields: Row, alternatives: Record<string, Value>, link: Link): void {
  for (const name in alternatives) {
    if (job.comparer.same(name, alternatives[name], link.values[name])) fields[name] = alternatives[name];
  }
}

function skip(planned: PlannedPage, job: Job, { key, row }: { key: string; row: Row }, why: string): void {
  planned.verdicts.push({ change: { word: "skipped", key, part: "", label: labelOf(job, row), why }, row });
}

function reject(planned: PlannedPage, job: Job, at: { key: string; part?: string; row: Row }, failure: Failure): void {
  const { key, part = "", row } = at;
  planned.verdicts.push({
    change: { word: "rejected", key, part, label: labelOf(job, row), failure: failure.toJSON() },
    row,
    failure,
  });
}

/** What a person calls a row. */
export function labelOf(job: Job, row: Row): string | undefined {
  const label = job.source.label && row[job.source.label];
  return typeof label === "string" && label !== "" ? label.trim() : undefined;
}
