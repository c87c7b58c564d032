/**
 * What a destination's word makes of a document: pure. `unknown` is left by nothing else.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { PostedJournal, Probe } from "../posting.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";

/** What changes of a record. */
export interface Change {
  state: PostingState;
  /** Why, for people. */
  why?: string;
  /** Absent: there is none. */
  failure?: Failure;
  /** Absent: as it was. */
  journal?: PostedJournal;
  /** Absent: as it was. */
  withdrawals?: number;
}

/** When it changes, and by whom: a run, or a person. */
export interface Stamp {
  /** ISO time. */
  at: string;
  by: string;
}

/** A record as it becomes. Where neither state nor reason changes its history stays as it is. */
export function become(record: PostingRecord, change: Change, { at, by }: Stamp): PostingRecord {
  const { state, failure, journal, withdrawals } = change;
  const why = change.why ?? failure?.message;
  const last = record.history.at(-1);
  const same = record.state === state && last?.state === state && last.why === why;
  return {
    ...record,
    state,
    withdrawals: withdrawals ?? record.withdrawals,
    journal: journal ?? record.journal,
    failure: failure?.toJSON(),
    history: same ? record.history : [...record.history, { at, state, ...(why !== undefined && { why }), by }],
  };
}

/**
 * What a probe says of a document that was sent, or may have been:
 *
 * - a change that settles it;
 * - `again`: nothing of it is there *now*. A call of ours may still be on its way, and may be on its way for long: so the same body goes
 *   under the same key until the destination has had it, and no other body before that;
 * - `held`: it lies there, and nothing will happen to it by itself.
 */
export type Verdict = Change | "again" | "held";

/** Reads a {@link Probe} of a document that was sent with this record's hash. */
export function verdict(record: PostingRecord, probe: Probe): Verdict {
  const place = `document ${record.key}`;
  if (probe.state === "absent" || probe.state === "withdrawn") return "again";
  if (probe.hash !== record.hash) {
    const fact = "The destination has another body under this key than the outbox";
    return { state: "unknown", failure: new Failure("post.conflict", { fact, value: probe.state, place }) };
  }
  const { withdrawals } = probe;
  switch (probe.state) {
    case "interface":
      return probe.running ? { state: "sent", withdrawals } : "held";
    case "unposted":
      return { state: "imported", journal: probe.journal, withdrawals };
    case "posted":
      return { state: "posted", journal: probe.journal, withdrawals };
    case "reversed": {
      const { journal } = probe;
      const failure = new Failure("post.reversed", {
        fact: "Somebody reversed it in the books",
        value: journal.reversal && `journal ${journal.reversal}`,
        place,
      });
      return { state: "reversed", journal, withdrawals, failure };
    }
    case "changed": {
      const failure = new Failure("post.changed", {
        fact: "Somebody changed its lines in the books",
        value: `${probe.journal.debit} debit, ${probe.journal.credit} credit`,
        place,
      });
      return { state: "changed", journal: probe.journal, withdrawals, failure };
    }
    case "deleted":
      return {
        state: "deleted",
        withdrawals,
        failure: new Failure("post.deleted", { fact: "It was sent, and somebody deleted it over there", place }),
      };
  }
}

/** What a probe says of a document whose fate was known when it was looked at last; undefined: it is as it was. */
export function verdictOfSettled(record: PostingRecord, probe: Probe): Change | undefined {
  const found = verdict(record, probe);
  const outside = record.state === "rejected" || record.state === "withdrawn" || record.state === "declined";
  if (outside) return found === "again" ? undefined : found === "held" ? { state: "unknown" } : found;
  if (found === "again") {
    const fact = "It was in the books, and the destination does not know it any more";
    const failure = new Failure("post.deleted", { fact, place: `document ${record.key}` });
    return { state: "deleted", failure };
  }
  const change: Change = found === "held" ? { state: "sent" } : found;
  const same = change.state === record.state && change.journal?.posted === record.journal?.posted;
  return same ? undefined : change;
}

/** Whether it is in the books as it was sent, by the destination's word. */
export const isConfirmed = ({ state }: Pick<PostingRecord, "state">): boolean =>
  state === "imported" || state === "posted";

/** Whether a call of it may have been, or may still be, on its way: its body must stay what it is. */
export const isInFlight = ({ state }: Pick<PostingRecord, "state">): boolean =>
  state === "intent" || state === "sent" || state === "unknown";
