import assert from "node:assert/strict";
import { Cron } from "croner";
import fc from "fast-check";
import type { Schedule } from "../pipeline/model.ts";
import { type Start, timetable } from "./schedule.ts";
import { openZone } from "./zone.ts";

const schedule = (cron: string, timezone: string, more: Partial<Schedule> = {}): Schedule => ({
  cron,
  timezone,
  jitter: 0,
  missed: "once",
  overlap: "skip",
  quiet: [],
  ...more,
});

function between(of: Schedule, from: string | number, to: string | number): Start[] {
  const [first, last] = [new Date(from).getTime(), new Date(to).getTime()];
  const starts: Start[] = [];
  for (const start of timetable("vendors", of).after(first)) {
    if (start.at > last) break;
    starts.push(start);
  }
  return starts;
}

/** `03-08 03:00` as the zone's wall shows it. */
const wall = (zone: string, at: number): string =>
  new Date(openZone(zone).wall(at)).toISOString().slice(5, 16).replace("T", " ");

const DENVER = "America/Denver", BERLIN = "Europe/Berlin", LORD_HOWE = "Australia/Lord_Howe";

// Denver: 03-08 02:00 becomes 03:00, 11-01 02:00 becomes 01:00. Lord Howe moves by half an hour: 10-04 02:00 → 02:30, 04-05 02:00 → 01:30.
const changes: [what: string, cron: string, zone: string, from: string, to: string, starts: string][] = [
  [
    "a skipped time",
    "30 2 * * *",
    DENVER,
    "2026-03-07T07:00Z",
    "2026-03-10T06:00Z",
    "03-07 02:30, 03-08 03:00, 03-09 02:30",
  ],
  ["several skipped times, once", "*/15 2 * * *", DENVER, "2026-03-08T07:00Z", "2026-03-09T06:00Z", "03-08 03:00"],
  [
    "a skipped time and the one after the gap, once",
    "0 2,3 * * *",
    DENVER,
    "2026-03-08T07:00Z",
    "2026-03-09T06:00Z",
    "03-08 03:00",
  ],
  [
    "a step that meets the gap",
    "10 */2 * * *",
    DENVER,
    "2026-03-08T07:05Z",
    "2026-03-08T11:00Z",
    "03-08 00:10, 03-08 03:00, 03-08 04:10",
  ],
  [
    "a doubled time, the first one",
    "30 1 * * *",
    DENVER,
    "2026-10-31T06:00Z",
    "2026-11-03T06:00Z",
    "10-31 01:30, 11-01 01:30, 11-02 01:30",
  ],
  [
    "doubled times of a list, once each",
    "30 1,2 * * *",
    DENVER,
    "2026-11-01T06:00Z",
    "2026-11-02T06:00Z",
    "11-01 01:30, 11-01 02:30",
  ],
  [
    "every two hours, past the doubled one",
    "0 */2 * * *",
    BERLIN,
    "2026-10-24T22:30Z",
    "2026-10-25T04:00Z",
    "10-25 02:00, 10-25 04:00",
  ],
  [
    "every hour keeps its pace over the gap",
    "30 * * * *",
    DENVER,
    "2026-03-08T08:00Z",
    "2026-03-08T10:00Z",
    "03-08 01:30, 03-08 03:30",
  ],
  [
    "every hour keeps its pace through the doubled one",
    "30 0-23 * * *",
    DENVER,
    "2026-11-01T07:00Z",
    "2026-11-01T10:00Z",
    "11-01 01:30, 11-01 01:30, 11-01 02:30",
  ],
  [
    "Berlin's gap",
    "0 2 * * *",
    BERLIN,
    "2026-03-28T00:00Z",
    "2026-03-30T12:00Z",
    "03-28 02:00, 03-29 03:00, 03-30 02:00",
  ],
  [
    "Berlin's doubled hour",
    "30 2 * * *",
    BERLIN,
    "2026-10-24T00:00Z",
    "2026-10-26T12:00Z",
    "10-24 02:30, 10-25 02:30, 10-26 02:30",
  ],
  [
    "half an hour's gap",
    "15 2 * * *",
    LORD_HOWE,
    "2026-10-02T12:00Z",
    "2026-10-05T12:00Z",
    "10-03 02:15, 10-04 02:30, 10-05 02:15",
  ],
  [
    "half an hour doubled",
    "45 1 * * *",
    LORD_HOWE,
    "2026-04-03T12:00Z",
    "2026-04-06T12:00Z",
    "04-04 01:45, 04-05 01:45, 04-06 01:45",
  ],
  [
    "midnight that is skipped",
    "0 0 * * *",
    "America/Havana",
    "2026-03-07T00:00Z",
    "2026-03-09T12:00Z",
    "03-07 00:00, 03-08 01:00, 03-09 00:00",
  ],
  ["a leap day", "0 9 29 2 *", BERLIN, "2026-01-01T00:00Z", "2033-01-01T00:00Z", "02-29 09:00, 02-29 09:00"],
  ["a day that never comes", "0 0 30 2 *", BERLIN, "2026-01-01T00:00Z", "2033-01-01T00:00Z", ""],
];

for (const [what, cron, zone, from, to, starts] of changes) {
  Deno.test(`the clock changes, ${what}: ${cron} in ${zone}`, () => {
    assert.equal(between(schedule(cron, zone), from, to).map(({ at }) => wall(zone, at)).join(", "), starts);
  });
}

Deno.test("the doubled time is the first of the two, the skipped one the first instant after the gap", () => {
  const at = (cron: string, zone: string, from: string) =>
    new Date(between(schedule(cron, zone), from, Date.parse(from) + 864e5)[0].at).toISOString();
  assert.equal(at("30 1 * * *", DENVER, "2026-11-01T06:00Z"), "2026-11-01T07:30:00.000Z");
  assert.equal(at("30 2 * * *", DENVER, "2026-03-08T07:00Z"), "2026-03-08T09:00:00.000Z");
  assert.equal(at("15 2 * * *", LORD_HOWE, "2026-10-03T12:00Z"), "2026-10-03T15:30:00.000Z");
  assert.equal(at("45 1 * * *", LORD_HOWE, "2026-04-04T12:00Z"), "2026-04-04T14:45:00.000Z");
});

Deno.test("croner as it is drops a skipped time of several, and doubles: why the zone is read here", () => {
  const named = (cron: string, from: string, n: number) =>
    new Cron(cron, { timezone: DENVER }).nextRuns(n, new Date(from)).map((at) => at.toISOString());
  assert.deepEqual(named("*/15 2 * * *", "2026-03-08T07:00Z", 1), ["2026-03-09T08:00:00.000Z"]);
  assert.deepEqual(named("30 1,2 * * *", "2026-11-01T06:00Z", 2), [
    "2026-11-01T07:30:00.000Z",
    "2026-11-01T08:30:00.000Z",
  ]);
  // What is relied on: an expression of every hour runs on in real time.
  assert.deepEqual(named("30 * * * *", "2026-03-08T08:00Z", 2), [
    "2026-03-08T08:30:00.000Z",
    "2026-03-08T09:30:00.000Z",
  ]);
});

// Quiet hours in Denver, on an ordinary day but for the last two.
const quiets: [what: string, cron: string, quiet: string, from: string, to: string, starts: string][] = [
  [
    "their end, once",
    "*/30 * * * *",
    "01:00-03:00",
    "2026-06-01T06:20Z",
    "2026-06-01T09:40Z",
    "06-01 00:30, 06-01 03:00, 06-01 03:30",
  ],
  ["a single start", "0 2 * * *", "01:00-03:15", "2026-06-01T06:00Z", "2026-06-02T06:00Z", "06-01 03:15"],
  ["over midnight", "0 * * * *", "22:00-02:00", "2026-06-01T03:30Z", "2026-06-01T09:00Z", "06-01 02:00, 06-01 03:00"],
  [
    "their first minute is quiet, their end is not",
    "0 1,3 * * *",
    "01:00-03:00",
    "2026-06-01T06:00Z",
    "2026-06-02T06:00Z",
    "06-01 03:00",
  ],
  [
    "quiet hours that follow one another",
    "0 2 * * *",
    "01:00-03:00,03:00-04:30",
    "2026-06-01T06:00Z",
    "2026-06-02T06:00Z",
    "06-01 04:30",
  ],
  ["an end that the clock skips", "30 1 * * *", "01:00-02:30", "2026-03-08T07:00Z", "2026-03-09T06:00Z", "03-08 03:00"],
  [
    "an end that the clock shows twice",
    "45 0 * * *",
    "00:30-01:30",
    "2026-11-01T06:00Z",
    "2026-11-02T06:00Z",
    "11-01 01:30",
  ],
];

for (const [what, cron, quiet, from, to, starts] of quiets) {
  Deno.test(`a start in quiet hours is moved to their end: ${what}`, () => {
    const hours = quiet.split(",").map((one) => ({ from: one.slice(0, 5), to: one.slice(6) }));
    const found = between(schedule(cron, DENVER, { quiet: hours }), from, to);
    assert.equal(found.map(({ at }) => wall(DENVER, at)).join(", "), starts);
  });
}

Deno.test("jitter delays by less than was allowed and than the time to the next start, alike for every instance, unlike for another pipeline", () => {
  const minutes = schedule("*/10 * * * *", DENVER, { jitter: 3_600_000 });
  const found = between(minutes, "2026-06-01T00:00Z", "2026-06-02T00:00Z");
  for (const { at, base } of found) assert(at >= base && at - base < 600_000);
  assert(new Set(found.map(({ at, base }) => at - base)).size > 100, "it is spread");
  assert.deepEqual(between(minutes, "2026-06-01T00:00Z", "2026-06-02T00:00Z"), found);
  const [other] = timetable("projects", minutes).after(Date.parse("2026-06-01T00:00Z"));
  assert.notEqual(other.at, found[0].at);
});

Deno.test("jitter that would reach into quiet hours ends with them, and joins the start that is there", () => {
  const late = schedule("55 0 * * *", DENVER, { jitter: 3_600_000, quiet: [{ from: "00:56", to: "03:00" }] });
  for (const { at } of between(late, "2026-06-01T00:00Z", "2026-06-20T00:00Z")) {
    assert.match(wall(DENVER, at), / (00:55|03:00)$/);
  }
});

const crons = fc.constantFrom(
  "30 2 * * *",
  "0 */2 * * *",
  "*/15 1-3 * * *",
  "*/20 * * * *",
  "45 1 * * *",
  "0 0 1 * *",
  "30 1,2 * * 0",
);
const zones = fc.constantFrom(DENVER, BERLIN, LORD_HOWE, "Antarctica/Troll", "America/Havana", "UTC");
const clock = fc.tuple(fc.nat(23), fc.nat(59)).map((parts) =>
  parts.map((part) => String(part).padStart(2, "0")).join(":")
);
const schedules: fc.Arbitrary<Schedule> = fc.record({
  cron: crons,
  timezone: zones,
  jitter: fc.constantFrom(0, 300_000, 7_200_000),
  missed: fc.constant("once"),
  overlap: fc.constant("skip"),
  quiet: fc.array(fc.record({ from: clock, to: clock }).filter(({ from, to }) => from !== to), { maxLength: 1 }),
});
/** Days around which some zone changes its clock. */
const days = fc.constantFrom("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01");

Deno.test("from wherever one looks, the starts are the same: ascending, never in quiet hours, never before their time", () => {
  fc.assert(
    fc.property(schedules, days, fc.nat(3 * 86_400_000), (of, day, into) => {
      const first = Date.parse(day) - 86_400_000;
      const [all, from] = [between(of, first, first + 4 * 86_400_000), first + into];
      const times = timetable("vendors", of);
      assert.deepEqual(between(of, from, first + 4 * 86_400_000), all.filter(({ base }) => base > from));
      all.forEach(({ at, base }, i) => {
        assert(at >= base && base > first);
        assert(i === 0 || (at > all[i - 1].at && base > all[i - 1].base));
        assert.equal(times.quietUntil(at), undefined);
      });
    }),
    { numRuns: 100 },
  );
});

Deno.test("a time that a schedule names comes once on every day, whatever the clock does on it", () => {
  fc.assert(
    fc.property(fc.nat(23), fc.nat(59), zones, days, (hour, minute, zone, day) => {
      const { instant } = openZone(zone);
      const [first, last] = [instant(Date.parse(day) - 5 * 864e5), instant(Date.parse(day) + 5 * 864e5)];
      const starts = between(schedule(`${minute} ${hour} * * *`, zone), first - 1, last - 1);
      const seen = starts.map(({ at }) => wall(zone, at).slice(0, 5));
      assert.equal(seen.length, 10);
      assert.equal(new Set(seen).size, 10);
    }),
    { numRuns: 100 },
  );
});
