import assert from "node:assert/strict";
import { type Flood, flood } from "./support/webhook_flood.ts";

/** What must hold of any flood. */
function holds({ missed, left, commits, distinct, taken, sent }: Flood): void {
  assert.deepEqual(missed, [], "the last change of a record was not read");
  assert.equal(left, 0);
  assert.ok(commits <= distinct, `${commits} commits for ${distinct} new deliveries`);
  assert.equal(taken.stored, distinct);
  const { forged = 0, oversized = 0, malformed = 0, old = 0, known = 0 } = taken;
  assert.ok(Math.min(forged, oversized, malformed, old) > 20, "too few were unwelcome");
  // One replay came with each old one.
  assert.equal(known, sent - distinct + old);
  const again = (sent - distinct) / sent;
  assert.ok(again > 0.35 && again < 0.45, `${again} came twice`);
}

Deno.test("1,000 deliveries, 40 of 100 twice, out of order, fifty at once: every record is read, and just once", async () => {
  const came = await flood({ deliveries: 1_000, records: 200 });
  holds(came);
  assert.equal(came.reads.records, came.changed);
  assert.ok(came.reads.lists <= 0.05 * came.changed, `${came.reads.lists} lists`);
});

Deno.test("deliveries that come while others are worked off are read after their last news", async () => {
  const came = await flood({ deliveries: 1_000, records: 200, meanwhile: true });
  holds(came);
  assert.ok(came.reads.records < came.distinct, "records were read for each of their deliveries");
});
