/**
 * When each pipeline runs next, and why.
 *
 * @module
 */
import type { Pipeline } from "../pipeline/model.ts";
import type { StartsEntry } from "../state/schedules.ts";
import { nextStarts } from "../trigger/decide.ts";
import { openZone } from "../trigger/zone.ts";

/** A pipeline's starts, as `gusset schedule --json` prints them. */
export interface PipelineSchedule {
  pipeline: string;
  schedule?: Pipeline["trigger"]["schedule"];
  /** Pipelines that wake it when they have done something. */
  after: string[];
  /** The next starts, ascending: ISO time, the time on the wall of the schedule's zone, and whether quiet hours moved it. */
  next: { at: string; wall: string; moved: boolean }[];
  paused?: StartsEntry["paused"];
  /** The start that is at work. */
  claim?: StartsEntry["starts"]["claim"];
  /** A start that waits. */
  pending?: StartsEntry["starts"]["pending"];
  /** What has woken it. */
  woken: StartsEntry["woken"];
  /** The last start. */
  last?: StartsEntry["starts"]["last"];
}

/** What is known of a pipeline's starts, with the next `count` of them. */
export function scheduleOf(
  { name, trigger: { schedule, after } }: Pipeline,
  entry: StartsEntry,
  { count, now }: { count: number; now: number },
): PipelineSchedule {
  const { paused, woken, starts: { claim, pending, last } } = entry;
  const zone = schedule && openZone(schedule.timezone);
  const next = nextStarts(entry, { pipeline: name, schedule, now }).take(count)
    .map(({ at, moved }) => ({ at: iso(at), wall: iso(zone!.wall(at)).slice(0, 16).replace("T", " "), moved }));
  return { pipeline: name, schedule, after, next: [...next], paused, claim, pending, woken, last };
}

const iso = (ms: number): string => new Date(ms).toISOString();
