/**
 * What people do to documents and their plans. Each act is done under the pipeline's lease, so that no run works on what it changes, and
 * is committed with its entry in the audit log; the chain is looked at by the next run. What is done already is not done again.
 *
 * @module
 */
import { WHOLE } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Deed } from "../state/audit.ts";
import { batch } from "../state/batch.ts";
import { addDue } from "../state/followed.ts";
import { acquire, isHeld } from "../state/lease.ts";
import { getPlan, planKeys, type PlanRecord, putPlan } from "../state/plans.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";
import { getPosting, postingsByKey, putPosting } from "../state/postings.ts";
import { wakePipeline } from "../state/schedules.ts";
import type { Batch, Lease, Store } from "../state/types.ts";
import { uniqueId } from "../state/unique.ts";
import { become } from "./fate.ts";

/** Who acts, and how it is put down. */
export interface Acting {
  store: Store;
  /** The person. */
  by: string;
  /** Commits a batch together with the entry that tells of it. */
  commit: (writes: Batch, deed: Deed) => Promise<unknown>;
  why?: string;
}

/** What an act came to. */
export interface Acted<T> {
  now: T;
  /** Nothing new: somebody did it before. */
  already: boolean;
}

/** Milliseconds that an act holds a pipeline at the most. */
const HELD = 300_000;

/** Holds a pipeline that posts while a person acts on it. Throws `run.leased` where a run is at work. */
export async function holding<T>(
  { store, by }: Acting,
  pipeline: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await acquire(store, { pipeline, partition: WHOLE.id, owner: by, ttl: HELD });
  if (isHeld(lease)) {
    throw new Failure("run.leased", {
      fact: `${pipeline} is being run by ${lease.heldBy}, lease until ${lease.until}`,
    });
  }
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

/** A document by its key. Throws `not-there`. */
export async function documentOf(store: Store, key: string): Promise<PostingRecord> {
  const record = await getPosting(store, key);
  if (record) return record;
  throw new Failure("not-there", { fact: `There is no document ${key}`, action: "See `gusset postings list`." });
}

/** A plan by its id. Throws `plan.unknown`. */
export async function planOf(store: Store, id: string): Promise<PlanRecord> {
  const plan = await getPlan(store, id);
  if (plan) return plan;
  throw new Failure("plan.unknown", { fact: `There is no plan ${id}` });
}

/** What is left of a plan: its documents that nobody has moved to another one since, by key. */
export async function planDocuments(store: Store, id: string): Promise<PostingRecord[]> {
  const keys = await planKeys(store, id);
  const found = await postingsByKey(store, keys);
  return keys.flatMap((key) => found.get(key) ?? []).filter(({ plan }) => plan === id);
}

/** Documents of a plan that it can still be decided about, by what is decided. */
const DECIDES: Readonly<Record<"approved" | "declined", ReadonlySet<PostingState>>> = {
  approved: new Set<PostingState>(["planned"]),
  declined: new Set<PostingState>(["planned", "approved"]),
};

/**
 * Says yes or no to a plan, and gives the number of documents that were still to be decided about: its documents may leave with the next run that finds them as they are, or are not planned again as they are.
 * What has left already stays.
 *
 * Throws `plan.unknown`; `plan.decided` where it is over, or was declined; `plan.own` where its author approves it and may not.
 */
export async function decide(
  acting: Acting,
  id: string,
  { accept, authorMayApprove = false }: { accept: boolean; authorMayApprove?: boolean },
): Promise<Acted<PlanRecord> & { documents: number }> {
  const { store, by, why } = acting;
  const { pipeline } = await planOf(store, id);
  return await holding(acting, pipeline, async (lease) => {
    const plan = await planOf(store, id);
    const state = accept ? "approved" : "declined";
    if (plan.decision?.accept === accept) return { now: plan, already: true, documents: 0 };
    if (plan.state !== "waiting" && (accept || plan.state !== "approved")) throw decided(plan);
    if (accept && plan.author === by && !authorMayApprove) {
      throw new Failure("plan.own", {
        fact: `${by} made plan ${id}, and another person approves it`,
        place: `plan ${id}`,
      });
    }
    const at = new Date(store.clock.now()).toISOString();
    const writes = batch(store, lease);
    const documents = (await planDocuments(store, id)).filter((one) => DECIDES[state].has(one.state));
    for (const record of documents) putPosting(writes, become(record, { state, why }, { at, by }));
    const now: PlanRecord = { ...plan, state, decision: { accept, by, at, ...(why !== undefined && { why }) } };
    putPlan(writes, now);
    wakePipeline(writes, pipeline, "a person's word", uniqueId(store));
    await acting.commit(writes, {
      subject: id,
      why,
      details: { pipeline, documents: String(documents.length), value: worth(plan.value) },
    });
    return { now, already: false, documents: documents.length };
  });
}

function decided({ id, state, decision }: PlanRecord): Failure {
  const said = decision ? `, and was ${decision.accept ? "approved" : "declined"} by ${decision.by}` : "";
  return new Failure("plan.decided", { fact: `Plan ${id} is ${state} already${said}`, place: `plan ${id}` });
}

/** `1250.00 USD, 300.00 CAD`. */
export const worth = (value: Readonly<Record<string, string>>): string =>
  Object.entries(value).map(([currency, sum]) => `${sum} ${currency}`).join(", ");

/** An act on one document: what it makes of it; undefined where that is so already. Throws where it cannot be. */
type Deal = (record: PostingRecord, stamp: { by: string; at: string; why?: string }) => PostingRecord | undefined;

/** Does something to a document, and has its chain looked at. */
async function deal(acting: Acting, key: string, make: Deal): Promise<Acted<PostingRecord>> {
  const { store, by, why } = acting;
  const { pipeline } = await documentOf(store, key);
  return await holding(acting, pipeline, async (lease) => {
    const record = await documentOf(store, key);
    const now = make(record, { by, at: new Date(store.clock.now()).toISOString(), ...(why !== undefined && { why }) });
    if (!now) return { now: record, already: true };
    await keep(acting, lease, now);
    return { now, already: false };
  });
}

/** Commits a document that a person has changed, and has its chain looked at. */
export async function keep(acting: Acting, lease: Lease, record: PostingRecord): Promise<void> {
  const { store, by, why } = acting;
  const { key, pipeline, chain, from, state, value, currency } = record;
  const writes = batch(store, lease);
  putPosting(writes, record);
  addDue(writes, pipeline, [{ chain, from }], `${key}: ${by}'s word`);
  wakePipeline(writes, pipeline, "a person's word", uniqueId(store));
  await acting.commit(writes, { subject: key, why, details: { pipeline, state, value: `${value} ${currency}` } });
}

const told = (record: PostingRecord, words: string, { by, at, why }: { by: string; at: string; why?: string }) => ({
  ...record,
  history: [...record.history, { at, state: record.state, why: why === undefined ? words : `${words}: ${why}`, by }],
});

/**
 * Lets a document be posted anew: one that was refused, declined or withdrawn goes as what it then is, under its key; one that people over
 * there took back or deleted, or that was taken back from here, goes under a new revision.
 */
export const retry = (acting: Acting, key: string): Promise<Acted<PostingRecord>> =>
  deal(acting, key, (record, stamp) => {
    const { takeBack: _, ...rest } = record;
    const again = told({ ...rest, settled: { how: "retry", ...stamp } }, "May be posted anew", stamp);
    if (record.takeBack) return again;
    if (record.settled?.how === "retry") return undefined;
    if (RETRIED.has(record.state)) return again;
    throw unfit(
      record,
      "it is not held back",
      record.state === "changed" ? "Accept it, or put it right over there." : undefined,
    );
  });

const RETRIED: ReadonlySet<PostingState> = new Set<PostingState>([
  "rejected",
  "declined",
  "withdrawn",
  "reversed",
  "deleted",
]);

/** Leaves what people over there did to a document as it is: a difference that is theirs. */
export const accept = (acting: Acting, key: string): Promise<Acted<PostingRecord>> =>
  deal(acting, key, (record, stamp) => {
    if (record.state !== "reversed" && record.state !== "changed" && record.state !== "deleted") {
      throw unfit(record, "nobody has reversed, changed or deleted it over there");
    }
    if (record.settled?.how === "accept") return undefined;
    return told({ ...record, settled: { how: "accept", ...stamp } }, "Accepted as it is over there", stamp);
  });

/** Has the next run take a document back; its source is held until somebody retries it, or its money changes. */
export const takeBack = (acting: Acting, key: string): Promise<Acted<PostingRecord>> =>
  deal(acting, key, (record, stamp) => {
    if (record.takeBack) return undefined;
    if (record.purpose !== "recognise") {
      throw unfit(
        record,
        `it ${record.purpose === "reverse" ? "takes another back" : "adjusts its chain"}`,
        "Take back the document that books the cost.",
      );
    }
    if (record.state !== "posted" && record.state !== "imported") throw unfit(record, "it is not in the books");
    const { settled: _, ...rest } = record;
    return told({ ...rest, takeBack: stamp }, "To be taken back", stamp);
  });

/** The failure of an act that does not fit a document. */
export function unfit({ key, state }: PostingRecord, why: string, action?: string): Failure {
  return new Failure("usage", {
    fact: `Document ${key} is ${state}: ${why}`,
    action: action ?? `See \`gusset postings show ${key}\`.`,
  });
}
