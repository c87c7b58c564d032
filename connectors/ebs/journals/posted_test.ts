import assert from "node:assert/strict";
import type { PostedDocument } from "../../../engine/posting.ts";
import { toUtc } from "./posted.ts";
import { credit, debit, DENVER, desk, document } from "./testing.ts";

const all = async (pages: AsyncIterable<PostedDocument[]>): Promise<PostedDocument[][]> => await Array.fromAsync(pages);

Deno.test("what was sent is told whatever became of it, by prefix, a page at a time, with its lines as they were sent", async (t) => {
  for (const collections of ["nested", "flat"]) {
    await t.step(collections, async () => {
      const it = desk({ settings: { page_size: 2, collections } });
      const lines = [
        { ...debit("10", "40.50"), REFERENCE10: "Rebar", REFERENCE23: "1", REFERENCE24: "cost" },
        { ...credit("11", "40.50"), REFERENCE23: "1", REFERENCE24: "net" },
      ];
      const keys = ["EBS:r:1:1", "EBS:r:1:2", "EBS:r:2:1", "EBS:s:1:1"];
      await it.journals.post(DENVER, keys.map((key) => document(key, { LINES: lines })));
      await it.journals.post(DENVER, [document("EBS:r:3:1", { LINES: [debit("20", "1"), credit("11", "1")] })]);
      const pages = await all(it.journals.posted(DENVER, "EBS:r:"));
      assert.deepEqual(pages.map((page) => page.map(({ probe }) => `${probe.key} ${probe.state}`)), [
        ["EBS:r:1:1 unposted", "EBS:r:1:2 unposted"],
        ["EBS:r:2:1 unposted", "EBS:r:3:1 withdrawn"],
      ]);
      const [[first]] = pages;
      assert.deepEqual(
        { ...first, probe: undefined },
        {
          probe: undefined,
          ledger: "1",
          date: "2026-11-05",
          currency: "USD",
          at: "2026-11-10T16:00:00Z",
          lines: [
            { account: "10", debit: "40.5", position: "1", measure: "cost" },
            { account: "11", credit: "40.5", position: "1", measure: "net" },
          ],
        },
      );
      assert.deepEqual(await all(it.journals.posted(DENVER, "CDK:")), []);
    });
  }
});

Deno.test("the database's own time becomes UTC by the hours between the two, and what is no time stays", () => {
  const utc = toUtc({ X_AS_OF: "2026-11-10T09:00:00", X_UTC: "2026-11-10T16:00:01Z" });
  assert.equal(utc("2026-11-09T20:30:00"), "2026-11-10T03:30:00Z");
  assert.equal(utc(""), "");
  assert.equal(toUtc({})("2026-11-09T20:30:00"), "2026-11-09T20:30:00Z");
});
