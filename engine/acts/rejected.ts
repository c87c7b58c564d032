/**
 * What people do to rejected records.
 *
 * @module
 */
import { batch } from "../state/batch.ts";
import { dismissRejected, listRejected } from "../state/rejected.ts";
import type { RejectedRecord, Store } from "../state/types.ts";
import { byHand } from "../state/wakes.ts";
import { type Actor, isKey, keyText, notThere, nowOf, reason, some } from "./actor.ts";

/** A rejected record, with its pipeline. */
export type Rejected = RejectedRecord & { pipeline: string };

/** The rejected records that `KEY` or `KEY/PART` names. Throws `not-there` where there are none. */
export async function rejectedNamed(store: Store, pipeline: string, key: string): Promise<Rejected[]> {
  const found: Rejected[] = [];
  for await (const record of listRejected(store, pipeline)) if (isKey(record, key)) found.push(record);
  if (found.length > 0) return found;
  throw notThere(`${pipeline} has no rejected record ${key}`, `See \`gusset rejected list ${pipeline}\`.`);
}

/** Has the next run read rejected records again: those named, or all that nobody dismissed. Gives their source keys. */
export async function retryRejected(who: Actor, pipeline: string, keys: readonly string[]): Promise<string[]> {
  const { store } = who;
  const found: Rejected[] = [];
  if (keys.length === 0) { for await (const record of listRejected(store, pipeline)) found.push(record); }
  else for (const key of keys) found.push(...await rejectedNamed(store, pipeline, key));
  const wanted = [...new Set(found.filter((record) => !record.dismissed || keys.length > 0).map(({ key }) => key))];
  if (wanted.length === 0) return wanted;
  const writes = batch(store);
  byHand(writes, pipeline, wanted, `retried by ${who.name}`);
  await who.commit(writes, { subject: pipeline, details: { records: some(wanted) } });
  return wanted;
}

/** Makes the records that a key names quiet until they change. */
export async function dismiss(who: Actor, pipeline: string, key: string, why: string): Promise<Rejected[]> {
  reason(why, "Say why this record may stay as it is.");
  const found = await rejectedNamed(who.store, pipeline, key);
  const writes = batch(who.store);
  const at = nowOf(who);
  for (const { pipeline: _, ...record } of found) {
    dismissRejected(writes, pipeline, record, { by: who.name, at, why, hash: record.hash });
  }
  await who.commit(writes, { subject: pipeline, why, details: { records: some(found.map(keyText)) } });
  return found;
}
