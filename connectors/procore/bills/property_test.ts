/**
 * Random contracts, billed month by month in the sandbox and read by the connector: no cent is lost, whatever is billed, stored, retained,
 * released or changed.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../../../engine/connector.ts";
import { Big, sum } from "../../../engine/decimal.ts";
import { type Bench, billedContract } from "./testing.ts";

const DIGITS = { JPY: 0, USD: 2, KWD: 3 };
const currency = fc.constantFrom(...Object.keys(DIGITS) as (keyof typeof DIGITS)[]);

/** An amount in the smallest unit of any of the currencies, negative now and then. */
const units = fc.bigInt({ min: -9_999_999_999n, max: 99_999_999_999n });
interface Cell {
  position: number;
  work: bigint;
  stored?: bigint;
  percent?: string;
  /** Which part of the retainage that is held is released: all, a third, none. */
  release: bigint;
}
interface Month {
  move: boolean;
  cells: Cell[];
  change?: bigint[];
  whole?: boolean;
}
const cell: fc.Arbitrary<Cell> = fc.record({
  position: fc.nat({ max: 7 }),
  work: units,
  stored: fc.option(units, { nil: undefined }),
  percent: fc.option(fc.constantFrom("0", "5", "7.5", "10", "33.333"), { nil: undefined }),
  release: fc.constantFrom(0n, 0n, 3n, 1n),
});
const month: fc.Arbitrary<Month> = fc.record({
  move: fc.boolean(),
  cells: fc.array(cell, { maxLength: 6 }),
  change: fc.option(fc.array(units, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 3 }),
  whole: fc.boolean(),
});

const decimalOf = (units: bigint, digits: number): string => new Big(units.toString()).div(10 ** digits).toFixed();

/** What is entered in an item: amounts of the currency, and a release of no more than is held. */
function entry(item: Row, { work, stored, percent, release }: Cell, digits: number): Row {
  const held = new Big(item.work_completed_retainage_from_previous_application as string);
  const released = release === 0n || held.lte(0)
    ? undefined
    : held.div(release.toString()).round(digits, Big.roundDown);
  const stuck = new Big(item.materials_stored_retainage_currently_retained as string);
  const given = release === 0n || stuck.lte(0) ? undefined : stuck.div(release.toString()).round(digits, Big.roundDown);
  return {
    id: item.id,
    work_completed_this_period: decimalOf(work < 0n && released ? -work : work, digits),
    ...(stored === undefined ? {} : { materials_presently_stored: decimalOf(stored, digits) }),
    ...(percent === undefined ? {} : { work_completed_retainage_percent_this_period: percent }),
    ...(stored !== undefined || given === undefined
      ? {}
      : { materials_stored_retainage_released_this_period: given.toFixed() }),
    ...(released === undefined ? {} : { work_completed_retainage_released_this_period: released.toFixed() }),
  };
}

async function live(bench: Bench, months: Month[], digits: number): Promise<void> {
  for (const { cells, move, change, whole } of months) {
    if (change) await bench.change(change.map((amount: bigint) => decimalOf(amount, digits)), { whole });
    const id = await bench.bill({ move_materials_to_previous_work_completed: move });
    const { items } = await bench.raw(id);
    // The later of two entries in one item is what stands.
    const entries = new Map<string, Row>();
    for (const one of cells) {
      const item = items[one.position % items.length];
      entries.set(item.id, entry(item, one, digits));
    }
    await bench.enter(id, [...entries.values()]);
    await bench.approve(id);
  }
}

Deno.test("over all requisitions of a contract costs make what was completed and stored, and every sheet foots, to the last decimal", async () => {
  const property = fc.asyncProperty(
    currency,
    fc.array(units, { minLength: 1, maxLength: 5 }),
    fc.array(month, { minLength: 1, maxLength: 5 }),
    async (code, lines, months) => {
      const digits = DIGITS[code];
      const bench = await billedContract({
        currency: code,
        lines: lines.map((one) => decimalOf(one, Math.min(2, digits))),
      });
      await live(bench, months, digits);
      const rows = await bench.read();
      assert.equal(rows.length, months.length);
      for (const row of rows) assert.equal(row.footing_fault, undefined, `requisition ${row.number}`);
      const last = rows.at(-1)!;
      const { summary } = await bench.raw(last.id as string);
      const over = (field: string): string => sum(rows.map((row) => row[field] as string));
      const overItems = (field: string): string =>
        sum(rows.flatMap(({ items }) => (items as Row[]).map((item) => item[field] as string)));
      const same = (a: string, b: string, what: string) => assert.equal(new Big(a).minus(b).toFixed(), "0", what);

      same(over("cost_this_period"), summary.total_completed_and_stored_to_date, "cost");
      same(overItems("cost_this_period"), summary.total_completed_and_stored_to_date, "cost of items");
      same(last.cost_to_date as string, summary.total_completed_and_stored_to_date, "cost to date");
      const held = new Big(over("retainage_held_this_period")).minus(over("retainage_released_this_period")).toFixed();
      same(held, summary.total_retainage, "retainage");
      same(over("net_this_period"), summary.total_earned_less_retainage, "net");
      same(overItems("net_this_period"), summary.total_earned_less_retainage, "net of items");
      same(over("current_payment_due"), summary.total_earned_less_retainage, "payments due");
      same(await bench.billed(), summary.total_completed_and_stored_to_date, "the contract's own total");
      for (const { items } of rows) {
        for (const { cost_this_period, retainage_held_this_period } of items as Row[]) {
          for (const amount of [cost_this_period, retainage_held_this_period]) {
            assert.ok(
              new Big(amount as string).round(digits).eq(amount as string),
              `${amount} has more decimals than ${code}`,
            );
          }
        }
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

Deno.test("one cent moved anywhere on a sheet does not foot", async () => {
  const bench = await billedContract({ currency: "USD", lines: ["1000.10", "-20", "500"] });
  await live(bench, [{
    cells: [{ position: 0, work: 33_33n, stored: 5_01n, percent: "10", release: 0n }],
    move: false,
  }], 2);
  await live(bench, [{ cells: [{ position: 0, work: 11_11n, stored: 0n, release: 3n }], move: false }], 2);
  const last = (await bench.read()).at(-1)!.id as string;
  const amounts = [
    ...["work_completed_this_period", "materials_presently_stored", "total_completed_and_stored_to_date"],
    ...["work_completed_retainage_retained_this_period", "materials_stored_retainage_currently_retained"],
    "work_completed_retainage_from_previous_application",
    "work_completed_from_previous_application",
  ].map((name) => ["items", name]);
  const summary = [
    ...["total_completed_and_stored_to_date", "total_retainage", "total_earned_less_retainage"],
    ...["less_previous_certificates_for_payment", "current_payment_due"],
  ].map((name) => ["summary", name]);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...amounts, ...summary), fc.nat({ max: 2 }), async ([where, name], nth) => {
      bench.tamper((raw) => {
        if (raw.id !== last && String(raw.id) !== String(last)) return;
        const at = where === "items" ? (raw.items as Row[])[nth] : raw.summary as Row;
        at[name] = new Big(at[name] as string).plus("0.01").toFixed(2);
      });
      const row = (await bench.read()).find(({ id }) => id === last)!;
      bench.tamper(undefined);
      assert.equal(row.foots, false, `${where} ${name}`);
      assert.ok(new Big(row.footing_difference as string).gte("0.01"));
      assert.match(row.footing_fault as string, /: /);
    }),
    { numRuns: 40 },
  );
});
