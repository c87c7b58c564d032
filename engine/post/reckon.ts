/**
 * What is to be posted for a chain: what should stand by what both systems say now, less what stands. Pure.
 *
 * Nothing here remembers what it did: a run that was missed, came twice, or posted half of it, changes nothing of what the next one
 * makes stand in the end.
 *
 * @module
 */
import type { Big } from "../decimal.ts";
import type { Posting } from "../pipeline/model.ts";
import type { Period } from "../posting.ts";
import type { Certified, Positions, PostingRecord } from "../state/posting_types.ts";
import { costOf, isNothing, minus, negated, plus, same } from "./amounts.ts";
import { rollsOverOn } from "./period.ts";
import { reversalKey } from "./keys.ts";
import { isDeclined, isWaiting, nextRevision, standingOf, stands, used, waitsFor } from "./standing.ts";
import { targetsOf } from "./target.ts";
import type { Chain, Reckoned, Step } from "./types.ts";

/** How a chain is reckoned. */
export interface Reckoning {
  recognise: Posting["recognise"];
  /** `YYYY-MM-DD`. */
  today: string;
  /** Of the chain's books; only `accrue` looks at them. */
  periods: readonly Period[];
}

/** A source document, with what the outbox has of it. */
interface Source {
  key: string;
  /** Absent: nothing is known of it any more. */
  certified?: Certified;
  /** What it adds to what should stand, at today's booked amounts. */
  movement: Positions;
  /** Its recognitions that got into the books once, oldest first. */
  recognised: PostingRecord[];
}

/** Reckons one chain. Documents that are planned or approved are no part of what stands, and are reckoned anew. */
export function reckon(chain: Chain, { recognise, today, periods }: Reckoning): Reckoned {
  const blocked = waitsFor(chain.documents) ?? mixes(chain);
  if (blocked !== undefined) return { steps: [], blocked };
  const reversals = new Map(
    chain.documents.flatMap((one) => one.purpose === "reverse" && one.reverses ? [[one.reverses, one] as const] : []),
  );
  const steps: Step[] = [];
  /** What should stand by the sources that stay recognised, and the documents that are taken back now. */
  const want: Positions[] = [];
  const taken = new Set<PostingRecord>();

  for (const source of sourcesOf(chain, recognise)) {
    const { certified, movement, recognised } = source;
    const newest = recognised.at(-1);
    if (!certified) {
      if (recognised.some((one) => stands(one) && !isTakenBack(reversals.get(one.key)))) {
        return { steps: [], blocked: `Nobody knows what ${source.key} certifies now: it has to be read again` };
      }
      continue;
    }
    const asItIs = certified.counts && newest?.money === certified.hash && !newest.takeBack;
    let after: string | undefined;
    for (const one of recognised) {
      if (!stands(one) || (one === newest && asItIs)) continue;
      const reversal = reversals.get(one.key);
      // Its key is used up: what is left of it is made good by an adjustment.
      if (reversal && used([reversal], "reverse").length > 0) continue;
      if (reversal && isDeclined(reversal)) {
        return { steps: [], blocked: `${reversal.key}, which takes ${one.key} back, was declined` };
      }
      const why = certified.counts
        ? takenBackBy(one) ?? "Its source certifies something else now"
        : certified.why ?? "Its source does not count any more";
      steps.push({ ...reverse(one, why), ...(after && { after }) });
      taken.add(one);
      after = reversalKey(one.key);
    }
    if (!certified.counts) continue;
    if (newest && asItIs && isLive(newest, reversals.get(newest.key), recognise)) {
      want.push(movement);
      continue;
    }
    if (isHeld(source, { chain, reversals }) || (certified.history && recognised.length === 0)) continue;
    // One that still stands under a used-up reversal is brought to what it should be, not booked beside it.
    if (newest && stands(newest) && !taken.has(newest) && !isTakenBack(reversals.get(newest.key))) {
      want.push(movement);
      continue;
    }
    if (isNothing(movement)) continue;
    const revision = nextRevision(recognised, "recognise");
    const why = revision > 1 ? "corrected" : recognise === "final" ? "certified" : "certified and not invoiced yet";
    steps.push({ purpose: "recognise", source: source.key, revision, ...(after && { after }), moved: movement, why });
  }

  const foreign = standsElsewhere(chain, taken);
  if (foreign !== undefined) return { steps: [], blocked: foreign };
  const left = minus(standingOf(chain.documents), plus(...[...taken].map(({ moved }) => moved)));
  const adjustment = adjust(chain, minus(plus(...want), left));
  // It takes for granted that what is taken back is taken back; where that is more than one document, it waits for the next run.
  const back = steps.filter(({ purpose }) => purpose === "reverse");
  if (adjustment && back.length <= 1) {
    const after = back.length === 1 ? reversalKey(back[0].reverses!) : undefined;
    steps.push({ ...adjustment, ...(after && { after }) });
  }
  if (recognise === "accrue") steps.push(...rollOvers(chain, { today, periods, taken, reversals }));
  return { steps };
}

/** Amounts of several currencies are not added to each other. */
function mixes({ certified }: Chain): string | undefined {
  const currencies = [...new Set(certified.filter(({ counts }) => counts).map(({ currency }) => currency))];
  return currencies.length > 1 ? `Its documents are in several currencies: ${currencies.join(", ")}` : undefined;
}

/** What stands in a currency that the chain is not in any more cannot be adjusted in the one it is in. */
function standsElsewhere({ certified, documents }: Chain, taken: ReadonlySet<PostingRecord>): string | undefined {
  const currency = certified.find(({ counts }) => counts)?.currency;
  const others = currency === undefined ? [] : documents.filter((one) => one.currency !== currency && !taken.has(one));
  if (isNothing(standingOf(others))) return undefined;
  return `It is in ${currency} now, and documents in ${others[0].currency} still stand: reverse those over there`;
}

/** Sources in the chain's order, each with what it moves: the difference that it makes to what should stand. */
function sourcesOf({ certified, booked, documents, unit }: Chain, recognise: Posting["recognise"]): Source[] {
  const targeting = { recognise, booked, unit };
  const bySource = Map.groupBy(used(documents, "recognise"), ({ source }) => source);
  let toDate: Certified["positions"] = {};
  let before: Positions = {};
  const known = certified.map((one): Source => {
    const recognised = bySource.get(one.key) ?? [];
    if (!one.counts) return { key: one.key, certified: one, movement: {}, recognised };
    // A position that a later sheet leaves out keeps its last balance.
    toDate = { ...toDate, ...one.positions };
    const targets = targetsOf(toDate, targeting);
    const movement = minus(targets, before);
    before = targets;
    return { key: one.key, certified: one, movement, recognised };
  });
  const keys = new Set(certified.map(({ key }) => key));
  const unknown = [...bySource].filter(([key]) => !keys.has(key));
  return [...known, ...unknown.map(([key, recognised]) => ({ key, movement: {}, recognised }))];
}

const isTakenBack = (reversal: PostingRecord | undefined): boolean => reversal !== undefined && stands(reversal);

/** Whether a source is recognised by its newest document. An accrual that was rolled over stays so: it is accrued again. */
function isLive(newest: PostingRecord, reversal: PostingRecord | undefined, recognise: Posting["recognise"]): boolean {
  if (!stands(newest)) return false;
  if (!isTakenBack(reversal)) return true;
  return recognise === "accrue" && !byPerson(newest, reversal);
}

/** Whether a person took a recognition back on purpose: here, or over there and accepted it. */
const byPerson = (recognition: PostingRecord, reversal: PostingRecord | undefined): boolean => {
  const [own, other] = [recognition.settled?.how, reversal?.settled?.how];
  if (own === "retry" || other === "retry") return false;
  return recognition.state !== "changed" ? own === "accept" || other === "accept" : other === "accept";
};

/** Whether a source waits for a person: its money was taken back or declined by one, and is still the same. */
function isHeld(
  { key, certified, recognised }: Source,
  { chain, reversals }: { chain: Chain; reversals: ReadonlyMap<string, PostingRecord> },
): boolean {
  const newest = recognised.at(-1);
  const declined = chain.documents.some((one) =>
    one.purpose === "recognise" && one.source === key && isDeclined(one) && one.money === certified!.hash
  );
  if (declined) return true;
  if (!newest || newest.money !== certified!.hash) return false;
  if (newest.takeBack) return true;
  const reversal = reversals.get(newest.key);
  return (!stands(newest) || isTakenBack(reversal)) && byPerson(newest, reversal);
}

const takenBackBy = ({ takeBack }: PostingRecord): string | undefined =>
  takeBack && `${takeBack.by} has it taken back${takeBack.why ? `: ${takeBack.why}` : ""}`;

const reverse = ({ key, source, revision, moved }: PostingRecord, why: string): Step => ({
  purpose: "reverse",
  source,
  revision,
  reverses: key,
  moved: negated(moved),
  why,
});

/** Brings what stands to what should stand; a person who declined just this is not asked again. */
function adjust(chain: Chain, moved: Positions): Step | undefined {
  if (isNothing(moved)) return undefined;
  const revision = nextRevision(chain.documents, "adjust");
  const declined = chain.documents.some((one) => one.purpose === "adjust" && isDeclined(one) && same(one.moved, moved));
  // One that waits for a second person stays what it is while its amounts do.
  const waiting = chain.documents.find((one) =>
    one.purpose === "adjust" && one.revision === revision && isWaiting(one) && same(one.moved, moved) &&
    chain.certified.some(({ key, counts }) => counts && key === one.source)
  );
  const source = waiting?.source ?? newestSource(chain);
  if (declined || source === undefined) return undefined;
  return { purpose: "adjust", source, revision, moved, why: adjustWhy(costOf(moved), chain.unit) };
}

/** The newest that counts and was recognised; else any that can be named. */
function newestSource({ certified, documents }: Chain): string | undefined {
  const recognised = new Set(used(documents, "recognise").map(({ source }) => source));
  const counting = certified.filter(({ counts }) => counts);
  return (counting.findLast(({ key }) => recognised.has(key)) ?? counting.at(-1) ?? certified.at(-1))?.key;
}

function adjustWhy(cost: Big, unit: string): string {
  const amount = cost.abs().toFixed((unit.split(".")[1] ?? "").length);
  if (cost.lt(0)) return `${amount} of it has been invoiced since`;
  return cost.gt(0) ? `${amount} of it is not invoiced` : "what is withheld, or where it is charged, is otherwise now";
}

/** Under `accrue`: what was accrued in a period that is over is given back. It is accrued again once that is in the books. */
function rollOvers(
  { documents }: Chain,
  { today, periods, taken, reversals }: {
    today: string;
    periods: readonly Period[];
    taken: ReadonlySet<PostingRecord>;
    reversals: ReadonlyMap<string, PostingRecord>;
  },
): Step[] {
  return documents.flatMap((one) => {
    const reversal = reversals.get(one.key);
    const over = reversal && (used([reversal], "reverse").length > 0 || isDeclined(reversal));
    if (one.purpose === "reverse" || !stands(one) || taken.has(one) || over) return [];
    const date = rollsOverOn({ date: one.date, periods, today });
    return date === undefined ? [] : [{ ...reverse(one, "Its period is over"), date }];
  });
}
