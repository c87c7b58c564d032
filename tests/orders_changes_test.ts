import assert from "node:assert/strict";
import { listRejected } from "../engine/state/rejected.ts";
import type { House } from "./support/house.ts";
import { amount, before, DAY, edits, header, leaves, playOut, type Scenario } from "./support/order_changes.ts";
import { addLine } from "./support/order_days.ts";
import { line, lineId, order, orderHouse, PROJECTS, standing, sync } from "./support/orders.ts";

const all = async (home: House, ...steps: ((home: House) => Promise<void>)[]): Promise<void> => {
  for (const step of steps) await step(home);
};

const SCENARIOS: Scenario[] = [
  { name: "nothing", word: undefined, stands: before },
  {
    name: "an amount changes",
    oracle: amount(1, "11.11"),
    word: "update",
    stands: { total: "61.11", lines: { ...before.lines, 1: "11.11" } },
  },
  {
    name: "a line is added",
    oracle: (home) => addLine(home, { number: 1, nth: 4, amount: "0.5", project: "4001" }),
    word: "update",
    stands: { total: "60.5", lines: { ...before.lines, 4: "0.5" } },
  },
  {
    name: "a line leaves the order and is removed",
    oracle: leaves(2),
    word: "update",
    stands: { total: "40", lines: { 1: "10", 3: "30" } },
  },
  {
    name: "a line leaves, another comes, a third changes",
    oracle: (home) =>
      all(
        home,
        leaves(2),
        (home) => addLine(home, { number: 1, nth: 4, amount: "4", project: "4001" }),
        amount(3, "-3"),
      ),
    word: "update",
    stands: { total: "11", lines: { 1: "10", 3: "-3", 4: "4" } },
  },
  {
    name: "a shipment is cancelled in part",
    oracle: (home) => home.touch("ebs", "PO_LINE_LOCATIONS_ALL", lineId(1, 3), { AMOUNT_CANCELLED: "12.5" }),
    word: "update",
    stands: { total: "47.5", lines: { ...before.lines, 3: "17.5" } },
  },
  {
    name: "the order is finally closed with something billed in Oracle",
    oracle: (home) =>
      all(
        home,
        (home) => home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(1, 3), { AMOUNT_BILLED: "29.99" }),
        header({ CLOSED_CODE: "FINALLY CLOSED" }),
      ),
    word: "update",
    stands: { total: "29.99", lines: { 1: "0", 2: "0", 3: "29.99" } },
  },
  {
    name: "the order is cancelled",
    oracle: header({ CANCEL_FLAG: "Y" }),
    word: "update",
    stands: { total: "0", lines: { 1: "0", 2: "0", 3: "0" } },
  },
  { name: "the order is closed", oracle: header({ CLOSED_CODE: "CLOSED" }), word: undefined, stands: before },
  {
    name: "the order is to be approved again",
    oracle: header({ AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL", APPROVED_FLAG: "R" }),
    word: undefined,
    stands: before,
  },
  {
    name: "the order is back in the works, as if it had never been approved",
    oracle: header({ AUTHORIZATION_STATUS: "INCOMPLETE", APPROVED_FLAG: "N" }),
    word: "skipped",
    told: /outside `where`; held as `leaves` says/,
    stands: before,
  },
  {
    name: "a header field of a billed contract changes",
    person: edits({ total_requisitions_amount: "15" }),
    oracle: header({ COMMENTS: "Renamed" }),
    word: "update",
    stands: { ...before, title: "Renamed" },
  },
  {
    name: "an amount of a billed contract changes",
    person: edits({ total_requisitions_amount: "15" }),
    oracle: amount(1, "11"),
    word: "rejected",
    told: /^contract\.locked The contract is Approved and 15\.00 is billed against it/,
    stands: before,
  },
  {
    name: "a line leaves a billed contract",
    person: edits({ total_requisitions_amount: "15" }),
    oracle: leaves(3),
    word: "rejected",
    told: /^contract\.locked .*15\.00 is billed/,
    stands: before,
  },
  {
    name: "an approved change order equals Oracle's increase",
    person: edits({ approved_change_orders: "7.5" }),
    oracle: amount(1, "17.5"),
    word: "unchanged",
    told: /change orders of 7\.5 have brought the contract to the order's total of 67\.5 already/,
    stands: before,
  },
  {
    name: "an approved change order does not equal Oracle's increase",
    person: edits({ approved_change_orders: "7.5" }),
    oracle: amount(1, "17.51"),
    word: "rejected",
    told: /^contract\.locked .*change orders have changed it by 7\.5/,
    stands: before,
  },
];

SCENARIOS.forEach(playOut);

/** Both lines of order 2 go to another project. */
async function moves(home: House, to: string): Promise<void> {
  home.clock.advance(DAY);
  home.reopen();
  for (const nth of [1, 2]) await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(2, nth), { PROJECT_ID: to });
}
const two = [order(2, [line("2"), line("3")])];
const totals = async (home: House): Promise<string[]> =>
  (await standing(home)).map(({ project, number, status, total }) => `${project} ${number} ${status} ${total}`);

Deno.test("an order that moves to another project leaves nothing committed in the one it left, and comes back as it was", async () => {
  const home = await orderHouse(two);
  await sync(home);
  await moves(home, PROJECTS["DEN-2"]);
  await sync(home);
  assert.deepEqual(await totals(home), ["DEN-1 204-2 Approved 0", "DEN-2 204-2 Approved 5"]);
  home.clock.advance(DAY);
  home.reopen();
  for (const options of [{ full: true }, { verify: true }]) {
    assert.deepEqual((await home.run("purchase-orders", options)).changes, [], "it is settled");
  }
  await moves(home, PROJECTS["DEN-1"]);
  await sync(home);
  assert.deepEqual(await totals(home), ["DEN-1 204-2 Approved 5", "DEN-2 204-2 Approved 0"]);
  const ids = (await home.rows("procore", "purchase_order_contract_line_items")).map(({ origin_id }) => origin_id);
  assert.deepEqual(ids.sort(), ["EBS-POD-2001-4001", "EBS-POD-2002-4001"]);
  await home.close();
});

Deno.test("an order that moves away from a project where it is billed is held there, and that is told until it is settled", async () => {
  const home = await orderHouse(two);
  await sync(home);
  const [{ id }] = await home.rows("procore", "purchase_order_contracts");
  await home.touch("procore", "purchase_order_contracts", id as string, { total_requisitions_amount: "1" });
  await moves(home, PROJECTS["DEN-2"]);
  await sync(home, ["cost-codes"]);
  for (const options of [{}, { full: true }]) {
    await home.run("purchase-orders", options);
    assert.deepEqual(await totals(home), ["DEN-1 204-2 Approved 5", "DEN-2 204-2 Approved 5"]);
    const [held, ...others] = await Array.fromAsync(listRejected(home.store, "purchase-orders"));
    assert.deepEqual([held.part, held.failure.code, others.length], ["4001", "contract.locked", 0]);
    assert.match(held.failure.fact, /1\.00 is billed/);
    home.clock.advance(DAY);
    home.reopen();
  }
  await home.touch("procore", "purchase_order_contracts", id as string, { total_requisitions_amount: "0" });
  await home.run("purchase-orders", { full: true });
  assert.deepEqual(await totals(home), ["DEN-1 204-2 Approved 0", "DEN-2 204-2 Approved 5"]);
  assert.deepEqual(await Array.fromAsync(listRejected(home.store, "purchase-orders")), []);
  await home.close();
});
