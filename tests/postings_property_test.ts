/**
 * Random contracts, billed month by month and posted: every journal balances in whole units of its currency, no rounding is lost, and what
 * stands is what both systems' balances say.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Row } from "../engine/connector.ts";
import { Big, plain } from "../engine/decimal.ts";
import type { Project } from "../engine/pipeline/model.ts";
import type { House } from "./support/house.ts";
import { line, lineId, order } from "./support/orders.ts";
import { change, payables, sheetsOf } from "./support/posting_acts.ts";
import { headers, nonZero, uncovered } from "./support/posting_story.ts";
import { ACCRUED, balanceOf, contractOf, post, postingHouse, postingPipelines, RETAINED } from "./support/postings.ts";

/** Currencies with none, two and three decimals. */
const UNITS = { JPY: "1", USD: "0.01", BHD: "0.001" };
const currency = fc.constantFrom(...Object.keys(UNITS) as (keyof typeof UNITS)[]);

/** What is entered in a row of the sheet, in the smallest unit. */
const cell = fc.record({
  work: fc.bigInt({ min: -9_999n, max: 9_999_999_999n }),
  stored: fc.option(fc.bigInt({ min: 0n, max: 999_999n }), { nil: undefined, freq: 2 }),
  percent: fc.constantFrom("0", "5", "7.5", "33.333"),
  /** Whether what was retained before is released. */
  releases: fc.boolean(),
});
type Cell = typeof cell extends fc.Arbitrary<infer T> ? T : never;

const month = fc.record({
  cells: fc.array(cell, { minLength: 1, maxLength: 6 }),
  added: fc.option(fc.bigInt({ min: 1n, max: 99_999n }), { nil: undefined, freq: 2 }),
  invoices: fc.array(fc.tuple(fc.nat({ max: 5 }), fc.bigInt({ min: -999n, max: 9_999_999_999n })), { maxLength: 2 }),
});
const story = fc.record({
  code: currency,
  lines: fc.integer({ min: 1, max: 6 }),
  months: fc.array(month, { minLength: 1, maxLength: 4 }),
});

const amountOf = (units: bigint, unit: string): string => plain(new Big(units.toString()).times(unit));

let uncapped: Promise<Project> | undefined;

/** A firm whose books and projects are in a currency, with one order. */
async function firmIn(code: string, lines: number): Promise<House> {
  const rows = Array.from({ length: lines }, (_, i) => line("1000000", { CODE_COMBINATION_ID: i % 2 ? "702" : "701" }));
  const project = await (uncapped ??= postingPipelines([[/caps: .*/, ""]]));
  return await postingHouse([order(1, rows)], { project }, (data) => {
    for (const unit of data.operating_units) unit.CURRENCY_CODE = code;
    for (const one of data.procore_projects) one.currency_iso_code = code;
  });
}

/** Bills a month: row by row what is done, stored, retained and released. */
async function billMonth(home: House, cells: readonly Cell[], unit: string): Promise<void> {
  const { id } = await contractOf(home, 1);
  const fields = { commitment_id: id, status: "draft", billing_date: "2026-10-12" };
  await home.control("procore", "touch", { table: "requisitions", fields });
  const sheet = (await sheetsOf(home, 1)).at(-1)!;
  const items = (await home.rows("procore", "requisition_items")).filter((row) => row.requisition_id === sheet.id);
  for (const [i, item] of items.entries()) {
    const { work, stored, percent, releases } = cells[i % cells.length];
    const held = String(item.work_completed_retainage_from_previous_application);
    await home.touch("procore", "requisition_items", String(item.id), {
      work_completed_this_period: amountOf(releases && work < 0n ? -work : work, unit),
      work_completed_retainage_percent_this_period: percent,
      ...(stored !== undefined && { materials_presently_stored: amountOf(stored, unit) }),
      ...(releases && new Big(held).gt(0) && { work_completed_retainage_released_this_period: held }),
    });
  }
  await home.touch("procore", "requisitions", String(sheet.id), { status: "approved" });
}

async function run(home: House): Promise<void> {
  home.clock.advance(5 * 60_000);
  const { changes } = await post(home);
  const wrong = changes.filter(({ word }) => word !== "create" && word !== "unchanged");
  assert.deepEqual(wrong.map(({ word, why, failure }) => [word, why, failure?.fact]), []);
}

/** Holds that every journal balances, in whole units. Gives the sums by position of cost and of what is withheld. */
async function sums(
  home: House,
  unit: string,
): Promise<{ cost: Record<string, string>; withheld: Record<string, string> }> {
  const found: Record<string, Record<string, Big>> = { cost: {}, withheld: {}, net: {} };
  const journals = new Map<string, Big>();
  for (const row of await home.rows("ebs", "GL_JE_LINES")) {
    const amount = new Big(String(row.ENTERED_DR || "0")).minus(String(row.ENTERED_CR || "0"));
    assert(amount.mod(unit).eq(0), `${plain(amount)} is finer than ${unit}`);
    const journal = String(row.JE_HEADER_ID);
    journals.set(journal, amount.plus(journals.get(journal) ?? 0));
    const [position, measure] = [String(row.REFERENCE_3), String(row.REFERENCE_4)];
    found[measure][position] = (found[measure][position] ?? new Big(0)).plus(
      measure === "cost" ? amount : amount.times(-1),
    );
  }
  for (const [journal, sum] of journals) assert.equal(plain(sum), "0", `journal ${journal} balances`);
  const plainly = (one: Record<string, Big>) =>
    nonZero(Object.fromEntries(Object.entries(one).map(([key, sum]) => [key, plain(sum)])));
  return { cost: plainly(found.cost), withheld: plainly(found.withheld) };
}

const totalOf = (amounts: Record<string, string>): string =>
  plain(Object.values(amounts).reduce((sum, one) => sum.plus(one), new Big(0)));

const OPTIONS = { numRuns: 10, seed: 20261014 };

Deno.test("each journal is its requisition's invoice, and all together are what was completed and stored to date", async () => {
  const property = fc.asyncProperty(story, async ({ code, lines, months }) => {
    const unit = UNITS[code];
    const home = await firmIn(code, lines);
    try {
      let before = new Big(0);
      for (const { cells, added } of months) {
        if (added !== undefined) await change(1, [amountOf(added, unit)])(home);
        const journals = (await headers(home)).length;
        await billMonth(home, cells, unit);
        await run(home);
        const sheet = (await sheetsOf(home, 1)).at(-1)!;
        const { total_completed_and_stored_to_date: total, total_retainage: retained } = sheet.summary as Row;
        const made = (await headers(home)).slice(journals);
        assert(made.length <= 1, "one journal a requisition");
        const { cost, withheld } = await sums(home, unit);
        // The sum of the invoice is the journal's, and those of all invoices are what the sheet says.
        assert.equal(totalOf(cost), plain(new Big(String(total))), "completed and stored to date");
        const own = (await home.rows("ebs", "GL_JE_LINES")).filter((row) =>
          row.JE_HEADER_ID === made[0]?.JE_HEADER_ID && row.REFERENCE_4 === "cost"
        ).reduce(
          (sum, row) => sum.plus(String(row.ENTERED_DR || "0")).minus(String(row.ENTERED_CR || "0")),
          new Big(0),
        );
        assert.equal(plain(own), plain(new Big(String(total)).minus(before)), "this period's cost");
        assert.equal(totalOf(withheld), plain(new Big(String(retained))), "retainage");
        assert.equal(await balanceOf(home, RETAINED), plain(new Big(String(retained)).times(-1)));
        assert.equal(
          await balanceOf(home, ACCRUED),
          plain(new Big(String(total)).minus(String(retained)).times(-1)),
          "accrued net of retainage",
        );
        before = new Big(String(total));
      }
    } finally {
      await home.close();
    }
  });
  await fc.assert(property, OPTIONS);
});

Deno.test("whatever payables invoice meanwhile, what stands is certified less invoiced, by distribution, and no unit is lost", async () => {
  const property = fc.asyncProperty(story, async ({ code, lines, months }) => {
    const unit = UNITS[code];
    const home = await firmIn(code, lines);
    try {
      let number = 0;
      for (const { cells, invoices } of months) {
        await billMonth(home, cells, unit);
        for (const [nth, units] of invoices) {
          await payables(`I-${++number}`, { [lineId(1, nth % lines + 1)]: amountOf(units, unit) })(home);
        }
        await run(home);
        const { cost, withheld } = await sums(home, unit);
        assert.deepEqual(cost, await uncovered(home));
        for (const [position, amount] of Object.entries(withheld)) {
          assert(
            new Big(amount).abs().lte(new Big(cost[position] ?? "0").abs()),
            `${position} withholds more than it costs`,
          );
        }
        const journals = (await headers(home)).length;
        await run(home);
        assert.equal((await headers(home)).length, journals, "a second run posts nothing");
      }
    } finally {
      await home.close();
    }
  });
  await fc.assert(property, OPTIONS);
});
