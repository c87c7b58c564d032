/**
 * The start of every run: what became of documents whose fate is not known. Only the destination knows; what it never had, or took
 * back, is sent again as it was.
 *
 * @module
 */
import type { Partition } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Probe } from "../posting.ts";
import { batch } from "../state/batch.ts";
import type { PostingRecord, PostingState } from "../state/posting_types.ts";
import { bodiesOf, openPostings, putPosting } from "../state/postings.ts";
import { become, type Change, type Stamp, verdict } from "./fate.ts";
import { type Outbox, post, type Sent } from "./outbox.ts";
import { answer, settle, unlessStopped } from "./settle.ts";
import type { Draft } from "./types.ts";

/** Documents that one question names at the most. */
export const QUESTION = 500;

const IN_FLIGHT: ReadonlySet<PostingState> = new Set<PostingState>(["intent", "sent", "unknown"]);

/** What recovery found. */
export interface Recovered {
  /** One for each document whose fate was looked for. */
  sent: Sent[];
  /** Why a destination partition could not be asked; its documents stay as they are. */
  failures: Failure[];
}

/**
 * Looks for every document of a pipeline, or of one of its source partitions, whose fate is not known, once: one probe for {@link QUESTION} documents and, where it
 * `sends`, one call for each bulk of those that are to go again. What stays unknown keeps its chain blocked until the next run.
 *
 * Without `sends` (the pipeline is not live any more) it only writes down what the destination says.
 */
export async function recover(
  outbox: Outbox,
  { pipeline, from, sends }: { pipeline: string; from?: string; sends: boolean },
): Promise<Recovered> {
  const open = await openPostings(outbox.store, { pipeline, from }, IN_FLIGHT);
  const recovered: Recovered = { sent: [], failures: [] };
  if (open.length === 0) return recovered;
  const partitions = await partitionsOf(outbox);
  for (const [id, records] of Map.groupBy(open, ({ to }) => to)) {
    const to = partitions.get(id) ?? { id, name: id };
    for (let at = 0; at < records.length; at += QUESTION) {
      try {
        recovered.sent.push(...await recoverSome(outbox, records.slice(at, at + QUESTION), { to, sends }));
      } catch (thrown) {
        unlessStopped(thrown);
        if (!(thrown instanceof Failure) || thrown.code.startsWith("state.")) throw thrown;
        recovered.failures.push(thrown);
        break;
      }
    }
  }
  return recovered;
}

/** The destination partitions that the connection covers, by id. */
export async function partitionsOf({ stream }: Pick<Outbox, "stream">): Promise<Map<string, Partition>> {
  return new Map((await stream.partitions()).map((partition) => [partition.id, partition]));
}

async function recoverSome(
  outbox: Outbox,
  records: readonly PostingRecord[],
  { to, sends }: { to: Partition; sends: boolean },
): Promise<Sent[]> {
  const stamp: Stamp = { at: new Date(outbox.clock.now()).toISOString(), by: outbox.by };
  const probes = new Map(
    (await outbox.stream.probe!(to, records.map(({ key }) => key))).map((each) => [each.key, each]),
  );
  const found: Sent[] = [], again: PostingRecord[] = [];
  for (const record of records) {
    const probe = probes.get(record.key) ?? { key: record.key, state: "absent" };
    const said = verdict(record, probe);
    if (typeof said === "object") found.push(answer(record, said, stamp));
    // It goes with as many withdrawals as there were: what is still on its way with fewer is shut out.
    else again.push({ ...record, withdrawals: probe.state === "absent" ? 0 : probe.withdrawals });
  }
  const writes = batch(outbox.store, outbox.lease);
  for (const { record } of found) putPosting(writes, record);
  await writes.commit();
  return [...found, ...await sendAgain(outbox, again, { to, sends, stamp, probes })];
}

/** Sends the same bodies under the same keys. */
async function sendAgain(
  outbox: Outbox,
  records: readonly PostingRecord[],
  { to, sends, stamp, probes }: { to: Partition; sends: boolean; stamp: Stamp; probes: ReadonlyMap<string, Probe> },
): Promise<Sent[]> {
  const bodies = await bodiesOf(outbox.store, records);
  const drafts: Draft[] = [], answers: Sent[] = [];
  const writes = batch(outbox.store, outbox.lease);
  for (const record of records) {
    const fields = bodies.get(record.key);
    if (fields && sends) drafts.push({ record, fields });
    else {
      const change = fields
        ? kept(record)
        : await withoutBody(outbox, record, { to, sends, probe: probes.get(record.key) });
      answers.push(answer(record, change, stamp));
    }
  }
  for (let at = 0; at < drafts.length; at += outbox.posting.bulk) {
    const bulk = drafts.slice(at, at + outbox.posting.bulk);
    // The number of withdrawals it goes with is committed before it goes: what a refusal means is told by it.
    for (const { record } of bulk) putPosting(writes, become(record, { state: "unknown", why: "Sent again" }, stamp));
    await writes.commit();
    const settled = await settle(outbox, await post(outbox, bulk, to), { to, first: false, stamp });
    for (const { record } of settled) putPosting(writes, record);
    await writes.commit();
    answers.push(...settled);
  }
  for (const { record } of answers) putPosting(writes, record);
  await writes.commit();
  return answers;
}

/** It may not be sent, and nobody knows whether it still arrives. */
const kept = (record: PostingRecord): Change => ({
  state: "unknown",
  failure: new Failure("post.unfinished", {
    fact: "It was on its way when the pipeline stopped sending",
    place: `document ${record.key}`,
    action: "Let the pipeline post again with `gusset live`, or withdraw it with `gusset postings withdraw`.",
  }),
});

/** An outbox that was rebuilt has no bodies: what lies at the destination is taken back, to be made anew. */
async function withoutBody(
  { stream }: Outbox,
  record: PostingRecord,
  { to, sends, probe }: { to: Partition; sends: boolean; probe: Probe | undefined },
): Promise<Change> {
  const { key } = record;
  const lost = new Failure("state.unreadable", {
    fact: "The outbox has lost the body of a document whose fate is not known",
    place: `document ${key}`,
    action: "Run `gusset postings rebuild`, and look at the document.",
  });
  if (probe?.state === "withdrawn") return { state: "withdrawn", withdrawals: probe.withdrawals };
  if (!sends || probe?.state !== "interface") return { state: "unknown", failure: lost };
  const withdrawal = await stream.withdraw!(to, key);
  const [now] = withdrawal.done ? await stream.probe!(to, [key]) : [probe];
  if (now.state !== "withdrawn") return { state: "unknown", failure: lost };
  const codes = [...new Set(probe.lines.flatMap((line) => line.codes))].join(", ");
  const failure = new Failure("post.refused", {
    fact: "The destination held it back",
    value: codes,
    place: `document ${key}`,
  });
  return { state: codes === "" ? "withdrawn" : "rejected", withdrawals: now.withdrawals, failure };
}
