/** A run that may last only so long is cut into slices: each stops at a checkpoint, and the next goes on from there. */
import assert from "node:assert/strict";
import { Failure } from "../engine/failure.ts";
import { listLinks } from "../engine/state/links.ts";
import { getRun } from "../engine/state/runs.ts";
import { getCursor } from "../engine/state/cursors.ts";
import { type House, house } from "./support/house.ts";

const sliced = () => new Failure("run.sliced", { fact: "Its slice of time is over" });

/** A house whose runs are told to stop at their `nth` call that matches. */
async function slicing(at: RegExp, nth: number): Promise<{ home: House; slice(): AbortSignal }> {
  let calls = 0;
  let stop = new AbortController();
  const home = await house({
    around: (_, wire) => async (request) => {
      const response = await wire(request);
      if (at.test(`${request.method} ${request.url}`) && ++calls === nth) stop.abort(sliced());
      return response;
    },
  });
  const slice = (): AbortSignal => {
    calls = 0;
    return (stop = new AbortController()).signal;
  };
  return { home, slice };
}

async function links(home: House, pipeline: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { key, part, values } of listLinks(home.store, pipeline)) {
    found.push([key, part, values.origin_id ?? ""]);
  }
  return found;
}

Deno.test("slices of a run do together what one run does, and no slice counts as failed", async () => {
  const calm = await house();
  const whole = await calm.runAll();
  const { home, slice } = await slicing(/PATCH .*sync|POST .*get_/, 12);
  for (const { name, posting } of home.project.pipelines) {
    if (posting) continue;
    let slices = 0;
    for (;;) {
      const result = await home.run(name, { signal: slice() });
      assert.ok(++slices < 100, `${name} gets somewhere`);
      const record = await getRun(home.store, result.record.id);
      assert.notEqual(record?.state, "failed", JSON.stringify(result.failure));
      if (record?.state !== "sliced") {
        assert.equal(result.failure, undefined);
        break;
      }
      assert.equal(result.failure?.code, "run.sliced");
      assert.equal(record.failure, undefined, "the record of a slice has no failure");
      assert.ok(record.endedAt);
    }
    assert.deepEqual(await links(home, name), await links(calm, name), name);
    if (whole[name].counts.create > 300) assert.ok(slices > 1, `${name} was sliced`);
  }
  for (const table of ["vendors", "cost_codes", "purchase_order_contracts"]) {
    assert.equal((await home.rows("procore", table)).length, (await calm.rows("procore", table)).length, table);
  }
  await calm.close();
  await home.close();
});

Deno.test("a slice that ends between two pages keeps how far it has got", async () => {
  const { home, slice } = await slicing(/POST .*get_suppliers/, 2);
  const first = await home.run("vendors", { signal: slice() });
  assert.equal(first.record.state, "sliced");
  const cursor = await getCursor(home.store, "vendors", "-");
  assert.ok(cursor === undefined || cursor.pass, "no cursor stands at the end of what was not read");
  await home.close();
});
