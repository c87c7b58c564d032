/** Journals of runs that are cut into slices, at each of their calls: each journal once, and the books of a run that was never cut. */
import assert from "node:assert/strict";
import { Failure } from "../engine/failure.ts";
import { line, order } from "./support/orders.ts";
import { certify, journals, POSTING, postingHouse } from "./support/postings.ts";
import type { House } from "./support/house.ts";

const NUMBERS = [1, 2, 3, 4, 5];
const orders = NUMBERS.map((number) => order(number, [line("1000"), line("500.50")]));

/** A house with a sheet for each contract; its slices end with their call of this number. */
async function sheets(): Promise<{ home: House; slice(at: number): AbortSignal; calls(): number }> {
  let calls = 0, end = Infinity;
  let stop = new AbortController();
  const home = await postingHouse(orders, {
    around: (_, wire) => async (request) => {
      const response = await wire(request);
      if (++calls === end) stop.abort(new Failure("run.sliced", { fact: "Its slice of time is over" }));
      return response;
    },
  });
  for (const number of NUMBERS) await certify(home, number, [`${100 * number}`, "50.25"]);
  return {
    home,
    calls: () => calls,
    slice(at) {
      [calls, end, stop] = [0, at, new AbortController()];
      return stop.signal;
    },
  };
}

const booked = async (home: House): Promise<string[]> => (await journals(home)).flatMap(({ lines }) => lines).sort();

Deno.test("a posting run that is cut at any of its calls posts each journal once, with its next slices", async () => {
  const calm = await sheets();
  const signal = calm.slice(Infinity);
  const whole = await calm.home.run(POSTING, { signal });
  assert.equal(whole.failure, undefined);
  const [expected, most] = [await booked(calm.home), calm.calls()];
  assert.equal((await journals(calm.home)).length, NUMBERS.length);
  await calm.home.close();

  let cut = 0;
  for (let at = 1; at <= most; at += 2) {
    const { home, slice } = await sheets();
    const first = await home.run(POSTING, { signal: slice(at) });
    if (first.record.state === "sliced") cut++;
    else assert.equal(first.record.state, "done");
    // Its import may still be at work when a slice ends.
    for (let more = 0; more < 3; more++) {
      home.clock.advance(300_000);
      const next = await home.run(POSTING, { signal: slice(Infinity) });
      assert.equal(next.failure, undefined, `cut at call ${at}: ${JSON.stringify(next.failure)}`);
    }
    assert.deepEqual(await booked(home), expected, `cut at call ${at}`);
    const names = (await journals(home)).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, `cut at call ${at}: each once`);
    await home.close();
  }
  assert.ok(cut > 3, `${cut} runs were cut`);
});
