/**
 * From what a call said of documents to what they are: one that was refused is probed, so that its next body is sent with what the
 * destination knows of it.
 *
 * @module
 */
import type { Partition } from "../connector.ts";
import { asFailure, type Failure, type FailureCode } from "../failure.ts";
import type { Probe } from "../posting.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import { become, type Change, isConfirmed, type Stamp, verdict } from "./fate.ts";
import type { Called, Outbox, Sent } from "./outbox.ts";

/** How a call is settled. */
export interface Settling {
  to: Partition;
  /** Whether this was the first call since the documents' fate was last known. */
  first: boolean;
  stamp: Stamp;
}

/** What became of documents that were sent, in order; nothing is written. Throws where the run was stopped. */
export async function settle(outbox: Outbox, called: readonly Called[], settling: Settling): Promise<Sent[]> {
  const refused = called.filter(({ outcome }) => outcome.result === "rejected").map(({ record }) => record.key);
  const probes = refused.length > 0 ? await probed(outbox, settling.to, refused) : new Map<string, Probe>();
  const left = new Map<string, Probe>();
  for (const { record, outcome } of called) {
    const probe = probes.get(record.key);
    if (outcome.result !== "rejected" || !probe || !lies(probe, record)) continue;
    await outbox.stream.withdraw!(settling.to, record.key).catch(unlessStopped);
    left.set(record.key, probe);
  }
  if (left.size > 0) {
    for (const [key, probe] of await probed(outbox, settling.to, [...left.keys()])) probes.set(key, probe);
  }
  return called.map(({ record, outcome }) => {
    if (outcome.result === "confirmed") {
      const { journal } = outcome;
      return answer(record, { state: journal.posted ? "posted" : "imported", journal }, settling.stamp);
    }
    const { failure } = outcome;
    if (outcome.result === "unknown") return answer(record, { state: "unknown", failure }, settling.stamp);
    return answer(
      record,
      refusal(record, { failure, probe: probes.get(record.key), first: settling.first }),
      settling.stamp,
    );
  });
}

/**
 * What was refused without a byte of it leaving. Any other refusal is the destination's answer to one copy of a call, and a line may carry
 * two: only what the destination has taken and given back is surely not there.
 */
const NEVER_LEFT: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "post.invalid",
  "post.unbalanced",
  "wire.unreachable",
  "wire.not-permitted",
  "wire.foreign-origin",
]);

/** Whether a refused document still lies at the destination, with nothing at work on it. */
const lies = (probe: Probe, { hash }: PostingRecord): boolean =>
  probe.state === "interface" && !probe.running && probe.hash === hash;

/** What a refused document is. */
function refusal(
  record: PostingRecord,
  { failure, probe, first }: { failure: Failure; probe: Probe | undefined; first: boolean },
): Change {
  const unsent = first && NEVER_LEFT.has(failure.code);
  // What can go as it is, later, is not a person's concern.
  const state = failure.kind === "rejected" ? "rejected" : record.plan === undefined ? "planned" : "approved";
  if (!probe) return { state: unsent ? state : "unknown", failure };
  const found = verdict(record, probe);
  if (found === "held") return { state: "unknown", failure };
  if (found !== "again") return isConfirmed(found) ? found : { failure, ...found };
  const withdrawals = probe.state === "withdrawn" ? probe.withdrawals : 0;
  // A number that has risen shuts out every call that may be on its way.
  if (!unsent && withdrawals <= record.withdrawals) return { state: "unknown", failure };
  return { state: failure.code === "post.withdrawn" ? "withdrawn" : state, failure, withdrawals };
}

/** Where documents are, by key; nothing where that cannot be asked. Throws where the run was stopped. */
export async function probed(
  { stream }: Pick<Outbox, "stream">,
  to: Partition,
  keys: readonly string[],
): Promise<Map<string, Probe>> {
  try {
    return new Map((await stream.probe!(to, keys)).map((probe) => [probe.key, probe]));
  } catch (thrown) {
    unlessStopped(thrown);
    return new Map();
  }
}

/** Passes over what could not be asked or done. */
export function unlessStopped(thrown: unknown): void {
  const failure = asFailure(thrown);
  if (failure.kind === "bug" || failure.kind === "lost" || failure.code === "run.aborted") throw thrown;
}

/** A record as it becomes, with what it means for the run. */
export function answer(record: PostingRecord, change: Change, stamp: Stamp): Sent {
  const next = become(record, change, stamp);
  const result = isConfirmed(next)
    ? "confirmed"
    : next.state === "unknown" || next.state === "sent"
    ? "unknown"
    : "rejected";
  return { record: next, result, ...(change.failure && result !== "confirmed" && { failure: change.failure }) };
}
