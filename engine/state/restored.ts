/**
 * What a state says of its having been restored.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** Says that a restore has begun, and not ended. */
export const RESTORING: Deno.KvKey = [TABLES.meta, "restoring"];
/** Where {@link Restored} stands. */
export const RESTORED: Deno.KvKey = [TABLES.meta, "restored"];
const rebuiltKey = (pipeline: string): Deno.KvKey => [TABLES.meta, "rebuilt", pipeline];

/** A state that was restored, and from what. */
export interface Restored {
  /** The restore's own id. */
  id: string;
  /** ISO time of the restore. */
  at: string;
  /** The backup's id, and when the state was as it has it. */
  backup: string;
  from: string;
}

/** Throws `state.unreadable` for a state that a restore has filled only in part. */
export async function refuseHalf(store: Store): Promise<void> {
  const { versionstamp } = await store.kv.get(RESTORING);
  if (versionstamp === null) return;
  throw new Failure("state.unreadable", {
    fact: "A restore into this state did not come to its end",
    place: store.path,
    action: "Run `gusset restore FILE --force` again.",
  });
}

/** The restore after which this pipeline's outbox was not rebuilt yet; undefined where there is none. */
export async function restoredSince(store: Store, pipeline: string): Promise<Restored | undefined> {
  const [restored, rebuilt] = await store.kv.getMany([RESTORED, rebuiltKey(pipeline)]);
  if (restored.versionstamp === null) return undefined;
  const found = decode<Restored>(restored.value, RESTORED);
  const done = rebuilt.versionstamp === null ? undefined : decode<{ restored: string }>(rebuilt.value, rebuilt.key);
  return done?.restored === found.id ? undefined : found;
}

/** Puts into a batch that a pipeline's outbox was rebuilt after this restore. */
export function noteRebuilt(writes: Batch, pipeline: string, { id }: Restored): void {
  writes.set([...rebuiltKey(pipeline)], { restored: id });
}
