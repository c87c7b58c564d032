import assert from "node:assert/strict";
import { sandboxBooks } from "./sandbox_books.ts";
import { simulate } from "./simulate.ts";

/** More of them are in `deno task simulate`. */
const SEEDS = 200;
/** They take ten times as long. */
const SANDBOX_SEEDS = 6;

Deno.test(`in ${SEEDS} worlds in which everything goes wrong that can, every cost is in the books once`, async () => {
  const sums = { journals: 0, deaths: 0, calls: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { journals, deaths, calls } = await simulate(seed);
    sums.journals += journals;
    sums.deaths += deaths;
    sums.calls += calls;
  }
  // The worlds are as rough as they are meant to be.
  assert.ok(sums.journals > 10 * SEEDS && sums.deaths > SEEDS && sums.calls > 100 * SEEDS, JSON.stringify(sums));
});

Deno.test(`in ${SANDBOX_SEEDS} such worlds EBS's sandbox and the whole connector agree`, async () => {
  let journals = 0;
  for (let seed = 1; seed <= SANDBOX_SEEDS; seed++) {
    journals += (await simulate(seed, { destination: sandboxBooks })).journals;
  }
  assert.ok(journals > 8 * SANDBOX_SEEDS, String(journals));
});

Deno.test("the same seed gives the same world, event by event", async () => {
  for (const world of [{}, { destination: sandboxBooks }]) {
    const [one, two] = [[] as string[], [] as string[]];
    const figures = await simulate(24, { ...world, tell: (line) => one.push(line) });
    assert.deepEqual(await simulate(24, { ...world, tell: (line) => two.push(line) }), figures);
    assert.deepEqual(two, one);
  }
});

Deno.test("a world in which something does not hold is told by its seed", async () => {
  const idle = simulate(1, { round: () => Promise.resolve(true) });
  await assert.rejects(idle, /^Error: seed 1: What stands of chain 0/);
});
