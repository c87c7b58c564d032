import assert from "node:assert/strict";
import type { House } from "./support/house.ts";
import { type Death, type Killer, killer } from "./support/killer.ts";
import { endState, house, PIPELINES } from "./support/small.ts";

const HOUR = 3_600_000;

/** What is synced, from what state: a first load, and a day's changes on top of one. */
interface Scenario {
  name: string;
  /** Brings the house to where the run under test begins. */
  before: (home: House) => Promise<void>;
  /**
   * When it is killed. Before one step is as good as after the step before it wherever steps follow one another, so that the longer
   * scenario does with the one.
   */
  when: readonly Death["when"][];
}

const SCENARIOS: Scenario[] = [
  { name: "a first load", before: () => Promise.resolve(), when: ["before", "after"] },
  {
    name: "a day's changes: new, renamed, ended, taken back, woken, edited by a person",
    async before(home) {
      await home.touch("ebs", "AP_SUPPLIERS", "3009", { END_DATE_ACTIVE: "2026-10-01T00:00:00" });
      await syncAll(home);
      home.clock.advance(HOUR);
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
    when: ["after"],
  },
];

async function syncAll(home: House): Promise<void> {
  for (const name of PIPELINES) {
    const { failure } = await home.run(name);
    assert.equal(failure, undefined, `${name}: ${JSON.stringify(failure)}`);
  }
}

async function begin({ before }: Scenario): Promise<{ home: House; death: Killer }> {
  const death = killer();
  const home = await house({ around: death.around, aroundKv: death.aroundKv });
  await before(home);
  home.reopen();
  return { home, death };
}

for (const scenario of SCENARIOS) {
  Deno.test(`killed at every single call and commit of ${scenario.name}, a fresh start ends the same`, async () => {
    const calm = await begin(scenario);
    calm.death.arm();
    await syncAll(calm.home);
    const steps = [...calm.death.steps];
    const expected = await endState(calm.home);
    await calm.home.close();
    assert(steps.filter((step) => step === "commit").length > 15, steps.join("\n"));
    assert(steps.filter((step) => step.startsWith("wire")).length > 15, steps.join("\n"));

    for (let step = 0; step < steps.length; step++) {
      for (const when of scenario.when) {
        const at = `killed ${when} step ${step} of ${steps.length}, ${steps[step]}`;
        const { home, death } = await begin(scenario);
        death.arm({ step, when });
        for (const name of PIPELINES) if (!death.dead()) await home.run(name).catch(() => {});
        assert(death.dead(), at);
        // Another process, an hour later: the lease of the dead one is over.
        death.arm();
        home.reopen();
        home.clock.advance(HOUR);
        await syncAll(home);
        assert.deepEqual(await endState(home), expected, at);
        // And once more: nothing is left to be done.
        death.arm();
        await syncAll(home);
        const more = death.steps.filter((one) => /procore (POST|PATCH|PUT|DELETE) \/rest/.test(one));
        assert.deepEqual(more, [], `${at}: the next run writes`);
        await home.close();
      }
    }
  });
}
