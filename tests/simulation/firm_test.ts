import assert from "node:assert/strict";
import { firm } from "./firm.ts";

/** More of them are in `deno task simulate:firms`. */
const SEEDS = 5;

Deno.test(`${SEEDS} firms whose runs die and lose calls have the books of twins that post once, at the end`, async () => {
  let journals = 0, befell = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const figures = await firm(seed);
    journals += figures.journals;
    befell += figures.deaths + figures.lost;
  }
  assert(journals > 5 * SEEDS && befell > SEEDS, `${journals} journals, ${befell} mishaps`);
});
