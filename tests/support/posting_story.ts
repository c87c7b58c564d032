/**
 * Stories of requisitions, step by step: after each a run, the books, and a second run that posts nothing.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Row } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import type { Project } from "../../engine/pipeline/model.ts";
import type { PlannedChange } from "../../engine/run/types.ts";
import type { House } from "./house.ts";
import { line, order } from "./orders.ts";
import type { Act } from "./posting_acts.ts";
import { ACCRUED, balanceOf, post, POSTING, postingHouse, RETAINED } from "./postings.ts";

/** One thing that happens, and what stands then. */
export interface Step {
  /** In words. */
  when: string;
  does: Act;
  /** Cost by position that is certified and that Oracle has not booked by itself; what is not named is nothing. Rows of change orders are `change`. */
  open: Record<string, string>;
  /** What of it is retained; default: nothing. */
  retained?: string;
  /** Documents that this step's run makes, by purpose, in order: `reverse, recognise`. */
  makes?: string;
  /** What the run tells of what it does not post: words, facts, reasons. */
  tells?: RegExp;
}

/** A story. */
export interface Story {
  name: string;
  orders?: readonly Row[];
  project?: () => Promise<Project>;
  /**
   * Whether what stands is, position by position, certified less what is billed or received, as both systems' own tables have it. Default: yes.
   * Not so for change orders, whose position Oracle does not know, and for other ways to recognise.
   */
  plain?: false;
  steps: readonly Step[];
}

const MINUTES = 5 * 60_000;

/** Tells a story as a test. */
export function tell(
  {
    name,
    orders = [order(1, [line("1000"), line("500.50", { CODE_COMBINATION_ID: "702" })])],
    project,
    plain: isPlain,
    steps,
  }: Story,
): void {
  Deno.test(`cost is counted once: ${name}`, async () => {
    const home = await postingHouse(orders, { project: await project?.() });
    for (const [i, { when, does, open, retained = "0", makes, tells }] of steps.entries()) {
      const at = `step ${i + 1}, ${when}`;
      await does(home);
      const { changes } = await run(home);
      if (makes !== undefined) assert.equal(purposes(changes), makes, at);
      if (tells) assert.match(changes.map(words).join("\n"), tells, at);
      await stands(home, { open, retained, at });
      if (isPlain !== false) {
        assert.deepEqual(nonZero(open), await uncovered(home), `${at}: max(0, certified - booked)`);
      }
      const before = await booksOf(home);
      await run(home);
      assert.deepEqual(await booksOf(home), before, `${at}: a second run posts nothing`);
    }
    await home.close();
  });
}

async function run(home: House): ReturnType<House["run"]> {
  home.clock.advance(MINUTES);
  return await post(home);
}

const words = ({ word, why, failure }: PlannedChange): string =>
  [word, why, failure && [failure.code, failure.fact, failure.value, failure.action].join(" ")].filter(Boolean).join(
    " ",
  );

const purposes = (changes: readonly PlannedChange[]): string =>
  changes.filter(({ word, document }) => word === "create" && document).map(({ document }) => document!.purpose).join(
    ", ",
  );

/** All that is in the books, or on its way there. */
export const booksOf = async (home: House): Promise<Row[][]> => [
  await home.rows("ebs", "GL_JE_LINES"),
  await home.rows("ebs", "GL_INTERFACE"),
];

/** Holds what stands: by account, by position, each journal once and balanced. */
export async function stands(
  home: House,
  { open, retained, at }: { open: Record<string, string>; retained: string; at: string },
): Promise<void> {
  const sums = new Map<string, Big>();
  const journals = new Map<string, Big>();
  const add = (into: Map<string, Big>, key: string, amount: Big): void =>
    void into.set(key, amount.plus(into.get(key) ?? 0));
  for (const row of await home.rows("ebs", "GL_JE_LINES")) {
    const amount = new Big(String(row.ENTERED_DR || "0")).minus(String(row.ENTERED_CR || "0"));
    add(journals, String(row.JE_HEADER_ID), amount);
    const position = String(row.REFERENCE_3).replace(/^line-.*/, "change");
    add(sums, `${row.REFERENCE_4} ${position}`, row.REFERENCE_4 === "cost" ? amount : amount.times(-1));
  }
  for (const [journal, sum] of journals) assert.equal(plain(sum), "0", `${at}: journal ${journal} balances`);
  const keys = (await home.rows("ebs", "GL_JE_HEADERS")).map((row) => row.EXTERNAL_REFERENCE);
  assert.equal(new Set(keys).size, keys.length, `${at}: each journal once`);
  const standing = Object.fromEntries(
    [...sums].flatMap(([key, sum]) => key.startsWith("cost ") ? [[key.slice(5), plain(sum)]] : []),
  );
  assert.deepEqual(nonZero(standing), nonZero(open), at);
  for (const position of Object.keys(standing)) {
    const [cost, withheld, net] = ["cost", "withheld", "net"].map((one) =>
      sums.get(`${one} ${position}`) ?? new Big(0)
    );
    assert.equal(plain(withheld.plus(net)), plain(cost), `${at}: ${position} is paid or retained`);
  }
  const total = Object.values(open).reduce((sum, one) => sum.plus(one), new Big(0));
  const [accrued, kept] = [await balanceOf(home, ACCRUED), await balanceOf(home, RETAINED)];
  assert.equal(kept, plain(new Big(retained).times(-1)), `${at}: retainage payable`);
  assert.equal(plain(new Big(accrued).plus(kept)), plain(total.times(-1)), `${at}: accrued subcontracts and retainage`);
}

/** Amounts that are none left out, by position. */
export const nonZero = (amounts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(amounts).map(([key, one]) => [key, plain(new Big(one))]).filter(([, one]) => one !== "0").sort(),
  );

/** Certified less what is billed or received, never less than nothing, by distribution: from both sandboxes' own tables. */
export async function uncovered(home: House): Promise<Record<string, string>> {
  const lines = await home.rows("procore", "purchase_order_contract_line_items");
  const sheets = (await home.rows("procore", "requisitions")).filter(({ status }) =>
    String(status).startsWith("approved")
  );
  const items = await home.rows("procore", "requisition_items");
  const shipments = await home.rows("ebs", "PO_LINE_LOCATIONS_ALL");
  const figure = (row: Row | undefined, name: string): Big => new Big(String(row?.[name] || "0"));
  const open: Record<string, string> = {};
  for (const { PO_DISTRIBUTION_ID: id, LINE_LOCATION_ID, ...row } of await home.rows("ebs", "PO_DISTRIBUTIONS_ALL")) {
    const own = lines.find(({ origin_id }) => String(origin_id).split("-")[2] === id);
    const newest = sheets.filter(({ commitment_id }) => commitment_id === own?.purchase_order_contract_id)
      .sort((a, b) => Number(b.number) - Number(a.number))[0];
    if (!own || !newest) continue;
    const item = items.find((one) => one.requisition_id === newest.id && one.line_item_id === own.id);
    const accrues = shipments.some((one) =>
      one.LINE_LOCATION_ID === LINE_LOCATION_ID && one.ACCRUE_ON_RECEIPT_FLAG === "Y"
    );
    const [billed, received] = [figure(row, "AMOUNT_BILLED"), figure(row, "AMOUNT_DELIVERED")];
    const certified = figure(item, "total_completed_and_stored_to_date");
    // What costs less than nothing is covered by credits.
    const sign = certified.lt(0) ? -1 : 1;
    const booked = (accrues && received.gt(billed) ? received : billed).times(sign);
    const left = certified.abs().minus(booked.lt(0) ? 0 : booked);
    open[String(id)] = plain(left.lt(0) ? new Big(0) : left.times(sign));
  }
  return nonZero(open);
}

/** Journals of the pipeline, as EBS keeps them. */
export const headers = async (home: House): Promise<Row[]> =>
  (await home.rows("ebs", "GL_JE_HEADERS")).filter(({ EXTERNAL_REFERENCE }) =>
    String(EXTERNAL_REFERENCE ?? "").includes(POSTING)
  );
