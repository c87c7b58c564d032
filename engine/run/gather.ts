/**
 * Gathers candidates of many pages into full bulk calls for each destination partition, settles partitions side by side while the
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
  /** Waits for what is under way, and starts nothing more: for a reader that failed. Never throws. */
  drain(): Promise<void>;
}

interface PageState {
  open: number;
  done: () => Promise<void>;
}

/**
 * Makes a gatherer. `settle` gets at most `bulk` candidates of one partition; at most `width` partitions are under way at once, and
 * each of them one call at a time; `room` bounds those that wait.
 */
export function gatherer(
  { bulk, room, width, settle }: {
    bulk: number;
    room: number;
    width: number;
    settle: (candidates: Candidate[]) => Promise<void>;
  },
): Gatherer {
  const groups = new Map<string, Candidate[]>();
  const pageOf = new Map<Candidate, PageState>();
  const pages: PageState[] = [];
  const lanes = new Map<string, Promise<void>>();
  let closing: Promise<void> = Promise.resolve();
  let waiting = 0;
  let failure: unknown;

  const stopAtFailure = (): void => {
    if (failure) throw failure;
  };
  /** One after the other, whoever calls: a page is done only after those before it. */
  const closePages = (): Promise<void> =>
    closing = closing.then(async () => {
      while (!failure && pages.length > 0 && pages[0].open === 0) await pages.shift()!.done();
    });
  const settleChunk = async (chunk: Candidate[]): Promise<void> => {
    await settle(chunk);
    for (const candidate of chunk) {
      pageOf.get(candidate)!.open--;
      pageOf.delete(candidate);
    }
    await closePages();
  };
  /** Starts on a chunk once its partition is free and a lane is: the reader goes on meanwhile. */
  const start = async (chunk: Candidate[]): Promise<void> => {
    const { id } = chunk[0].partition;
    while (lanes.has(id) || lanes.size >= width) await (lanes.get(id) ?? Promise.race(lanes.values()));
    stopAtFailure();
    const lane = settleChunk(chunk)
      .catch((thrown) => void (failure ??= thrown))
      .finally(() => lanes.delete(id));
    lanes.set(id, lane);
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
      stopAtFailure();
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
      if (candidates.length === 0) await closePages();
      stopAtFailure();
    },
    async flush() {
      for (const id of [...groups.keys()]) while (groups.has(id)) await start(take(id, bulk));
      await Promise.all(lanes.values());
      stopAtFailure();
      await closePages();
    },
    async drain() {
      await Promise.all(lanes.values());
    },
  };
}
