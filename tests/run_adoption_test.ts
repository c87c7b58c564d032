import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { decideAdoption, listAdoptions } from "../engine/state/adoptions.ts";
import { batch } from "../engine/state/batch.ts";
import { linksOf } from "../engine/state/links.ts";
import { addWakes } from "../engine/state/wakes.ts";
import type { House } from "./support/house.ts";
import { house, small, supplier, watch, words } from "./support/small.ts";

/** Just these suppliers and vendors. */
function firm(suppliers: Row[], vendors: Row[]): Record<string, Row[]> {
  return { ...small(), suppliers, procore_vendors: vendors };
}

const vendorOf = async (home: House, id: string): Promise<Row> =>
  (await home.rows("procore", "vendors")).find((row) => row.id === id)!;

/** A person accepts or declines, as `gusset adopt` does it. */
async function decide(home: House, key: string, accept: boolean): Promise<void> {
  for await (const { pipeline, ...record } of listAdoptions(home.store, "vendors")) {
    if (record.key !== key) continue;
    const writes = batch(home.store);
    decideAdoption(writes, pipeline, record, { accept, by: "anna", at: new Date(home.clock.now()).toISOString() });
    addWakes(writes, pipeline, [key], "decided by anna");
    await writes.commit();
    return;
  }
  assert.fail(`nothing is suggested for ${key}`);
}

Deno.test("what is there already is taken over, suggested or refused, and never made a second time", async (t) => {
  const vendor = (fields: Row): Row => ({ is_active: true, ...fields });
  const table: { name: string; suppliers: Row[]; vendors: Row[]; words: string[]; codes?: string[]; total: number }[] =
    [
      {
        name: "the supplier number matches: taken over at once, whatever the name",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "Something else", origin_code: "1" })],
        words: ["3001 adopt"],
        total: 1,
      },
      {
        name: "our own key is there (a lost state): taken over at once",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "Something else", origin_id: "EBS-V-3001" })],
        words: ["3001 adopt"],
        total: 1,
      },
      {
        name: "the key goes before the number",
        suppliers: [supplier(1, "Alder")],
        vendors: [
          vendor({ name: "A", origin_id: "EBS-V-3001", origin_code: "77" }),
          vendor({ name: "B", origin_code: "1" }),
        ],
        words: ["3001 adopt"],
        total: 2,
      },
      {
        name: "the name alone matches, blanks and case aside: suggested",
        suppliers: [supplier(1, "Alder Works ")],
        vendors: [vendor({ name: "ALDER works" })],
        words: ["3001 adopt?"],
        total: 1,
      },
      {
        name: "an inactive twin by number: taken over, and active again",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "Alder", origin_code: "1", is_active: false })],
        words: ["3001 adopt"],
        total: 1,
      },
      {
        name: "an inactive twin by name: suggested",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "Alder", is_active: false })],
        words: ["3001 adopt?"],
        total: 1,
      },
      {
        name: "two have the number: nobody can tell which",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "A", origin_code: "1" }), vendor({ name: "B", origin_code: "1" })],
        words: ["3001 rejected"],
        codes: ["adopt.ambiguous"],
        total: 2,
      },
      {
        name: "two suppliers match one vendor by number: the first has it, the second is told who",
        suppliers: [supplier(1, "Alder"), supplier(2, "Birch", { SEGMENT1: "1" })],
        vendors: [vendor({ name: "A", origin_code: "1" })],
        words: ["3001 adopt", "3002 rejected"],
        codes: ["link.taken"],
        total: 1,
      },
      {
        name: "nothing matches: a new one",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "Zelkova", origin_code: "9" })],
        words: ["3001 create"],
        total: 2,
      },
      {
        name: "an empty name or number matches nobody",
        suppliers: [supplier(1, "Alder")],
        vendors: [vendor({ name: "  Nobody  ", origin_code: "" })],
        words: ["3001 create"],
        total: 2,
      },
    ];
  for (const { name, suppliers, vendors, words: expected, codes = [], total } of table) {
    await t.step(name, async () => {
      const calls = watch();
      const home = await house({ data: firm(suppliers, vendors), around: calls.around });
      const before = await home.rows("procore", "vendors");
      const { changes, failure } = await home.run("vendors");
      assert.equal(failure, undefined);
      assert.deepEqual(words(changes), expected);
      assert.deepEqual(changes.flatMap(({ failure }) => failure?.code ?? []), codes);
      const after = await home.rows("procore", "vendors");
      assert.equal(after.length, total);
      for (const change of changes) {
        if (change.word !== "adopt") continue;
        assert(change.by && Object.keys(change.by).length > 0, "it says by what it was recognised");
        const [row, then] = [after, before].map((rows) => rows.find(({ id }) => id === change.id)!);
        if (change.suggested) assert.deepEqual(row, then, "a suggestion writes nothing");
        else {
          assert.equal(row.origin_id, `EBS-V-${change.key}`);
          assert.equal(row.is_active, true);
        }
      }
      if (expected.every((word) => /\?|rejected/.test(word))) assert.deepEqual(calls.writes(), []);
      // A second run finds the same, and does nothing again.
      calls.clear();
      home.reopen();
      const again = await home.run("vendors", { full: true });
      assert.deepEqual(words(again.changes), expected.filter((word) => /\?|rejected/.test(word)));
      assert.deepEqual(calls.writes(), []);
      await home.close();
    });
  }
});

Deno.test("a suggestion waits for a person, and what the person says is done once", async (t) => {
  const data = () => firm([supplier(1, "Alder Works")], [{ name: "Alder Works", city: "Elsewhere", is_active: true }]);

  await t.step("unanswered, nothing is written, run after run", async () => {
    const calls = watch();
    const home = await house({ data: data(), around: calls.around });
    for (const options of [{}, {}, { full: true }, { verify: true }]) {
      const { changes } = await home.run("vendors", options);
      assert(changes.every(({ suggested }) => suggested));
      home.clock.advance(3_600_000);
    }
    assert.deepEqual(calls.writes(), []);
    const [suggestion] = await Array.fromAsync(listAdoptions(home.store, "vendors"));
    assert.deepEqual(suggestion.by, { name: "Alder Works" });
    assert.deepEqual(suggestion.changes.city, ["Elsewhere", "Denver"]);
    assert.deepEqual((await linksOf(home.store, "vendors", ["3001"])).get("3001") ?? [], []);
    await home.close();
  });

  await t.step("accepted, it is taken over in the next run, without a change in the source", async () => {
    const home = await house({ data: data() });
    const { changes: [{ id }] } = await home.run("vendors");
    await decide(home, "3001", true);
    const { changes } = await home.run("vendors");
    assert.deepEqual(words(changes), ["3001 adopt"]);
    assert.equal((await vendorOf(home, id!)).origin_id, "EBS-V-3001");
    assert.equal((await home.rows("procore", "vendors")).length, 1);
    assert.deepEqual(
      await Array.fromAsync(listAdoptions(home.store, "vendors")),
      [],
      "the suggestion has done its service",
    );
    assert.deepEqual(words((await home.run("vendors")).changes), []);
    await home.close();
  });

  await t.step("accepted, then changed in the source: taken over with what the source says now", async () => {
    const home = await house({ data: data() });
    const { changes: [{ id }] } = await home.run("vendors");
    await decide(home, "3001", true);
    home.clock.advance(3_600_000);
    await home.touch("ebs", "AP_SUPPLIERS", "3001", { VENDOR_NAME: "Alder & Daughters" });
    assert.deepEqual(words((await home.run("vendors")).changes), ["3001 adopt"]);
    assert.equal((await vendorOf(home, id!)).name, "Alder & Daughters");
    assert.equal((await home.rows("procore", "vendors")).length, 1);
    await home.close();
  });

  await t.step("accepted, then renamed in Procore: still the one that the person meant", async () => {
    const home = await house({ data: data() });
    const { changes: [{ id }] } = await home.run("vendors");
    await decide(home, "3001", true);
    await home.touch("procore", "vendors", id!, { name: "Renamed by hand" });
    home.reopen();
    assert.deepEqual(words((await home.run("vendors")).changes), ["3001 adopt"]);
    const row = await vendorOf(home, id!);
    assert.deepEqual([row.name, row.origin_id], ["Alder Works", "EBS-V-3001"]);
    assert.equal((await home.rows("procore", "vendors")).length, 1);
    await home.close();
  });

  await t.step("accepted, and out of the source before it was done: nothing is taken over", async () => {
    const calls = watch();
    const home = await house({ data: data(), around: calls.around });
    await home.run("vendors");
    await decide(home, "3001", true);
    home.clock.advance(3_600_000);
    await home.touch("ebs", "AP_SUPPLIERS", "3001", { END_DATE_ACTIVE: "2026-10-01T00:00:00" });
    assert.deepEqual(words((await home.run("vendors")).changes), ["3001 skipped"]);
    assert.deepEqual(calls.writes(), []);
    await home.close();
  });

  await t.step("declined, a new one is made, under a name that is free; it is never suggested again", async () => {
    const home = await house({ data: data() });
    const { changes: [{ id }] } = await home.run("vendors");
    await decide(home, "3001", false);
    const { changes } = await home.run("vendors");
    assert.deepEqual(words(changes), ["3001 create"]);
    assert.notEqual(changes[0].id, id);
    const rows = await home.rows("procore", "vendors");
    assert.deepEqual(rows.map(({ name }) => name).sort(), ["Alder Works", "Alder Works (1)"]);
    assert.equal((await vendorOf(home, id!)).origin_id ?? null, null, "the other is as it was");
    for (const options of [{}, { full: true }]) {
      assert.deepEqual(words((await home.run("vendors", options)).changes), []);
    }
    await home.close();
  });

  await t.step("meanwhile another supplier's number stands on it: the person's word goes first", async () => {
    const home = await house({ data: data() });
    const { changes: [{ id }] } = await home.run("vendors");
    await decide(home, "3001", true);
    await home.touch("procore", "vendors", id!, { origin_code: "2" });
    await home.touch("ebs", "AP_SUPPLIERS", "3002", { SEGMENT1: "2", VENDOR_NAME: "Birch", ENABLED_FLAG: "Y" });
    await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5002", {
      VENDOR_ID: "3002",
      ORG_ID: "204",
      PURCHASING_SITE_FLAG: "Y",
    });
    home.reopen();
    const { changes } = await home.run("vendors");
    assert.deepEqual(words(changes), ["3001 adopt", "3002 create"]);
    assert.equal(changes[0].id, id);
    const rows = await home.rows("procore", "vendors");
    assert.deepEqual(rows.map((row) => [row.origin_id, row.origin_code]).sort(), [["EBS-V-3001", "1"], [
      "EBS-V-3002",
      "2",
    ]]);
    await home.close();
  });

  await t.step("gone from Procore before it was accepted: a new one is made", async () => {
    const hidden: string[] = [];
    const home = await house({
      data: data(),
      around: (connection, wire) => async (request) => {
        const response = await wire(request);
        if (
          connection !== "procore" || hidden.length === 0 || !/vendors/.test(request.url) || request.method !== "GET"
        ) {
          return response;
        }
        const body = await response.json();
        const rows = Array.isArray(body) ? body.filter((row) => !hidden.includes(String(row.id))) : body;
        return new Response(JSON.stringify(rows), { headers: response.headers });
      },
    });
    const { changes: [{ id }] } = await home.run("vendors");
    await decide(home, "3001", true);
    hidden.push(id!);
    home.reopen();
    const { changes, failure } = await home.run("vendors");
    assert.equal(failure, undefined);
    // The name is free as far as can be seen, and Procore refuses it all the same: the number goes behind it.
    assert.deepEqual(words(changes), ["3001 create"]);
    await home.close();
  });
});
