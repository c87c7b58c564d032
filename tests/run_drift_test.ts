import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { linksOf } from "../engine/state/links.ts";
import { listRejected } from "../engine/state/rejected.ts";
import type { House } from "./support/house.ts";
import { cursors, house, pipelinesWith, small, watch, words } from "./support/small.ts";

type Policy = "overwrite" | "keep" | "reject";

/** A house whose vendors pipeline has this policy, with everything synced once. */
async function synced(
  policy: Policy,
): Promise<{ home: House; calls: ReturnType<typeof watch>; done: () => Promise<void> }> {
  const pipelines = await pipelinesWith({
    vendors: policy === "overwrite" ? [] : [["drift: overwrite # Oracle", `drift: ${policy} # Oracle`]],
  });
  const calls = watch();
  const home = await house({ project: pipelines, around: calls.around });
  await home.runAll();
  home.clock.advance(3_600_000);
  calls.clear();
  return {
    home,
    calls,
    done: async () => {
      await home.close();
    },
  };
}

const vendor = async (home: House, key: string): Promise<Row> =>
  (await home.rows("procore", "vendors")).find((row) => row.origin_id === `EBS-V-${key}`)!;

const byHand = async (home: House, key: string, fields: Record<string, string>): Promise<void> => {
  await home.touch("procore", "vendors", (await vendor(home, key)).id as string, fields);
  home.reopen();
};

/** What a person did in Procore and what changed in Oracle; what a run makes of it under each policy, with and without --verify. */
interface Scenario {
  name: string;
  hand: Record<string, string>;
  source?: Record<string, string>;
  verify: boolean;
  /** The word under each policy, and the fields that then stand in Procore. */
  outcome: Record<Policy, { word: string | undefined; stands: Record<string, string> }>;
}

const SCENARIOS: Scenario[] = [
  {
    name: "changed in Procore alone, nobody looks: nothing happens",
    hand: { city: "Boulder" },
    verify: false,
    outcome: {
      overwrite: { word: undefined, stands: { city: "Boulder" } },
      keep: { word: undefined, stands: { city: "Boulder" } },
      reject: { word: undefined, stands: { city: "Boulder" } },
    },
  },
  {
    name: "changed in Procore alone, --verify looks",
    hand: { city: "Boulder" },
    verify: true,
    outcome: {
      overwrite: { word: "update", stands: { city: "Denver" } },
      keep: { word: "unchanged", stands: { city: "Boulder" } },
      reject: { word: "rejected", stands: { city: "Boulder" } },
    },
  },
  {
    name: "another field changed in Oracle",
    hand: { city: "Boulder" },
    source: { VENDOR_NAME: "Cedar & Sons" },
    verify: false,
    outcome: {
      overwrite: { word: "update", stands: { city: "Denver", name: "Cedar & Sons" } },
      keep: { word: "update", stands: { city: "Boulder", name: "Cedar & Sons" } },
      reject: { word: "rejected", stands: { city: "Boulder", name: "Cedar Works Inc." } },
    },
  },
  {
    name: "the same field changed on both sides",
    hand: { name: "Cedar, by hand" },
    source: { VENDOR_NAME: "Cedar & Sons" },
    verify: false,
    outcome: {
      overwrite: { word: "update", stands: { name: "Cedar & Sons" } },
      keep: { word: "unchanged", stands: { name: "Cedar, by hand" } },
      reject: { word: "rejected", stands: { name: "Cedar, by hand" } },
    },
  },
  {
    name: "a person made the very change that Oracle then made",
    hand: { name: "Cedar & Sons" },
    source: { VENDOR_NAME: "Cedar & Sons" },
    verify: false,
    outcome: {
      overwrite: { word: undefined, stands: { name: "Cedar & Sons" } },
      keep: { word: undefined, stands: { name: "Cedar & Sons" } },
      reject: { word: undefined, stands: { name: "Cedar & Sons" } },
    },
  },
  {
    name: "a field that no rule maps is nobody's business",
    hand: { notes: "call before noon" },
    verify: true,
    outcome: {
      overwrite: { word: undefined, stands: { notes: "call before noon" } },
      keep: { word: undefined, stands: { notes: "call before noon" } },
      reject: { word: undefined, stands: { notes: "call before noon" } },
    },
  },
];

for (const policy of ["overwrite", "keep", "reject"] as const) {
  Deno.test(`drift: ${policy} does with a person's change what it says, tells it, and settles`, async (t) => {
    for (const { name, hand, source, verify, outcome } of SCENARIOS) {
      await t.step(name, async () => {
        const { home, calls, done } = await synced(policy);
        const { word, stands } = outcome[policy];
        await byHand(home, "3003", hand);
        if (source) await home.touch("ebs", "AP_SUPPLIERS", "3003", source);
        calls.clear();
        const { changes, failure } = await home.run("vendors", { verify });
        assert.equal(failure, undefined);
        const own = changes.find(({ key }) => key === "3003");
        assert.equal(own?.word, word, JSON.stringify(own));
        const others = changes.filter(({ key }) =>
          key !== "3003" && key !== "3002" && key !== "3013" && key !== "3014"
        );
        assert.deepEqual(words(others), [], "nobody else is touched");
        const row = await vendor(home, "3003");
        for (const [field, value] of Object.entries(stands)) assert.equal(row[field], value, field);
        assert.equal(calls.writes().length, word === "update" ? 1 : 0);
        if (own?.fields) {
          for (const [field, change] of Object.entries(own.fields)) {
            assert.equal(
              change.drift ?? false,
              field in hand,
              `${field} is told as drift just where a person changed it`,
            );
          }
        }
        if (word === "rejected") {
          assert.equal(own!.failure!.code, "drift.rejected");
          for (const field of Object.keys(hand)) assert.match(own!.failure!.fact, new RegExp(field));
        }

        // A second run finds nothing new to do, however it looks.
        for (const options of [{ verify }, { full: true }]) {
          calls.clear();
          home.clock.advance(3_600_000);
          home.reopen();
          const again = (await home.run("vendors", options)).changes.filter(({ key }) => key === "3003");
          const settled = word === "rejected" || word === "unchanged";
          assert(again.every((change) => settled && change.word === word), words(again).join());
          assert.deepEqual(calls.writes(), []);
        }
        await done();
      });
    }
  });
}

Deno.test("what drift: keep left alone is still seen as kept in every --verify, and never written over by later changes", async () => {
  const { home, done } = await synced("keep");
  await byHand(home, "3003", { city: "Boulder" });
  for (const name of ["Cedar 1", "Cedar 2", "Cedar 3"]) {
    home.clock.advance(3_600_000);
    await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: name });
    await home.run("vendors");
    const row = await vendor(home, "3003");
    assert.deepEqual([row.name, row.city], [name, "Boulder"]);
    const [link] = (await linksOf(home.store, "vendors", ["3003"])).get("3003")!;
    assert.equal(link.values.city, "Denver", "the link goes on saying what we wrote");
  }
  const plan = await home.run("vendors", { verify: true, full: true, mode: "plan" });
  assert.equal(plan.counts.update, 0);
  await done();
});

Deno.test("the other way round: what Oracle changes after a person's change goes through where the person's value is Oracle's", async () => {
  const { home, done } = await synced("keep");
  await byHand(home, "3003", { name: "Cedar & Sons" });
  await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar & Sons" });
  await home.run("vendors");
  home.clock.advance(3_600_000);
  await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar & Heirs" });
  await home.run("vendors");
  assert.equal((await vendor(home, "3003")).name, "Cedar & Heirs", "both agreed before: it is ours again");
  await done();
});

Deno.test("a rejected drift clears once the person has put it back, and needs nobody's word", async () => {
  const { home, done } = await synced("reject");
  await byHand(home, "3003", { city: "Boulder" });
  await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar & Sons" });
  await home.run("vendors");
  assert.deepEqual((await Array.fromAsync(listRejected(home.store, "vendors"))).map(({ key }) => key), ["3003"]);
  const before = await cursors(home.store);
  await byHand(home, "3003", { city: "Denver" });
  home.clock.advance(3_600_000);
  const { changes } = await home.run("vendors", { full: true });
  assert.deepEqual(words(changes.filter(({ key }) => key === "3003")), ["3003 update"]);
  assert.equal((await vendor(home, "3003")).name, "Cedar & Sons");
  assert.deepEqual(await Array.fromAsync(listRejected(home.store, "vendors")), []);
  assert.notDeepEqual(await cursors(home.store), before);
  await done();
});

Deno.test("a linked record that is gone from Procore is told, and not made again unseen", async () => {
  const gone: string[] = [];
  const home = await house({
    data: small(),
    around: (connection, wire) => async (request) => {
      const response = await wire(request);
      if (connection !== "procore" || request.method !== "GET" || !/vendors/.test(request.url)) return response;
      const body = await response.json();
      const rows = Array.isArray(body) ? body.filter((row) => !gone.includes(String(row.id))) : body;
      return new Response(JSON.stringify(rows), { headers: response.headers });
    },
  });
  await home.runAll();
  gone.push((await vendor(home, "3003")).id as string);
  home.clock.advance(3_600_000);
  home.reopen();
  await home.touch("ebs", "AP_SUPPLIERS", "3003", { VENDOR_NAME: "Cedar & Sons" });
  const count = (await home.rows("procore", "vendors")).length;
  const { changes } = await home.run("vendors");
  assert.deepEqual(words(changes), ["3003 rejected"]);
  assert.equal(changes[0].failure!.code, "record.gone");
  assert.equal((await home.rows("procore", "vendors")).length, count);
  assert.equal((await vendor(home, "3003")).name, "Cedar Works Inc.");
  await home.close();
});
