import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { line, order, ORDER_PIPELINES, orderHouse, orderPipelines, sync } from "./support/orders.ts";
import { watch, words } from "./support/small.ts";

/** Orders that take their vendor's name, and what receiving made of each line, from other streams. */
const joined = await orderPipelines({
  "purchase-orders": [
    [
      "  # Standard orders",
      `  skip:
    - { when: "rec.COMMENTS == 'mistake'", says: "Order {SEGMENT1} was a mistake" }
    - { when: "rec.?supplier.?VENDOR_NAME.orValue('').contains('Birch')", says: "{supplier.VENDOR_NAME} bills by paper" }
  with:
    supplier: { connection: ebs, stream: suppliers, key: VENDOR_ID }
    billing: { each: LINES.DISTRIBUTIONS, connection: ebs, stream: po_billing, key: PO_DISTRIBUTION_ID }
  # Standard orders`,
    ],
    [/title: .*/, 'title: { template: "{supplier.VENDOR_NAME} {SEGMENT1}" }'],
    [
      "description: parent.ITEM_DESCRIPTION",
      'description: { template: "{parent.ITEM_DESCRIPTION} of {billing.ORDERED_AMOUNT}" }',
    ],
  ],
});

const orders = [
  order(1, [line("10.10"), line("20", { PROJECT: "PHX-1" })]),
  order(2, [line("5")], { VENDOR_ID: "3002" }),
  order(3, [line("7")], { COMMENTS: "mistake" }),
  order(4, [line("8")], { TYPE_LOOKUP_CODE: "BLANKET" }),
  order(5, [line("9")], { VENDOR_ID: "9999" }),
];

Deno.test("an ordinary run joins a page in bulk: what is out of scope already costs nothing, and each part sees its own", async () => {
  const seen = watch();
  const home = await orderHouse(orders, { project: joined, around: seen.around });
  try {
    await sync(home, ORDER_PIPELINES.slice(0, -1));
    seen.clear();
    const { changes, record } = await home.run("purchase-orders");
    assert.equal(record.state, "partial");
    assert.deepEqual(words(changes).toSorted(), [
      "80001/4001 create",
      "80001/4002 create",
      "80002 skipped",
      "80003 skipped",
      "80004 skipped",
      "80005/4001 rejected",
    ]);
    const why = (key: string) => changes.find((change) => change.key === key)!.why;
    assert.equal(why("80002"), "Birch Works Inc. bills by paper");
    assert.equal(why("80003"), "Order 3 was a mistake");
    assert.equal(why("80004"), "outside `where`");
    assert.match(
      JSON.stringify(changes.find(({ key }) => key === "80005")!.failure),
      /supplier\.VENDOR_NAME is absent/,
    );
    const titles = (await home.rows("procore", "purchase_order_contracts")).map(({ title }) => title);
    assert.deepEqual(titles, ["Alder Works Inc. 1", "Alder Works Inc. 1"]);
    const items = (await home.rows("procore", "purchase_order_contract_line_items")).map(({ description }: Row) =>
      description
    ).toSorted();
    assert.deepEqual(items, ["Works 1 of 10.1", "Works 2 of 20"]);
    // Denver has all distributions, so Phoenix is not asked; suppliers belong to both, and one of them to neither.
    const reads = seen.calls.filter((call) => /get_(suppliers|po_billing)/.test(call)).map((call) =>
      call.split("/").at(-2)
    );
    assert.deepEqual(reads, ["get_suppliers", "get_suppliers", "get_po_billing"]);
    // Unchanged, though what was joined is read again.
    const again = await home.run("purchase-orders", { full: true });
    assert.equal(again.counts.unchanged, 2);
    assert.equal(again.counts.create + again.counts.update, 0);
  } finally {
    await home.close();
  }
});
