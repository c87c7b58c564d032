/**
 * The roll-forward over random contracts: every row adds up, and where the journals are what they should be, nothing is left.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Big, plain } from "../decimal.ts";
import { rollForward } from "./rollforward.ts";
import { billedOn, standOf } from "./standing.ts";
import { targetOf } from "./target.ts";
import { aBooking, aContract, aDocument, aSheet, OCTOBER } from "./testing.ts";
import type { Document, Invoice } from "./facts.ts";
import type { RetainageRow, RollRow } from "./types.ts";

const addsUp = (row: RollRow): Big =>
  new Big(row.opening).plus(row.corrections).plus(row.certified).minus(row.invoiced).minus(row.received);
const holds = (row: RetainageRow): Big =>
  new Big(row.opening).plus(row.corrections).plus(row.withheld).minus(row.released).minus(row.taken);

/** The one row of a roll-forward of one contract. */
function one(parts: {
  sheets: Parameters<typeof aSheet>[0][];
  bookings?: Parameters<typeof aBooking>[0][];
  documents?: Document[];
  recognise?: "until_invoiced" | "final";
}) {
  const rolled = rollForward({
    gathered: {
      contracts: [aContract()],
      sheets: parts.sheets.map(aSheet),
      bookings: (parts.bookings ?? [{}]).map(aBooking),
      documents: parts.documents ?? [],
    },
    period: OCTOBER,
    recognise: parts.recognise ?? "until_invoiced",
  });
  return { rolled, cost: rolled.cost[0], retainage: rolled.retainage[0] };
}

const SEPTEMBER_AND_OCTOBER = [
  { key: "1", order: "1", date: "2026-09-30", lines: [{ cost: "60000", withheld: "6000" }] },
  { key: "2", order: "2", date: "2026-10-31", lines: [{ cost: "100000", withheld: "10000" }] },
];

Deno.test("cost that is certified and not invoiced stands; what invoices take over goes, with its retainage", () => {
  const invoices = [{ date: "2026-10-20", amount: "40000" }];
  const { cost, retainage } = one({
    sheets: SEPTEMBER_AND_OCTOBER,
    bookings: [{ billed: "40000", invoices }],
  });
  assert.deepEqual(
    [cost.opening, cost.certified, cost.invoiced, cost.received, cost.closing, cost.beyond],
    ["60000", "40000", "40000", "0", "60000", "0"],
  );
  assert.deepEqual(
    [retainage.opening, retainage.withheld, retainage.released, retainage.taken, retainage.closing],
    ["6000", "4000", "0", "4000", "6000"],
  );
  assert.equal(cost.difference, "60000", "no journal says so yet");
});

Deno.test("what payables bill beyond what is certified is no accrual: it is told beside the row, and used up by what is certified later", () => {
  const { cost } = one({
    sheets: SEPTEMBER_AND_OCTOBER,
    bookings: [{ billed: "130000", invoices: [{ date: "2026-09-15", amount: "130000" }] }],
  });
  assert.deepEqual(
    [cost.opening, cost.certified, cost.invoiced, cost.closing, cost.beyond],
    ["0", "40000", "40000", "0", "30000"],
  );
});

Deno.test("an invoice counts from its own day on, and a cancelled one until it was cancelled", () => {
  const booking = (billed: string, invoices: Partial<Invoice>[]) => aBooking({ billed, invoices });
  const later = booking("70", [{ date: "2026-11-02", amount: "30" }]);
  assert.equal(plain(billedOn(later, "2026-10-31")), "40", "what was billed before any line that is known stays");
  assert.equal(plain(billedOn(later, "2026-11-02")), "70");
  const cancelled = booking("0", [{ date: "2026-10-05", amount: "50", cancelled: "2026-11-09" }]);
  assert.equal(plain(billedOn(cancelled, "2026-10-04")), "0");
  assert.equal(plain(billedOn(cancelled, "2026-10-31")), "50");
  assert.equal(plain(billedOn(cancelled, "2026-11-09")), "0");
  const paired = booking("0", [
    { date: "2026-10-05", amount: "50", cancelled: "2026-11-09", paired: true },
    { date: "2026-11-09", amount: "-50", cancelled: "2026-11-09", paired: true },
  ]);
  assert.equal(plain(billedOn(paired, "2026-10-31")), "50");
  assert.equal(plain(billedOn(paired, "2026-12-01")), "0");
});

Deno.test("receipts that are accrued take cost over as invoices do; an invoice for what was received takes nothing twice", () => {
  const { cost } = one({
    sheets: SEPTEMBER_AND_OCTOBER,
    bookings: [{ received: "50000", billed: "20000", invoices: [{ date: "2026-10-20", amount: "20000" }] }],
  });
  // When it was received nobody tells: it counts as received before.
  assert.deepEqual([cost.opening, cost.certified, cost.closing], ["10000", "40000", "50000"]);
  assert.deepEqual([cost.invoiced, cost.received], ["20000", "-20000"], "the invoice came for what was received");
});

Deno.test("what was received when the period before was frozen is known; what came since is the period's", () => {
  const former = { cost: [], retainage: [], receipts: { "10": "20000" } };
  const gathered = {
    contracts: [aContract()],
    sheets: SEPTEMBER_AND_OCTOBER.map(aSheet),
    bookings: [aBooking({ received: "50000" })],
    documents: [],
  };
  const { cost: [row] } = rollForward({ gathered, period: OCTOBER, recognise: "until_invoiced", former });
  assert.deepEqual([row.opening, row.corrections, row.received, row.closing], ["0", "40000", "30000", "50000"]);
});

Deno.test("a line of credit is booked below nothing, and relieves what is certified there", () => {
  const { cost } = one({
    sheets: [{ lines: [{ cost: "-500", withheld: "-50" }] }],
    bookings: [{ billed: "-200", invoices: [{ date: "2026-10-20", amount: "-200" }] }],
  });
  assert.deepEqual([cost.certified, cost.invoiced, cost.closing], ["-500", "-200", "-300"]);
});

Deno.test("history is counted and never stands: only what moves after it does", () => {
  const { cost } = one({
    sheets: [{ ...SEPTEMBER_AND_OCTOBER[0], history: true }, SEPTEMBER_AND_OCTOBER[1]],
    bookings: [{ billed: "70000", invoices: [{ date: "2026-10-20", amount: "70000" }] }],
  });
  assert.deepEqual([cost.opening, cost.certified, cost.invoiced, cost.closing], ["0", "40000", "10000", "30000"]);
});

Deno.test("what was booked beyond on an account's lines serves its change orders' lines, in the order of their names", () => {
  const stand = standOf({
    contract: aContract(),
    sheets: [aSheet({
      lines: [{ position: "10", cost: "100" }, { position: "line-8", cost: "30" }, { position: "line-7", cost: "20" }],
    })],
    bookings: new Map([["10", aBooking({ billed: "140" })]]),
    recognise: "until_invoiced",
    day: "2026-10-31",
    booked: ({ billed }) => new Big(billed),
  });
  const left = Object.fromEntries([...stand.positions].map(([id, { cost }]) => [id, plain(cost)]));
  assert.deepEqual(left, { "10": "0", "line-7": "0", "line-8": "10" });
});

Deno.test("a document that is unfit, unmatched or outside counts nowhere", () => {
  for (const standing of ["unfit", "unmatched", "outside"] as const) {
    const { rolled } = one({ sheets: [{ standing }] });
    assert.deepEqual([rolled.cost, rolled.retainage], [[], []], standing);
  }
});

Deno.test("the journals of a period and before are compared, later ones explain; a reversed document stands for nothing", () => {
  const october = aDocument({ key: "T:p:7:2:1", date: "2026-10-31", cost: "100000", withheld: "10000" });
  const november = aDocument({
    key: "T:p:7:B1",
    purpose: "adjust",
    date: "2026-11-02",
    cost: "-40000",
    withheld: "-4000",
  });
  const facts = {
    sheets: SEPTEMBER_AND_OCTOBER,
    bookings: [{ billed: "40000", invoices: [{ date: "2026-10-31", amount: "40000" }] }],
  };
  const { cost, retainage, rolled } = one({ ...facts, documents: [october, november] });
  assert.deepEqual([cost.closing, cost.journals, cost.difference], ["60000", "100000", "-40000"]);
  assert.equal(retainage.difference, "-4000");
  const [since] = rolled.since.values();
  assert.deepEqual([plain(since.cost), plain(since.retainage)], ["0", "0"], "mended since");
  const gone = one({ ...facts, documents: [{ ...october, state: "reversed" }] });
  assert.equal(gone.cost.journals, "0");
});

Deno.test("the period before as it was frozen is the opening; what is known better now is a correction", () => {
  const former = {
    cost: [{ project: "P1", account: "501", currency: "USD", closing: "55000" } as RollRow],
    retainage: [],
    receipts: {},
  };
  const rolled = rollForward({
    gathered: {
      contracts: [aContract()],
      sheets: SEPTEMBER_AND_OCTOBER.map(aSheet),
      bookings: [aBooking({})],
      documents: [],
    },
    period: OCTOBER,
    recognise: "until_invoiced",
    former,
  });
  const [row] = rolled.cost;
  assert.deepEqual([row.opening, row.corrections, row.certified, row.closing], ["55000", "5000", "40000", "100000"]);
  assert.equal(rolled.retainage[0].corrections, "6000");
});

const cents = fc.bigInt({ min: -2_000_000n, max: 9_000_000n }).map((n) => plain(new Big(n.toString()).div(100)));
const day = fc.integer({ min: 0, max: 120 }).map((n) =>
  new Date(Date.UTC(2026, 7, 1) + n * 86_400_000).toISOString().slice(0, 10)
);

Deno.test("whatever is certified, withheld, received, billed and cancelled: each row adds up, and its closing is the sum of its positions' targets", () => {
  const property = fc.property(
    fc.array(
      fc.record({ date: day, history: fc.boolean(), costs: fc.tuple(cents, cents, cents), share: fc.nat(100) }),
      {
        maxLength: 6,
      },
    ),
    fc.array(fc.record({ date: day, amount: cents, cancelled: fc.option(day, { nil: undefined }) }), { maxLength: 5 }),
    cents,
    fc.constantFrom("until_invoiced" as const, "accrue" as const, "final" as const),
    (months, invoices, received, recognise) => {
      // As posting orders them: dates that ascend with their numbers, history first.
      const dates = months.map(({ date }) => date).sort();
      const sheets = months.map(({ costs, share }, i) =>
        aSheet({
          key: String(i + 1),
          order: String(i + 1),
          date: dates[i],
          history: dates[i] < "2026-09-10",
          lines: ["10", "11", "line-1"].map((position, nth) => ({
            position,
            cost: costs[nth],
            withheld: new Big(costs[nth]).times(share).div(100).toFixed(2),
          })),
        })
      );
      const billed = invoices.filter(({ cancelled }) => !cancelled).reduce(
        (sum, one) => sum.plus(one.amount),
        new Big(0),
      );
      const bookings = [
        aBooking({ position: "10", billed: plain(billed), received, invoices }),
        aBooking({ position: "11", billed: received, account: "502" }),
      ];
      const contract = aContract({ positions: ["10", "11"] });
      const rolled = rollForward({
        gathered: { contracts: [contract], sheets, bookings, documents: [] },
        period: OCTOBER,
        recognise,
      });
      for (const row of rolled.cost) assert.ok(addsUp(row).eq(row.closing), JSON.stringify(row));
      for (const row of rolled.retainage) assert.ok(holds(row).eq(row.closing), JSON.stringify(row));
      const total = rolled.cost.reduce((sum, { closing }) => sum.plus(closing), new Big(0));
      const targets = [...rolled.closing.get("7")?.positions.values() ?? []].reduce(
        (sum, { cost }) => sum.plus(cost),
        new Big(0),
      );
      assert.equal(plain(total), plain(targets));
    },
  );
  fc.assert(property, { numRuns: 300 });
});

Deno.test("what stands is never more than what is certified, nor on its other side, and is withheld by the same share to the cent", () => {
  const property = fc.property(cents, cents, fc.nat(100), (cost, billed, share) => {
    const certified = new Big(cost), booked = new Big(billed);
    const withheld = certified.times(share).div(100).round(2);
    const unit = new Big("0.01");
    const target = targetOf({ certified, withheld, booked, unit, recognise: "until_invoiced" });
    assert.ok(target.cost.abs().lte(certified.abs()));
    assert.ok(target.cost.times(certified).gte(0));
    assert.ok(target.withheld.abs().lte(target.cost.abs()));
    assert.ok(
      target.withheld.times(certified).minus(withheld.times(target.cost)).abs().lte(certified.abs().times("0.005")),
    );
    assert.ok(target.withheld.eq(target.withheld.round(2)));
  });
  fc.assert(property, { numRuns: 300 });
});
