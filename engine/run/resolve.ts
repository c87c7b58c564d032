/**
 * From candidates to changes: finds the destination's present rows in bulk, recognises twins, gives out names, and compares field by field.
 *
 * @module
 */
import type { Change, Row, Value } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { AdoptionRecord } from "../state/types.ts";
import type { Job } from "./job.ts";
import { partKey, partName } from "./part_key.ts";
import { AFTER_APPLY } from "./lookup.ts";
import { keepDrift } from "./lists.ts";
import { giveNames } from "./names.ts";
import type { Candidate } from "./page.ts";
import { foundId, looker, owners, type Presence, presentRows } from "./present.ts";
import type { FieldChange, PlannedChange } from "./types.ts";

/** A candidate with its word, and the write that the word asks for, if any. */
export interface Resolved {
  candidate: Candidate;
  change: PlannedChange;
  /** What to send; absent where nothing is to be sent (unchanged, rejected, or an adoption that changes nothing). */
  write?: Change;
  /** The destination id to link once it is confirmed, where it is known already. */
  id?: string;
  /** The destination's row as it is known: as it was found, or as the write gave it back. */
  row?: Row;
  /** The values to remember as last written. */
  values: Row;
  failure?: Failure;
  /** A suggestion to keep for a person. */
  suggestion?: AdoptionRecord;
  /** Adopted by a match, not by a link we had. */
  adopted?: boolean;
}

/** Resolves candidates of one destination partition, in their order. */
export async function resolve(job: Job, candidates: readonly Candidate[]): Promise<Resolved[]> {
  const look = looker(job.writer, candidates[0].partition);
  const presence = await presentRows(job, look, candidates);
  await refuseTakenIds(job, presence);
  await giveNames(job, look, candidates, presence);
  return candidates.map((candidate) => {
    const found = presence.get(candidate)!;
    return { row: found.row, ...decide(job, candidate, found) };
  });
}

function decide(job: Job, candidate: Candidate, presence: Presence): Resolved {
  const { key, part, label, fields } = candidate;
  const base = { key, part, label, partition: candidate.partition.id };
  const values = { ...fields };
  const rejected = (failure: Failure, id?: string): Resolved => ({
    candidate,
    values,
    failure,
    change: { ...base, id, word: "rejected", failure: failure.toJSON() },
  });
  if (presence.failure) return rejected(presence.failure);
  const { row, by } = presence;
  if (!row) return absent(job, candidate, base, values);
  const id = foundId(row);
  const changes = { ...job.comparer.diff(fields, row, candidate.link), ...takenBack(job, candidate, row) };
  // What a write of ours left when it was cut off half-way, no person did.
  if (candidate.marked) Object.values(changes).forEach(forgetDrift);
  const drifted = Object.entries(changes).filter(([, change]) => change.drift);
  const { drift } = job.options.pipeline.destination;
  if (drift === "reject" && drifted.length > 0) return rejected(driftFailure(job, candidate, drifted), id);
  if (drift === "keep") { for (const [name, change] of drifted) changes[name] = kept(job, name, change); }
  let write = writeOf("update", changes, { id, present: row });
  const review = write && job.destination.destination!.review?.(write);
  const decision = job.trouble.adoptions.get(partKey(key, part))?.decision;
  const suggested = !candidate.link && presence.how === "suggest" && !decision?.accept;
  // What speaks against an adoption is for the person to weigh who is asked for it.
  if (review && "failure" in review) {
    if (!suggested) return rejected(review.failure, id);
  } else if (review) {
    for (const name of review.leave) {
      if (!changes[name]) continue;
      changes[name].kept = true;
      // What was left alone was not written: the next change is compared with what was, and is no person's.
      if (candidate.link) values[name] = candidate.link.values[name];
    }
    write = writeOf("update", changes, { id, present: row });
  }
  const why = review && ("failure" in review ? review.failure.message : review.why);
  if (candidate.link) return linked(job, { candidate, base, values, id, changes, write, why });

  const change: PlannedChange = {
    ...base,
    word: "adopt",
    id,
    by,
    fields: changes,
    ...(suggested ? { suggested } : {}),
    ...(why === undefined ? {} : { why }),
  };
  if (!suggested) return { candidate, values, change, write, id, adopted: true };
  const pairs = Object.fromEntries(
    Object.entries(changes).map(([name, { old, new: wanted }]) => [name, [old, wanted] as [unknown, unknown]]),
  );
  const worth = Object.fromEntries(
    Object.entries(changes).flatMap(([name, { items }]) => items?.amount ? [[name, items.amount]] : []),
  );
  const suggestion = {
    key,
    part,
    id,
    partition: candidate.partition.id,
    by: by ?? {},
    changes: pairs,
    ...(Object.keys(worth).length > 0 ? { worth } : {}),
    ...(why === undefined ? {} : { why }),
    at: job.at,
  };
  return { candidate, values, change, suggestion };
}

/** What we deactivated and the source has again is active again, whether or not a rule says so. */
function takenBack(job: Job, { link, fields }: Candidate, row: Row): Record<string, FieldChange> {
  const { active } = job.destination.destination!;
  if (!link || link.active || active === undefined || active in fields || row[active] !== false) return {};
  return { [active]: { old: false, new: true } };
}

function linked(
  job: Job,
  { candidate, base, values, id, changes, write, why = KEPT }: {
    candidate: Candidate;
    base: Omit<PlannedChange, "word">;
    values: Row;
    id: string;
    changes: Record<string, FieldChange>;
    write?: Change;
    why?: string;
  },
): Resolved {
  const left = Object.values(changes).some((change) => change.kept);
  if (!write && !left) return { candidate, values, id, change: { ...base, word: "unchanged", id } };
  if (!write) return { candidate, values, id, change: { ...base, word: "unchanged", id, fields: changes, why } };
  const { active } = job.destination.destination!;
  const word = active !== undefined && write.fields[active] === false ? "deactivate" : "update";
  return { candidate, values, id, write, change: { ...base, word, id, fields: changes } };
}

/** Why a change is left alone where nothing else says it. */
const KEPT = "a person changed it in the destination, and `drift: keep` leaves that alone";

function forgetDrift(change: FieldChange): void {
  delete change.drift;
  delete change.items?.dropped;
  for (const { fields } of change.items?.changed ?? []) Object.values(fields).forEach(forgetDrift);
}

function kept(job: Job, name: string, change: FieldChange): FieldChange {
  const list = job.destination.destination!.lists?.[name];
  return list ? keepDrift(list, change) : { ...change, kept: true };
}

/** Nothing at the destination stands for this candidate. */
function absent(job: Job, candidate: Candidate, base: Omit<PlannedChange, "word">, values: Row): Resolved {
  const { key, fields, link } = candidate;
  if (link) {
    const { stream } = job.options.pipeline.destination;
    const failure = new Failure("record.gone", {
      fact: `It was linked to ${stream} ${link.id}, which is no longer there; it is not made again unseen`,
      place: `${job.options.pipeline.source.stream} ${key}`,
    });
    return {
      candidate,
      values,
      failure,
      change: { ...base, id: link.id, word: "rejected", failure: failure.toJSON() },
    };
  }
  if (job.options.pipeline.destination.create === "never") {
    const why = `no ${job.options.pipeline.destination.stream} record matches, and \`create: never\``;
    return { candidate, values, change: { ...base, word: "skipped", why } };
  }
  const changes: Record<string, FieldChange> = {};
  for (const name in fields) {
    if (fields[name] !== undefined && fields[name] !== null && fields[name] !== "") {
      changes[name] = { old: null, new: fields[name] };
    }
  }
  const later = Object.keys(changes).filter((name) => changes[name].new === AFTER_APPLY);
  const change: PlannedChange = {
    ...base,
    word: "create",
    fields: changes,
    ...(later.length ? { afterApply: later } : {}),
  };
  return { candidate, values, write: writeOf("create", changes, {}), change };
}

function writeOf(
  action: "create" | "update",
  changes: Record<string, FieldChange>,
  at: { id?: string; present?: Row },
): Change | undefined {
  const fields: Record<string, Value> = {};
  const remove: Record<string, string[]> = {};
  for (const [name, change] of Object.entries(changes)) {
    if (change.kept) continue;
    fields[name] = change.new;
    if (change.items?.removed.length) remove[name] = change.items.removed.map((item) => item.id as string);
  }
  if (action === "update" && Object.keys(fields).length === 0) return undefined;
  return { action, ...at, fields, ...(Object.keys(remove).length > 0 ? { remove } : {}) };
}

function driftFailure(job: Job, { key }: Candidate, drifted: [string, FieldChange][]): Failure {
  return new Failure("drift.rejected", {
    fact: `A person changed ${drifted.map(([name]) => name).join(", ")} in the destination`,
    value: drifted.map(([name, change]) => `${name}: ${driftTold(change)}`).join(", "),
    place: `${job.options.pipeline.source.stream} ${key}`,
  });
}

/** What a person made of a field; of a list, only the items that are concerned. */
function driftTold({ old, items }: FieldChange): string {
  if (!items) return JSON.stringify(old);
  const changed = items.changed.flatMap(({ key, fields }) =>
    Object.entries(fields).filter(([, { drift }]) => drift)
      .map(([name, field]) => `${key} ${name} ${JSON.stringify(field.old)}`)
  );
  return [...changed, ...(items.dropped ?? []).map((key) => `${key} removed`)].join("; ");
}

/** A destination record belongs to one source record: a second one that matches it is rejected, and told who has it. */
async function refuseTakenIds(job: Job, presence: Map<Candidate, Presence>): Promise<void> {
  const fresh = [...presence].filter(([candidate, { row }]) => row && !candidate.link);
  if (fresh.length === 0) return;
  const [[{ partition }]] = fresh;
  const owned = await owners(job, partition, fresh.map(([, { row }]) => foundId(row!)));
  for (const [candidate, found] of fresh) {
    const id = foundId(found.row!);
    const self = partKey(candidate.key, candidate.part);
    const owner = owned.get(id) ?? job.taken.ids.get(partKey(partition.id, id));
    if (owner === undefined || owner === self) {
      job.taken.ids.set(partKey(partition.id, id), self);
      continue;
    }
    found.row = undefined;
    found.failure = new Failure("link.taken", {
      fact: `It matches ${job.options.pipeline.destination.stream} ${id}, which belongs to ${partName(owner)}`,
      value: Object.entries(found.by ?? {}).map(([name, value]) => `${name} ${value}`).join(", "),
      place: `${job.options.pipeline.source.stream} ${candidate.key}`,
    });
  }
}
