/**
 * Which records a run reads by key, whatever the cursor says: those whose link has appeared, those without a twin, those a person
 * wants tried again, and those whose last write has an unknown fate.
 *
 * @module
 */
import type { Job } from "./job.ts";

/** The keys that are due. Runs with a limit leave them alone. */
export async function dueKeys(job: Job): Promise<string[]> {
  if (job.options.limit !== undefined) return [];
  const due = new Set(job.trouble.wakes.map(({ key }) => key));
  for (const { entries } of job.trouble.marks) for (const { key } of entries) due.add(key);
  const waiting = [...job.trouble.parked.values()];
  const needs = waiting.flatMap(({ need }) => need ? [{ reverse: false, ...need }] : []);
  await job.links.load(needs);
  for (const { key, need } of waiting) {
    if (!need || job.links.lookup({ reverse: false, ...need })) due.add(key);
  }
  return [...due];
}
