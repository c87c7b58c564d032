/**
 * Imported is not final: people post, change, delete and reverse what is in the books, and the outbox is told.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { batch } from "../state/batch.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";
import { listPostings, openPostings, putPosting } from "../state/postings.ts";
import { become, verdictOfSettled } from "./fate.ts";
import type { Outbox } from "./outbox.ts";
import { partitionsOf, QUESTION } from "./recover.ts";
import { unlessStopped } from "./settle.ts";

/** What a look found. */
export interface Watched {
  /** Documents that were asked for. */
  asked: number;
  /** Those that are not what they were, as they are now. */
  changed: PostingRecord[];
  /** Why a destination partition could not be asked. */
  failures: Failure[];
}

const IMPORTED: ReadonlySet<PostingState> = new Set<PostingState>(["imported"]);
/**
 * What a sweep looks at besides: what was put right again counts again, and what is said not to be in the books is looked for there: after
 * a loss of the state a call may have been on its way of which nobody knew.
 */
const SWEPT: readonly PostingState[] = ["posted", "changed", "rejected", "withdrawn", "declined"];

/**
 * Looks at the documents of a pipeline, or of one of its source partitions, that are in the books and not in the balances yet; a `sweep` looks at those as well that are
 * dated from that day (`YYYY-MM-DD`) on. Only what changed is written.
 */
export async function watch(
  outbox: Outbox,
  { pipeline, from, sweep }: { pipeline: string; from?: string; sweep?: string },
): Promise<Watched> {
  const watched: Watched = { asked: 0, changed: [], failures: [] };
  await look(outbox, await openPostings(outbox.store, { pipeline, from }, IMPORTED), watched);
  if (sweep === undefined) return watched;
  let page: PostingRecord[] = [];
  for await (const record of listPostings(outbox.store, { pipeline, from, states: SWEPT })) {
    if (record.date < sweep || record.settled) continue;
    page.push(record);
    if (page.length < QUESTION) continue;
    await look(outbox, page, watched);
    page = [];
  }
  await look(outbox, page, watched);
  return watched;
}

async function look(outbox: Outbox, records: readonly PostingRecord[], watched: Watched): Promise<void> {
  if (records.length === 0) return;
  const { store, lease, stream, clock, by } = outbox;
  const partitions = await partitionsOf(outbox);
  for (const [id, own] of Map.groupBy(records, ({ to }) => to)) {
    const to = partitions.get(id) ?? { id, name: id };
    for (let at = 0; at < own.length; at += QUESTION) {
      const some = own.slice(at, at + QUESTION);
      try {
        const probes = new Map(
          (await stream.probe!(to, some.map(({ key }) => key))).map((probe) => [probe.key, probe]),
        );
        const writes = batch(store, lease);
        for (const record of some) {
          const probe = probes.get(record.key);
          const change = probe && verdictOfSettled(record, probe);
          if (!change) continue;
          const next = become(record, change, { at: new Date(clock.now()).toISOString(), by });
          putPosting(writes, next);
          watched.changed.push(next);
        }
        await writes.commit();
        watched.asked += some.length;
      } catch (thrown) {
        unlessStopped(thrown);
        if (!(thrown instanceof Failure) || thrown.code.startsWith("state.")) throw thrown;
        watched.failures.push(thrown);
        break;
      }
    }
  }
}
