import assert from "node:assert/strict";
import type { House } from "./support/house.ts";
import { type Death, isWrite, type Killer, killer } from "./support/killer.ts";
import { restore, snapshot, writesKept } from "./support/replay.ts";
import { endState, house, PIPELINES } from "./support/small.ts";

const HOUR = 3_600_000;

/** What is synced, from what state: a first load, and a day's changes on top of one. */
interface Scenario {
  name: string;
  /** How the firm differs before its first load; absent: it was never loaded. */
  loaded?: (home: House) => Promise<void>;
  /** What happens between that load and the run under test. */
  day?: (home: House) => Promise<void>;
}

const SCENARIOS: Scenario[] = [
  { name: "a first load" },
  {
    name: "a day's changes: new, renamed, ended, taken back, woken, edited by a person",
    async loaded(home) {
      await home.touch("ebs", "AP_SUPPLIERS", "3009", { END_DATE_ACTIVE: "2026-10-01T00:00:00" });
    },
    async day(home) {
      await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar & Sons" });
      await home.touch("ebs", "AP_SUPPLIERS", "3004", { END_DATE_ACTIVE: "2026-10-02T00:00:00" });
      await home.touch("ebs", "AP_SUPPLIERS", "3009", { END_DATE_ACTIVE: null });
      await home.touch("ebs", "AP_SUPPLIERS", "3015", { SEGMENT1: "15", VENDOR_NAME: "Newcomer", ENABLED_FLAG: "Y" });
      await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5015", {
        VENDOR_ID: "3015",
        ORG_ID: "204",
        PURCHASING_SITE_FLAG: "Y",
      });
      await home.touch("ebs", "GL_CODE_COMBINATIONS", "701", { ENABLED_FLAG: "N" });
      const [alder] = (await home.rows("procore", "vendors")).filter((row) => row.origin_code === "1");
      await home.touch("procore", "vendors", alder.id as string, { city: "Boulder" });
      await home.touch("ebs", "AP_SUPPLIERS", "3001", {});
      await home.control("procore", "touch", { table: "projects", fields: { project_number: "DEN-2", name: "Late" } });
    },
  },
];

async function syncAll(home: House): Promise<void> {
  for (const name of PIPELINES) {
    const { failure } = await home.run(name);
    assert.equal(failure, undefined, `${name}: ${JSON.stringify(failure)}`);
  }
}

/** Gives what opens a house that stands where the run under test begins; the load before it is played once. */
async function stage({ loaded, day }: Scenario): Promise<() => Promise<{ home: House; death: Killer }>> {
  const kept = writesKept();
  const first = await house({ around: kept.around });
  await loaded?.(first);
  if (loaded) await syncAll(first);
  const start = await snapshot(first, kept.writes);
  await first.close();
  return async () => {
    const death = killer();
    const home = await house({ around: death.around, aroundKv: death.aroundKv });
    await loaded?.(home);
    await restore(home, start);
    if (loaded) home.clock.advance(HOUR);
    await day?.(home);
    return { home, death };
  };
}

for (const scenario of SCENARIOS) {
  Deno.test(`killed at every single call and commit of ${scenario.name}, a fresh start ends the same`, async () => {
    const begin = await stage(scenario);
    const calm = await begin();
    calm.death.arm();
    await syncAll(calm.home);
    const steps = [...calm.death.steps];
    const expected = await endState(calm.home);
    await calm.home.close();
    assert(steps.filter((step) => step === "commit").length > 15, steps.join("\n"));
    assert(steps.filter((step) => step.startsWith("wire")).length > 15, steps.join("\n"));

    for (const [step, name] of steps.entries()) {
      // Before a commit, or a call that only asks, is after what came before it.
      const whens: Death["when"][] = step === 0 || isWrite(name) ? ["before", "after"] : ["after"];
      for (const when of whens) {
        const at = `killed ${when} step ${step} of ${steps.length}, ${name}`;
        const { home, death } = await begin();
        death.arm({ step, when });
        for (const name of PIPELINES) if (!death.dead()) await home.run(name).catch(() => {});
        assert(death.dead(), at);
        // Another process, an hour later: the lease of the dead one is over.
        death.arm();
        home.reopen();
        home.clock.advance(HOUR);
        await syncAll(home);
        assert.deepEqual(await endState(home), expected, at);
        // And once more, where something had been written or put down: nothing is left to be done.
        if (name === "commit" || isWrite(name)) {
          death.arm();
          await syncAll(home);
          assert.deepEqual(death.steps.filter(isWrite), [], `${at}: the next run writes`);
        }
        await home.close();
      }
    }
  });
}
