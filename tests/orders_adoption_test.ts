import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { sum } from "../engine/decimal.ts";
import { decideAdoption, listAdoptions } from "../engine/state/adoptions.ts";
import { batch } from "../engine/state/batch.ts";
import type { House } from "./support/house.ts";
import { later, retry, told } from "./support/order_trouble.ts";
import { contractOf, line, order, ORDER_PIPELINES, orderHouse, standing, sync } from "./support/orders.ts";
import { words } from "./support/small.ts";

const HOUR = 3_600_000;

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
      assert.deepEqual(items!.amount, [now, sum([now, "30"])], "what it is worth, and would be");
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
