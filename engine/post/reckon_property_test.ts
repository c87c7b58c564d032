import assert from "node:assert/strict";
import fc from "fast-check";
import { Big, plain } from "../decimal.ts";
import type { Certified } from "../state/posting_types.ts";
import { minus, negated, plus, same } from "./amounts.ts";
import { finish } from "./draft.ts";
import { examine } from "./examine.ts";
import { reckon } from "./reckon.ts";
import { standingOf, stands } from "./standing.ts";
import { targetsOf } from "./target.ts";
import { mapped, SHAPE } from "./testing_body.ts";
import { bills, chainOf, post, sheet, USUAL } from "./testing_chain.ts";
import type { Chain } from "./types.ts";

/** Positions of the order, and of change orders that the order does not have. */
const BOOKED = ["a", "b", "c"], LATER = ["line-x", "line-y"];
const POOLS = { a: "P", b: "P", c: "Q", "line-x": "P", "line-y": "Q" };
const POSITIONS = [...BOOKED, ...LATER];

type Amount = [units: number, percent: number];
type Event =
  | { what: "certify"; sheet: number; amounts: (Amount | undefined)[] }
  | { what: "toggle"; sheet: number }
  | { what: "bill"; position: number; units: number }
  | { what: "run"; fails: number };

const SHEETS = 5;
const which = fc.nat({ max: SHEETS - 1 });
const amount = fc.tuple(fc.integer({ min: -2000, max: 9000 }), fc.constantFrom(0, 5, 10, 33));
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    what: fc.constant("certify" as const),
    sheet: which,
    amounts: fc.array(fc.option(amount, { nil: undefined }), { minLength: 5, maxLength: 5 }),
  }),
  fc.record({ what: fc.constant("toggle" as const), sheet: which }),
  fc.record({
    what: fc.constant("bill" as const),
    position: fc.nat({ max: 2 }),
    units: fc.integer({ min: -500, max: 9000 }),
  }),
  fc.record({ what: fc.constant("run" as const), fails: fc.nat({ max: 15 }) }),
);
const story = fc.record({
  events: fc.array(event, { minLength: 1, maxLength: 14 }),
  unit: fc.constantFrom("1", "0.01", "0.001"),
  history: fc.boolean(),
  recognise: fc.constantFrom("until_invoiced" as const, "final" as const, "accrue" as const),
});

const money = (units: number, unit: string): string => plain(new Big(units).times(unit));
const bySheet = (a: Certified, b: Certified) => a.key < b.key ? -1 : 1;

/** The chain after an event of the world; runs are elsewhere. */
function befall(chain: Chain, event: Exclude<Event, { what: "run" }>, history: boolean): Chain {
  const { unit } = chain;
  if (event.what === "bill") {
    const amounts = { ...chain.booked.amounts, [BOOKED[event.position]]: money(event.units, unit) };
    return { ...chain, booked: { ...chain.booked, amounts } };
  }
  const key = String(event.sheet);
  const was = chain.certified.find((one) => one.key === key);
  const others = chain.certified.filter((one) => one !== was);
  if (event.what === "toggle") {
    return was ? { ...chain, certified: [...others, { ...was, counts: !was.counts }].sort(bySheet) } : chain;
  }
  const positions = Object.fromEntries(POSITIONS.flatMap((position, i) => {
    const given = event.amounts[i];
    if (!given) return [];
    const withheld = new Big(given[0]).times(given[1]).div(100).round(0);
    return [[position, [money(given[0], unit), plain(withheld.times(unit))] as [string, string]]];
  }));
  return { ...chain, certified: [...others, sheet(key, positions, { history: history && key === "0" })].sort(bySheet) };
}

/** What should stand, straight from what is certified and booked: without looking at any document. */
function wanted({ certified, booked, unit }: Chain, recognise: "until_invoiced" | "final" | "accrue") {
  const toDate = (sheets: readonly Certified[]) =>
    targetsOf(Object.assign({}, ...sheets.map(({ positions }) => positions)), { recognise, booked, unit });
  const counting = certified.filter(({ counts }) => counts);
  return minus(toDate(counting), toDate(counting.filter(({ history }) => history)));
}

Deno.test("whatever happens in whatever order, and whatever fails: in the end that stands which should, and no run adds to it", () => {
  fc.assert(
    fc.property(story, ({ events, unit, history, recognise }) => {
      const reckoning = { ...USUAL, recognise };
      let chain = chainOf([], { unit, booked: bills({ a: "0", b: "0", c: "0" }, POOLS) });
      for (const event of events) {
        if (event.what !== "run") chain = befall(chain, event, history);
        else {
          let at = 0;
          const run = post(chain, reckoning, () => (event.fails >> at++ % 4 & 1) === 0);
          for (const { moved } of run.reckoned.steps) examined(moved, unit);
          chain = run.chain;
        }
        noneTwice(chain);
      }
      const first = post(chain, reckoning);
      assert.equal(first.reckoned.blocked, undefined);
      const backs = first.reckoned.steps.filter(({ purpose }) => purpose === "reverse").length;
      const want = wanted(chain, recognise);
      if (backs <= 1) agree(first.chain, want);
      const second = post(first.chain, reckoning);
      if (backs <= 1) assert.deepEqual(second.reckoned.steps, []);
      agree(second.chain, want);
      assert.deepEqual(reckon(second.chain, reckoning).steps, []);
      noneTwice(second.chain);
      // All of it can be taken back.
      const gone = { ...second.chain, certified: chain.certified.map((one) => ({ ...one, counts: false })) };
      assert.deepEqual(standingOf(post(post(gone, reckoning).chain, reckoning).chain.documents), {});
    }),
    { numRuns: 400 },
  );
});

function agree({ documents }: Chain, want: ReturnType<typeof wanted>): void {
  const standing = standingOf(documents);
  assert(same(standing, want), `${JSON.stringify(standing)} stands, ${JSON.stringify(want)} should`);
}

/** No key twice, and no source with two recognitions that stand. */
function noneTwice({ documents }: Chain): void {
  const booked = documents.filter(stands);
  assert.equal(new Set(documents.map(({ key }) => key)).size, documents.length);
  const back = new Set(booked.map(({ reverses }) => reverses));
  const live = booked.filter(({ key, purpose }) => purpose === "recognise" && !back.has(key)).map(({ source }) =>
    source
  );
  assert.equal(new Set(live).size, live.length);
  for (const one of booked) {
    if (one.purpose !== "reverse") continue;
    const original = documents.find(({ key }) => key === one.reverses)!;
    assert.deepEqual(plus(one.moved, original.moved), {});
  }
}

/** Its body balances and says what it moves, both ways. */
function examined(moved: Parameters<typeof mapped>[0], unit: string): void {
  for (const way of [moved, negated(moved)]) {
    const body = finish(mapped(way), SHAPE);
    assert.equal(examine(body, { ...SHAPE, moved: way, never: [], unit, place: "document" }), undefined);
  }
}

Deno.test("what is accrued of an order is what is certified and not billed, position by position", () => {
  const units = fc.integer({ min: 0, max: 9000 });
  fc.assert(fc.property(fc.array(fc.tuple(units, units), { minLength: 3, maxLength: 3 }), (amounts) => {
    const at = (i: 0 | 1) => BOOKED.map((position, n) => [position, money(amounts[n][i], "0.01")] as const);
    const certified = sheet("1", Object.fromEntries(at(0).map(([position, cost]) => [position, [cost]])));
    const { chain } = post(chainOf([certified], { booked: bills(Object.fromEntries(at(1))) }));
    const standing = standingOf(chain.documents);
    for (const [i, position] of BOOKED.entries()) {
      const left = Math.max(0, amounts[i][0] - amounts[i][1]);
      assert.equal(standing[position]?.cost ?? "0", money(left, "0.01"));
    }
  }));
});
