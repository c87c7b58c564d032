/**
 * A process that posts, as a run does: it takes the lease, finds out what is unknown, looks after what is booked, reckons and sends.
 *
 * @module
 */
import { Failure } from "../../engine/failure.ts";
import { type Outbox, send } from "../../engine/post/outbox.ts";
import { keyPrefix, parseKey } from "../../engine/post/keys.ts";
import { isForgotten, rebuild } from "../../engine/post/rebuild.ts";
import { reckon } from "../../engine/post/reckon.ts";
import { recover } from "../../engine/post/recover.ts";
import { watch } from "../../engine/post/watch.ts";
import { batch } from "../../engine/state/batch.ts";
import { putCertified } from "../../engine/state/certified.ts";
import { acquire, isHeld } from "../../engine/state/lease.ts";
import type { PostingRecord } from "../../engine/state/posting_types.ts";
import { openPostings, postingsOf, putPosting } from "../../engine/state/postings.ts";
import type { Lease, Store } from "../../engine/state/types.ts";
import { glJournals } from "../../connectors/ebs/journals/stream.ts";
import type { Books } from "./books.ts";
import { draftOf, type Fact, OWNER, PIPELINE, UNIT } from "./facts.ts";
import type { Process, World } from "./world.ts";

/** What a clerk works with. */
export interface Office {
  world: World;
  books: Books;
  facts: Map<string, Fact>;
  /** Bodies that were drafted, by key: what may stand in the books. */
  approved: Map<string, Set<string>>;
  /** Whether the outbox was lost once: from then on one looks whether the books know more than it does. */
  lost: boolean;
  /** Called at the end of a round: whether there was nothing to do. */
  rested: (idle: boolean) => void;
  /** One round under the lease. */
  round: Round;
}

/** A round of work: what a run does. Gives whether there was nothing to do. */
export type Round = (office: Office, outbox: Outbox) => Promise<boolean>;

const isCalm = ({ chaos }: World): boolean => chaos.death === 0 && chaos.pause === 0;

const TTL = 120_000;
const TODAY = "2026-11-10";

/** Works until it dies. */
export async function clerk(office: Office, process: Process, store: Store): Promise<void> {
  const { world, books } = office;
  for (;;) {
    await process.gate(world.between(1_000, isCalm(world) ? 900_000 : 240_000));
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
  if (office.lost) await rebuildOutbox(office, outbox);
  const { sent, failures } = await recover(outbox, { pipeline: PIPELINE, sends: true });
  if (failures.length > 0) throw failures[0];
  const watched = await watch(outbox, {
    pipeline: PIPELINE,
    sweep: isCalm(world) || world.chance(0.3) ? "2026-01-01" : undefined,
  });
  if (watched.failures.length > 0) throw watched.failures[0];
  const chains = await postingsOf(outbox.store, PIPELINE, [...facts.keys()]);
  const settled = await settlePeople(office, outbox, [...chains.values()].flat());
  const drafts = [...facts].flatMap(([chain, fact]) => {
    const documents = chains.get(chain) ?? [];
    const { steps } = reckon({ ...fact, documents, unit: "0.01" }, {
      recognise: "until_invoiced",
      today: TODAY,
      periods: [],
    });
    return steps.map((step) => draftOf(fact, step));
  });
  for (const { record: { key, hash } } of drafts) {
    office.approved.set(key, (office.approved.get(key) ?? new Set()).add(hash));
  }
  await send(outbox, drafts, { id: UNIT, name: "Denver" });
  return sent.length === 0 && watched.changed.length === 0 && settled === 0 && drafts.length === 0;
}

/** A person has the outbox rebuilt where it has forgotten something, or where the books have another body than it says. */
async function rebuildOutbox({ facts }: Office, outbox: Outbox): Promise<void> {
  const rebuilding = {
    ...outbox,
    by: "anna",
    pipeline: PIPELINE,
    prefix: keyPrefix(OWNER),
    parse: (key: string) => parseKey(OWNER, key),
  };
  const open = await openPostings(outbox.store, { pipeline: PIPELINE });
  if (!open.some(({ failure }) => failure?.code === "post.conflict") && !await isForgotten(rebuilding)) return;
  const writes = batch(outbox.store, outbox.lease);
  for (const { certified } of facts.values()) for (const sheet of certified) putCertified(writes, PIPELINE, sheet);
  await writes.commit();
  await rebuild(rebuilding);
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
    if (!touched(record) || record.settled || (!isCalm(world) && world.chance(0.5))) continue;
    record.settled = { how: "retry", by: "anna", at: new Date(clock.now()).toISOString() };
    putPosting(writes, record);
    settled++;
  }
  await writes.commit();
  return settled;
}

const touched = ({ state }: PostingRecord): boolean =>
  state === "reversed" || state === "deleted" || state === "changed";
