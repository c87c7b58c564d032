/**
 * When a schedule starts its pipeline. Pure: the same for every instance that asks.
 *
 * - **Daylight saving.** A schedule that names its hours (`30 2 * * *`, `0 *\/2 * * *`) goes by the clock on the wall, each time it names
 *   once a day: what the clock skips starts at the first instant after the gap, several of them once; what it shows twice starts the
 *   first time. A schedule that runs in every hour (`*\/15 * * * *`) keeps its pace instead: it makes nothing up, and goes on while the
 *   clock repeats itself.
 * - **Quiet hours.** A start that falls in them is moved to their end. Several that do, and one that is there anyway, are one start.
 * - **Jitter.** The delay is drawn from the pipeline's name and the time, never reaches the next start, and is the same everywhere. One
 *   that would end in quiet hours ends with them.
 *
 * croner tells which times an expression names; what a zone makes of them is decided here, because croner drops a skipped time of an
 * expression that names several.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Cron } from "croner";
import type { Schedule } from "../pipeline/model.ts";
import { openZone, type Zone } from "./zone.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** No zone turns its clock back by more. */
const BACK = 3 * 3_600_000;
/** Quiet hours that do not end within this never do. */
const QUIET_LIMIT = DAY + BACK;

/** A start. Instants are in milliseconds since 1970. */
export interface Start {
  /** When it is due, jitter and quiet hours taken in. */
  at: number;
  /** The time it stands for: the next one is the first after this. */
  base: number;
  /** The schedule names a time in quiet hours; this is their end. */
  moved: boolean;
}

/** A schedule, ready to be asked. */
export interface Timetable {
  /** The starts that stand for times after an instant, ascending; endless, but for an expression that names no more. */
  after(instant: number): Generator<Start, void>;
  /** The end of the quiet hours that an instant lies in; undefined where it lies in none. */
  quietUntil(instant: number): number | undefined;
  /** Whether an instant lies in quiet hours. */
  isQuiet(instant: number): boolean;
}

/** Makes a schedule's timetable; the pipeline's name is what its jitter is drawn from. */
export function timetable(pipeline: string, schedule: Schedule): Timetable {
  const zone = openZone(schedule.timezone);
  const isQuiet = quietIn(schedule.quiet, zone);
  const quietUntil = (instant: number) => endOf(schedule.quiet, { zone, isQuiet }, instant);

  function* moved(instant: number): Generator<Start, void> {
    // What is moved to the end of quiet hours stands for that: from within them, it is still to come.
    const from = quietUntil(instant) === undefined ? instant : instant - QUIET_LIMIT;
    let end: number | undefined;
    for (const time of times(schedule, zone, from)) {
      if (end === undefined || time >= end) end = quietUntil(time);
      if ((end ?? time) <= instant) continue;
      yield { at: end ?? time, base: end ?? time, moved: end !== undefined };
    }
  }

  function* delayed(instant: number): Generator<Start, void> {
    for (const [start, next] of pairs(merged(moved(instant)))) {
      const most = Math.min(schedule.jitter, next ? next.base - start.base : Infinity);
      const at = start.base + Math.floor(chance(pipeline, start.base) * most);
      yield { ...start, at: quietUntil(at) ?? at };
    }
  }

  return { quietUntil, isQuiet, after: (instant) => merged(delayed(instant)) };
}

/** Starts that are due at the same time are one, which stands for the last of them. */
function* merged(starts: Iterable<Start>): Generator<Start, void> {
  for (const [start, next] of pairs(starts)) if (next?.at !== start.at) yield start;
}

/** Each with the one after it. */
function* pairs<T>(items: Iterable<T>): Generator<[T, T | undefined], void> {
  let held: [T] | undefined;
  for (const item of items) {
    if (held) yield [held[0], item];
    held = [item];
  }
  if (held) yield [held[0], undefined];
}

/** The instants that the expression names, ascending, each once; after `instant`. */
function* times({ cron, timezone }: Schedule, zone: Zone, instant: number): Generator<number, void> {
  const paced = everyHour(cron);
  // Without a function croner only computes.
  const named = new Cron(cron, { timezone: paced ? timezone : "UTC" });
  let at: Date | null = new Date(paced ? instant : zone.wall(instant) - BACK);
  let last = instant;
  while ((at = named.nextRun(at))) {
    const time = paced ? at.getTime() : zone.instant(at.getTime());
    if (time > last) yield last = time;
  }
}

/** What {@link everyHour} has found out, by the hours as they are written. */
const known = new Map<string, boolean>();

/** Whether the expression's hours are all of them. */
function everyHour(cron: string): boolean {
  const hours = cron.trim().split(/\s+/)[1];
  let every = known.get(hours);
  if (every === undefined) {
    const named = new Cron(`0 ${hours} * * *`, { timezone: "UTC" }).nextRuns(24, new Date(-1));
    known.set(hours, every = named[23].getTime() < DAY);
  }
  return every;
}

function quietIn(quiet: Schedule["quiet"], zone: Zone): (instant: number) => boolean {
  return (instant) => {
    if (quiet.length === 0) return false;
    const clock = new Date(zone.wall(instant)).toISOString().slice(11, 16);
    return quiet.some(({ from, to }) => from < to ? from <= clock && clock < to : from <= clock || clock < to);
  };
}

function endOf(
  quiet: Schedule["quiet"],
  { zone, isQuiet }: { zone: Zone; isQuiet: (instant: number) => boolean },
  instant: number,
): number | undefined {
  if (!isQuiet(instant)) return undefined;
  let at = instant - instant % MINUTE;
  const limit = at + QUIET_LIMIT;
  while (at < limit && isQuiet(at)) {
    const wall = zone.wall(at);
    const ends = quiet.map(({ to }) => (minuteOf(to) * MINUTE - wall % DAY + DAY) % DAY || DAY);
    const next = at + Math.min(...ends);
    // Minute by minute where the clock is changed on the way: it may skip the end, or show it twice.
    at = zone.wall(next) - next === wall - at ? next : at + MINUTE;
  }
  return at;
}

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** A number in [0, 1) that every instance draws alike. */
function chance(pipeline: string, base: number): number {
  return createHash("sha256").update(`${pipeline}\n${base}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
