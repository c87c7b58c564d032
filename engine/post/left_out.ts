/**
 * What of a chain is left out, and why: what waits for one that cannot be judged, what there is nothing to post of, what can be forgotten.
 *
 * @module
 */
import { Big } from "../decimal.ts";
import { byOrder } from "../state/certified.ts";
import type { Certified, PostingRecord } from "../state/posting_types.ts";
import { isConfirmed } from "./fate.ts";
import type { Gap } from "./read.ts";
import { isDeclined } from "./standing.ts";
import type { Step } from "./types.ts";

/**
 * Sorts out what would be recognised behind a source document that cannot be judged: it would book that one's cost as its own, even one that is
 * dated before the start. A correction is not half done.
 */
export function behindGaps(
  steps: readonly Step[],
  certified: readonly Certified[],
  gaps: readonly Gap[],
): { ready: readonly Step[]; waits: { about: Certified; gap: Gap }[] } {
  const [gap] = gaps.toSorted(byOrder);
  if (!gap) return { ready: steps, waits: [] };
  const waits = certified.filter((about) =>
    byOrder(gap, about) < 0 && steps.some(({ purpose, source }) => purpose === "recognise" && source === about.key)
  );
  const late = new Set(waits.map(({ key }) => key));
  const corrects = steps.some(({ purpose, source }) => purpose === "reverse" && late.has(source));
  const ready = corrects ? [] : steps.filter(({ purpose, source }) => purpose !== "recognise" || !late.has(source));
  return { ready, waits: waits.map((about) => ({ about, gap })) };
}

/** Why nothing is posted of those that count and were never posted as they are. */
export function quietOf(
  certified: readonly Certified[],
  documents: readonly PostingRecord[],
  steps: readonly Step[],
): Map<string, string> {
  const quiet = new Map<string, string>();
  for (const { key, counts, history, value } of certified) {
    const own = documents.filter(({ purpose, source }) => purpose === "recognise" && source === key);
    if (!counts || own.some(isConfirmed) || steps.some((one) => one.source === key)) continue;
    const waits = own.some((one) => isDeclined(one) || one.settled?.how === "accept");
    const why = history
      ? "it is dated before the pipeline's start: it counts, and is never posted"
      : waits
      ? "a person declined it or took it back: `gusset postings retry` lets it go"
      : value === undefined || new Big(value).eq(0)
      ? "nothing to post: it certifies no cost"
      : "nothing to post: all that it certifies is invoiced already";
    quiet.set(key, why);
  }
  return quiet;
}

/** What does not count, and of which no document is left that a later run could want to know it for. */
export function forgettable(certified: readonly Certified[], documents: readonly PostingRecord[]): Certified[] {
  const named = new Set(documents.map(({ source }) => source));
  return certified.filter(({ counts, key }) => !counts && !named.has(key));
}
