/**
 * Everything that waits for a person, in one list: records, twins, notices, documents and plans, each with since when, whose it is and what
 * it is worth.
 *
 * @module
 */
import { follow } from "../mapping/path.ts";
import type { Project } from "../pipeline/model.ts";
import { parseDecimal, plain } from "../decimal.ts";
import { sentence } from "../failure.ts";
import { listAdoptions } from "../state/adoptions.ts";
import { listNotices } from "../state/notices.ts";
import { listParked } from "../state/parked.ts";
import { listPlans } from "../state/plans.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";
import { listPostings } from "../state/postings.ts";
import { listRejected } from "../state/rejected.ts";
import type { RejectedRecord, Store } from "../state/types.ts";

/** What kind of thing waits. */
export const NEED_KINDS = ["rejected", "document", "plan", "twin", "notice", "parked"] as const;
/** One of {@link NEED_KINDS}. */
export type NeedKind = typeof NEED_KINDS[number];

/** Something that waits for a person. */
export interface Need {
  kind: NeedKind;
  /** Absent for notices. */
  pipeline?: string;
  /** A source key, a document's key, a plan's or a notice's id. */
  key: string;
  /** "" where there is none. */
  part: string;
  /** Of a document: where it is. */
  state?: PostingState;
  /** What people call it. */
  title: string;
  /** What is the matter, one sentence. */
  why: string;
  /** A person, a role, or the connection whose people put it right. */
  owner?: string;
  /** A decimal. */
  value?: string;
  currency?: string;
  /** ISO time: since when. */
  at: string;
  /** `YYYY-MM-DD`. */
  due?: string;
}

/** States of documents that a person has to look at, unless one has. */
const TROUBLED: readonly PostingState[] = ["unknown", "rejected", "changed", "deleted", "reversed"];

/** What each state means, for people. */
const MEANS: Partial<Record<PostingState, string>> = {
  unknown: "Nobody knows whether it arrived; the next run asks.",
  changed: "Somebody changed it in the books.",
  deleted: "Somebody deleted it in the books.",
  reversed: "Somebody reversed it in the books.",
};

/** What waits, the most valuable first, then the oldest; of one kind, where one is named. */
export async function needs(store: Store, project: Project, kind?: NeedKind): Promise<Need[]> {
  const found: Need[] = [];
  const wanted = (one: NeedKind): boolean => kind === undefined || kind === one;
  const owners = ownersIn(project);
  if (wanted("rejected")) {
    for await (const record of listRejected(store)) if (!record.dismissed) found.push(rejectedNeed(record, owners));
  }
  if (wanted("document")) {
    for await (const record of listPostings(store, { states: TROUBLED })) {
      if (!record.settled) found.push(documentNeed(record, owners));
    }
  }
  if (wanted("plan")) {
    for await (const { id, pipeline, value, count, author, at } of listPlans(store, { state: "waiting" })) {
      const [[currency, worth] = []] = Object.entries(value);
      const title = `${count} ${count === 1 ? "document" : "documents"} to approve`;
      const why = `Planned by ${author}; a second person says yes or no.`;
      found.push({
        kind: "plan",
        pipeline,
        key: id,
        part: "",
        title,
        why,
        owner: "approver",
        value: worth,
        currency,
        at,
      });
    }
  }
  if (wanted("twin")) {
    for await (const { pipeline, key, part, id, by, why, at, decision } of listAdoptions(store)) {
      if (decision) continue;
      const same = Object.entries(by).map(([field, value]) => `${field} ${value}`).join(", ");
      const title = `${part === "" ? key : `${key}/${part}`} looks like ${id}`;
      found.push({
        kind: "twin",
        pipeline,
        key,
        part,
        title,
        why: why ?? `Both have ${same}: a person says whether they are one.`,
        owner: owners.to(pipeline),
        at,
      });
    }
  }
  if (wanted("notice")) {
    for await (const { id, title, owner, value, due, details, at } of listNotices(store, "open")) {
      const why = (details ?? "").split("\n")[0];
      found.push({
        kind: "notice",
        key: id,
        part: "",
        title,
        why,
        at,
        ...(owner && { owner }),
        ...(value && { value }),
        ...(due && { due }),
      });
    }
  }
  if (wanted("parked")) {
    for await (const { pipeline, key, part, word, why, at, need } of listParked(store)) {
      if (word !== "parked") continue;
      const title = part === "" ? key : `${key}/${part}`;
      found.push({ kind: "parked", pipeline, key, part, title, why, owner: need?.pipeline, at });
    }
  }
  return found.sort(byWorth);
}

/** Whose people put things right: where records come from, and where they go, by pipeline. */
function ownersIn({ pipelines }: Project) {
  const named = new Map(pipelines.map((one) => [one.name, one]));
  return {
    from: (name: string): string | undefined => named.get(name)?.source.connection,
    to: (name: string): string | undefined => named.get(name)?.destination.connection,
    posting: (name: string) => named.get(name)?.posting,
  };
}

type Owners = ReturnType<typeof ownersIn>;

function rejectedNeed(record: RejectedRecord & { pipeline: string }, { from, to, posting }: Owners): Need {
  const { pipeline, key, part, row, failure, firstAt } = record;
  const path = posting(pipeline)?.value;
  const worth = path === undefined ? undefined : follow(row, path.split("."), 0);
  const value = typeof worth === "string" ? parseDecimal(worth) : undefined;
  const currency = row.currency_iso_code ?? row.CURRENCY_CODE;
  return {
    kind: "rejected",
    pipeline,
    key,
    part,
    title: part === "" ? key : `${key}/${part}`,
    why: sentence(failure),
    owner: failure.code.startsWith("post.") ? to(pipeline) : from(pipeline),
    at: firstAt,
    ...(value && { value: plain(value), ...(typeof currency === "string" && { currency }) }),
  };
}

function documentNeed(record: PostingRecord, { to }: Owners): Need {
  const { pipeline, key, label, source, state, failure, value, currency, history } = record;
  const why = failure ? sentence(failure) : MEANS[state] ?? state;
  const at = history.at(-1)?.at ?? record.date;
  return {
    kind: "document",
    pipeline,
    key,
    part: "",
    state,
    title: label ?? source,
    why,
    owner: to(pipeline),
    value,
    currency,
    at,
  };
}

function byWorth(a: Need, b: Need): number {
  const [x, y] = [a, b].map(({ value }) => value === undefined ? undefined : parseDecimal(value)?.abs());
  if (x && y) return y.cmp(x) || a.at.localeCompare(b.at);
  return x ? -1 : y ? 1 : a.at.localeCompare(b.at);
}
