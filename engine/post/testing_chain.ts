/**
 * A chain for tests of reckoning: sheets that certify, bills that book, and books that take documents, or not.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import type { Certified, PostingRecord } from "../state/posting_types.ts";
import { certify } from "./certify.ts";
import { adjustmentKey, recognitionKey, reversalKey } from "./keys.ts";
import { reckon, type Reckoning } from "./reckon.ts";
import type { BookedPositions, Chain, Reckoned, Step } from "./types.ts";

/** Whose documents they are. */
export const OWNER = { tag: "co", pipeline: "bills" };

/** One sheet: amounts to date, by position: cost, and what of it is withheld. */
export function sheet(
  key: string,
  positions: Record<string, [cost: string, withheld?: string]>,
  more: Partial<Certified> = {},
): Certified {
  const elements = Object.entries(positions).map(([position, [certified, withheld = "0"]]) => ({
    position,
    certified,
    withheld,
  }));
  const currency = more.currency ?? "USD";
  const money = certify(elements, { chain: "K1", currency });
  return {
    key,
    chain: "K1",
    from: "p",
    order: key,
    counts: true,
    hash: money.hash,
    currency,
    date: "2026-10-20",
    history: false,
    positions: money.positions,
    at: "2026-10-20T00:00:00Z",
    ...more,
  };
}

/** What is booked, by position. */
export const bills = (amounts: Record<string, string>, pools: Record<string, string> = {}): BookedPositions => ({
  amounts,
  pools,
  never: [],
});

/** A chain of these. */
export const chainOf = (certified: readonly Certified[], more: Partial<Chain> = {}): Chain => ({
  id: "K1",
  certified,
  booked: bills({}),
  documents: [],
  unit: "0.01",
  ...more,
});

/** As most tests reckon. */
export const USUAL: Reckoning = { recognise: "until_invoiced", today: "2026-11-05", periods: [] };

/** The document that a step makes. */
export function recordOf(step: Step, chain: Chain, today: string): PostingRecord {
  const { source, purpose, revision, reverses, after, moved, date } = step;
  const key = purpose === "reverse"
    ? reversalKey(reverses!)
    : purpose === "adjust"
    ? adjustmentKey(OWNER, { chain: chain.id, revision })
    : recognitionKey(OWNER, { chain: chain.id, source, revision });
  const own = chain.certified.find((one) => one.key === source);
  return {
    key,
    pipeline: OWNER.pipeline,
    chain: chain.id,
    source,
    from: "p",
    to: "o",
    purpose,
    revision,
    ...(reverses && { reverses }),
    ...(after && { after }),
    money: own?.hash ?? "",
    hash: "h",
    date: date ?? (purpose === "recognise" ? own!.date : today),
    currency: own?.currency ?? "USD",
    value: plain(Object.values(moved).reduce((sum, { cost }) => sum.plus(new Big(cost).abs()), new Big(0))),
    moved,
    state: "posted",
    withdrawals: 0,
    history: [],
  };
}

/** Reckons, and posts what `takes` lets through; what waits for a document that is not in the books stays. */
export function post(
  chain: Chain,
  reckoning: Reckoning = USUAL,
  takes: (step: Step) => boolean = () => true,
): { chain: Chain; reckoned: Reckoned } {
  const reckoned = reckon(chain, reckoning);
  let documents = [...chain.documents];
  for (const step of reckoned.steps) {
    const record = recordOf(step, chain, reckoning.today);
    const first = !step.after || documents.some(({ key, state }) => key === step.after && state === "posted");
    if (!first) continue;
    documents = documents.filter(({ key }) => key !== record.key);
    documents.push(takes(step) ? record : { ...record, state: "rejected" });
  }
  return { chain: { ...chain, documents }, reckoned };
}
