/**
 * Following joined streams: what changed in them since the last run marks the chains that depend on it as due. A requisition does not
 * change when payables bill its order; what should stand of it does.
 *
 * @module
 */
import type { OpenStream, Partition } from "../connector.ts";
import { ahead, stepBack } from "../run/ahead.ts";
import { batch } from "../state/batch.ts";
import { addDue, followedBy, getFollowCursor, isFollowed, listDue, setFollowCursor } from "../state/followed.ts";
import type { Lease } from "../state/types.ts";
import type { Desk } from "./desk.ts";
import type { Findings } from "./read.ts";

/** Follows all joins that are to be followed, each from where it was left. In a plan nothing is put down. */
export async function followJoins(desk: Desk, lease: Lease | undefined, findings: Findings): Promise<void> {
  const { job: { engine }, pipeline } = desk;
  for (const [join, { follow, connection, stream }] of Object.entries(pipeline.source.with)) {
    if (!follow) continue;
    const opened = await engine.connect(connection);
    await opened.ready();
    const reader = opened.session.stream(stream);
    const { overlap, incremental } = engine.registry[engine.project.connections[connection].connector].streams[stream]
      .source!;
    // A stream that cannot say what changed would be read whole each time: the sweep of the source looks at its chains.
    if (!incremental) continue;
    for (const partition of await reader.partitions()) {
      await followOne(desk, { join, reader, overlap, partition, lease, findings });
    }
  }
}

async function followOne(
  { job, pipeline }: Desk,
  { join, reader, overlap, partition, lease, findings }: {
    join: string;
    reader: OpenStream;
    overlap: number;
    partition: Partition;
    lease?: Lease;
    findings: Findings;
  },
): Promise<void> {
  const { store } = job.engine;
  const at = { pipeline: pipeline.name, join, partition: partition.id };
  const cursor = await getFollowCursor(store, at);
  const key = streamKey(job, pipeline, join);
  // At the first time nothing depends on it yet: it is followed from now on.
  if (!cursor && !await isFollowed(store, at)) {
    if (!lease) return;
    const writes = batch(store, lease);
    const asOf = await firstTime(reader, partition);
    if (asOf) setFollowCursor(writes, at, { since: stepBack(asOf, overlap) });
    return await writes.commit();
  }
  const since = cursor?.since ?? null;
  let asOf = cursor?.pass?.asOf;
  let after = cursor?.pass?.after || null;
  for await (const page of ahead(reader.read!({ partition, since, after }))) {
    asOf ??= page.asOf;
    const keys = page.rows.map((row) => String(row[key] ?? "")).filter(Boolean);
    const chains = await followedBy(store, at, keys);
    for (const { chain, from } of chains) findings.chains.set(chain, from);
    after = keys.at(-1) ?? after;
    if (!lease) continue;
    const writes = batch(store, lease);
    findings.dues.push(...addDue(writes, pipeline.name, chains, `${join} changed`));
    const next = page.more ? { since, pass: { asOf, after: after ?? "" } } : { since: stepBack(asOf, overlap) };
    setFollowCursor(writes, at, next);
    await writes.commit();
  }
}

/** The source's own time, from a page that is read for nothing else. */
async function firstTime(reader: OpenStream, partition: Partition): Promise<string | undefined> {
  for await (const { asOf } of reader.read!({ partition, since: null, after: null, pageSize: 1 })) return asOf;
}

function streamKey({ engine }: Desk["job"], { source }: Desk["pipeline"], join: string): string {
  const { connection, stream } = source.with[join];
  return engine.registry[engine.project.connections[connection].connector].streams[stream].key;
}

/** Chains that former runs or people have asked to be looked at, of a source partition. */
export async function loadDue({ job, pipeline }: Desk, from: string, findings: Findings): Promise<void> {
  const fresh = new Set(findings.dues.map(({ id, chain }) => `${id} ${chain}`));
  for await (const due of listDue(job.engine.store, pipeline.name, from)) {
    findings.chains.set(due.chain, due.from);
    if (!fresh.has(`${due.id} ${due.chain}`)) findings.dues.push(due);
  }
}
