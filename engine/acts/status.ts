/**
 * Each pipeline at a glance.
 *
 * @module
 */
import { listAdoptions } from "../state/adoptions.ts";
import { listCursors } from "../state/cursors.ts";
import { type LeaseRecord, listLeases } from "../state/lease.ts";
import { countLinks } from "../state/links.ts";
import { countParked } from "../state/parked.ts";
import { listRejected } from "../state/rejected.ts";
import { listRuns } from "../state/runs.ts";
import type { Cursor, RunRecord, Store } from "../state/types.ts";

/** A pipeline's state, as `gusset status --json` prints it. */
export interface PipelineStatus {
  pipeline: string;
  links: number;
  rejected: number;
  parked: number;
  /** Twins that wait for a person. */
  adoptions: number;
  lastRun?: RunRecord;
  leases: LeaseRecord[];
  cursors: (Cursor & { partition: string })[];
}

/** What there is of a pipeline, and what waits for a person. */
export async function statusOf(store: Store, pipeline: string): Promise<PipelineStatus> {
  const [lastRun] = await Array.fromAsync(listRuns(store, { pipeline, limit: 1 }));
  let [rejected, adoptions] = [0, 0];
  for await (const record of listRejected(store, pipeline)) if (!record.dismissed) rejected++;
  for await (const record of listAdoptions(store, pipeline)) if (!record.decision) adoptions++;
  return {
    pipeline,
    links: await countLinks(store, pipeline),
    rejected,
    parked: await countParked(store, pipeline),
    adoptions,
    lastRun,
    leases: await Array.fromAsync(listLeases(store, pipeline)),
    cursors: await Array.fromAsync(listCursors(store, pipeline)),
  };
}
