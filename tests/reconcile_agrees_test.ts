/**
 * What should stand is reckoned twice, apart: by the posting room and by the reconciliation. Here the two are held against each other.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Big, plain, sum } from "../engine/decimal.ts";
import { targetsOf } from "../engine/post/target.ts";
import { standOf } from "../engine/reconcile/standing.ts";
import { aBooking, aContract, aSheet } from "../engine/reconcile/testing.ts";

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
