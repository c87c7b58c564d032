/**
 * After the state was lost nothing is posted until the outbox was rebuilt from what the destination remembers.
 *
 * @module
 */
import type { OpenStream } from "../connector.ts";
import { Failure } from "../failure.ts";
import { restoredSince } from "../state/restored.ts";
import { listPostings } from "../state/postings.ts";
import type { Desk } from "./desk.ts";
import { keyPrefix } from "./keys.ts";
import { isForgotten } from "./rebuild.ts";

/** Halts where the state was restored and this outbox not rebuilt since, and where the outbox is empty and the destination has documents of ours. */
export async function refuseUnlessRebuilt({ job, pipeline }: Desk, stream: OpenStream): Promise<void> {
  const { store } = job.engine;
  const restored = stream.posted && await restoredSince(store, pipeline.name);
  if (restored) {
    throw new Failure("post.rebuild-needed", {
      fact:
        `The state was restored at ${restored.at} as it was at ${restored.from}: what was posted since is not in it`,
      place: `pipeline ${pipeline.name}`,
      action: `Run \`gusset postings rebuild ${pipeline.name}\` first.`,
    });
  }
  for await (const _ of listPostings(store, { pipeline: pipeline.name })) return;
  const prefix = keyPrefix({ tag: job.from.tag, pipeline: pipeline.name });
  if (!stream.posted || !await isForgotten({ store, stream, prefix })) return;
  throw new Failure("post.rebuild-needed", {
    fact: "The destination has documents of this pipeline, and the outbox knows none: the state was lost",
    place: `pipeline ${pipeline.name}`,
    action: `Run \`gusset postings rebuild ${pipeline.name}\` first.`,
  });
}
