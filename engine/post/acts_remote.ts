/**
 * What people do to documents that the destination has a say in: it gives back what waits there, and tells what it was ever sent.
 *
 * @module
 */
import type { OpenStream } from "../connector.ts";
import { Failure } from "../failure.ts";
import { noteRebuilt, restoredSince } from "../state/restored.ts";
import { type LiveRecord, setLive } from "../state/live.ts";
import { batch } from "../state/batch.ts";
import type { PostingRecord } from "../state/posting_types.ts";
import { type Acted, type Acting, documentOf, holding, keep, unfit } from "./acts.ts";
import { become, isInFlight, verdict } from "./fate.ts";
import { type KeyOwner, keyPrefix, parseKey } from "./keys.ts";
import { rebuild, type Rebuilt } from "./rebuild.ts";
import { partitionsOf } from "./recover.ts";

/**
 * Takes a document back that waits in front of the books. It is then as if it were declined: not posted again as it is until somebody
 * retries it. Throws what keeps the destination from giving it back: it is in the books, or its import is running.
 */
export async function withdraw(
  acting: Acting,
  key: string,
  open: (record: PostingRecord) => Promise<OpenStream>,
): Promise<Acted<PostingRecord>> {
  const { store, by, why } = acting;
  const { pipeline } = await documentOf(store, key);
  return await holding(acting, pipeline, async (lease) => {
    const record = await documentOf(store, key);
    const last = record.history.at(-1);
    if (record.state === "declined" && last?.why?.startsWith(WITHDRAWN)) return { now: record, already: true };
    if (!isInFlight(record)) throw unfit(record, "it does not wait in front of the books");
    const stream = await open(record);
    const to = (await partitionsOf({ stream })).get(record.to) ?? { id: record.to, name: record.to };
    const withdrawal = await stream.withdraw!(to, key);
    const [probe] = await stream.probe!(to, [key]);
    const stamp = { at: new Date(store.clock.now()).toISOString(), by };
    if (probe.state === "withdrawn") {
      const { withdrawals } = probe;
      const now = become(
        record,
        { state: "declined", why: why ? `${WITHDRAWN}: ${why}` : WITHDRAWN, withdrawals },
        stamp,
      );
      await keep(acting, lease, now);
      return { now, already: false };
    }
    const found = verdict(record, probe);
    // It went further than the outbox knew: that is put down, and the person is told.
    if (typeof found === "object") await keep(acting, lease, become(record, found, stamp));
    if (!withdrawal.done) throw withdrawal.failure;
    throw new Failure("post.unfinished", {
      fact: probe.state === "absent"
        ? "The destination has not seen it yet, and a call of ours may still be on its way"
        : "It was withdrawn, and does not show as withdrawn yet",
      place: `document ${key}`,
    });
  });
}

const WITHDRAWN = "Withdrawn by a person";

/** Brings a pipeline's outbox to what the destination says. Twice is once. It does not post again until it is let live again. */
export async function rebuildOutbox(
  acting: Acting,
  owner: KeyOwner,
  stream: OpenStream,
): Promise<Rebuilt> {
  const { store, by } = acting;
  const { pipeline } = owner;
  return await holding(acting, pipeline, async (lease) => {
    const restored = await restoredSince(store, pipeline);
    const rebuilt = await rebuild({
      store,
      lease,
      stream,
      clock: store.clock,
      by,
      pipeline,
      prefix: keyPrefix(owner),
      parse: (key) => parseKey(owner, key),
    });
    const details = {
      found: String(rebuilt.found),
      restored: String(rebuilt.restored.length),
      mended: String(rebuilt.mended.length),
    };
    const writes = batch(store, lease);
    if (restored) noteRebuilt(writes, pipeline, restored);
    await acting.commit(writes, { subject: pipeline, why: acting.why, details });
    return rebuilt;
  });
}

/** Lets a pipeline post from this installation, under the terms of its file, or no longer. */
export async function goLive(
  acting: Acting,
  pipeline: string,
  { live, terms }: Pick<LiveRecord, "live" | "terms">,
): Promise<void> {
  const { store, by, why } = acting;
  const writes = batch(store);
  setLive(writes, pipeline, {
    live,
    terms,
    by,
    at: new Date(store.clock.now()).toISOString(),
    ...(why !== undefined && { why }),
  });
  await acting.commit(writes, { subject: pipeline, why, details: { ...terms } });
}
