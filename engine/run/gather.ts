/**
 * Gathers candidates of many pages into full bulk calls for each destination partition, settles them one call at a time while the
 * next page is read, and knows how far everything before it is done.
 *
 * @module
 */
import type { Candidate } from "./page.ts";

/** A gatherer of candidates. */
export interface Gatherer {
  /** Takes in a page's candidates; `done` is called when they, and all pages before, are settled. Waits while too much is under way. */
  page(candidates: readonly Candidate[], done: () => Promise<void>): Promise<void>;
  /** Settles what is left, and waits for all of it. */
  flush(): Promise<void>;
}

interface PageState {
  open: number;
  done: () => Promise<void>;
}

/** Makes a gatherer. `settle` gets at most `bulk` candidates of one partition; `room` bounds those that wait. */
export function gatherer(
  { bulk, room, settle }: { bulk: number; room: number; settle: (candidates: Candidate[]) => Promise<void> },
): Gatherer {
  const groups = new Map<string, Candidate[]>();
  const pageOf = new Map<Candidate, PageState>();
  const pages: PageState[] = [];
  let waiting = 0;
  let working: Promise<void> | undefined;
  let failure: unknown;

  const closePages = async () => {
    while (pages.length > 0 && pages[0].open === 0) await pages.shift()!.done();
  };
  const settleChunk = async (chunk: Candidate[]) => {
    await settle(chunk);
    for (const candidate of chunk) {
      pageOf.get(candidate)!.open--;
      pageOf.delete(candidate);
    }
    await closePages();
  };
  /** Starts on a chunk once the one before is settled: one at a time, and the reader goes on meanwhile. */
  const start = async (chunk: Candidate[]) => {
    await working;
    if (failure) throw failure;
    working = settleChunk(chunk).catch((thrown) => void (failure = thrown));
  };
  const take = (partition: string, count: number): Candidate[] => {
    const group = groups.get(partition)!;
    const chunk = group.splice(0, count);
    if (group.length === 0) groups.delete(partition);
    waiting -= chunk.length;
    return chunk;
  };

  return {
    async page(candidates, done) {
      if (failure) throw failure;
      const state = { open: candidates.length, done };
      pages.push(state);
      for (const candidate of candidates) {
        pageOf.set(candidate, state);
        const { id } = candidate.partition;
        const group = groups.get(id);
        if (group) group.push(candidate);
        else groups.set(id, [candidate]);
        waiting++;
        if (groups.get(id)!.length >= bulk) await start(take(id, bulk));
      }
      while (waiting > room) {
        const [largest] = [...groups].sort(([, a], [, b]) => b.length - a.length)[0];
        await start(take(largest, bulk));
      }
      if (!working) await closePages();
      else if (candidates.length === 0) {
        await working;
        if (failure) throw failure;
        await closePages();
      }
    },
    async flush() {
      for (const id of [...groups.keys()]) while (groups.has(id)) await start(take(id, bulk));
      await working;
      working = undefined;
      if (failure) throw failure;
      await closePages();
    },
  };
}
