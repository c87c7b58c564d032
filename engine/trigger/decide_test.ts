import assert from "node:assert/strict";
import type { Schedule } from "../pipeline/model.ts";
import type { Starts, StartsEntry } from "../state/schedules.ts";
import { decide, takeUp, tryLater } from "./decide.ts";
import { starting } from "./testing_starts.ts";

const MINUTE = 60_000;
const at = (clock: string): number => Date.parse(`2026-06-01T${clock}Z`);
const iso = (clock: string): string => new Date(at(clock)).toISOString();

const scheduleOf = (more: Partial<Schedule>): Schedule => starting("vendors", more).trigger.schedule!;

/** What is remembered of a pipeline whose last start was at 01:00 and whose next one is at 02:00. */
const known = (schedule: Schedule, more: Partial<Starts> = {}): Starts => ({
  schedule: JSON.stringify(schedule),
  next: { at: iso("02:00"), base: iso("02:00") },
  ...more,
});
const claim = { id: "c", owner: "one", why: "its schedule", at: iso("01:00"), until: iso("02:30"), tries: 0 };
const pending = { why: "its schedule", from: iso("01:00"), tries: 0 };
const woken = [{ why: "after projects", id: "r1", at: iso("01:50") }];

type Case = {
  what: string;
  now: string;
  schedule?: Partial<Schedule>;
  starts?: Partial<Starts>;
  more?: Partial<Pick<StartsEntry, "woken" | "paused">>;
  leased?: boolean;
  /** Why it starts; absent: it does not. */
  why?: string;
  /** What waits then; default: nothing. */
  waits?: string;
  /** The next start then; default: 03:00. */
  next?: string;
};

const cases: Case[] = [
  { what: "before its time", now: "01:59:59", next: "02:00" },
  { what: "at its time", now: "02:00", why: "its schedule" },
  {
    what: "four minutes late, where what is missed is left out",
    now: "02:04",
    schedule: { missed: "skip" },
    why: "its schedule",
  },
  { what: "six minutes late, where what is missed is left out", now: "02:06", schedule: { missed: "skip" } },
  { what: "six minutes late, where it is made up for", now: "02:06", why: "its schedule" },
  { what: "many times late: once", now: "09:06", why: "its schedule", next: "10:00" },
  {
    what: "the newest of many is in time",
    now: "09:04",
    schedule: { missed: "skip" },
    why: "its schedule",
    next: "10:00",
  },
  { what: "while the last is at work, left out", now: "02:00", starts: { claim } },
  {
    what: "while the last is at work, queued",
    now: "02:00",
    schedule: { overlap: "queue" },
    starts: { claim },
    waits: "its schedule",
  },
  {
    what: "queued behind what is queued: one",
    now: "02:00",
    schedule: { overlap: "queue" },
    starts: { claim, pending },
    waits: "its schedule",
  },
  {
    what: "what was queued, once the last has ended",
    now: "01:30",
    starts: { pending },
    why: "its schedule",
    next: "02:00",
  },
  { what: "what was queued and what is due: one start", now: "02:00", starts: { pending }, why: "its schedule" },
  { what: "while a person's run is at work it waits its turn", now: "02:00", leased: true, waits: "its schedule" },
  {
    what: "after a person's run, where what is missed is left out",
    now: "02:20",
    schedule: { missed: "skip" },
    starts: { pending, next: { at: iso("03:00"), base: iso("03:00") } },
    why: "its schedule",
  },
  { what: "woken", now: "01:55", more: { woken }, why: "after projects", next: "02:00" },
  {
    what: "woken when it is due anyway: one start",
    now: "02:00",
    more: { woken },
    why: "its schedule, after projects",
  },
  { what: "woken while it is at work", now: "01:55", starts: { claim }, more: { woken }, next: "02:00" },
  { what: "woken while a person's run is at work", now: "01:55", leased: true, more: { woken }, next: "02:00" },
  {
    what: "woken in quiet hours",
    now: "01:55",
    schedule: { quiet: [{ from: "01:30", to: "01:58" }] },
    more: { woken },
    next: "02:00",
  },
  {
    what: "due before quiet hours, seen in them",
    now: "02:01",
    schedule: { missed: "skip", quiet: [{ from: "02:01", to: "02:30" }] },
    waits: "its schedule",
  },
  { what: "paused when it is due", now: "02:00", more: { paused: { by: "anna", at: iso("01:00") } }, next: "02:00" },
  {
    what: "paused when it is woken",
    now: "01:55",
    more: { woken, paused: { by: "anna", at: iso("01:00") } },
    next: "02:00",
  },
  {
    what: "a claim that has run out is taken over",
    now: "02:31",
    starts: { claim, next: { at: iso("03:00"), base: iso("03:00") } },
    why: "its schedule",
  },
  {
    what: "a claim that has run out, while the dead run's lease holds",
    now: "02:31",
    leased: true,
    starts: { claim, next: { at: iso("03:00"), base: iso("03:00") } },
    waits: "its schedule",
  },
  {
    what: "a claim that has run out twice waits",
    now: "02:31",
    starts: { claim: { ...claim, tries: 1 }, next: { at: iso("03:00"), base: iso("03:00") } },
    waits: "its schedule",
  },
  {
    what: "what is to be tried later",
    now: "01:30",
    starts: { pending: { ...pending, from: iso("01:40") } },
    waits: "its schedule",
    next: "02:00",
  },
  {
    what: "what is to be tried later, when it is due",
    now: "02:00",
    starts: { pending: { ...pending, from: iso("02:40"), tries: 3 } },
    why: "its schedule",
  },
  {
    what: "a schedule seen for the first time counts from now",
    now: "02:20",
    starts: { schedule: undefined, next: undefined },
  },
  { what: "a changed schedule counts from now", now: "02:20", starts: { schedule: "another" } },
];

for (
  const { what, now, schedule: more = {}, starts: before, more: around, leased, why, waits, next = "03:00" } of cases
) {
  Deno.test(`${what}: ${why ? `starts, ${why}` : "does not start"}`, () => {
    const schedule = scheduleOf({ cron: "0 * * * *", ...more });
    const starts = known(schedule, before);
    const decision = decide({ starts, woken: [], ...around }, { pipeline: "vendors", schedule, now: at(now), leased });
    const after = decision.starts ?? starts;
    assert.equal(decision.start?.why, why);
    assert.equal(after.next?.at, iso(next));
    const still = decision.starts || waits ? after.pending?.why : undefined;
    assert.equal(still, waits);
    if (why && around?.woken) assert.deepEqual(after.heard, { "after projects": "r1" });
    else assert.equal(after.heard, undefined);
  });
}

Deno.test("a pipeline without a schedule starts when it is woken, and forgets a schedule that it had", () => {
  const starts = known(scheduleOf({ cron: "0 * * * *" }));
  assert.deepEqual(decide({ starts, woken: [] }, { pipeline: "vendors", now: at("02:00") }), { starts: {} });
  const { start } = decide({ starts: {}, woken }, { pipeline: "vendors", now: at("02:00") });
  assert.equal(start?.why, "after projects");
  assert.deepEqual(decide({ starts: {}, woken: [] }, { pipeline: "vendors", now: at("02:00") }), {});
});

Deno.test("a run that fails for a reason that passes is tried after one minute, two, four, up to half an hour; one told to stop at once", () => {
  const now = at("02:00");
  const waits = [0, 1, 2, 3, 4, 5, 6, 60].map((tries) => {
    const { pending, claim: gone } = tryLater({ claim: { ...claim, tries } }, now);
    assert.equal(gone, undefined);
    assert.equal(pending!.tries, tries + 1);
    return (Date.parse(pending!.from) - now) / MINUTE;
  });
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
  assert.deepEqual(takeUp({ claim: { ...claim, tries: 2 } }, now), {
    pending: { why: claim.why, from: iso("02:00"), tries: 2 },
  });
});
