import assert from "node:assert/strict";
import { manualClock, seededRandom } from "../clock.ts";
import type { Pipeline, Schedule } from "../pipeline/model.ts";
import { openStore } from "../state/open.ts";
import { changeClaim } from "../state/schedules.ts";
import type { Store } from "../state/types.ts";
import { takeUp } from "./decide.ts";
import { type Named, projectOf, quietAt, starting, startsOnTheWall, wallClock } from "./testing_starts.ts";
import { type Due, tick } from "./tick.ts";

/** All that is named, and every change of a clock, is at a full or half hour. */
const STEP = 30 * 60_000, DAY = 48 * STEP;

/** The first two change the clock in Denver, in Berlin, and by half an hour on Lord Howe; the last has a leap day. */
const MONTHS: [what: string, from: string, days: number][] = [
  ["spring in the north", "2026-03-07T00:00Z", 30],
  ["autumn in the north", "2026-10-03T00:00Z", 30],
  ["a leap year's February", "2028-02-25T00:00Z", 6],
];

const everyOther = Array.from({ length: 12 }, (_, i) => `${String(2 * i).padStart(2, "0")}:30`);

/** Pipelines: what their schedules name, and the same in cron. */
const PIPELINES: [name: string, named: Named, schedule: Pick<Schedule, "cron" | "timezone"> & Partial<Schedule>][] = [
  ["nightly", { times: ["02:30"] }, { cron: "30 2 * * *", timezone: "America/Denver" }],
  ["orders", { every: 60 }, {
    cron: "0 * * * *",
    timezone: "Europe/Berlin",
    quiet: [{ from: "01:00", to: "03:00" }],
  }],
  ["twice", { times: ["01:00", "01:30", "02:00", "02:30"] }, {
    cron: "0,30 1,2 * * *",
    timezone: "Australia/Lord_Howe",
  }],
  ["shift", { times: everyOther }, {
    cron: "30 */2 * * *",
    timezone: "Europe/Berlin",
    quiet: [{ from: "05:00", to: "22:00" }, { from: "23:00", to: "01:00" }],
  }],
];

/** Runs `test` on a clock that starts a moment before a month, with what each pipeline is expected to start at. */
async function month(
  [, from, days]: typeof MONTHS[number],
  more: Partial<Schedule>,
  test: (around: {
    store: Store;
    pipelines: Pipeline[];
    expected: Map<string, number[]>;
    /** Moves to each step in turn. */
    steps: () => Generator<number>;
  }) => Promise<void>,
): Promise<void> {
  const first = Date.parse(from), end = first + days * DAY;
  const clock = manualClock(first - STEP);
  const store = await openStore({ path: ":memory:", clock, random: seededRandom(7) });
  try {
    const pipelines = PIPELINES.map(([name, , schedule]) => starting(name, { ...schedule, ...more }));
    const expected = new Map(
      PIPELINES.map(([name, named, { timezone, quiet = [] }]) =>
        [name, startsOnTheWall(named, { timezone, quiet }, [first, end])] as const
      ),
    );
    const steps = function* () {
      for (let now = first - STEP; now < end; now += STEP) {
        clock.set(now);
        yield now;
      }
    };
    await test({ store, pipelines, expected, steps });
  } finally {
    store.close();
  }
}

const end = ({ store }: { store: Store }, { pipeline, id }: Due): Promise<boolean> =>
  changeClaim(store, { pipeline: pipeline.name, id }, ({ claim: _, ...rest }) => rest);

for (const one of MONTHS) {
  Deno.test(`${one[0]}: three instances tick, one is restarted every half hour, and nothing is skipped or doubled`, async () => {
    await month(one, {}, async ({ store, pipelines, expected, steps }) => {
      const project = projectOf(...pipelines);
      const chance = seededRandom(3);
      const started = new Map<string, number[]>(pipelines.map(({ name }) => [name, []]));
      const cutOff = new Set<string>();
      let [killed, stopped, continued] = [0, 0, 0];
      for (const now of steps()) {
        const up = ["one", "two", "three"].filter((_, i) => now / STEP % 3 !== i);
        const due = (await Promise.all(up.map((owner) => tick({ store, project, owner })))).flat();
        for (const start of due) {
          const { name } = start.pipeline;
          if (expected.get(name)!.includes(now)) started.get(name)!.push(now);
          else {
            assert(cutOff.has(name), `${name} starts at ${new Date(now).toISOString()} for nothing`);
            continued++;
          }
          cutOff.delete(name);
          const fate = chance();
          if (fate < 0.1) killed++, cutOff.add(name);
          else if (fate < 0.2) {
            stopped++;
            await changeClaim(store, { pipeline: name, id: start.id }, (starts) => takeUp(starts, now));
            cutOff.add(name);
          } else await end({ store }, start);
        }
      }
      assert.deepEqual(started, expected);
      assert(Math.min(killed, stopped, continued) > one[2], `${killed} ${stopped} ${continued}`);
    });
  });
}

for (const missed of ["once", "skip"] as const) {
  Deno.test(`starts that nobody was there for: ${missed}`, async () => {
    await month(
      ["spring in Denver", "2026-03-06T00:00Z", 16],
      { missed },
      async ({ store, pipelines, expected, steps }) => {
        const project = projectOf(...pipelines);
        const started = new Map<string, number[]>(pipelines.map(({ name }) => [name, []]));
        const wanted = new Map<string, number[]>(pipelines.map(({ name }) => [name, []]));
        const chance = seededRandom(5);
        const quiet = new Map(PIPELINES.map(([name, , { timezone, quiet = [] }]) => {
          const wall = wallClock(timezone);
          return [name, (at: number) => quietAt(quiet, wall(at).slice(11))] as const;
        }));
        let down = 0;
        const waiting = new Set<string>();
        for (const now of steps()) {
          // Not before the schedules were seen once.
          if (down === 0 && chance() < 0.03 && wanted.get("orders")!.length > 0) down = 1 + Math.floor(chance() * 15);
          const away = down > 0 && down-- > 0;
          for (const [name, times] of expected) {
            const reached = times.includes(now);
            const madeUp = missed === "once" && waiting.has(name);
            if (away && reached) waiting.add(name);
            if (away || !(reached || madeUp) || quiet.get(name)!(now)) continue;
            waiting.delete(name);
            wanted.get(name)!.push(now);
          }
          if (away) continue;
          if (missed === "skip") waiting.clear();
          for (const start of await tick({ store, project, owner: "one" })) {
            started.get(start.pipeline.name)!.push(now);
            await end({ store }, start);
          }
        }
        assert.deepEqual(started, wanted);
        const total = (all: Map<string, number[]>) => [...all.values()].flat().length;
        assert(total(started) < total(expected) - 50, "many were missed");
      },
    );
  });
}
