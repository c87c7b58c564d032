/**
 * Pipelines that do nothing but start, and starts reckoned by looking at the clock on the wall every five minutes: for tests.
 *
 * @module
 */
import type { Pipeline, Project, Schedule } from "../pipeline/model.ts";

/** Every change of a clock, and every time the tests name, is at a full five minutes. */
const STEP = 5 * 60_000;
const DAY = 24 * 3_600_000;

/** A pipeline as far as a scheduler looks at it. */
export function starting(name: string, schedule?: Partial<Schedule>, after: string[] = []): Pipeline {
  const whole: Schedule = {
    cron: "0 2 * * *",
    timezone: "UTC",
    jitter: 0,
    missed: "once",
    overlap: "skip",
    quiet: [],
    ...schedule,
  };
  return { name, trigger: { ...(schedule && { schedule: whole }), after, webhook: [] } } as unknown as Pipeline;
}

/** A project of such pipelines. */
export const projectOf = (...pipelines: Pipeline[]): Project => ({ pipelines, connections: {} });

/** What a schedule names, told without cron: these times of every day, or every so many minutes of every hour. */
export type Named = { times: readonly string[] } | { every: number };

/** The time on a zone's wall as `2026-03-08 02:30`, read otherwise than the product reads it. */
export function wallClock(timezone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat("sv", { timeZone: timezone, dateStyle: "short", timeStyle: "short" });
  return (instant) => format.format(instant);
}

/** Whether a time of the day, `HH:MM`, lies in quiet hours. */
export const quietAt = (quiet: Schedule["quiet"], clock: string): boolean =>
  quiet.some(({ from, to }) => from < to ? from <= clock && clock < to : from <= clock || clock < to);

/**
 * The instants in `[from, to)` at which such a schedule starts: each named time when the wall first shows it, or is past it; what quiet
 * hours hold back at their end, once.
 */
export function startsOnTheWall(
  named: Named,
  { timezone, quiet }: Pick<Schedule, "timezone" | "quiet">,
  [from, to]: readonly [number, number],
): number[] {
  const wall = wallClock(timezone);
  const starts: number[] = [];
  // Quiet hours may hold back what was named the day before.
  let latest = wall(from - DAY - STEP), held = false;
  for (let at = from - DAY; at < to; at += STEP) {
    const shown = wall(at);
    const [day, clock] = shown.split(" ");
    held ||= "every" in named
      ? Number(clock.slice(3)) % named.every === 0
      : named.times.some((time) => latest < `${day} ${time}` && `${day} ${time}` <= shown);
    if (shown > latest) latest = shown;
    if (!held || quietAt(quiet, clock)) continue;
    held = false;
    if (at >= from) starts.push(at);
  }
  return starts;
}
