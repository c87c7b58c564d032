/**
 * What people do to pipelines: pause, resume, let them post, or no longer.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Pipeline, Project } from "../pipeline/model.ts";
import { pipelineOf } from "../pipeline/named.ts";
import { goLive } from "../post/acts_remote.ts";
import { changedTerms, termsOf, whyShadow } from "../post/terms.ts";
import { batch } from "../state/batch.ts";
import { getLive, listLive, type LiveRecord } from "../state/live.ts";
import { getStarts, type Pause, pausePipeline, resumePipeline } from "../state/schedules.ts";
import type { Store } from "../state/types.ts";
import { actingOf, type Actor, nowOf, reason } from "./actor.ts";

/** Lets nothing but a person start a pipeline. Gives who paused it before, where somebody had. */
export async function pause(who: Actor, name: string, why?: string): Promise<Pause | undefined> {
  const [{ paused }] = await getStarts(who.store, [name]);
  if (paused) return paused;
  const writes = batch(who.store);
  pausePipeline(writes, name, { by: who.name, at: nowOf(who), why });
  await who.commit(writes, { subject: name, why });
}

/** Lets a pipeline start again. Gives who had paused it; what is paused can be resumed, even where its file is gone. */
export async function resume(
  who: Actor,
  name: string,
  project: () => Promise<Project>,
): Promise<Pause | undefined> {
  const [{ paused }] = await getStarts(who.store, [name]);
  if (!paused) return void pipelineOf(await project(), name);
  const writes = batch(who.store);
  resumePipeline(writes, name);
  await who.commit(writes, { subject: name, details: { "paused by": paused.by } });
  return paused;
}

/** Whether a pipeline posts from here, and who said so last. */
export interface LiveState {
  pipeline: string;
  posts: boolean;
  /** Whether somebody's word is missing for it, be it the first or one for its changed terms. */
  asks: boolean;
  /** Why it does not. */
  why?: string;
  said?: LiveRecord;
}

/** Each pipeline that posts documents, and whether it does from here. */
export async function liveStates(store: Store, { pipelines }: Project): Promise<LiveState[]> {
  const said = new Map<string, LiveRecord>();
  for await (const { pipeline, ...record } of listLive(store)) said.set(pipeline, record);
  return pipelines.filter(({ posting }) => posting)
    .map((pipeline) => ({ pipeline: pipeline.name, ...stateOf(pipeline, said.get(pipeline.name)) }));
}

function stateOf({ name, posting }: Pipeline, said?: LiveRecord): Omit<LiveState, "pipeline"> {
  const why = whyShadow({ name, posting: posting! }, said);
  const asks = !said?.live || changedTerms(posting!, said) !== undefined;
  return { posts: why === undefined, asks, ...(why !== undefined && { why }), said };
}

/**
 * Lets a pipeline post from here, or no longer. Gives what was said before where that is the same (`null`: nothing ever was, and it does
 * not post); undefined where it was changed. Throws `usage` where it posts no documents.
 */
export async function setPosting(
  who: Actor,
  { name, posting }: Pipeline,
  { live, why }: { live: boolean; why: string },
): Promise<LiveRecord | null | undefined> {
  reason(why, live ? "Say why it may post: what was looked at, and by whom." : "Say why it is to stop.");
  if (!posting) {
    const action = "Only pipelines with `posting:` go live.";
    throw new Failure("usage", { fact: `${name} posts no documents`, action });
  }
  const said = await getLive(who.store, name);
  const same = (said?.live ?? false) === live && !(live && said && changedTerms(posting, said));
  if (same) return said ?? null;
  await goLive(actingOf(who, why), name, { live, terms: termsOf(posting) });
}
