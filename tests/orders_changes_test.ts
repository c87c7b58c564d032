import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import type { Project } from "../engine/pipeline/model.ts";
import { listRejected } from "../engine/state/rejected.ts";
import type { House } from "./support/house.ts";
import { addLine } from "./support/order_days.ts";
import {
  contractOf,
  line,
  lineId,
  order,
  orderHouse,
  orderPipelines,
  PROJECTS,
  type Standing,
  standing,
  sync,
} from "./support/orders.ts";
import { watch } from "./support/small.ts";

const DAY = 86_400_000;
const orders = [order(1, [line("10"), line("20"), line("30")]), order(2, [line("2")])];
const POD = (nth: number): string => `EBS-POD-${lineId(1, nth)}-${PROJECTS["DEN-1"]}`;

/** What happens after a first sync, and what the next run makes of it. */
interface Scenario {
  name: string;
  project?: Promise<Project>;
  /** In Procore. */
  person?: (home: House, contract: Row) => Promise<void>;
  /** In Oracle. */
  oracle?: (home: House) => Promise<void>;
  verify?: boolean;
  /** The word for order 1; undefined: nothing is told. */
  word: string | undefined;
  /** What stands then: status, total, lines by number; null: no contract. */
  stands: { status?: string; total: string; lines: Record<string, string>; title?: string } | null;
  /** What is told: the failure or the reason. */
  told?: RegExp;
}

const amount = (nth: number, AMOUNT: string) => (home: House) =>
  home.touch("ebs", "PO_LINES_ALL", lineId(1, nth), { AMOUNT });
const header = (fields: Row) => (home: House) => home.touch("ebs", "PO_HEADERS_ALL", "80001", fields);
const leaves = (nth: number) => (home: House) =>
  home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(1, nth), { PROJECT_ID: null });
const edits = (fields: Row) => (home: House, { id }: Row) =>
  home.touch("procore", "purchase_order_contracts", id as string, fields);
const all = async (home: House, ...steps: ((home: House) => Promise<void>)[]): Promise<void> => {
  for (const step of steps) await step(home);
};

/** A person opens the contract, does something to its lines, and approves it again. */
const opens =
  (inside: (home: House, contract: Row, lines: Row[]) => Promise<unknown>) => async (home: House, contract: Row) => {
    await edits({ status: "Draft" })(home, contract);
    const lines = (await home.rows("procore", "purchase_order_contract_line_items")).filter((row) =>
      row.purchase_order_contract_id === contract.id
    );
    await inside(home, contract, lines);
    await edits({ status: "Approved" })(home, contract);
  };
const lineOf = (lines: Row[], nth: number): string => lines.find((row) => row.origin_id === POD(nth))!.id as string;
const addsOwnLine = opens(async (home, { id }, [{ wbs_code }]) => {
  const fields = { purchase_order_contract_id: id, amount: "5", wbs_code_id: (wbs_code as Row).id };
  await home.control("procore", "touch", { table: "purchase_order_contract_line_items", fields });
});

const before = { total: "60", lines: { 1: "10", 2: "20", 3: "30" } };
const pipelines = (drift: string) =>
  orderPipelines({ "purchase-orders": [["drift: keep # what", `drift: ${drift} # what`]] });
const [overwrite, reject] = [pipelines("overwrite"), pipelines("reject")];

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
  {
    name: "a person has added a line, which stays, and Oracle takes one away",
    person: addsOwnLine,
    oracle: leaves(2),
    word: "update",
    stands: { total: "45", lines: { 1: "10", 3: "30", "-": "5" } },
  },
  {
    name: "a person has renamed it, and nobody looks",
    person: edits({ title: "By hand" }),
    word: undefined,
    stands: { ...before, title: "By hand" },
  },
  {
    name: "a person has renamed it: kept, while what Oracle changes goes through",
    person: edits({ title: "By hand" }),
    oracle: amount(1, "11"),
    word: "update",
    stands: { total: "61", lines: { ...before.lines, 1: "11" }, title: "By hand" },
  },
  {
    name: "a person has renamed it: overwritten where the pipeline says so",
    project: overwrite,
    person: edits({ title: "By hand" }),
    verify: true,
    word: "update",
    stands: { ...before, title: "Order 1 of the test" },
  },
  {
    name: "a person has renamed it: rejected where the pipeline says so",
    project: reject,
    person: edits({ title: "By hand" }),
    oracle: amount(1, "11"),
    word: "rejected",
    told: /^drift\.rejected A person changed title/,
    stands: { ...before, title: "By hand" },
  },
  {
    name: "a person has changed a line: kept, while another line that Oracle changes goes through",
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { amount: "22" })
    ),
    oracle: amount(1, "11"),
    word: "update",
    stands: { total: "63", lines: { ...before.lines, 1: "11", 2: "22" } },
  },
  {
    name: "a person has changed a line: overwritten where the pipeline says so",
    project: overwrite,
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { amount: "22" })
    ),
    verify: true,
    word: "update",
    stands: before,
  },
  {
    name: "a person has changed a line: rejected where the pipeline says so",
    project: reject,
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { amount: "22" })
    ),
    verify: true,
    word: "rejected",
    told: /^drift\.rejected A person changed line_items/,
    stands: { total: "62", lines: { ...before.lines, 2: "22" } },
  },
  {
    name: "a person has removed a line of ours: it stays away, while another that Oracle changes goes through",
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { deleted_at: "now" })
    ),
    oracle: amount(1, "11"),
    word: "update",
    stands: { total: "41", lines: { 1: "11", 3: "30" } },
  },
  {
    name: "a person has removed a line of ours: put back where the pipeline says so",
    project: overwrite,
    person: opens((home, _, lines) =>
      home.touch("procore", "purchase_order_contract_line_items", lineOf(lines, 2), { deleted_at: "now" })
    ),
    verify: true,
    word: "update",
    stands: before,
  },
  {
    name: "a person has deleted the contract",
    person: async (home, contract) => {
      await edits({ status: "Draft" })(home, contract);
      await edits({ deleted_at: "now" })(home, contract);
    },
    oracle: amount(1, "11"),
    word: "rejected",
    told: /^record\.gone .*not made again unseen/,
    stands: null,
  },
];

const shown = (contract: Standing | undefined) =>
  contract && {
    status: contract.status,
    total: contract.total,
    lines: Object.fromEntries(contract.lines.map((text) => {
      const [origin, amount] = text.split(" ");
      return [origin === "-" ? "-" : String(Number(origin.split("-")[2]) % 1000), amount];
    })),
  };

for (const { name, project, person, oracle, verify, word, stands, told } of SCENARIOS) {
  Deno.test(`what becomes of a contract: ${name}`, async () => {
    const calls = watch();
    const home = await orderHouse(orders, { around: calls.around, project: await project });
    await sync(home);
    home.clock.advance(DAY);
    home.reopen();
    const contract = (await home.rows("procore", "purchase_order_contracts")).find((row) => row.number === "204-1")!;
    const second = await contractOf(home, 2);
    await person?.(home, contract);
    await oracle?.(home);
    const touched = await standing(home);
    const plan = await home.run("purchase-orders", { mode: "plan", verify });
    assert.deepEqual(await standing(home), touched, "a plan writes nothing");
    calls.clear();

    const { changes, failure } = await home.run("purchase-orders", { verify });
    assert.equal(failure, undefined, JSON.stringify(failure));
    const [own, ...others] = changes;
    assert.deepEqual(others, []);
    assert.equal(own?.word, word, JSON.stringify(changes));
    if (told) assert.match(own.failure ? `${own.failure.code} ${own.failure.fact}` : own.why!, told);
    assert.deepEqual(plan.changes.map((change) => change.word), changes.map((change) => change.word), "as planned");
    if (word !== "update") assert.deepEqual(calls.writes(), [], "nothing is written");
    const now = shown(await contractOf(home, 1)) ?? null;
    const { title, ...wanted } = stands ?? {};
    assert.deepEqual(now, stands && { status: "Approved", ...wanted });
    const row = (await home.rows("procore", "purchase_order_contracts")).find(({ id }) => id === contract.id)!;
    if (title) assert.equal(row.title, title);
    assert.deepEqual(await contractOf(home, 2), second);
    assert.equal(
      (await Array.fromAsync(listRejected(home.store, "purchase-orders"))).length,
      word === "rejected" ? 1 : 0,
    );

    // However it is looked at again, it is settled.
    for (const options of [{}, { full: true }, { verify: true }]) {
      home.clock.advance(DAY);
      home.reopen();
      calls.clear();
      const again = await home.run(
        "purchase-orders",
        verify === undefined && person ? { full: options.full } : options,
      );
      assert.deepEqual(again.changes.filter((change) => change.word === "update" || change.word === "create"), []);
      assert.deepEqual(calls.writes(), [], JSON.stringify(options));
    }
    assert.deepEqual(shown(await contractOf(home, 1)) ?? null, now);
    await home.close();
  });
}

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
