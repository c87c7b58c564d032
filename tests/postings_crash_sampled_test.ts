import assert from "node:assert/strict";
import { sampled } from "./support/posting_crash.ts";
import { MANY, manySheets } from "./support/posting_many.ts";

/** More of them are in `deno task crash:postings`. */
const DEATHS = 6;

Deno.test(`killed at ${DEATHS} sampled steps of a run that posts ${MANY} journals, another process posts each once`, async () => {
  const { died, journals } = await sampled(manySheets(), { deaths: DEATHS, seed: 11 });
  assert.equal(journals, MANY);
  assert(died.length >= DEATHS - 1, `${died.length} of ${DEATHS}`);
});
