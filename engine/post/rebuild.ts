/**
 * The outbox from the destination's memory: after the state was lost, or restored from an old backup, nothing is posted until this was done.
 *
 * What a document moved is read from its lines as they were sent, what it was for from its key, where it is from the destination's word.
 * Lost for good are bodies, plans and what people said of documents: a body is only needed for what is still on its way, and that is
 * taken back by the next run.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { OpenStream } from "../connector.ts";
import { Big, plain } from "../decimal.ts";
import { type Measure, MEASURES, type PostedDocument, type Probe } from "../posting.ts";
import { batch } from "../state/batch.ts";
import { certifiedOf } from "../state/certified.ts";
import type { Certified, Positions, PostingRecord, PostingState, Purpose } from "../state/posting_types.ts";
import { postingsByKey, putPosting } from "../state/postings.ts";
import type { Lease, Store } from "../state/types.ts";
import { become, type Change, isConfirmed, isInFlight, type Stamp, verdict } from "./fate.ts";

/** What a key says of its document. */
export interface Named {
  chain: string;
  /** Absent for an `adjust`, which is of its chain. */
  source?: string;
  revision: number;
  purpose: Purpose;
  /** The key of the document that it takes back. */
  reverses?: string;
}

/** What is rebuilt, and from where. */
export interface Rebuilding {
  store: Store;
  /** Absent: no run may be at work, and nothing keeps one away. */
  lease?: Lease;
  stream: OpenStream;
  clock: Clock;
  /** The person. */
  by: string;
  pipeline: string;
  /** What the keys of the pipeline's documents begin with. */
  prefix: string;
  /** Undefined: no key of ours. */
  parse: (key: string) => Named | undefined;
}

/** What came of it. */
export interface Rebuilt {
  /** Documents that the destination has. */
  found: number;
  /** Those that the outbox did not have. */
  restored: PostingRecord[];
  /** Those that it had otherwise. */
  mended: PostingRecord[];
  /** Keys that begin as ours do and say nothing: they are left alone. */
  strange: string[];
  /** Chains of which nothing is known to be certified: the source partition of their documents is not known, and a full run has to come first. */
  homeless: string[];
}

/** Brings the outbox to what the destination says. Twice is once. Throws where the destination cannot be asked. */
export async function rebuild(rebuilding: Rebuilding): Promise<Rebuilt> {
  const { stream, prefix } = rebuilding;
  const rebuilt: Rebuilt = { found: 0, restored: [], mended: [], strange: [], homeless: [] };
  const seen = new Set<string>();
  for (const partition of await stream.partitions()) {
    for await (const page of stream.posted!(partition, prefix)) {
      // Partitions may share their books.
      const fresh = page.filter(({ probe: { key } }) => seen.size < seen.add(key).size);
      await rebuildPage(rebuilding, fresh, { to: partition.id, rebuilt });
    }
  }
  return rebuilt;
}

/** Whether the destination has documents of ours of which the outbox knows nothing: the state was lost, and nothing may be posted. */
export async function isForgotten(
  { store, stream, prefix }: Pick<Rebuilding, "store" | "stream" | "prefix">,
): Promise<boolean> {
  for (const partition of await stream.partitions()) {
    for await (const page of stream.posted!(partition, prefix)) {
      const known = await postingsByKey(store, page.map(({ probe: { key } }) => key));
      if (page.some(({ probe: { key } }) => !known.has(key))) return true;
      if (page.length > 0) break;
    }
  }
  return false;
}

async function rebuildPage(
  { store, lease, clock, by, pipeline, parse }: Rebuilding,
  page: readonly PostedDocument[],
  { to, rebuilt }: { to: string; rebuilt: Rebuilt },
): Promise<void> {
  const stamp: Stamp = { at: new Date(clock.now()).toISOString(), by };
  const known = await postingsByKey(store, page.map(({ probe: { key } }) => key));
  const named = page.map(({ probe: { key } }) => parse(key));
  const certified = await certifiedOf(store, pipeline, [...new Set(named.flatMap((each) => each?.chain ?? []))]);
  const writes = batch(store, lease);
  for (const [i, document] of page.entries()) {
    const { key } = document.probe;
    const name = named[i];
    if (!name || document.probe.state === "absent") {
      rebuilt.strange.push(key);
      continue;
    }
    rebuilt.found++;
    const chain = certified.get(name.chain) ?? [];
    if (chain.length === 0 && !rebuilt.homeless.includes(name.chain)) rebuilt.homeless.push(name.chain);
    const before = known.get(key);
    const restored = restore(document, { name, chain, pipeline, to });
    const now = before && before.hash === restored.hash ? { ...before, withdrawals: restored.withdrawals } : {
      ...restored,
      ...(before && { settled: before.settled, plan: before.plan, history: before.history }),
    };
    const change = changeOf(now, document.probe, before);
    const same = before && before.state === change.state && before.hash === now.hash &&
      before.withdrawals === now.withdrawals;
    if (same) continue;
    const next = become(now, { why: "As the destination remembers it", ...change }, stamp);
    const record = change.state === before?.state ? { ...next, failure: next.failure ?? before.failure } : next;
    putPosting(writes, record);
    rebuilt[before ? "mended" : "restored"].push(record);
  }
  await writes.commit();
}

/** A record of a document of which only the destination knows. */
function restore(
  { probe, date, currency, at, lines }: PostedDocument,
  { name, chain, pipeline, to }: { name: Named; chain: readonly Certified[]; pipeline: string; to: string },
): PostingRecord {
  const own = chain.find(({ key }) => key === name.source);
  const some = own ?? chain.at(-1);
  const sending = probe as Exclude<Probe, { state: "absent" }>;
  const state: PostingState = "unknown";
  return {
    key: probe.key,
    pipeline,
    chain: name.chain,
    source: name.source ?? some?.key ?? "",
    from: some?.from ?? "-",
    to: some?.to ?? to,
    purpose: name.purpose,
    revision: name.revision,
    ...(name.reverses !== undefined && { reverses: name.reverses }),
    // What it was made from is not known. Taken as what is certified now: where that is otherwise, the next run adjusts by the difference.
    money: own?.hash ?? "",
    hash: sending.hash,
    date,
    currency,
    value: plain(lines.reduce((sum, { debit }) => sum.plus(debit ?? "0"), new Big(0))),
    ...(own?.label !== undefined && { label: own.label }),
    moved: movedBy(lines),
    state,
    withdrawals: sending.withdrawals,
    history: [{ at, state, why: "Sent" }],
  };
}

/** What lines move: a debit of cost adds to it, a credit of what is withheld, or is left to be paid, adds to that. */
export function movedBy(lines: PostedDocument["lines"]): Positions {
  const sums = new Map<string, Record<Measure, Big>>();
  for (const { position, measure, debit, credit } of lines) {
    if (position === undefined || !MEASURES.some((one) => one === measure)) continue;
    const at = sums.get(position) ?? { cost: new Big(0), withheld: new Big(0), net: new Big(0) };
    const amount = new Big(debit ?? "0").minus(credit ?? "0");
    at[measure as Measure] = at[measure as Measure].plus(measure === "cost" ? amount : amount.times(-1));
    sums.set(position, at);
  }
  return Object.fromEntries(
    Array.from(sums, ([position, { cost, withheld, net }]) => [
      position,
      { cost: plain(cost), withheld: plain(withheld), net: plain(net) },
    ]),
  );
}

/** What the destination's word makes of a record; `before` is what the outbox says of it. */
function changeOf(record: PostingRecord, probe: Probe, before: PostingRecord | undefined): Change {
  const found = verdict(record, probe);
  if (typeof found === "object") return found;
  // Its fate is recovery's business, which has its body.
  if (before && isInFlight(before) && before.hash === record.hash) return { state: before.state };
  if (probe.state !== "withdrawn") return { state: "unknown", why: "It lies at the destination" };
  // Taken back: where the outbox says that nothing of it is in the books, that stands.
  const nothing = before && !isConfirmed(before) && !BY_PEOPLE.has(before.state);
  return { state: nothing ? before.state : "withdrawn", withdrawals: probe.withdrawals };
}

const BY_PEOPLE: ReadonlySet<PostingState> = new Set<PostingState>(["reversed", "changed", "deleted"]);
