import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { sentence } from "../engine/failure.ts";
import type { PlannedChange } from "../engine/run/types.ts";
import { decideAdoption, listAdoptions } from "../engine/state/adoptions.ts";
import { batch } from "../engine/state/batch.ts";
import { listParked } from "../engine/state/parked.ts";
import { addWakes } from "../engine/state/wakes.ts";
import type { House } from "./support/house.ts";
import {
  contractOf,
  firm,
  line,
  order,
  ORDER_PIPELINES,
  orderEnd,
  orderHouse,
  standing,
  sync,
} from "./support/orders.ts";
import { words } from "./support/small.ts";

const HOUR = 3_600_000;

async function later(home: House): Promise<void> {
  await home.clock.advance(HOUR);
  home.reopen();
}

async function projectId(home: House, number: string): Promise<string> {
  return (await home.rows("procore", "projects")).find((row) => row.project_number === number)!.id as string;
}

/** As `gusset rejected retry` asks for it. */
async function retry(home: House, key: string): Promise<void> {
  const writes = batch(home.store);
  addWakes(writes, "purchase-orders", [key], "retried by anna");
  await writes.commit();
}

/** A failure that is told in one clear line: what, where, and what to do. */
function told(change: PlannedChange, code: string, fact: RegExp): void {
  assert.equal(change.failure?.code, code, JSON.stringify(change));
  assert.match(change.failure!.fact, fact);
  assert(change.failure!.action && change.failure!.place, JSON.stringify(change.failure));
  assert(!sentence(change.failure!).includes("\n"));
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

/** A house in which a person has made a contract with the order's number. */
async function withTwin(fields: Row, lines: Row[] = []): Promise<House> {
  const home = await orderHouse([order(1, [line("10"), line("20")]), order(2, [line("2")])]);
  await sync(home, ORDER_PIPELINES.slice(0, 3));
  const vendor = (await home.rows("procore", "vendors")).find((row) => row.origin_code === "1")!.id as string;
  const twin = { project_number: "DEN-1", number: "204-1", title: "By hand", vendor_id: vendor, lines, ...fields };
  await home.control("procore", "touch", { table: "purchase_order_contracts", fields: twin });
  return home;
}

async function decide(home: House, accept: boolean): Promise<void> {
  const writes = batch(home.store);
  const at = new Date(home.clock.now()).toISOString();
  for await (const record of listAdoptions(home.store, "purchase-orders")) {
    decideAdoption(writes, "purchase-orders", record, { accept, by: "anna", at });
  }
  await writes.commit();
  await retry(home, "80001");
  await later(home);
}

const HAND = [{ description: "By hand", amount: "500", code: "01-5001" }];
const byHand = async (home: House): Promise<Row[]> =>
  (await home.rows("procore", "purchase_order_contracts")).filter(({ title }) => title === "By hand");

for (const [name, lines, now] of [["without lines", [], "0"], ["with lines of its own", HAND, "500"]] as const) {
  Deno.test(`a person's contract ${name} under the order's number is suggested with the difference in value, and not touched`, async () => {
    const home = await withTwin({ status: "Draft" }, [...lines]);
    const before = await byHand(home);
    for (const mode of ["plan", "apply", "apply"] as const) {
      const { changes, failure } = await home.run("purchase-orders", { mode, full: true });
      assert.equal(failure, undefined);
      const change = changes.find(({ key }) => key === "80001")!;
      assert.deepEqual(words([change]), ["80001/4001 adopt?"], JSON.stringify(change.failure));
      assert.deepEqual(change.by, { number: "204-1", vendor_id: before[0].vendor ? (before[0].vendor as Row).id : "" });
      const { items } = change.fields!.line_items;
      assert.deepEqual(items!.amount, [now, String(Number(now) + 30)], "what it is worth, and would be");
      assert.equal(items!.added.length, 2);
      if (lines.length > 0) assert.match(change.why!, /lines of its own that make 500.*committed twice/);
      assert.deepEqual(await byHand(home), before);
      home.clock.advance(HOUR);
    }
    assert.equal((await contractOf(home, 2))?.total, "2");
    await home.close();
  });
}

Deno.test("a suggested contract that a person gives us is taken over with the order's lines", async () => {
  const home = await withTwin({ status: "Draft" });
  await home.run("purchase-orders");
  await decide(home, true);
  const { changes } = await home.run("purchase-orders");
  assert.deepEqual(words(changes), ["80001/4001 adopt"]);
  const mine = await contractOf(home, 1);
  assert.deepEqual([mine!.status, mine!.total, mine!.lines.length], ["Approved", "30", 2]);
  assert.equal((await standing(home)).length, 2, "none is made besides");
  await home.close();
});

Deno.test("one with lines of its own that a person gives us is refused until these are gone: it would be committed twice", async () => {
  const home = await withTwin({ status: "Draft" }, HAND);
  await home.run("purchase-orders");
  await decide(home, true);
  const [change] = (await home.run("purchase-orders")).changes;
  told(change, "contract.incomplete", /lines of its own that make 500/);
  assert.deepEqual((await contractOf(home, 1))!.lines, ["- 500"]);
  const own = (await home.rows("procore", "purchase_order_contract_line_items")).find((row) =>
    row.description === "By hand"
  )!;
  await home.touch("procore", "purchase_order_contract_line_items", own.id as string, { deleted_at: "now" });
  await later(home);
  await retry(home, "80001");
  assert.deepEqual(words((await home.run("purchase-orders")).changes), ["80001/4001 adopt"]);
  assert.equal((await contractOf(home, 1))!.total, "30");
  await home.close();
});

Deno.test("a suggestion that a person declines: the number is taken, which is told, and nothing is overwritten", async () => {
  const home = await withTwin({ status: "Approved" }, HAND);
  const before = await byHand(home);
  await home.run("purchase-orders");
  await decide(home, false);
  const [change] = (await home.run("purchase-orders")).changes;
  told(change, "name.taken", /number has already been taken/);
  assert.deepEqual(await byHand(home), before);
  assert.equal((await standing(home)).length, 2);
  await home.close();
});

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
