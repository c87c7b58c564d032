/**
 * An outbox in memory before EBS's sandbox, for tests.
 *
 * @module
 */
import type { Row, Wire } from "../../engine/connector.ts";
import { seededRandom } from "../../engine/clock.ts";
import { bodyHash } from "../../engine/post/draft.ts";
import type { Outbox } from "../../engine/post/outbox.ts";
import { type Draft } from "../../engine/post/types.ts";
import { acquire, isHeld } from "../../engine/state/lease.ts";
import { openStore } from "../../engine/state/open.ts";
import type { PostingRecord } from "../../engine/state/posting_types.ts";
import { getPosting } from "../../engine/state/postings.ts";
import type { Lease, Store } from "../../engine/state/types.ts";
import { credit, debit, type Desk, desk, document } from "../../connectors/ebs/journals/testing.ts";
import { glJournals } from "../../connectors/ebs/journals/stream.ts";

/** The pipeline of these tests. */
export const PIPELINE = "journals";

/** See {@link office}. */
export interface OutboxOffice {
  it: Desk;
  store: Store;
  outbox: Outbox;
  /** Commits that the state has taken. */
  commits(): number;
  /** Calls of an operation. */
  calls(operation: string): number;
  /** A document's state, and the code of its failure. */
  state(key: string): Promise<string>;
  record(key: string): Promise<PostingRecord>;
  /** Another process takes the lease over. */
  takeOver(): Promise<Outbox>;
  /** Ids of the journals in the ledger, by key. */
  journals(): Promise<Record<string, string>>;
}

/** Runs `test` with an empty outbox and an empty ledger. */
export async function office(
  test: (office: OutboxOffice) => Promise<void>,
  options: { setup?: Parameters<typeof desk>[0] extends infer O ? O : never; around?: (wire: Wire) => Wire } = {},
): Promise<void> {
  const it = desk({ ...options.setup, ...(options.around && { around: options.around }) });
  const store = await openStore({ path: ":memory:", clock: it.clock, random: seededRandom(3) });
  let commits = 0;
  const atomic = store.kv.atomic.bind(store.kv);
  store.kv.atomic = () => {
    const operation = atomic();
    const commit = operation.commit.bind(operation);
    operation.commit = () => (commits++, commit());
    return operation;
  };
  const take = async (owner: string): Promise<Lease> => {
    const lease = await acquire(store, { pipeline: PIPELINE, partition: "-", owner, ttl: 60_000 });
    if (isHeld(lease)) throw new Error("The lease is held");
    return lease;
  };
  const outboxOf = (lease: Lease): Outbox => ({
    store,
    lease,
    stream: it.stream("gl_journals"),
    posting: glJournals.posting!,
    clock: it.clock,
    by: lease.owner,
  });
  try {
    await test({
      it,
      store,
      outbox: outboxOf(await take("run-1")),
      commits: () => commits,
      calls: (operation) => it.calls.filter((call) => call === operation).length,
      async state(key) {
        const record = await getPosting(store, key);
        return record ? [record.state, record.failure?.code].filter(Boolean).join(" ") : "none";
      },
      record: async (key) => (await getPosting(store, key))!,
      async takeOver() {
        it.clock.advance(120_000);
        return outboxOf(await take("run-2"));
      },
      async journals() {
        const rows = await it.rows("GL_JE_HEADERS");
        return Object.fromEntries(rows.map((row) => [row.EXTERNAL_REFERENCE as string, row.JE_HEADER_ID as string]));
      },
    });
  } finally {
    store.close();
  }
}

/** A draft of `amount` on account 10 at position 9; `fields` replace what the body says. */
export function draft(
  key: string,
  { amount = "100.25", account = "10", fields = {}, ...more }:
    & { amount?: string; account?: string; fields?: Row }
    & Partial<PostingRecord> = {},
): Draft {
  const says = (measure: string): Row => ({ REFERENCE23: "9", REFERENCE24: measure });
  const body: Row = {
    ...document(key).fields,
    LINES: [{ ...debit(account, amount), ...says("cost") }, { ...credit("11", amount), ...says("net") }],
    ...fields,
  };
  const record: PostingRecord = {
    key,
    pipeline: PIPELINE,
    chain: "77",
    source: "1",
    from: "p1",
    to: "204",
    purpose: "recognise",
    revision: 1,
    money: "m1",
    hash: bodyHash(body),
    date: body.ACCOUNTING_DATE as string,
    currency: "USD",
    value: amount,
    moved: { "9": { cost: amount, withheld: "0", net: amount } },
    state: "planned",
    withdrawals: 0,
    history: [],
    ...more,
  };
  return { record, fields: body };
}
