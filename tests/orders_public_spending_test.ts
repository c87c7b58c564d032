import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { Big, plain, sum } from "../engine/decimal.ts";
import type { PlannedChange } from "../engine/run/types.ts";
import { type House, house, publicSpending } from "./support/house.ts";
import { ORDER_PIPELINES, orderPipelines } from "./support/orders.ts";
import { watch } from "./support/small.ts";

const data = await publicSpending();

/** A day: beyond what a cursor steps back. */
const DAY = 86_400_000;
const CHANGED = 100;

const linesOf = (order: Row): Row[] => order.LINES as Row[];
const worth = (order: Row): string => sum(linesOf(order).map(({ AMOUNT }) => String(AMOUNT)));

/** Contracts and their lines as Procore holds them, by the order's key. */
interface Contracts {
  byOrder: Map<string, Row>;
  lines: Map<unknown, Row[]>;
}

async function contracts(home: House): Promise<Contracts> {
  const rows = await home.rows("procore", "purchase_order_contracts");
  const byOrder = new Map(rows.map((row) => [String(row.origin_id).split("-")[2], row]));
  assert.equal(byOrder.size, rows.length, "an order is one contract");
  const lines = await home.rows("procore", "purchase_order_contract_line_items");
  return { byOrder, lines: Map.groupBy(lines, (row) => row.purchase_order_contract_id) };
}

/** What both sides come to by project: Oracle's orders, what stands in Procore, and what is told as held back. */
async function totals(home: House, orders: readonly Row[], heldBack: ReadonlySet<string>): Promise<string[][]> {
  const { byOrder } = await contracts(home);
  const numbers = new Map((await home.rows("procore", "projects")).map((row) => [row.id, String(row.project_number)]));
  const byProject = Map.groupBy(orders, ({ PROJECT_NUMBER }) => String(PROJECT_NUMBER));
  return [...byProject].sort(([a], [b]) => Number(a) - Number(b)).map(([project, own]) => {
    const there = own.map(({ PO_HEADER_ID }) => byOrder.get(String(PO_HEADER_ID))).filter((row) => row !== undefined);
    for (const row of there) assert.equal(numbers.get(row.project_id), project);
    const held = own.filter(({ PO_HEADER_ID }) => heldBack.has(String(PO_HEADER_ID)));
    const [oracle, procore, back] = [
      sum(own.map(worth)),
      sum(there.map(({ grand_total }) => String(grand_total))),
      sum(held.map(worth)),
    ];
    assert.equal(plain(new Big(procore).plus(back)), oracle, `project ${project}`);
    return [project, String(own.length), oracle, String(there.length), procore, String(held.length), back];
  });
}

function print(rows: string[][]): void {
  const all = ["all", ...[1, 2, 3, 4, 5, 6].map((column) => sum(rows.map((row) => row[column])))];
  const head = ["project", "orders", "Oracle's total", "contracts", "Procore's total", "held back", "worth"];
  const money = new Set([2, 4, 6]);
  const text = [...rows, all].map((row) => row.map((cell, i) => money.has(i) ? new Big(cell).toFixed(2) : cell));
  const widths = head.map((name, i) => Math.max(name.length, ...text.map((row) => row[i].length)));
  for (const row of [head, ...text]) console.log(row.map((cell, i) => cell.padStart(widths[i])).join("  "));
}

/** One of each kind of change in turn: a line's amount, a distribution's account, a new line. Gives what the order is worth then. */
async function changeOrders(home: House, orders: readonly Row[]): Promise<Map<string, string>> {
  const [lines, parts] = [
    Map.groupBy(await home.rows("ebs", "PO_LINES_ALL"), (row) => row.PO_HEADER_ID),
    Map.groupBy(await home.rows("ebs", "PO_DISTRIBUTIONS_ALL"), (row) => row.PO_HEADER_ID),
  ];
  const accounts = Map.groupBy([...parts.values()].flat(), (row) => row.PROJECT_ID);
  const then = new Map<string, string>();
  for (const [i, order] of orders.entries()) {
    const key = String(order.PO_HEADER_ID);
    const [[line], [part]] = [lines.get(key)!, parts.get(key)!];
    let total = new Big(worth(order));
    if (i % 3 === 0) {
      const amount = new Big(String(line.AMOUNT)).plus("0.01");
      await home.touch("ebs", "PO_LINES_ALL", String(line.PO_LINE_ID), { AMOUNT: plain(amount) });
      total = total.plus("0.01");
    } else if (i % 3 === 1) {
      const other = accounts.get(part.PROJECT_ID)!.find((one) => one.CODE_COMBINATION_ID !== part.CODE_COMBINATION_ID)!;
      const fields = { CODE_COMBINATION_ID: other.CODE_COMBINATION_ID };
      await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", String(part.PO_DISTRIBUTION_ID), fields);
    } else {
      const id = String(900_000_000 + i);
      await home.touch("ebs", "PO_LINES_ALL", id, { PO_HEADER_ID: key, AMOUNT: "12.34", ITEM_DESCRIPTION: "Added" });
      await home.touch("ebs", "PO_LINE_LOCATIONS_ALL", id, { PO_LINE_ID: id });
      const { CODE_COMBINATION_ID, PROJECT_ID } = part;
      await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", id, { LINE_LOCATION_ID: id, CODE_COMBINATION_ID, PROJECT_ID });
      total = total.plus("12.34");
    }
    then.set(key, plain(total));
  }
  return then;
}

Deno.test({
  name:
    "a year of a council's orders: each is a contract to the cent or told why not; a hundred change, and a hundred contracts do",
  // Half a minute of a core: the gate asks for it.
  ignore: Deno.env.get("GUSSET_PROOFS") !== "1" ||
    !data && (console.log("skipped: ../shared/data/public-spending is not here"), true),
  async fn(t) {
    const calls = watch();
    const unlimited = [{ name: "The council", hourly_limit: "unlimited", spike_limit: "unlimited" }];
    const home = await house({
      data: { ...data!, procore_companies: unlimited },
      project: await orderPipelines(),
      around: calls.around,
    });
    const orders = data!.purchase_orders;
    const told = new Map<string, PlannedChange>();

    await t.step("every order ends as a contract, or is skipped, rejected or parked with a true reason", async () => {
      for (const name of ORDER_PIPELINES) {
        const { failure, changes, counts, record } = await home.run(name);
        assert.equal(failure, undefined, `${name}: ${JSON.stringify(failure)}`);
        if (name !== "purchase-orders") continue;
        assert.equal(record.read, orders.length);
        const { create, skipped, rejected, parked, ...others } = counts;
        assert.equal(create + skipped + rejected + parked, orders.length);
        assert.deepEqual(Object.values(others).filter((count) => count > 0), []);
        for (const change of changes) told.set(change.key, change);
      }
      assert.deepEqual([orders.length, orders.flatMap(linesOf).length], [10_491, 14_764]);
      const linked = new Set((await home.rows("procore", "vendors")).map(({ origin_id }) => String(origin_id)));
      for (const { PO_HEADER_ID, VENDOR_ID } of orders) {
        const { word, why, failure } = told.get(String(PO_HEADER_ID))!;
        if (word === "create") continue;
        // The one true reason in this data would be a supplier that did not become a vendor.
        assert.equal(word, "parked", `${PO_HEADER_ID}: ${word} ${why ?? failure?.fact}`);
        assert.equal(why, `vendor_id: vendors has not linked ${VENDOR_ID}`);
        assert(!linked.has(`EBS-V-${VENDOR_ID}`));
      }
    });

    await t.step("each contract is Approved, its lines are the order's, and they sum to the cent", async () => {
      const { byOrder, lines } = await contracts(home);
      for (const order of orders) {
        const key = String(order.PO_HEADER_ID);
        const row = byOrder.get(key);
        assert.equal(row !== undefined, told.get(key)!.word === "create", key);
        if (!row) continue;
        assert.equal(row.status, "Approved", key);
        assert.equal(sum([String(row.grand_total)]), worth(order), key);
        assert.deepEqual(
          lines.get(row.id)!.map(({ amount }) => sum([String(amount)])).sort(),
          linesOf(order).map(({ AMOUNT }) => sum([String(AMOUNT)])).sort(),
          key,
        );
        assert.equal(row.contract_date === null, false, `${key} is dated, approved or not`);
      }
      const counts = orders.map((order) => linesOf(order).length);
      assert(counts.includes(140), "one order has 140 lines");
      assert.equal(orders.flatMap(linesOf).filter(({ AMOUNT }) => String(AMOUNT).startsWith("-")).length, 38);
    });

    await t.step("both sides agree in every project", async () => {
      const heldBack = new Set([...told.values()].filter(({ word }) => word !== "create").map(({ key }) => key));
      const rows = await totals(home, orders, heldBack);
      assert.equal(rows.length, new Set(orders.map(({ PROJECT_NUMBER }) => PROJECT_NUMBER)).size);
      print(rows);
    });

    await t.step("a second run writes nothing, and asks nothing of Procore", async () => {
      home.clock.advance(DAY);
      home.reopen();
      calls.clear();
      const { failure, counts } = await home.run("purchase-orders");
      assert.equal(failure, undefined);
      const linked = [...told.values()].filter(({ word }) => word === "create").length;
      assert.deepEqual([counts.unchanged, counts.parked], [linked, orders.length - linked]);
      assert.deepEqual(calls.calls.filter((call) => call.startsWith("procore")), []);
    });

    await t.step(
      "a hundred orders change in Oracle: exactly these contracts do, and nothing else is written",
      async () => {
        home.clock.advance(DAY);
        home.reopen();
        const made = orders.filter(({ PO_HEADER_ID }) => told.get(String(PO_HEADER_ID))!.word === "create");
        const chosen = Array.from({ length: CHANGED }, (_, i) => made[Math.floor(i * made.length / CHANGED)]);
        const then = await changeOrders(home, chosen);
        const before = await contracts(home);
        const others = ["vendors", "projects", "cost_codes"];
        const around = await Promise.all(others.map((table) => home.rows("procore", table)));
        calls.clear();

        const { failure, counts, record, changes } = await home.run("purchase-orders");
        assert.equal(failure, undefined);
        assert.equal(record.read, CHANGED, "only what changed is read");
        assert.equal(
          counts.update,
          CHANGED,
          JSON.stringify(changes.filter(({ word }) => word !== "update").slice(0, 3)),
        );
        assert.deepEqual(changes.map(({ key }) => key).sort(), [...then.keys()].sort());

        const after = await contracts(home);
        assert.equal(after.byOrder.size, before.byOrder.size);
        const state = ({ byOrder, lines }: Contracts, key: string) =>
          JSON.stringify([byOrder.get(key), lines.get(byOrder.get(key)!.id)]);
        for (const key of after.byOrder.keys()) {
          assert.equal(state(after, key) !== state(before, key), then.has(key), key);
        }
        for (const [key, total] of then) {
          const row = after.byOrder.get(key)!;
          assert.deepEqual([row.status, sum([String(row.grand_total)])], ["Approved", total], key);
        }
        assert.deepEqual(await Promise.all(others.map((table) => home.rows("procore", table))), around);

        const ids = new Set([...then.keys()].map((key) => String(after.byOrder.get(key)!.id)));
        const written = calls.writes().map((call) =>
          / \/rest\/v1\.0\/purchase_order_contracts\/(\d+|sync)/.exec(call)?.[1]
        );
        assert(written.every((id) => id === "sync" || ids.has(id!)), calls.writes().join("\n"));
        assert.equal(written.filter((id) => id !== "sync").length, CHANGED, "one call for each contract's lines");
      },
    );

    await t.step("one more run finds nothing to do", async () => {
      home.clock.advance(DAY);
      home.reopen();
      calls.clear();
      const { failure, record, counts } = await home.run("purchase-orders");
      assert.equal(failure, undefined);
      // The cursor steps back a little, over the changes of yesterday.
      assert.deepEqual([record.read, counts.unchanged], [CHANGED, CHANGED]);
      assert.deepEqual(calls.writes(), []);
    });
    await home.close();
  },
});
