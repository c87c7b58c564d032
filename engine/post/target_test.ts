import assert from "node:assert/strict";
import fc from "fast-check";
import { Big, plain } from "../decimal.ts";
import { targetsOf } from "./target.ts";
import { bills } from "./testing_chain.ts";

type Case = [cost: string, withheld: string, booked: string, want: string, unit?: string];

Deno.test("what is certified and not booked should stand, with its share of what is withheld", () => {
  const cases: Case[] = [
    ["100", "10", "0", "100 10 90"],
    ["100", "10", "40", "60 6 54"],
    ["100", "10", "100", "0 0 0"],
    ["100", "10", "250", "0 0 0"],
    ["100", "10", "-20", "100 10 90"],
    ["100", "0", "0", "100 0 100"],
    ["0", "10", "0", "0 0 0"],
    ["-100", "-10", "0", "-100 -10 -90"],
    ["-100", "-10", "-40", "-60 -6 -54"],
    ["-100", "-10", "40", "-100 -10 -90"],
    ["-100", "0", "-250", "0 0 0"],
    ["0.03", "0.01", "0.01", "0.02 0.01 0.01"],
    ["3", "1", "1", "2 1 1", "1"],
    ["0.003", "0.001", "0.001", "0.002 0.001 0.001", "0.001"],
    ["123456789012345678901234567.89", "0", "0.01", "123456789012345678901234567.88 0 123456789012345678901234567.88"],
  ];
  for (const [cost, withheld, booked, want, unit = "0.01"] of cases) {
    const { p } = targetsOf({ p: { cost, withheld } }, {
      recognise: "until_invoiced",
      booked: bills({ p: booked }),
      unit,
    });
    assert.equal(`${p.cost} ${p.withheld} ${p.net}`, want, `${cost} ${withheld} ${booked}`);
  }
});

Deno.test("what is final knows nothing of bills", () => {
  const certified = { p: { cost: "100", withheld: "10" }, q: { cost: "0", withheld: "5" } };
  const targets = targetsOf(certified, { recognise: "final", booked: bills({ p: "70" }), unit: "0.01" });
  assert.deepEqual(targets, {
    p: { cost: "100", withheld: "10", net: "90" },
    q: { cost: "0", withheld: "5", net: "-5" },
  });
});

Deno.test("what is billed beyond a position's own counts for its pool's unknown ones, and for no others", () => {
  const pools = { p: "a", q: "a", r: "b", x: "a", y: "a", z: "b" };
  const certified = { p: "100", q: "50", r: "10", x: "30", y: "30", z: "30" };
  const cases: [booked: Record<string, string>, want: Record<string, string>][] = [
    [{ p: "0", q: "0", r: "0" }, { p: "100", q: "50", x: "30", y: "30", z: "30" }],
    [{ p: "140", q: "50", r: "0" }, { p: "0", q: "0", x: "0", y: "20", z: "30" }],
    [{ p: "140", q: "0", r: "0" }, { p: "0", q: "50", x: "0", y: "20", z: "30" }],
    [{ p: "999", q: "0", r: "0" }, { p: "0", q: "50", x: "0", y: "0", z: "30" }],
    [{ p: "0", q: "0", r: "25" }, { p: "100", r: "0", x: "30", y: "30", z: "15" }],
  ];
  for (const [booked, want] of cases) {
    const positions = Object.fromEntries(Object.entries(certified).map(([p, cost]) => [p, { cost, withheld: "0" }]));
    const targets = targetsOf(positions, { recognise: "until_invoiced", booked: bills(booked, pools), unit: "0.01" });
    for (const [position, cost] of Object.entries(want)) assert.equal(targets[position].cost, cost, position);
  }
});

const cents = fc.integer({ min: -5000, max: 5000 }).map((n) => plain(new Big(n).div(100)));
const share = fc.integer({ min: 0, max: 100 });
const names = ["p", "q", "x", "y"];
const pools = { p: "a", q: "a", x: "a", y: "a" };

Deno.test("a target lies between nothing and what is certified, is made of whole units, and has a mirror image", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cents, share), { minLength: 4, maxLength: 4 }), cents, cents, (sheet, p, q) => {
      const of = (sign: 1 | -1) => {
        const certified = Object.fromEntries(names.map((name, i) => {
          const cost = new Big(sheet[i][0]).times(sign);
          return [name, { cost: plain(cost), withheld: plain(cost.times(sheet[i][1]).div(100).round(2)) }];
        }));
        const booked = bills({ p: plain(new Big(p).times(sign)), q: plain(new Big(q).times(sign)) }, pools);
        return [certified, targetsOf(certified, { recognise: "until_invoiced", booked, unit: "0.01" })] as const;
      };
      const [[certified, targets], [, mirror]] = [of(1), of(-1)];
      for (const name of names) {
        const [cost, target] = [new Big(certified[name].cost), targets[name]];
        assert(new Big(target.cost).abs().lte(cost.abs()));
        assert(new Big(target.cost).times(cost).gte(0));
        assert(new Big(target.withheld).times(100).mod(1).eq(0));
        assert(new Big(target.net).plus(target.withheld).eq(target.cost));
        for (const measure of ["cost", "withheld", "net"] as const) {
          assert(new Big(mirror[name][measure]).plus(target[measure]).eq(0), `${name} ${measure}`);
        }
      }
    }),
  );
});
