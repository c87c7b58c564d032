import assert from "node:assert/strict";
import { later } from "./support/order_trouble.ts";
import { amount } from "./support/order_changes.ts";
import { contractOf, line, order, orderHouse, sync } from "./support/orders.ts";
import { words } from "./support/small.ts";

Deno.test("what a change order took up is not taken for a person's edit: the order's next increase is held, and told", async () => {
  const home = await orderHouse([order(1, [line("10"), line("20")])]);
  await sync(home);
  const [{ id }] = await home.rows("procore", "purchase_order_contracts");
  const absorbs = (approved_change_orders: string) =>
    home.touch("procore", "purchase_order_contracts", id as string, { approved_change_orders });
  await later(home);
  await absorbs("7.5");
  await amount(1, "17.5")(home);
  for (const options of [{}, { full: true }, { verify: true }]) {
    const { changes } = await home.run("purchase-orders", options);
    assert.deepEqual(words(changes), ["80001/4001 unchanged"]);
    assert.match(changes[0].why!, /change orders of 7\.5 have brought/);
    await later(home);
  }

  await amount(1, "20")(home);
  const { changes: [held] } = await home.run("purchase-orders");
  assert.equal(held.failure?.code, "contract.locked", JSON.stringify(held));
  assert.equal((await contractOf(home, 1))?.total, "30");

  await absorbs("10");
  await later(home);
  const { changes: [settled] } = await home.run("purchase-orders", { full: true });
  assert.equal(settled.word, "unchanged");
  assert.match(settled.why!, /change orders of 10 have brought the contract to the order's total of 40/);

  await absorbs("0");
  await amount(1, "21")(home);
  await later(home);
  assert.deepEqual(words((await home.run("purchase-orders", { full: true })).changes), ["80001/4001 update"]);
  assert.equal((await contractOf(home, 1))?.total, "41");
  await home.close();
});
