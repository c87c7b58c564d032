/**
 * What a run remembers of a part that has its word: the link with what was written, or why there is none.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import { itemKey } from "../mapping/item_key.ts";
import { dropAdoption, putAdoption } from "../state/adoptions.ts";
import { putLink } from "../state/links.ts";
import type { Batch, Link } from "../state/types.ts";
import type { Job } from "./job.ts";
import type { Verdict } from "./page.ts";
import { partKey } from "./part_key.ts";
import { hush, remember, settleTrouble } from "./remember.ts";
import type { Resolved } from "./resolve.ts";

/** Puts what became of a part into a commit: its link, or what a person has to know of it. */
export function commitOne(job: Job, commit: Batch, one: Resolved): void {
  const { candidate, change } = one;
  if (one.failure) {
    change.word = "rejected";
    change.failure ??= one.failure.toJSON();
    delete change.fields;
    remember(job, commit, hushed(job, one));
    return;
  }
  if (one.suggestion) {
    putAdoption(commit, job.options.pipeline.name, one.suggestion);
    settleTrouble(job, commit, candidate.key, candidate.part);
    return;
  }
  if (change.word === "skipped") {
    remember(job, commit, { change, row: candidate.row });
    return;
  }
  settleTrouble(job, commit, candidate.key, candidate.part);
  // Once it is linked there is nothing to suggest, whatever was decided.
  if (job.trouble.adoptions.has(partKey(candidate.key, candidate.part))) {
    dropAdoption(commit, job.options.pipeline.name, candidate);
  }
  const id = one.id;
  if (id === undefined) {
    throw new Failure("bug", { fact: `A confirmed ${change.word} of ${candidate.key} has no destination id` });
  }
  putLink(commit, job.options.pipeline.name, linkOf(job, one, id), candidate.link);
}

/** A refusal as it is told: one that a person has dismissed stays quiet, whichever side it came from. */
export function hushed(job: Job, one: Resolved): Verdict {
  const verdict: Verdict = { change: one.change, row: one.candidate.row, failure: one.failure };
  if (one.failure && one.failure.code !== "plan.changed") hush(job, verdict);
  one.change = verdict.change;
  return verdict;
}

function linkOf(job: Job, { candidate, values, adopted, change, row }: Resolved, id: string): Link {
  const { active } = job.destination.destination!;
  return {
    key: candidate.key,
    part: candidate.part,
    id,
    partition: candidate.partition.id,
    from: candidate.from,
    values: written(values),
    how: candidate.link?.how ?? (adopted ? "adopted" : "created"),
    at: job.at,
    children: childrenOf(job, candidate.fields, row) ?? candidate.link?.children,
    active: change.word !== "deactivate" && !(active !== undefined && values[active] === false),
  };
}

/** Which item of the source became which item of the destination, for each keyed list that was read back. */
function childrenOf(job: Job, fields: Row, row: Row | undefined): Link["children"] {
  let children: Link["children"];
  for (const [name, { identity }] of Object.entries(job.destination.destination!.lists ?? {})) {
    if (!Array.isArray(row?.[name])) continue;
    const ids = new Map((row[name] as Row[]).map((item) => [item[identity], item.id as string]));
    for (const item of (fields[name] ?? []) as Row[]) {
      const [key, id] = [itemKey(item), ids.get(item[identity])];
      if (key !== undefined && id !== undefined) ((children ??= {})[name] ??= {})[key] = id;
    }
  }
  return children;
}

function written(values: Row): Row {
  const kept: Row = {};
  for (const name in values) {
    if (values[name] !== undefined && values[name] !== null && values[name] !== "") kept[name] = values[name];
  }
  return kept;
}
