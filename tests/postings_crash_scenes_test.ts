import assert from "node:assert/strict";
import { sampled, type Scene } from "./support/posting_crash.ts";
import { agree, failedImport, firstRun, monthEnd, refusedAccount, secondPerson } from "./support/posting_scenes.ts";
import { post, postingHouse } from "./support/postings.ts";

/** More of them are in `deno task crash:postings`. */
const DEATHS = 2;

const SCENES: Record<string, () => Scene | Promise<Scene>> = {
  "a first run": firstRun,
  "a plan, a second person's word, and what goes out a day later": secondPerson,
  "a month's end": monthEnd,
  "an import that is refused for one account": refusedAccount,
  "an import that dies": () => failedImport("dies"),
};

for (const [name, scene] of Object.entries(SCENES)) {
  Deno.test(`killed at ${DEATHS} sampled steps of ${name}, another process ends it the same`, async () => {
    const { died } = await sampled(await scene(), { deaths: DEATHS, seed: 5 });
    assert.equal(died.length, DEATHS);
  });
}

Deno.test("what a second person has agreed to goes out as it was shown, a day later and whatever is read in between", async () => {
  const { orders, before, day, project } = await secondPerson();
  const home = await postingHouse(orders, { project });
  await before!(home);
  for (let time = 0; time < 2; time++) {
    await post(home);
    await agree(home);
  }
  await day(home);
  assert.equal((await post(home)).counts.parked, 5);
  // Nothing has changed: the plan stays what it is from day to day.
  home.clock.advance(24 * 3_600_000);
  assert.equal((await post(home)).counts.parked, 5);
  await agree(home);
  home.clock.advance(24 * 3_600_000);
  const { counts } = await post(home);
  assert.deepEqual([counts.create, counts.rejected, counts.parked], [5, 0, 0]);
  await home.close();
});
