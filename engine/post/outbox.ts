/**
 * The outbox's way out: intent first, then the call, then what became of it. Two commits a bulk.
 *
 * A document leaves only under an intent that is committed with its body, under the lease's fence. From then on its body is what it is:
 * whatever happens to the process, the same body goes under the same key until the destination has said what became of it, and
 * the destination's own unique key decides, not our memory.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { OpenStream, Partition } from "../connector.ts";
import { asFailure, Failure } from "../failure.ts";
import type { Posting, PostOutcome } from "../posting.ts";
import { batch } from "../state/batch.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import { postingsByKey, putPosting } from "../state/postings.ts";
import type { Lease, Store } from "../state/types.ts";
import { become, isConfirmed, isInFlight, type Stamp } from "./fate.ts";
import { settle } from "./settle.ts";
import type { Draft } from "./types.ts";

/** What documents are sent with. */
export interface Outbox {
  store: Store;
  /** Of the source partition that the documents belong to; every commit checks its fence. */
  lease: Lease;
  /** The destination. */
  stream: OpenStream;
  /** What it says of itself. */
  posting: Posting;
  clock: Clock;
  /** The run, for the history. */
  by: string;
}

/** What became of one document. */
export interface Sent {
  /** As it stands in the outbox now; as it was given where it did not leave. */
  record: PostingRecord;
  /** `kept`: it did not leave. */
  result: "confirmed" | "rejected" | "unknown" | "kept";
  /** Why it is not confirmed. One whose kind is `halt` kept those after it from leaving. */
  failure?: Failure;
}

/**
 * Sends documents to one destination partition, in bulk; one answer for each, in order. What waits for another document (`after`) leaves in
 * a later bulk, once that one is confirmed, and is kept otherwise. What is in the books already is confirmed and not sent.
 *
 * Throws what is no document's fault: `lease.lost`, a state that cannot be written, a stopped run. Then, as after a crash, what had its
 * intent keeps it, and {@link ./recover.ts} finds out.
 */
export async function send(outbox: Outbox, drafts: readonly Draft[], to: Partition): Promise<Sent[]> {
  const sent = new Map<string, Sent>();
  const keys = drafts.map(({ record }) => record.key);
  if (new Set(keys).size < keys.length) throw new Failure("bug", { fact: "A document is sent twice in one run" });
  const known = await postingsByKey(outbox.store, [...keys, ...drafts.flatMap(({ record }) => record.after ?? [])]);

  let waiting = drafts.filter((draft) => {
    const answer = alreadyThere(draft, known.get(draft.record.key));
    if (answer) sent.set(draft.record.key, answer);
    return !answer;
  });
  for (;;) {
    const isBooked = (key: string): boolean => {
      const record = sent.get(key)?.record ?? known.get(key);
      return record !== undefined && isConfirmed(record);
    };
    const bulk = waiting.filter(({ record: { after } }) => after === undefined || isBooked(after))
      .slice(0, outbox.posting.bulk);
    if (bulk.length === 0) break;
    const answers = await sendBulk(outbox, bulk, { to, known });
    for (const answer of answers) sent.set(answer.record.key, answer);
    waiting = waiting.filter((draft) => !bulk.includes(draft));
    if (answers.some(({ failure }) => failure?.kind === "halt")) break;
  }
  return drafts.map(({ record }) => sent.get(record.key) ?? { record, result: "kept" });
}

/** The answer for a document that may not leave; undefined where it may. */
function alreadyThere({ record }: Draft, known: PostingRecord | undefined): Sent | undefined {
  if (!known) return undefined;
  if (isConfirmed(known) && known.hash === record.hash) return { record: known, result: "confirmed" };
  const booked = isConfirmed(known) || known.state === "reversed" || known.state === "changed" ||
    known.state === "deleted";
  if (!booked && !isInFlight(known)) return undefined;
  const failure = new Failure("post.conflict", {
    fact: booked ? "It was posted under this key, as it was then" : "Its fate is not known yet",
    value: known.state,
    place: `document ${record.key}`,
  });
  return { record: known, result: "kept", failure };
}

async function sendBulk(
  outbox: Outbox,
  drafts: readonly Draft[],
  { to, known }: { to: Partition; known: ReadonlyMap<string, PostingRecord> },
): Promise<Sent[]> {
  const { store, lease, clock, by } = outbox;
  const stamp = (): Stamp => ({ at: new Date(clock.now()).toISOString(), by });
  const writes = batch(store, lease);
  const answers = new Map<string, Sent>();
  const leaving: Draft[] = [];
  for (const { record, fields } of drafts) {
    const before = known.get(record.key);
    const intent = become(
      {
        ...record,
        withdrawals: Math.max(record.withdrawals, before?.withdrawals ?? 0),
        plan: record.plan ?? before?.plan,
        history: before?.history ?? record.history,
      },
      { state: "intent" },
      stamp(),
    );
    try {
      putPosting(writes, intent, fields);
      leaving.push({ record: intent, fields });
    } catch (thrown) {
      // One that is too large to be remembered does not leave.
      answers.set(record.key, { record, result: "rejected", failure: asFailure(thrown) });
    }
  }
  if (leaving.length > 0) {
    await writes.commit();
    const outcomes = await post(outbox, leaving, to);
    const settled = await settle(outbox, outcomes, { to, first: true, stamp: stamp() });
    for (const { record } of settled) putPosting(writes, record);
    await writes.commit();
    for (const answer of settled) answers.set(answer.record.key, answer);
  }
  return drafts.map(({ record }) => answers.get(record.key)!);
}

/** A document that was sent, and what the call said of it. */
export interface Called {
  record: PostingRecord;
  outcome: PostOutcome;
}

/** Hands documents over, whose intent is committed. Throws where the run was stopped. */
export async function post({ stream }: Outbox, drafts: readonly Draft[], to: Partition): Promise<Called[]> {
  const documents = drafts.map(({ record: { key, hash, withdrawals }, fields }) => ({
    key,
    hash,
    withdrawals,
    fields,
  }));
  const outcomes = new Map((await stream.post!(to, documents)).map((outcome) => [outcome.key, outcome]));
  return drafts.map(({ record }) => ({ record, outcome: outcomes.get(record.key) ?? silent(record.key) }));
}

function silent(key: string): PostOutcome {
  const failure = new Failure("wire.fate-unknown", {
    fact: "Nothing was said of what became of a document",
    place: `document ${key}`,
  });
  return { key, result: "unknown", failure };
}
