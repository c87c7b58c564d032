/**
 * After the state was lost nothing is posted until the outbox was rebuilt from what the destination remembers.
 *
 * @module
 */
import type { OpenStream } from "../connector.ts";
import { Failure } from "../failure.ts";
import { listPostings } from "../state/postings.ts";
import type { Desk } from "./desk.ts";
import { keyPrefix } from "./keys.ts";
import { isForgotten } from "./rebuild.ts";

/** Halts where the outbox is empty and the destination has documents of ours. */
export async function refuseUnlessRebuilt({ job, pipeline }: Desk, stream: OpenStream): Promise<void> {
  const { store } = job.engine;
  for await (const _ of listPostings(store, { pipeline: pipeline.name })) return;
  const prefix = keyPrefix({ tag: job.from.tag, pipeline: pipeline.name });
  if (!stream.posted || !await isForgotten({ store, stream, prefix })) return;
  throw new Failure("post.rebuild-needed", {
    fact: "The destination has documents of this pipeline, and the outbox knows none: the state was lost",
    place: `pipeline ${pipeline.name}`,
    action: `Run \`gusset postings rebuild ${pipeline.name}\` first.`,
  });
}
