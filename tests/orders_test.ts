import assert from "node:assert/strict";
import type { Row } from "../engine/connector.ts";
import { Big, sum } from "../engine/decimal.ts";
import type { House } from "./support/house.ts";
import { firm, line, lineId, order, ORDER_PIPELINES, orderHouse, standing, sync } from "./support/orders.ts";
import { words } from "./support/small.ts";

/** Another order, which goes through whatever befalls the one under test. */
const OTHER = 99;
const other = order(OTHER, [line("9.99")], { PROJECT_NUMBER: "DEN-2" });

/** What orders become in their first sync. */
interface Scenario {
  name: string;
  orders: Row[];
  /** What is so before anything is synced. */
  before?: (home: House) => Promise<void>;
  /** `key/part word`, in order, the other order left out. */
  words: string[];
  /** Contracts as `project number total`, or with their lines' amounts. */
  contracts?: string[];
  /** What is told of the first that does not go through. */
  told?: RegExp;
}

const quantity = (QUANTITY: string, UNIT_PRICE: string, more: Row = {}): Row => ({ QUANTITY, UNIT_PRICE, ...more });
const one = (more: Row, lines: Row[] = [line("100")]): Row[] => [order(1, lines, more)];
const made = ["80001/4001 create"];

const SCENARIOS: Scenario[] = [
  {
    name: "an order of two lines",
    orders: one({}, [line("10.10"), line("20")]),
    words: made,
    contracts: ["DEN-1 204-1: 10.1 + 20 = 30.1"],
  },
  {
    name:
      "an order that touches three projects is a contract in each, under one number, which is free in every project",
    orders: one({}, [line("1.1"), line("2.2", { PROJECT: "DEN-2" }), line("3.3", { PROJECT: "PHX-1" }), line("0.01")]),
    words: ["80001/4001 create", "80001/4003 create", "80001/4002 create"],
    contracts: ["DEN-1 204-1: 0.01 + 1.1 = 1.11", "DEN-2 204-1: 2.2 = 2.2", "PHX-1 204-1: 3.3 = 3.3"],
  },
  {
    name: "one line whose distributions are for two projects",
    orders: one({}, [{
      AMOUNT: "10",
      CODE_COMBINATION_ID: "701",
      DISTRIBUTIONS: [
        { PO_DISTRIBUTION_ID: "11", AMOUNT_ORDERED: "3.33", PROJECT_ID: "4001" },
        { PO_DISTRIBUTION_ID: "12", AMOUNT_ORDERED: "6.67", PROJECT_ID: "4002" },
      ],
    }]),
    words: ["80001/4001 create", "80001/4002 create"],
    contracts: ["DEN-1 204-1: 3.33 = 3.33", "PHX-1 204-1: 6.67 = 6.67"],
  },
  {
    name: "the same number in two operating units, for one project",
    orders: [order(1, [line("1")]), order(2, [line("2")], { SEGMENT1: "1", ORG_ID: "205" })],
    words: ["80001/4001 create", "80002/4001 create"],
    contracts: ["DEN-1 204-1: 1 = 1", "DEN-1 205-1: 2 = 2"],
  },
  {
    name: "partial cancellations, by amount and by quantity",
    orders: one({}, [
      line("100", { SHIPMENT: { AMOUNT_CANCELLED: "30.5" } }),
      quantity("10", "2.55", { SHIPMENT: { QUANTITY_CANCELLED: "4" } }),
    ]),
    words: made,
    contracts: ["DEN-1 204-1: 15.3 + 69.5 = 84.8"],
  },
  {
    name: "a finally closed order stays Approved at what is billed",
    orders: one({ CLOSED_CODE: "FINALLY CLOSED" }, [line("100", { SHIPMENT: { AMOUNT_BILLED: "40" } }), line("7")]),
    words: made,
    contracts: ["DEN-1 204-1: 0 + 40 = 40"],
  },
  {
    name: "a cancelled order stays Approved at what is billed",
    orders: one({ CANCEL_FLAG: "Y" }, [line("100", { SHIPMENT: { AMOUNT_BILLED: "40", AMOUNT_CANCELLED: "60" } })]),
    words: made,
    contracts: ["DEN-1 204-1: 40 = 40"],
  },
  {
    name: "of a cancelled line and a finally closed shipment only what is billed counts",
    orders: one({}, [
      line("100", { CANCEL_FLAG: "Y" }),
      line("50", { SHIPMENT: { SHIPMENT_CLOSED_CODE: "FINALLY CLOSED", AMOUNT_BILLED: "20" } }),
      line("1"),
    ]),
    words: made,
    contracts: ["DEN-1 204-1: 0 + 1 + 20 = 21"],
  },
  {
    name: "a closed order counts in full: Procore would drop a closed contract from committed cost",
    orders: one({ CLOSED_CODE: "CLOSED" }),
    words: made,
    contracts: ["DEN-1 204-1: 100 = 100"],
  },
  {
    name: "an order under re-approval stays",
    orders: one({ AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL", APPROVED_FLAG: "R" }),
    words: made,
    contracts: ["DEN-1 204-1: 100 = 100"],
  },
  ...[
    { AUTHORIZATION_STATUS: null, APPROVED_FLAG: "N" },
    { AUTHORIZATION_STATUS: "INCOMPLETE", APPROVED_FLAG: "N" },
    { AUTHORIZATION_STATUS: "IN PROCESS", APPROVED_FLAG: "N", APPROVED_DATE: null },
    { AUTHORIZATION_STATUS: "REJECTED", APPROVED_FLAG: "F", APPROVED_DATE: null },
    { TYPE_LOOKUP_CODE: "PLANNED" },
    { TYPE_LOOKUP_CODE: "BLANKET" },
    { TYPE_LOOKUP_CODE: "CONTRACT" },
  ].map((header): Scenario => ({
    name: `one with ${JSON.stringify(header)} is counted as skipped`,
    orders: one(header),
    words: ["80001 skipped"],
    told: /outside `where`/,
  })),
  {
    name: "lines of nothing, and of less than nothing",
    orders: one({}, [line("0"), line("-12.34"), line("12")]),
    words: made,
    contracts: ["DEN-1 204-1: -12.34 + 0 + 12 = -0.34"],
  },
  {
    name: "an order of 140 lines",
    orders: one({}, Array.from({ length: 140 }, (_, i) => line(`${i}.01`))),
    words: made,
    contracts: [`DEN-1 204-1: 140 lines = ${sum(Array.from({ length: 140 }, (_, i) => `${i}.01`))}`],
  },
  {
    name: "an order in another currency than its ledger",
    orders: one({ CURRENCY_CODE: "EUR" }),
    words: ["80001 rejected"],
    told: /^record\.unfit The order is in EUR, its ledger in USD/,
  },
  {
    name: "an order of a ledger that is not the project's: Procore's project has another currency",
    orders: one({ ORG_ID: "206" }),
    words: ["80001/4001 rejected"],
    told: /^record\.refused .*currency_iso_code/,
  },
  {
    name: "an order whose distributions do not make its total",
    orders: one({}, [line("100"), line("5")]),
    before: (home) => home.touch("ebs", "PO_DISTRIBUTIONS_ALL", lineId(1, 1), { AMOUNT_ORDERED: "99.99" }),
    words: ["80001 rejected"],
    told: /^record\.unfit The order's lines do not make its total in Oracle/,
  },
  {
    name: "an order of a supplier that is no vendor",
    orders: one({ VENDOR_ID: "3009" }),
    words: ["80001/4001 parked"],
    told: /vendor_id: vendors has not linked 3009/,
  },
  {
    name: "an order one of whose accounts is disabled is held back whole",
    orders: one({}, [line("1"), line("2", { CODE_COMBINATION_ID: "705" })]),
    before: (home) => home.touch("ebs", "GL_CODE_COMBINATIONS", "705", { ENABLED_FLAG: "N" }),
    words: ["80001/4001 parked"],
    told: /line_items\.cost_code_id: cost-codes has not linked 705/,
  },
  {
    name: "an order for a project that Procore does not have",
    orders: one({}, [line("1"), line("2", { PROJECT: "DEN-2" })]),
    before: async (home) => {
      const [den] = (await home.rows("procore", "projects")).filter((row) => row.project_number === "DEN-1");
      await home.touch("procore", "projects", den.id as string, { project_number: "elsewhere" });
    },
    words: ["80001/4001 parked", "80001/4003 create"],
    contracts: ["DEN-2 204-1: 2 = 2"],
    told: /partition: projects has not linked 4001/,
  },
  {
    name: "an order for no project",
    orders: one({}, [{ ...line("1"), DISTRIBUTIONS: [{ AMOUNT_ORDERED: "1", CODE_COMBINATION_ID: "701" }] }]),
    before: async (home) => {
      const [row] = (await home.rows("ebs", "PO_DISTRIBUTIONS_ALL")).filter((row) => row.PO_HEADER_ID === "80001");
      await home.touch("ebs", "PO_DISTRIBUTIONS_ALL", row.PO_DISTRIBUTION_ID as string, { PROJECT_ID: null });
    },
    words: ["80001 skipped"],
    told: /nothing at LINES\.DISTRIBUTIONS\.PROJECT_ID/,
  },
];

/** Contracts in a line each, with their lines where they are few. */
async function shown(home: House): Promise<string[]> {
  return (await standing(home)).filter(({ number }) => number !== `204-${OTHER}`).map(({ lines, ...row }) => {
    assert.equal(row.status, "Approved");
    const amounts = lines.map((text) => text.split(" ")[1]).sort((a, b) => new Big(a).cmp(b));
    const text = amounts.length > 9 ? `${amounts.length} lines` : amounts.join(" + ");
    return `${row.project} ${row.number}: ${text} = ${row.total}`;
  });
}

for (const { name, orders, before, words: expected, contracts = [], told } of SCENARIOS) {
  Deno.test(`what becomes of orders: ${name}`, async () => {
    const data = firm([...orders, other]);
    data.operating_units = [...data.operating_units, { ORGANIZATION_ID: "206", NAME: "Lisbon", CURRENCY_CODE: "EUR" }];
    const home = await orderHouse([], { data });
    await before?.(home);
    await sync(home, ORDER_PIPELINES.slice(0, 3));
    const plan = await home.run("purchase-orders", { mode: "plan" });
    const { changes, failure } = await home.run("purchase-orders");
    assert.equal(failure, undefined, JSON.stringify(failure));
    const own = changes.filter(({ key }) => key !== `800${OTHER}`);
    assert.deepEqual(words(own).sort(), [...expected].sort());
    assert.deepEqual(await shown(home), contracts);
    const first = own.find(({ word }) => word !== "create");
    if (told) assert.match(first!.failure ? `${first!.failure.code} ${first!.failure.fact}` : first!.why!, told);
    else assert.equal(first, undefined);
    assert.equal(
      (await standing(home)).filter(({ number }) => number === `204-${OTHER}`).length,
      1,
      "the other goes on",
    );
    // What only Procore can refuse, a plan cannot know.
    if (!told?.source.includes("refused")) assert.deepEqual(words(plan.changes).sort(), words(changes).sort());

    home.clock.advance(86_400_000);
    home.reopen();
    const again = await home.run("purchase-orders", { full: true });
    assert.deepEqual(
      words(again.changes),
      words(own.filter(({ word }) => word !== "create")),
      "the next run is the same",
    );
    assert.deepEqual(await shown(home), contracts);
    await home.close();
  });
}
