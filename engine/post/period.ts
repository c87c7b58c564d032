/**
 * Which period a document falls in, and what day it is given where that one is closed.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Period } from "../posting.ts";

/** A document's day in the books. */
export interface Dated {
  /** `YYYY-MM-DD`. */
  date: string;
  /** The open period that it falls in. */
  period: Period;
  /** Where it is dated later than it says: the period it belongs to by its own day, or that day where no period has it. */
  own?: string;
}

/** The period a day falls in; of several the open one. */
export function periodOf(periods: readonly Period[], date: string): Period | undefined {
  const having = periods.filter(({ from, to }) => from <= date && date <= to);
  return having.find(({ open }) => open) ?? having[0];
}

/**
 * The day to use: the document's own in an open period, or, with `next`, the first day of the next open one after it. Throws
 * `post.period-closed` where there is none.
 */
export function dated(
  { date, periods, rule, place }: { date: string; periods: readonly Period[]; rule: "hold" | "next"; place?: string },
): Dated {
  const period = periodOf(periods, date);
  if (period?.open) return { date, period };
  const next = rule === "next" ? firstOpen(periods.filter(({ from }) => from > date)) : undefined;
  if (next) return { date: next.from, period: next, own: period?.name ?? date };
  throw new Failure("post.period-closed", {
    fact: period
      ? `The period ${period.name} takes no documents: ${period.status}`
      : "The books have no period for the document's day",
    value: date,
    place,
    ...(rule === "next" && { action: "Open a later period in the books; it goes with the next run." }),
  });
}

/**
 * The day on which something that accrued in the period of `date` is given back: the first day of the newest open period that began since,
 * as of `today`. Undefined while its period runs, or none after it is open. Periods that no run has seen keep what was accrued.
 */
export function rollsOverOn(
  { date, periods, today }: { date: string; periods: readonly Period[]; today: string },
): string | undefined {
  const period = periodOf(periods, date);
  if (!period || today <= period.to) return undefined;
  const begun = periods.filter(({ open, from }) => open && from > period.to && from <= today);
  return begun.map(({ from }) => from).sort().at(-1);
}

const firstOpen = (periods: readonly Period[]): Period | undefined =>
  periods.filter(({ open }) => open).sort((a, b) => a.from < b.from ? -1 : 1)[0];
