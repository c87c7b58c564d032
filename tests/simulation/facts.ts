/**
 * What both systems say in a simulated world, and how it changes: sheets of a chain that certify balances, and what the books have booked
 * of them by themselves.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import { bodyHash } from "../../engine/post/draft.ts";
import { adjustmentKey, recognitionKey, reversalKey } from "../../engine/post/keys.ts";
import { targetsOf } from "../../engine/post/target.ts";
import type { Chain, Draft, Step } from "../../engine/post/types.ts";
import type { Certified, Positions, PostingRecord } from "../../engine/state/posting_types.ts";
import type { World } from "./world.ts";

export const PIPELINE = "journals";
/** The partition of both sides. */
export const UNIT = "204";
/** Whose keys they are. */
export const OWNER = { tag: "P", pipeline: PIPELINE };

/** What is said of a chain now. */
export type Fact = Pick<Chain, "id" | "booked"> & { certified: Certified[] };

const POSITIONS = ["a", "b", "c"];
const cents = (world: World, most: number): Big => new Big(world.between(0, most)).div(100);

/** A chain with its first sheets. */
export function newFact(world: World, id: string): Fact {
  const fact: Fact = { id, booked: { amounts: {}, pools: {}, never: [] }, certified: [] };
  for (let i = world.between(1, 2); i > 0; i--) addSheet(world, fact);
  return fact;
}

/** One thing changes: a new sheet, another amount on one, one that does not count any more or again, or an invoice. */
export function change(world: World, fact: Fact): void {
  const sheets = fact.certified;
  const i = world.between(0, sheets.length - 1);
  switch (world.between(1, 5)) {
    case 1:
      if (sheets.length < 5) return addSheet(world, fact);
      /* falls through */
    case 2:
      sheets[i] = { ...sheets[i], ...sheet(world) };
      return;
    case 3:
      if (world.chance(0.4)) sheets[i] = { ...sheets[i], counts: !sheets[i].counts };
      return;
    default: {
      const position = POSITIONS[world.between(0, POSITIONS.length - 1)];
      fact.booked.amounts[position] = plain(cents(world, 60_000));
    }
  }
}

function addSheet(world: World, { id, certified }: Fact): void {
  const order = String(certified.length + 1);
  certified.push({
    key: `${id}${order}`,
    chain: id,
    from: UNIT,
    order,
    counts: true,
    currency: "USD",
    date: "2026-11-05",
    history: false,
    at: "2026-11-05",
    ...sheet(world),
  });
}

function sheet(world: World): Pick<Certified, "hash" | "positions"> {
  const positions: Certified["positions"] = {};
  for (const position of POSITIONS) {
    if (world.chance(0.3)) continue;
    const cost = cents(world, 50_000).times(world.chance(0.1) ? -1 : 1);
    positions[position] = { cost: plain(cost), withheld: plain(cost.div(10).round(2)) };
  }
  return { hash: JSON.stringify(positions), positions };
}

/** What should stand of a chain, by position. */
export function targetOf({ certified, booked }: Fact): Positions {
  const toDate = Object.assign({}, ...certified.filter(({ counts }) => counts).map(({ positions }) => positions));
  return targetsOf(toDate, { recognise: "until_invoiced", booked, unit: "0.01" });
}

/** The document of a step. */
export function draftOf({ id, certified }: Fact, step: Step): Draft {
  const { purpose, source, revision, reverses, after, moved } = step;
  const lines = Object.entries(moved).flatMap(([position, { cost, withheld, net }]) => [
    line({ account: `1${id}`, position, measure: "cost" }, new Big(cost)),
    line({ account: "98", position, measure: "withheld" }, new Big(withheld).times(-1)),
    line({ account: "99", position, measure: "net" }, new Big(net).times(-1)),
  ]).flat();
  const fields: Row = {
    LEDGER_ID: "1",
    ACCOUNTING_DATE: "2026-11-05",
    CURRENCY_CODE: "USD",
    USER_JE_SOURCE_NAME: "Procore",
    USER_JE_CATEGORY_NAME: "Accrual",
    LINES: lines,
  };
  const key = reverses !== undefined
    ? reversalKey(reverses)
    : purpose === "adjust"
    ? adjustmentKey(OWNER, { chain: id, revision })
    : recognitionKey(OWNER, { chain: id, source, revision });
  const record: PostingRecord = {
    key,
    pipeline: PIPELINE,
    chain: id,
    source,
    from: UNIT,
    to: UNIT,
    purpose,
    revision,
    ...(reverses !== undefined && { reverses }),
    ...(after !== undefined && { after }),
    money: certified.find((one) => one.key === source)?.hash ?? "",
    hash: bodyHash(fields),
    date: "2026-11-05",
    currency: "USD",
    value: plain(lines.reduce((sum, { ENTERED_DR }) => sum.plus((ENTERED_DR ?? "0") as string), new Big(0))),
    moved,
    state: "planned",
    withdrawals: 0,
    history: [],
  };
  return { record, fields };
}

function line(
  { account, position, measure }: { account: string; position: string; measure: string },
  debit: Big,
): Row[] {
  if (debit.eq(0)) return [];
  return [{
    CODE_COMBINATION_ID: account,
    [debit.gt(0) ? "ENTERED_DR" : "ENTERED_CR"]: plain(debit.abs()),
    REFERENCE23: position,
    REFERENCE24: measure,
  }];
}
