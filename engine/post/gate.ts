/**
 * What stands between a document and the destination: shadow mode, the caps of a run, and the second person.
 *
 * @module
 */
import { Big, plain } from "../decimal.ts";
import { Failure } from "../failure.ts";
import type { PlanRecord } from "../state/plans.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import type { Evaluated } from "./chains.ts";
import type { Desk } from "./desk.ts";
import type { Draft } from "./types.ts";

/** What may leave, and what may not. */
export interface Gated {
  /** Documents that may leave now. */
  send: Draft[];
  /** Documents that wait for a second person already, as they are. */
  waiting: Draft[];
  /** Documents that nobody was asked about yet. */
  fresh: Draft[];
  /** Documents that were planned or approved, and are not to be posted like this any more. */
  dropped: { record: PostingRecord; failure?: Failure }[];
}

/** Sorts documents by whether they may leave. In shadow mode none is kept back here: nothing is sent at all. */
export function gate({ pipeline, live }: Desk, evaluated: readonly Evaluated[]): Gated {
  const gated: Gated = { send: [], waiting: [], fresh: [], dropped: [] };
  const asks = pipeline.posting.approval === "required";
  for (const { drafts, documents } of evaluated) {
    const before = new Map(
      documents.filter(({ state }) => state === "planned" || state === "approved").map((one) => [one.key, one]),
    );
    for (const draft of drafts) {
      const was = before.get(draft.record.key);
      before.delete(draft.record.key);
      const same = was?.hash === draft.record.hash;
      if (!live || !asks) gated.send.push(draft);
      else if (same && was.state === "approved") gated.send.push(released(draft, was));
      else if (same) gated.waiting.push(released(draft, was));
      else {
        if (was?.state === "approved") {
          gated.dropped.push({ record: was, failure: stale(was, "it would say something else now") });
        }
        gated.fresh.push(draft);
      }
    }
    for (const record of before.values()) {
      const failure = record.state === "approved" ? stale(record, "nothing is to be posted for it now") : undefined;
      gated.dropped.push({ record, ...(failure && { failure }) });
    }
  }
  return gated;
}

/** A document as it was remembered when it was planned: its plan and its history go on. */
const released = (draft: Draft, { plan, history }: PostingRecord): Draft => ({
  ...draft,
  record: { ...draft.record, plan, history },
});

const stale = ({ key, plan }: PostingRecord, why: string): Failure =>
  new Failure("plan.changed", {
    fact: `What was approved in plan ${plan} no longer matches: ${why}`,
    place: `document ${key}`,
    action: "Look at what the run has planned instead, and approve that.",
  });

/** Stops a run that would post more than the pipeline allows: nothing of it leaves. */
export function refuseOverCap({ pipeline }: Desk, send: readonly Draft[]): void {
  const { count, value } = pipeline.posting.caps;
  if (count !== undefined && send.length > count) {
    throw new Failure("post.over-cap", {
      fact: `The run would post ${send.length} documents, and ${pipeline.name} allows ${count}`,
      place: `pipeline ${pipeline.name}`,
    });
  }
  if (value === undefined) return;
  for (const [currency, sum] of Object.entries(worthOf(send))) {
    if (new Big(sum).lte(value)) continue;
    throw new Failure("post.over-cap", {
      fact: `The run would post ${sum} ${currency}, and ${pipeline.name} allows ${value}`,
      value: largest(send, currency),
      place: `pipeline ${pipeline.name}`,
    });
  }
}

/** The document that has the most of it: a slip of the keyboard is found by that. */
function largest(drafts: readonly Draft[], currency: string): string | undefined {
  const own = drafts.map(({ record }) => record).filter((record) => record.currency === currency);
  const most = own.reduce<typeof own[number] | undefined>(
    (so, one) => so && new Big(so.value).gte(one.value) ? so : one,
    undefined,
  );
  return most && `${most.value} of it by ${most.key}`;
}

/** What documents are worth, by currency. */
export function worthOf(drafts: readonly Draft[]): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const { record: { currency, value } } of drafts) {
    sums[currency] = plain(new Big(sums[currency] ?? "0").plus(value));
  }
  return sums;
}

/** A plan of documents for a second person. */
export function planOf({ job, pipeline }: Desk, drafts: readonly Draft[], author: string): PlanRecord {
  return {
    id: job.runId,
    pipeline: pipeline.name,
    hash: pipeline.hash,
    author,
    at: job.at,
    count: drafts.length,
    value: worthOf(drafts),
    state: "waiting",
  };
}
