import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { listParked } from "../engine/state/parked.ts";
import type { House } from "./support/house.ts";
import { later, retry, told } from "./support/order_trouble.ts";
import { firm, line, order, ORDER_PIPELINES, orderEnd, orderHouse, standing, sync } from "./support/orders.ts";
import { words } from "./support/small.ts";

async function projectId(home: House, number: string): Promise<string> {
  return (await home.rows("procore", "projects")).find((row) => row.project_number === number)!.id as string;
}

/** What an order waits for, and what ends the waiting. */
const WAITS: {
  name: string;
  order: Row;
  before?: (home: House) => Promise<void>;
  comes: (home: House) => Promise<void>;
}[] = [
  {
    name: "its supplier becomes a vendor",
    order: order(1, [line("10")], { VENDOR_ID: "3015" }),
    async comes(home) {
      await home.touch("ebs", "AP_SUPPLIERS", "3015", { SEGMENT1: "15", VENDOR_NAME: "Newcomer", ENABLED_FLAG: "Y" });
      const site = { VENDOR_ID: "3015", ORG_ID: "204", PURCHASING_SITE_FLAG: "Y" };
      await home.touch("ebs", "AP_SUPPLIER_SITES_ALL", "5015", site);
    },
  },
  {
    name: "its account is enabled",
    order: order(1, [line("4"), line("6", { CODE_COMBINATION_ID: "705" })]),
    before: (home) => home.touch("ebs", "GL_CODE_COMBINATIONS", "705", { ENABLED_FLAG: "N" }),
    comes: (home) => home.touch("ebs", "GL_CODE_COMBINATIONS", "705", { ENABLED_FLAG: "Y" }),
  },
  {
    name: "its project comes to Procore",
    order: order(1, [line("10")], { PROJECT_NUMBER: "PHX-1" }),
    before: async (home) =>
      await home.touch("procore", "projects", await projectId(home, "PHX-1"), { project_number: "elsewhere" }),
    comes: async (home) =>
      await home.touch("procore", "projects", await projectId(home, "elsewhere"), { project_number: "PHX-1" }),
  },
];

for (const { name, order: waiting, before, comes } of WAITS) {
  Deno.test(`an order waits until ${name}, and is woken by that, though it has not changed itself`, async () => {
    const home = await orderHouse([waiting, order(2, [line("2")])]);
    await before?.(home);
    await sync(home);
    const parked = () => Array.fromAsync(listParked(home.store, "purchase-orders"));
    assert.deepEqual((await parked()).map(({ key, word }) => [key, word]), [["80001", "parked"]]);
    assert.deepEqual((await standing(home)).map(({ number }) => number), ["204-2"]);
    await later(home);
    await comes(home);
    await sync(home, ORDER_PIPELINES.slice(0, 3));
    const { changes } = await home.run("purchase-orders");
    assert.deepEqual(changes.map(({ key, word }) => `${key} ${word}`), ["80001 create"]);
    assert.deepEqual((await standing(home)).map(({ total }) => total).sort(), ["10", "2"]);
    assert.deepEqual(await parked(), []);
    await home.close();
  });
}

for (
  const [name, shut, open] of [["closed", { active: false }, { active: true }], [
    "not permitted to us",
    { permitted: false },
    { permitted: true },
  ]] as const
) {
  Deno.test(`a project that is ${name}: its orders are told and held, all others go on, and a retry ends it once it is open`, async () => {
    const orders = [order(1, [line("10")]), order(2, [line("2"), line("3", { PROJECT: "DEN-2" })])];
    const home = await orderHouse(orders);
    await sync(home, ORDER_PIPELINES.slice(0, 3));
    const id = await projectId(home, "DEN-1");
    await home.touch("procore", "projects", id, shut);
    home.reopen();
    const { changes, failure, record } = await home.run("purchase-orders");
    assert.equal(failure, undefined);
    assert.equal(record.state, "partial");
    assert.deepEqual(words(changes).sort(), ["80001/4001 rejected", "80002/4001 rejected", "80002/4003 create"]);
    for (const change of changes) {
      if (change.word === "rejected") told(change, "record.refused", /project \d+ is closed to us/);
    }
    assert.deepEqual((await standing(home)).map(({ project, total }) => [project, total]), [["DEN-2", "3"]]);
    await home.touch("procore", "projects", id, open);
    await later(home);
    for (const key of ["80001", "80002"]) await retry(home, key);
    assert.deepEqual(words((await home.run("purchase-orders")).changes).sort(), [
      "80001/4001 create",
      "80002/4001 create",
    ]);
    assert.deepEqual((await standing(home)).map(({ total }) => total), ["10", "2", "3"]);
    await home.close();
  });
}

Deno.test("a bulk answer with three errors among five hundred rows: three orders are told why, all others are contracts", async () => {
  const data = firm(Array.from({ length: 500 }, (_, i) => order(i + 1, [line(`${i}.01`)])));
  const home = await orderHouse([], { data });
  await sync(home, ORDER_PIPELINES.slice(0, 3));
  for (const number of ["204-7", "204-77", "204-277"]) {
    await home.control("procore", "touch", {
      table: "purchase_order_contracts",
      fields: { project_number: "DEN-1", number, title: "By hand" },
    });
  }
  const { changes, failure, counts } = await home.run("purchase-orders");
  assert.equal(failure, undefined);
  assert.deepEqual([counts.create, counts.rejected], [497, 3]);
  const rejected = changes.filter(({ word }) => word === "rejected");
  assert.deepEqual(rejected.map(({ key }) => key), ["80007", "80077", "80277"]);
  for (const change of rejected) told(change, "name.taken", /number has already been taken/);
  const rows = await home.rows("procore", "purchase_order_contracts");
  assert.deepEqual([rows.length, rows.filter(({ status }) => status === "Approved").length], [500, 497]);
  await home.close();
});

/** The calls that make a contract, in their order: vendor, header, lines, status. */
const STEPS: [name: string, route: string, after: number][] = [
  ["the vendor was put on the project", "*/actions/add", 0],
  ["the contract was made", "PATCH */purchase_order_contracts/sync", 0],
  ["its lines were written", "*/line_items/sync", 0],
  ["it was approved", "PATCH */purchase_order_contracts/sync", 1],
];

for (const [name, route, after] of STEPS) {
  for (const fault of [{ kind: "drop-after" }, { kind: "drop-before" }, { kind: "cut-body" }, { kind: "html" }]) {
    Deno.test(`an answer that is lost by ${fault.kind} after ${name}: one contract, whole`, async () => {
      const orders = [order(1, [line("10"), line("20")]), order(2, [line("2")])];
      const calm = await orderHouse(orders);
      await sync(calm);
      const expected = await orderEnd(calm);
      await calm.close();
      const home = await orderHouse(orders);
      await sync(home, ORDER_PIPELINES.slice(0, 3));
      await home.control("procore", "faults", { ...fault, route, after });
      const { failure } = await home.run("purchase-orders");
      assert.deepEqual(await home.control("procore", "faults"), [], "the fault struck");
      for (const { status, lines } of await standing(home)) assert(status === "Draft" || lines.length > 0);
      if (failure) {
        assert.equal(failure.kind, "retry", failure.fact);
        assert(failure.place && failure.action);
        await later(home);
        await sync(home, ["purchase-orders"]);
      }
      assert.deepEqual(await orderEnd(home), expected);
      await home.close();
    });
  }
}

Deno.test("without its state a new installation finds every contract by its key, makes none twice, and none that a person has deleted", async () => {
  const orders = [order(1, [line("10"), line("20")]), order(2, [line("2")])];
  const first = await orderHouse(orders);
  await sync(first);
  const rows = await first.rows("procore", "purchase_order_contracts");
  const deleted = rows.find(({ number }) => number === "204-2")!;
  await first.touch("procore", "purchase_order_contracts", deleted.id as string, { status: "Draft" });
  await first.touch("procore", "purchase_order_contracts", deleted.id as string, { deleted_at: "now" });
  const before = await standing(first);
  for await (const { key } of first.store.kv.list({ prefix: [] })) {
    if (key[0] !== "meta") await first.store.kv.delete(key);
  }
  await later(first);
  await sync(first, ORDER_PIPELINES.slice(0, 3));
  const { changes, failure } = await first.run("purchase-orders");
  assert.equal(failure, undefined);
  assert.deepEqual(words(changes).sort(), ["80001/4001 adopt", "80002/4001 rejected"]);
  told(changes.find(({ word }) => word === "rejected")!, "record.gone", /deleted the contract/);
  assert.deepEqual(await standing(first), before);
  await first.close();
});
