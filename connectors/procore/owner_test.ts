import assert from "node:assert/strict";
import type { Change, Row } from "../../engine/connector.ts";
import { Failure } from "../../engine/failure.ts";
import { foreignOrigins, ownerCheck, ownPrefixes } from "./owner.ts";
import { testSettings } from "./testing.ts";

const writing = (...origins: string[]): Change[] =>
  origins.map((origin_id) => ({ action: "create", fields: { origin_id } }));
const rows = (...origins: (string | null)[]): Row[] =>
  origins.map((origin_id, index) => ({ id: `${index}`, origin_id }));

const scenarios: [name: string, settings: object, changes: Change[], present: Row[], refused: boolean][] = [
  ["nobody owns anything", {}, writing("EBS-V-1"), rows(null, null, ""), false],
  ["all is ours, by what is written", {}, writing("EBS-V-1"), rows("EBS-V-2", "EBS-P-3"), false],
  ["another connector's key", {}, writing("EBS-V-1"), rows("EBS-V-2", "CE_1001"), true],
  ["a key that begins alike", {}, writing("EBS-V-1"), rows("EBSX-1"), true],
  ["a tag with digits", {}, writing("EBS2-V-1"), rows("EBS2-V-9"), false],
  ["ours by the tag", { tag: "DEN" }, [{ action: "update", id: "1", fields: { city: "x" } }], rows("DEN-V-1"), false],
  ["ours by a setting", { origin_prefixes: ["OLD/"] }, writing("EBS-V-1"), rows("OLD/7"), false],
  [
    "an update of our own row",
    {},
    [{ action: "update", id: "1", fields: {}, present: { origin_id: "EBS-V-1" } }],
    rows("EBS-V-1"),
    false,
  ],
  [
    "adopting a foreign row",
    {},
    [{ action: "update", id: "1", fields: { origin_id: "EBS-V-1" }, present: { origin_id: "CE_1" } }],
    rows("CE_1"),
    true,
  ],
  ["keys without a telling beginning", {}, writing("4711"), rows("CE_1"), false],
  ["allowed by a setting", { foreign_origin: "allow" }, writing("EBS-V-1"), rows("CE_1"), false],
];

Deno.test("writes are refused where another integration owns origin_id, and only there", async () => {
  for (const [name, settings, changes, present, refused] of scenarios) {
    const { tag, ...rest } = settings as { tag?: string };
    const owner = ownerCheck({ ...testSettings(rest), tags: tag ? [tag] : [] });
    const looked = owner({ stream: "vendors", partition: "-" }, changes, () => Promise.resolve(present));
    if (!refused) await assert.doesNotReject(looked, name);
    else await assert.rejects(looked, (error) => error instanceof Failure && error.code === "owner.foreign", name);
  }
});

Deno.test("it looks once for each stream and partition, again after a refusal, and never where nothing is written", async () => {
  const owner = ownerCheck({ ...testSettings(), tags: [] });
  let looks = 0;
  const look = (found: Row[]) => () => (looks++, Promise.resolve(found));
  await owner({ stream: "vendors", partition: "-" }, [], look(rows("CE_1")));
  assert.equal(looks, 0);
  await owner({ stream: "vendors", partition: "-" }, writing("EBS-1"), look(rows()));
  await owner({ stream: "vendors", partition: "-" }, writing("EBS-2"), look(rows("CE_1")));
  assert.equal(looks, 1);
  for (let time = 0; time < 2; time++) {
    await assert.rejects(owner({ stream: "cost_codes", partition: "7" }, writing("EBS-2"), look(rows("CE_1"))));
  }
  assert.equal(looks, 3);
});

Deno.test("says how many are foreign and names a few", () => {
  const found = foreignOrigins(
    rows("CE_1", "EBS-1", null, "CE_2", "CE_3", "CE_4"),
    ownPrefixes({ ...testSettings(), tags: ["EBS"] }),
  );
  assert.deepEqual(found, { owned: 5, foreign: 4, examples: ["CE_1", "CE_2", "CE_3"] });
});
