/**
 * The destination's present rows for a group of candidates, in as few calls as the connector can make of it.
 *
 * @module
 */
import type { OpenStream, Partition, Row, Value } from "../connector.ts";
import { Failure } from "../failure.ts";
import { linksTo } from "../state/links.ts";
import type { Job } from "./job.ts";
import { partKey } from "./part_key.ts";
import type { Candidate } from "./page.ts";
import { AFTER_APPLY } from "./lookup.ts";

/** What stands at the destination for a candidate. */
export interface Presence {
  row?: Row;
  /** How it was recognised: field → value. */
  by?: Record<string, string>;
  how?: "auto" | "suggest";
  failure?: Failure;
}

/** Text as `find` compares it: trimmed, without regard to case. */
export const normalise = (value: Value): string =>
  typeof value === "string" ? value.trim().toLowerCase() : String(value ?? "");

/** A found row's id. */
export const foundId = (row: Row): string => row.id as string;

/** Finds what is there: linked rows by id, others by our own key, then by the pipeline's matches in their order. */
export async function presentRows(
  job: Job,
  look: Look,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Presence>> {
  const presence = new Map<Candidate, Presence>(candidates.map((candidate) => [candidate, {}]));
  if (candidates.length === 0) return presence;
  const [{ partition }] = candidates;
  // A partition that only applying will make holds nothing yet.
  if (partition.id === AFTER_APPLY) return presence;
  await findLinked(look, candidates, presence);
  await findByIdentity(job, look, candidates, presence);
  await findDecided(job, look, candidates, presence);
  for (const adoption of job.options.pipeline.destination.adopt) {
    const open = candidates.filter((candidate) => stillOpen(candidate, presence) && !declined(job, candidate));
    await findByMatch(job, { look, partition, candidates: open, presence, adoption });
  }
  return presence;
}

const stillOpen = (candidate: Candidate, presence: Map<Candidate, Presence>): boolean => {
  const found = presence.get(candidate)!;
  return !candidate.link && !found.row && !found.failure;
};

const decisionOn = (job: Job, { key, part }: Candidate) => job.trouble.adoptions.get(partKey(key, part));
const declined = (job: Job, candidate: Candidate): boolean => decisionOn(job, candidate)?.decision?.accept === false;

async function findLinked(
  look: Look,
  candidates: readonly Candidate[],
  presence: Map<Candidate, Presence>,
): Promise<void> {
  const linked = candidates.filter((candidate) => candidate.link);
  const rows = await look("id", linked.map((candidate) => candidate.link!.id));
  for (const candidate of linked) presence.get(candidate)!.row = rows.get(normalise(candidate.link!.id))?.[0];
}

/** A row that carries our own key is ours, whatever became of the link: a write of unknown fate, or a lost store. */
async function findByIdentity(
  job: Job,
  look: Look,
  candidates: readonly Candidate[],
  presence: Map<Candidate, Presence>,
): Promise<void> {
  const { identity } = job.destination.destination!;
  if (!identity) return;
  const open = candidates.filter((candidate) => stillOpen(candidate, presence) && candidate.fields[identity]);
  const rows = await look(identity, open.map((candidate) => candidate.fields[identity] as string));
  for (const candidate of open) {
    const value = candidate.fields[identity] as string;
    const [row] = rows.get(normalise(value)) ?? [];
    if (row) Object.assign(presence.get(candidate)!, { row, by: { [identity]: value }, how: "auto" });
  }
}

/** Suggestions that a person has accepted. */
async function findDecided(
  job: Job,
  look: Look,
  candidates: readonly Candidate[],
  presence: Map<Candidate, Presence>,
): Promise<void> {
  const accepted = candidates.filter((candidate) =>
    stillOpen(candidate, presence) && decisionOn(job, candidate)?.decision?.accept
  );
  const rows = await look("id", accepted.map((candidate) => decisionOn(job, candidate)!.id));
  for (const candidate of accepted) {
    const { id, by } = decisionOn(job, candidate)!;
    const [row] = rows.get(normalise(id)) ?? [];
    if (row) Object.assign(presence.get(candidate)!, { row, by, how: "auto" });
  }
}

async function findByMatch(
  job: Job,
  { look, partition, candidates, presence, adoption }: {
    look: Look;
    partition: Partition;
    candidates: readonly Candidate[];
    presence: Map<Candidate, Presence>;
    adoption: { match: Record<string, string>; how: "auto" | "suggest" };
  },
): Promise<void> {
  const pairs = Object.entries(adoption.match);
  const usable = candidates.filter(({ fields }) => pairs.every(([, mapped]) => normalise(fields[mapped]) !== ""));
  const [[first, mappedFirst]] = pairs;
  const rows = await look(first, usable.map(({ fields }) => fields[mappedFirst] as string));
  const owned = await owners(job, partition, [...rows.values()].flat().map(foundId));
  for (const candidate of usable) {
    const twins = (rows.get(normalise(candidate.fields[mappedFirst])) ?? []).filter((row) =>
      pairs.every(([field, mapped]) => normalise(row[field]) === normalise(candidate.fields[mapped])) &&
      !isOfAnother(job, candidate, row, adoption.how) &&
      // Another record's twin is no suggestion: two suppliers may share a name.
      (adoption.how === "auto" || !owned.has(foundId(row)))
    );
    const by = Object.fromEntries(pairs.map(([field, mapped]) => [field, String(candidate.fields[mapped])]));
    const found = presence.get(candidate)!;
    if (twins.length === 1) Object.assign(found, { row: twins[0], by, how: adoption.how });
    if (twins.length > 1) found.failure = ambiguous(job, candidate, by, twins);
  }
}

/**
 * Whether a row carries the key of another connection's record: numbers and names of two systems may be the same, and a match must not
 * cut the other's tie. One of this very connection is none either where only a name matches; where its number does, it is told.
 */
function isOfAnother(job: Job, { fields }: Candidate, row: Row, how: "auto" | "suggest"): boolean {
  const { identity } = job.destination.destination!;
  const [theirs, ours] = identity === undefined ? [] : [row[identity], fields[identity]];
  if (typeof theirs !== "string" || normalise(ours) === "" || normalise(theirs) === normalise(ours)) return false;
  const tags = Object.values(job.engine.project.connections).map(({ tag }) => tag);
  return tags.some((tag) => theirs.startsWith(`${tag}-`) && (how === "suggest" || tag !== job.from.tag));
}

/** Which source part each of these destination records belongs to already, by what is linked and what this run has adopted. */
export async function owners(job: Job, partition: Partition, ids: readonly string[]): Promise<Map<string, string>> {
  const owned = new Map<string, string>();
  if (ids.length === 0) return owned;
  const links = await linksTo(job.engine.store, job.options.pipeline.name, [...new Set(ids)]);
  for (const id of ids) {
    const link = links.get(id)?.find((link) => link.partition === partition.id);
    const owner = link ? partKey(link.key, link.part) : job.taken.ids.get(partKey(partition.id, id));
    if (owner !== undefined) owned.set(id, owner);
  }
  return owned;
}

function ambiguous(job: Job, { key }: Candidate, by: Record<string, string>, twins: Row[]): Failure {
  const { stream } = job.options.pipeline.destination;
  return new Failure("adopt.ambiguous", {
    fact: `${twins.length} ${stream} match ${
      Object.entries(by).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(" and ")
    }`,
    value: twins.slice(0, 5).map(foundId).join(", "),
    place: `${job.options.pipeline.source.stream} ${key}`,
  });
}

/** Looks rows of one destination partition up by a field's values: by the normalised value, and each value only once. */
export type Look = (by: string, values: readonly string[]) => Promise<ReadonlyMap<string, Row[]>>;

/** Makes a look that remembers what it has seen: one group of candidates asks for the same names several times. */
export function looker(writer: () => Promise<OpenStream>, partition: Partition): Look {
  const seen = new Map<string, Map<string, Row[]>>();
  return async (by, values) => {
    let known = seen.get(by);
    if (!known) seen.set(by, known = new Map());
    const missing = new Map<string, string>();
    for (const value of values) {
      const norm = normalise(value);
      if (!known.has(norm)) missing.set(norm, value);
    }
    if (missing.size === 0) return known;
    for (const norm of missing.keys()) known.set(norm, []);
    const { find } = await writer();
    for (const row of await find!({ partition, by, values: [...missing.values()] })) {
      const same = known.get(normalise(row[by]));
      if (same && !same.some((other) => foundId(other) === foundId(row))) same.push(row);
    }
    return known;
  };
}
