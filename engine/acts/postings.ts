/**
 * What people do to documents, where it takes the pipeline's files or its destination.
 *
 * @module
 */
import type { Registry, Row } from "../connector.ts";
import { Failure } from "../failure.ts";
import type { Project } from "../pipeline/model.ts";
import { pipelineOf } from "../pipeline/named.ts";
import type { Posting } from "../posting.ts";
import type { Acted, Acting } from "../post/acts.ts";
import { rebuildOutbox, withdraw } from "../post/acts_remote.ts";
import type { Rebuilt } from "../post/rebuild.ts";
import { documentOf as told } from "../post/tell.ts";
import type { Engine, PlannedDocument } from "../run/types.ts";
import type { PostingRecord } from "../state/posting_types.ts";

/** What an act at the destination works with. */
export interface Bench {
  engine: Engine;
  project: Project;
}

/** What the destination of a pipeline says of its documents; undefined where the pipeline is gone, or posts no more. */
function postingOf(registry: Registry, { pipelines, connections }: Project, name: string): Posting | undefined {
  const destination = pipelines.find((pipeline) => pipeline.name === name)?.destination;
  const connection = destination && connections[destination.connection];
  return connection && registry[connection.connector].streams[destination.stream]?.posting;
}

/** A document as people read it; undefined where its pipeline is gone, or posts no more. */
export function documentTold(
  { registry, project }: { registry: Registry; project: Project },
  record: PostingRecord,
  fields: Row | undefined,
): PlannedDocument | undefined {
  const takes = postingOf(registry, project, record.pipeline);
  return takes && told({ says: takes.says, takes }, record, fields, record.history[0]?.why ?? record.purpose);
}

/** Takes a document back that waits in front of the books. Throws as `withdraw` does. */
export function takeOut({ engine, project }: Bench, acting: Acting, key: string): Promise<Acted<PostingRecord>> {
  return withdraw(acting, key, async ({ pipeline }) => {
    const { connection, stream } = pipelineOf(project, pipeline).destination;
    const open = await engine.connect(connection);
    await open.ready();
    return open.session.stream(stream);
  });
}

/** Brings a pipeline's outbox to what its destination says. Throws `usage` where there is nothing to rebuild from. */
export async function rebuildFrom({ engine, project }: Bench, acting: Acting, name: string): Promise<Rebuilt> {
  const pipeline = pipelineOf(project, name);
  if (!pipeline.posting) throw new Failure("usage", { fact: `${name} posts no documents` });
  const from = await engine.connect(pipeline.source.connection);
  const to = await engine.connect(pipeline.destination.connection);
  await to.ready();
  const stream = to.session.stream(pipeline.destination.stream);
  if (!stream.posted) {
    throw new Failure("usage", {
      fact: `${to.name} does not remember what it was sent: there is nothing to rebuild from`,
    });
  }
  return await rebuildOutbox(acting, { tag: from.tag, pipeline: name }, stream);
}

/** What a rebuild came to, without the documents themselves. */
export function rebuiltShown(pipeline: string, { found, restored, mended, strange, homeless }: Rebuilt): {
  pipeline: string;
  found: number;
  restored: string[];
  mended: string[];
  strange: Rebuilt["strange"];
  homeless: Rebuilt["homeless"];
} {
  const keys = (records: readonly PostingRecord[]): string[] => records.map(({ key }) => key);
  return { pipeline, found, restored: keys(restored), mended: keys(mended), strange, homeless };
}
