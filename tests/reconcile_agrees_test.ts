/**
 * What should stand is reckoned twice, apart: by the posting room and by the reconciliation. Here the two are held against each other.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Big, plain, sum } from "../engine/decimal.ts";
import { adjustmentKey, recognitionKey, reversalKey } from "../engine/post/keys.ts";
import { reckon } from "../engine/post/reckon.ts";
import type { Step } from "../engine/post/types.ts";
import { targetsOf } from "../engine/post/target.ts";
import { standOf } from "../engine/reconcile/standing.ts";
import type { Document } from "../engine/reconcile/facts.ts";
import { rollForward } from "../engine/reconcile/rollforward.ts";
import { aBooking, aContract, aDocument, aSheet, OCTOBER } from "../engine/reconcile/testing.ts";
import type { Certified, PostingRecord } from "../engine/state/posting_types.ts";

const units = { "0.01": 2, "1": 0, "0.001": 3 } as const;
const amount = fc.bigInt({ min: -30_000n, max: 90_000n });

Deno.test("whatever is certified, withheld and booked, on known positions and on change orders' lines: both say the same", () => {
  const property = fc.property(
    fc.constantFrom(...Object.keys(units) as (keyof typeof units)[]),
    fc.constantFrom("until_invoiced" as const, "accrue" as const, "final" as const),
    fc.uniqueArray(
      fc.record({
        position: fc.constantFrom("10", "11", "12", "line-1", "line-2", "line-3"),
        cost: amount,
        share: fc.nat(100),
        account: fc.constantFrom("501", "502"),
      }),
      { selector: ({ position }) => position, maxLength: 6 },
    ),
    fc.array(amount, { minLength: 3, maxLength: 3 }),
    (unit, recognise, lines, booked) => {
      const of = (value: bigint): string => plain(new Big(value.toString()).times(unit));
      const bookings = ["10", "11", "12"].map((position, i) =>
        aBooking({ position, account: i === 2 ? "502" : "501", unit, billed: of(booked[i]) })
      );
      const certified = lines.map(({ position, cost, share, account }) => ({
        position,
        account,
        cost: of(cost),
        withheld: plain(new Big(of(cost)).times(share).div(100).round(units[unit])),
      }));
      const accounts = new Map(bookings.map(({ position, account }) => [position, account]));
      const targets = targetsOf(
        Object.fromEntries(certified.map(({ position, cost, withheld }) => [position, { cost, withheld }])),
        {
          recognise,
          unit,
          booked: {
            amounts: Object.fromEntries(bookings.map(({ position, billed }) => [position, billed])),
            pools: Object.fromEntries([
              ...certified.map(({ position, account }) => [position, accounts.get(position) ?? account]),
              ...accounts,
            ]),
            never: [],
          },
        },
      );
      const { positions } = standOf({
        contract: aContract({ positions: ["10", "11", "12"] }),
        sheets: [aSheet({ lines: certified })],
        bookings: new Map(bookings.map((one) => [one.position, one])),
        recognise,
        day: "2026-10-31",
        booked: ({ billed }) => new Big(billed),
      });
      for (const [position, { cost, withheld }] of Object.entries(targets)) {
        const { cost: mine, held } = positions.get(position)!;
        assert.deepEqual([plain(mine), plain(held)], [cost, withheld], position);
      }
      assert.equal(
        sum([...positions.values()].map(({ cost }) => plain(cost))),
        sum(Object.values(targets).map(({ cost }) => cost)),
      );
    },
  );
  fc.assert(property, { numRuns: 1000 });
});

/** What happens to a contract: a sheet comes, is corrected, loses its approval or gets it back, or Oracle books something. */
const event = fc.oneof(
  fc.record({ what: fc.constant("sheet" as const), adds: fc.tuple(amount, amount, amount), share: fc.nat(100) }),
  fc.record({
    what: fc.constant("edit" as const),
    nth: fc.nat(5),
    adds: fc.tuple(amount, amount, amount),
    share: fc.nat(100),
  }),
  fc.record({ what: fc.constant("toggle" as const), nth: fc.nat(5) }),
  fc.record({ what: fc.constant("book" as const), position: fc.constantFrom("10", "11"), to: amount }),
  fc.record({ what: fc.constant("run" as const) }),
);
const happenings = fc.array(event, { minLength: 8, maxLength: 24, size: "max" });
const POSITIONS = ["10", "11", "line-1"];
const cents = (value: bigint): string => plain(new Big(value.toString()).div(100));

Deno.test("whatever happens to a contract between runs, after the last one the reconciliation finds no difference", () => {
  const property = fc.property(happenings, fc.boolean(), (events, final) => {
    const recognise = final ? "final" as const : "until_invoiced" as const;
    const sheets: Certified[] = [];
    const booked: Record<string, string> = { "10": "0", "11": "0" };
    let documents: PostingRecord[] = [];
    const positionsOf = (adds: readonly bigint[], share: number): Certified["positions"] =>
      Object.fromEntries(
        POSITIONS.map((position, i) => [position, {
          cost: cents(adds[i]),
          withheld: new Big(cents(adds[i])).times(share).div(100).round(2).toFixed(),
        }]),
      );
    const run = (): void => {
      for (let round = 0; round < 4; round++) {
        const { steps, blocked } = reckon({
          id: "7",
          certified: sheets,
          booked: { amounts: { ...booked }, pools: { "10": "501", "11": "502", "line-1": "501" }, never: [] },
          documents,
          unit: "0.01",
        }, { recognise, today: "2026-10-20", periods: [] });
        assert.equal(blocked, undefined);
        if (steps.length === 0) return;
        documents = [...documents, ...steps.map((step) => posted(step, sheets, documents.length))];
      }
      assert.fail("It never comes to an end");
    };
    for (const one of [...events, { what: "run" as const }]) {
      switch (one.what) {
        case "sheet": {
          const key = String(sheets.length + 1);
          sheets.push(certifiedAs(key, positionsOf(one.adds, one.share)));
          break;
        }
        case "edit": {
          const at = sheets[one.nth];
          if (at) sheets[one.nth] = { ...certifiedAs(at.key, positionsOf(one.adds, one.share)), counts: at.counts };
          break;
        }
        case "toggle": {
          const at = sheets[one.nth];
          if (at) sheets[one.nth] = { ...at, counts: !at.counts };
          break;
        }
        case "book":
          booked[one.position] = cents(one.to);
          break;
        case "run":
          run();
      }
    }
    const { cost, retainage } = rollForward({
      gathered: {
        contracts: [aContract({ positions: ["10", "11"] })],
        sheets: sheets.filter(({ counts }) => counts).map(({ key, order, positions }) =>
          aSheet({
            key,
            order,
            date: "2026-10-12",
            lines: Object.entries(positions).map(([position, amounts]) => ({ position, ...amounts })),
          })
        ),
        bookings: [
          aBooking({ position: "10", billed: booked["10"], account: "501" }),
          aBooking({ position: "11", billed: booked["11"], account: "502" }),
        ],
        documents: documents.map(asDocument),
      },
      period: OCTOBER,
      recognise,
    });
    assert.deepEqual(cost.filter(({ difference }) => difference !== "0"), []);
    assert.deepEqual(retainage.filter(({ difference }) => difference !== "0"), []);
  });
  fc.assert(property, { numRuns: 300 });
});

const certifiedAs = (key: string, positions: Certified["positions"]): Certified => ({
  key,
  chain: "7",
  from: "P1",
  order: key,
  counts: true,
  hash: JSON.stringify(positions),
  currency: "USD",
  date: "2026-10-12",
  history: false,
  positions,
  at: "2026-10-12T00:00:00Z",
});

/** A step as a document that is in the books. */
function posted(step: Step, sheets: readonly Certified[], nth: number): PostingRecord {
  const owner = { tag: "T", pipeline: "p" };
  const { purpose, source, revision, reverses, moved } = step;
  const key = purpose === "reverse"
    ? reversalKey(reverses!)
    : purpose === "adjust"
    ? adjustmentKey(owner, { chain: "7", revision })
    : recognitionKey(owner, { chain: "7", source, revision });
  return {
    key,
    pipeline: "p",
    chain: "7",
    source,
    from: "P1",
    to: "204",
    purpose,
    revision,
    ...(reverses !== undefined && { reverses }),
    money: sheets.find((one) => one.key === source)!.hash,
    hash: "",
    date: "2026-10-20",
    currency: "USD",
    value: "0",
    moved,
    state: "posted",
    withdrawals: 0,
    history: [{ at: `2026-10-20T00:00:00.${String(nth).padStart(3, "0")}Z`, state: "posted" }],
  };
}

function asDocument({ key, source, purpose, reverses, moved }: PostingRecord): Document {
  const lines = Object.entries(moved).flatMap(([position, { cost, withheld, net }]) => [
    { account: "501", debit: cost, position, measure: "cost" as const },
    { account: "901", credit: net, position, measure: "net" as const },
    { account: "902", credit: withheld, position, measure: "withheld" as const },
  ]);
  return { ...aDocument({ key, source, purpose, date: "2026-10-20", ...(reverses && { reverses }) }), lines };
}
