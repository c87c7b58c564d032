/**
 * A process that posts, as a run does: it takes the lease, finds out what is unknown, looks after what is booked, reckons and sends. What
 * it reckons with is smaller than the engine's own: one position a chain.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Row } from "../../engine/connector.ts";
import { Big, plain } from "../../engine/decimal.ts";
import { Failure } from "../../engine/failure.ts";
import { canonical } from "../../engine/json.ts";
import { isConfirmed, isInFlight } from "../../engine/post/fate.ts";
import { type Outbox, send } from "../../engine/post/outbox.ts";
import { recover } from "../../engine/post/recover.ts";
import type { Draft } from "../../engine/post/types.ts";
import { watch } from "../../engine/post/watch.ts";
import { batch } from "../../engine/state/batch.ts";
import { acquire, isHeld } from "../../engine/state/lease.ts";
import type { Positions, PostingRecord, Purpose } from "../../engine/state/posting_types.ts";
import { listPostings, putPosting } from "../../engine/state/postings.ts";
import type { Lease, Store } from "../../engine/state/types.ts";
import { glJournals } from "../../connectors/ebs/journals/stream.ts";
import type { Books } from "./books.ts";
import type { Process, World } from "./world.ts";

export const PIPELINE = "journals";
/** The partition of both sides. */
export const UNIT = "204";

/** What both systems say of a chain now, in cents. */
export interface Fact {
  certified: number;
  /** Rises whenever what is certified changes. */
  version: number;
  booked: number;
}

/** What a clerk works with. */
export interface Office {
  world: World;
  books: Books;
  facts: Map<string, Fact>;
  /** Bodies that were drafted, by key: what may stand in the books. */
  approved: Map<string, Set<string>>;
  /** Called at the end of a round: whether there was nothing to do. */
  rested: (idle: boolean) => void;
  /** One round under the lease. */
  round: Round;
}

/** A round of work: what a run does. Gives whether there was nothing to do. */
export type Round = (office: Office, outbox: Outbox) => Promise<boolean>;

const TTL = 120_000;

/** Works until it dies. */
export async function clerk(office: Office, process: Process, store: Store): Promise<void> {
  const { world, books } = office;
  for (;;) {
    await process.gate(world.between(1_000, 90_000));
    const lease = await acquire(store, { pipeline: PIPELINE, partition: UNIT, owner: process.name, ttl: TTL });
    if (isHeld(lease)) continue;
    const beat = heartbeat(lease, process);
    const outbox: Outbox = {
      store,
      lease,
      stream: books.stream(process),
      posting: { ...glJournals.posting!, bulk: 4 },
      clock: process.clock,
      by: process.name,
    };
    try {
      office.rested(await office.round(office, outbox));
    } catch (thrown) {
      // What a run may end with: it lost its lease, or could not ask.
      if (!(thrown instanceof Failure) || thrown.kind === "bug") throw thrown;
      office.rested(false);
    } finally {
      beat.stop = true;
    }
    await lease.release();
  }
}

function heartbeat(lease: Lease, process: Process): { stop: boolean } {
  const beat = { stop: false };
  const pump = async (): Promise<void> => {
    for (;;) {
      await process.gate(TTL / 3);
      if (beat.stop) return;
      await lease.renew();
    }
  };
  pump().catch(() => {});
  return beat;
}

/** The round at the level of the outbox: what `engine/post/run.ts` does, without reading and mapping. */
export async function outboxRound(office: Office, outbox: Outbox): Promise<boolean> {
  const { world, facts } = office;
  const { sent, failures } = await recover(outbox, { pipeline: PIPELINE, sends: true });
  if (failures.length > 0) throw failures[0];
  const watched = await watch(outbox, { pipeline: PIPELINE, sweep: world.chance(0.3) ? "2026-01-01" : undefined });
  if (watched.failures.length > 0) throw watched.failures[0];
  const records = await Array.fromAsync(listPostings(outbox.store, { pipeline: PIPELINE }));
  const settled = await settlePeople(office, outbox, records);
  const chains = Map.groupBy(records, ({ chain }) => chain);
  const drafts = [...facts].flatMap(([chain, fact]) => draftsOf(chain, fact, chains.get(chain) ?? []));
  for (const { record: { key, hash } } of drafts) {
    office.approved.set(key, (office.approved.get(key) ?? new Set()).add(hash));
  }
  await send(outbox, drafts, { id: UNIT, name: "Denver" });
  return sent.length === 0 && watched.changed.length === 0 && settled === 0 && drafts.length === 0;
}

/** A person looks at what was reversed or deleted over there, and lets it be posted anew. */
async function settlePeople(
  { world }: Office,
  { store, lease, clock }: Outbox,
  records: PostingRecord[],
): Promise<number> {
  const writes = batch(store, lease);
  let settled = 0;
  for (const record of records) {
    if (!touched(record) || record.settled || world.chance(0.5)) continue;
    record.settled = { how: "retry", by: "anna", at: new Date(clock.now()).toISOString() };
    putPosting(writes, record);
    settled++;
  }
  await writes.commit();
  return settled;
}

const touched = ({ state }: PostingRecord): boolean =>
  state === "reversed" || state === "deleted" || state === "changed";

/** What is to be sent for a chain: a correction is a reversal and a new revision, what the books did since is an adjustment. */
function draftsOf(chain: string, fact: Fact, records: readonly PostingRecord[]): Draft[] {
  if (records.some((record) => isInFlight(record) || (touched(record) && !record.settled))) return [];
  const target = Math.max(0, fact.certified - fact.booked);
  const booked = records.filter(isConfirmed);
  const standing = booked.reduce((sum, { moved }) => sum.plus(moved[chain].cost), new Big(0)).times(100);
  const reversed = new Set(booked.map(({ reverses }) => reverses));
  const live = booked.filter(({ purpose, key }) => purpose === "recognise" && !reversed.has(key)).at(-1);
  const times = (purpose: Purpose): number =>
    1 + records.filter((record) => record.purpose === purpose && (isConfirmed(record) || touched(record))).length;
  const money = String(fact.version);
  const make = (purpose: Purpose, cents: Big, more: Partial<PostingRecord>): Draft =>
    draft({ chain, purpose, money, ...more }, cents);
  if (live && live.money !== money) {
    const undo = make("reverse", new Big(live.moved[chain].cost).times(-100), {
      key: `${live.key}-R`,
      revision: live.revision,
      reverses: live.key,
    });
    const left = standing.plus(new Big(undo.record.moved[chain].cost).times(100));
    const revision = times("recognise");
    const key = `EBS:${PIPELINE}:${chain}:S${chain}:${revision}`;
    const again = make("recognise", new Big(target).minus(left), { key, revision, after: undo.record.key });
    return again.fields.LINES === undefined ? [undo] : [undo, again];
  }
  const difference = new Big(target).minus(standing);
  if (difference.eq(0)) return [];
  const purpose = live ? "adjust" : "recognise";
  const revision = times(purpose);
  const name = live ? `B${revision}` : `S${chain}:${revision}`;
  return [make(purpose, difference, { key: `EBS:${PIPELINE}:${chain}:${name}`, revision })];
}

function draft(
  { chain, key, purpose, ...more }: Partial<PostingRecord> & { chain: string; purpose: Purpose },
  cents: Big,
): Draft {
  const amount = plain(cents.abs().div(100));
  const [cost, net] = cents.gt(0) ? ["ENTERED_DR", "ENTERED_CR"] : ["ENTERED_CR", "ENTERED_DR"];
  const fields: Row = {
    LEDGER_ID: "1",
    ACCOUNTING_DATE: "2026-11-05",
    CURRENCY_CODE: "USD",
    USER_JE_SOURCE_NAME: "Procore",
    USER_JE_CATEGORY_NAME: "Accrual",
    ...(!cents.eq(0) && {
      LINES: [
        { CODE_COMBINATION_ID: `1${chain}`, [cost]: amount, REFERENCE23: chain, REFERENCE24: "cost" },
        { CODE_COMBINATION_ID: "99", [net]: amount, REFERENCE23: chain, REFERENCE24: "net" },
      ],
    }),
  };
  const moved: Positions = {
    [chain]: { cost: plain(cents.div(100)), withheld: "0", net: plain(cents.div(100)) },
  };
  const record: PostingRecord = {
    key: key!,
    pipeline: PIPELINE,
    chain,
    source: `S${chain}`,
    from: UNIT,
    to: UNIT,
    purpose,
    revision: 1,
    money: "",
    hash: createHash("sha256").update(canonical(fields)).digest("hex"),
    date: "2026-11-05",
    currency: "USD",
    value: amount,
    moved,
    state: "planned",
    withdrawals: 0,
    history: [],
    ...more,
  };
  return { record, fields };
}
