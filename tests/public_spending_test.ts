import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import type { RunOptions } from "../engine/run/types.ts";
import { type House, house, publicSpending } from "./support/house.ts";

const data = await publicSpending();

/** The pipelines of suppliers and accounts; the orders have a test of their own. */
async function runAll(home: House, options: Partial<RunOptions> = {}) {
  const results: Record<string, Awaited<ReturnType<House["run"]>>> = {};
  for (const name of ["projects", "vendors", "cost-codes"]) results[name] = await home.run(name, options);
  return results;
}

Deno.test({
  name: "a year of a council's suppliers and accounts: every record ends linked, or is told why not",
  ignore: !data && (console.log("skipped: ../shared/data/public-spending is not here"), true),
  fn: async (t) => {
    const home = await house({ data });
    const suppliers = data!.suppliers;
    const first = await runAll(home);

    await t.step(
      "every supplier is a vendor of its own, trailing blanks trimmed, shared names told apart",
      async () => {
        const { counts, changes, failure } = first.vendors;
        assert.equal(failure, undefined);
        assert.equal(counts.create + counts.rejected + counts.skipped, suppliers.length);
        assert(changes.filter((change) => change.word === "rejected").every((change) => change.failure?.fact));
        const vendors = await home.rows("procore", "vendors");
        assert.equal(vendors.length, counts.create);
        assert.equal(
          new Set(vendors.map((vendor) => String(vendor.name).toLowerCase())).size,
          vendors.length,
          "names are unique",
        );
        assert(vendors.every((vendor) => String(vendor.name) === String(vendor.name).trim()));
        const byName = Map.groupBy(suppliers, (supplier) => String(supplier.VENDOR_NAME).trim().toLowerCase());
        const shared = [...byName.values()].filter((group) => group.length > 1);
        assert(shared.length >= 7, "the data has names that several suppliers share");
        const byNumber = new Map(vendors.map((vendor) => [vendor.origin_code, vendor]));
        for (const group of shared) {
          const names = group.map((supplier) => String(byNumber.get(String(supplier.SEGMENT1))!.name));
          assert.equal(names.filter((name) => / \(\w+\)$/.test(name)).length, group.length - 1, names.join(" | "));
        }
      },
    );

    await t.step("every account is a cost code in each project whose orders use it", async () => {
      const pairs = new Set<string>();
      for (const order of data!.purchase_orders) {
        for (const line of order.LINES as readonly Row[]) {
          pairs.add(`${order.PROJECT_NUMBER} ${line.CODE_COMBINATION_ID}`);
        }
      }
      const { counts, failure } = first["cost-codes"];
      assert.equal(failure, undefined);
      assert.equal(counts.create, pairs.size);
      assert.equal((await home.rows("procore", "cost_codes")).length, pairs.size);
    });

    await t.step("a second run writes nothing, and makes no more calls than there are pages", async () => {
      home.clock.advance(3_600_000);
      home.reopen();
      const second = await runAll(home, { full: true });
      for (const [pipeline, { counts, failure }] of Object.entries(second)) {
        assert.equal(failure, undefined);
        const { create, adopt, update, deactivate } = counts;
        assert.equal(create + adopt + update + deactivate, 0, pipeline);
      }
      assert.equal(second.vendors.counts.unchanged, first.vendors.counts.create);
      assert.equal(second["cost-codes"].counts.unchanged, first["cost-codes"].counts.create);
      const { calls } = second.vendors;
      const pages = [23, 611, 1364].map((rows) => Math.ceil(rows / 500)).reduce((sum, count) => sum + count);
      const reads = Object.entries(calls.ebs.byRoute).filter(([route]) => !/login|get_context/.test(route));
      assert.equal(reads.reduce((sum, [, count]) => sum + count, 0), pages, JSON.stringify(calls.ebs.byRoute));
      assert.equal(calls.procore.byRoute["PATCH /rest/v1.0/vendors/sync"], undefined);
      assert.equal(calls.procore.total, 0, `nothing is asked of Procore: ${JSON.stringify(calls.procore.byRoute)}`);
    });
    await home.close();
  },
});
