/**
 * A stage whose outbox has documents in it, as if runs had put them there.
 *
 * @module
 */
import { join } from "node:path";
import { batch } from "../../engine/state/batch.ts";
import { openStore } from "../../engine/state/open.ts";
import { type PlanRecord, putPlan } from "../../engine/state/plans.ts";
import type { PostingRecord } from "../../engine/state/posting_types.ts";
import { putPosting } from "../../engine/state/postings.ts";
import type { Store } from "../../engine/state/types.ts";
import type { Stage } from "./harness.ts";

/** Whose documents they are. */
export const PIPELINE = "requisition-journals";

/** Works on a stage's state. */
export async function inState<T>(one: Stage, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ path: join(one.home, "kv.sqlite3"), clock: one.clock, random: Math.random });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** The key of a source's document. */
export const keyOf = (source: string): string => `PC:${PIPELINE}:501:${source}:1`;

/** A document of a source, planned where nothing else is said. */
export function document(source: string, more: Partial<PostingRecord> = {}): PostingRecord {
  return {
    key: keyOf(source),
    pipeline: PIPELINE,
    chain: "501",
    source,
    from: "p1",
    to: "204",
    purpose: "recognise",
    revision: 1,
    money: "m",
    hash: "h",
    date: "2026-02-28",
    currency: "USD",
    value: "1250.5",
    label: `Requisition ${source}`,
    moved: { "77": { cost: "1250.5", withheld: "125.05", net: "1125.45" } },
    state: "planned",
    withdrawals: 0,
    history: [{ at: "2026-03-01T08:00:00.000Z", state: "planned", by: "run-1" }],
    ...more,
  };
}

const BODY = {
  ACCOUNTING_DATE: "2026-02-28",
  LINES: [
    { CODE_COMBINATION_ID: "12001", ENTERED_DR: "1250.5", REFERENCE23: "77", REFERENCE24: "cost" },
    { CODE_COMBINATION_ID: "29001", ENTERED_CR: "1250.5", REFERENCE23: "77", REFERENCE24: "net" },
  ],
};

/** Puts documents into a stage's outbox, and a plan that they wait in. */
export async function fillOutbox(one: Stage, documents: PostingRecord[], plan?: Partial<PlanRecord>): Promise<void> {
  await inState(one, async (store) => {
    const writes = batch(store);
    for (const record of documents) putPosting(writes, record, BODY);
    if (plan) {
      putPlan(writes, {
        id: "p1",
        pipeline: PIPELINE,
        hash: "x",
        author: "local:author",
        at: "2026-03-01T08:00:00.000Z",
        count: documents.length,
        value: { USD: "2501.00" },
        state: "waiting",
        ...plan,
      }, documents.map(({ key }) => key));
    }
    await writes.commit();
  });
}
