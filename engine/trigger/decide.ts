/**
 * What becomes of a pipeline's starts at a tick. Pure. The policy:
 *
 * - A start is due when its time has come (`schedule.ts`), when something has woken the pipeline, and when one waits: behind a run that
 *   was at work, or to take up what was cut off. All that is due at once is one start.
 * - **Missed.** A start that nobody was there for within five minutes is passed over with `missed: skip`; with `once` it is made up for,
 *   however many there were, once.
 * - **Overlap.** While the start before is at work, `skip` passes over, and `queue` lets one start wait until it has ended. What has woken
 *   the pipeline always waits; so does a start while a run is at work that nothing here has started: a person's, a webhook's.
 * - **Quiet hours.** Nothing starts in them; what is due then starts at their end. What is at work goes on.
 * - **Paused.** Nothing starts, and nobody was there: once it is resumed, `missed` decides.
 * - **Cut off.** A start whose instance died, or was told to stop, is due again; one whose run failed for a reason that passes, after a
 *   minute, then two, four, up to half an hour.
 * - A schedule that was changed counts from when it is first seen.
 *
 * @module
 */
import type { Schedule } from "../pipeline/model.ts";
import type { Starts, StartsEntry } from "../state/schedules.ts";
import { type Start, type Timetable, timetable } from "./schedule.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A start that comes later than this, in milliseconds, was missed: ticks come once a minute, and a deployment takes a while. */
const GRACE = 5 * MINUTE;
/** Days of starts that are looked through for the newest one missed. */
const LOOK_BACK = 2 * DAY;
/** The longest that a failed run waits for the next try, in milliseconds. */
const LONGEST_WAIT = 30 * MINUTE;

/** What is decided. */
export interface Decision {
  /** How the starts are to stand, where that is not as they do; a claim is for whoever starts to put in. */
  starts?: Starts;
  /** What is to be started. */
  start?: { why: string; tries: number };
}

/** What a decision is made from. */
export interface DecideOptions {
  pipeline: string;
  schedule?: Schedule;
  /** Milliseconds since 1970. */
  now: number;
  /** A run that we did not start is at work. */
  leased?: boolean;
}

/** Decides. */
export function decide(
  { starts: before, paused, woken }: Pick<StartsEntry, "starts" | "paused" | "woken">,
  { pipeline, schedule, now, leased = false }: DecideOptions,
): Decision {
  const due = before.next !== undefined && Date.parse(before.next.at) <= now;
  const seen = before.schedule === asText(schedule);
  const over = before.claim !== undefined && Date.parse(before.claim.until) <= now;
  // Most ticks find nothing to do: they must not cost a reckoning of times.
  if (paused || (seen && !due && !over && !before.pending && woken.length === 0)) return {};
  const times = schedule && timetable(pipeline, schedule);
  let starts = seen ? before : rescheduled(before, schedule, times, now);
  if (over) starts = cutOff(starts, now);

  const quiet = times?.isQuiet(now) ?? false;
  const waits = starts.claim !== undefined || leased || quiet;
  let why: string | undefined;
  if (times && starts.next && Date.parse(starts.next.at) <= now) {
    const { newest, next } = reached(times, starts.next, now);
    starts = { ...starts, next };
    const missed = schedule!.missed === "skip" && now - newest > GRACE;
    const skipped = starts.claim !== undefined && schedule!.overlap === "skip";
    if (!missed && !skipped) why = "its schedule";
  }
  if (why && waits) {
    starts = { ...starts, pending: merge(starts.pending, { why, from: iso(now), tries: 0 }) };
    why = undefined;
  }
  const ready = starts.pending !== undefined && Date.parse(starts.pending.from) <= now;
  if (waits || !(why || ready || woken.length > 0)) return starts === before ? {} : { starts };

  const reasons = [starts.pending?.why, why, ...woken.map((one) => one.why)].filter((reason) => reason !== undefined);
  const { pending, ...rest } = starts;
  const heard = { ...starts.heard, ...Object.fromEntries(woken.map(({ why, id }) => [why, id])) };
  return {
    starts: woken.length > 0 ? { ...rest, heard } : rest,
    start: { why: [...new Set(reasons)].join(", "), tries: pending?.tries ?? 0 },
  };
}

/** A start that was told to stop: it is due again at once. */
export function takeUp(starts: Starts, now: number): Starts {
  return again(starts, now, starts.claim?.tries ?? 0);
}

/** A start whose run failed for a reason that passes: it is due again after a while that doubles with every try. */
export function tryLater(starts: Starts, now: number): Starts {
  const tries = starts.claim?.tries ?? 0;
  return again(starts, now + waitBefore(tries), tries + 1);
}

/** The instance that held the claim is gone. One that dies of a run again and again leaves the others their time. */
function cutOff(starts: Starts, now: number): Starts {
  const tries = starts.claim?.tries ?? 0;
  return again(starts, tries === 0 ? now : now + waitBefore(tries - 1), tries + 1);
}

function again({ claim, ...starts }: Starts, from: number, tries: number): Starts {
  if (!claim) return starts;
  return { ...starts, pending: merge(starts.pending, { why: claim.why, from: iso(from), tries }) };
}

function waitBefore(tries: number): number {
  return Math.min(MINUTE * 2 ** Math.min(tries, 10), LONGEST_WAIT);
}

function merge(one: Starts["pending"], other: NonNullable<Starts["pending"]>): NonNullable<Starts["pending"]> {
  if (!one) return other;
  return {
    why: one.why === other.why ? one.why : `${one.why}, ${other.why}`,
    from: one.from < other.from ? one.from : other.from,
    tries: Math.max(one.tries, other.tries),
  };
}

/** The newest start whose time has come, and the first whose time has not. */
function reached(
  times: Timetable,
  next: NonNullable<Starts["next"]>,
  now: number,
): { newest: number; next?: Starts["next"] } {
  let newest = Date.parse(next.at);
  for (const start of times.after(Math.max(Date.parse(next.base), now - LOOK_BACK))) {
    if (start.at > now) return { newest, next: asNext(start) };
    newest = Math.max(newest, start.at);
  }
  return { newest };
}

function rescheduled(
  { next: _, schedule: __, ...starts }: Starts,
  schedule: Schedule | undefined,
  times: Timetable | undefined,
  now: number,
): Starts {
  if (!schedule || !times) return starts;
  const first = times.after(now).next().value;
  return { ...starts, schedule: asText(schedule), ...(first && { next: asNext(first) }) };
}

/** The next starts of a pipeline: one whose time has come and that nobody has made yet is the first, and then those to come. */
export function* nextStarts(
  { starts }: Pick<StartsEntry, "starts">,
  { pipeline, schedule, now }: Pick<DecideOptions, "pipeline" | "schedule" | "now">,
): Generator<Start, void> {
  if (!schedule) return;
  const times = timetable(pipeline, schedule);
  const next = starts.schedule === asText(schedule) ? starts.next : undefined;
  if (!next) return yield* times.after(now);
  const [at, base] = [Date.parse(next.at), Date.parse(next.base)];
  // What it stands for can have come while its jitter has not.
  if (at > now) return yield* times.after(base - 1);
  yield { at, base, moved: false };
  for (const start of times.after(Math.max(base, now - LOOK_BACK))) if (start.at > now) yield start;
}

const asNext = ({ at, base }: Start): NonNullable<Starts["next"]> => ({ at: iso(at), base: iso(base) });

const asText = (schedule: Schedule | undefined): string | undefined => schedule && JSON.stringify(schedule);

const iso = (ms: number): string => new Date(ms).toISOString();
