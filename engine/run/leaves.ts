/**
 * Deactivations: gathered while a run reads, counted before the first of them is written, and refused together where they are too many.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import { countLinks, listLinks } from "../state/links.ts";
import type { Job } from "./job.ts";
import type { Leaver } from "./page.ts";
import { looker, normalise } from "./present.ts";
import type { Resolved } from "./resolve.ts";
import { matchesSaved, type SavedChanges } from "./saved.ts";

/** Deactivations that are never too many: a share means little among a handful of records. */
const HANDFUL = 5;

/** Compares leavers with the destination as it is now. */
export async function resolveLeavers(job: Job, leavers: readonly Leaver[], saved?: SavedChanges): Promise<Resolved[]> {
  const resolved: Resolved[] = [];
  const byPartition = Map.groupBy(leavers, (leaver) => leaver.link.partition);
  for (const [partition, group] of byPartition) {
    const look = looker(job.writer, { id: partition, name: partition });
    const rows = await look("id", group.map(({ link }) => link.id));
    for (const leaver of group) resolved.push(resolveLeaver(job, leaver, rows.get(normalise(leaver.link.id))?.[0]));
  }
  return saved ? resolved.map((one) => matchesSaved(saved, one)) : resolved;
}

function resolveLeaver(
  job: Job,
  { key, part, label, row = {}, link, why }: Leaver,
  present: Row | undefined,
): Resolved {
  const { active } = job.destination.destination!;
  // A field that no rule sets is not remembered as ours: it would be taken for one that is to be emptied.
  const mapped = active !== undefined && active in job.options.pipeline.map;
  const values = { ...link.values, ...(mapped ? { [active]: false } : {}) };
  const candidate = {
    key,
    part,
    label,
    row,
    from: link.from,
    partition: { id: link.partition, name: link.partition },
    fields: values,
    alternatives: {},
    link,
    marked: false,
  };
  const base = { key, part, label, partition: link.partition, id: link.id };
  if (!present || (active && present[active] === false)) {
    const state = present ? "it is inactive in the destination already" : "it is no longer in the destination";
    return { candidate, values, id: link.id, change: { ...base, word: "deactivate", why: `${why}; ${state}` } };
  }
  return {
    candidate,
    values,
    id: link.id,
    write: { action: "deactivate", id: link.id, fields: active ? { [active]: false } : {}, present },
    change: {
      ...base,
      word: "deactivate",
      why,
      fields: active ? { [active]: { old: present[active] ?? null, new: false } } : {},
    },
  };
}

/**
 * Throws where a run would deactivate more than the pipeline's share of what is linked: in all its partitions, or in those of a run that
 * left others elsewhere, so that the shares of several runs together are no more than that of one.
 */
export async function refuseTooMany(
  job: Job,
  deactivations: readonly Resolved[],
  within?: ReadonlySet<string>,
): Promise<void> {
  const count = deactivations.filter((one) => one.write).length;
  if (count <= HANDFUL || job.options.allowDeactivations) return;
  const { name, destination: { deactivateAtMost } } = job.options.pipeline;
  const linked = within ? await countWithin(job, within) : await countLinks(job.engine.store, name);
  if (count <= linked * deactivateAtMost) return;
  throw new Failure("run.too-many-deactivations", {
    fact: `This run would deactivate ${count} of ${linked} linked records; at most ${
      Math.round(deactivateAtMost * 100)
    } % are allowed, so none was`,
    place: `pipeline ${name}`,
    value: deactivations.slice(0, 5).map((one) => one.change.label ?? one.change.key).join(", "),
  });
}

async function countWithin(
  { engine: { store }, options: { pipeline } }: Job,
  within: ReadonlySet<string>,
): Promise<number> {
  let count = 0;
  for await (const { from } of listLinks(store, pipeline.name)) if (within.has(from)) count++;
  return count;
}
