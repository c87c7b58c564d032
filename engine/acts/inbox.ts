/**
 * What people do with the worklist.
 *
 * @module
 */
import { batch } from "../state/batch.ts";
import { listNotices, type Notice, noticesById, putNotice } from "../state/notices.ts";
import type { Store } from "../state/types.ts";
import { type Actor, notThere, nowOf } from "./actor.ts";

/** The overdue first, then by the day it is due, then the oldest. */
const byUrgency = (a: Notice, b: Notice): number =>
  (a.due ?? "9999").localeCompare(b.due ?? "9999") || a.at.localeCompare(b.at) || a.id.localeCompare(b.id);

/** The worklist, the most urgent first: what is open, or `all`; of one owner, whatever the case of the name. */
export async function worklist(
  store: Store,
  { all = false, owner }: { all?: boolean; owner?: string },
): Promise<Notice[]> {
  return (await Array.fromAsync(listNotices(store, all ? undefined : "open")))
    .filter((notice) => owner === undefined || notice.owner?.toLowerCase() === owner.toLowerCase())
    .sort(byUrgency);
}

/** A notice by its id. Throws `not-there`. */
export async function noticeOf(store: Store, id: string): Promise<Notice> {
  const found = (await noticesById(store, [id])).get(id);
  if (found) return found;
  throw notThere(`There is no notice ${id}`, "See `gusset inbox list --all`.");
}

/** Closes a notice, as done or as not to be done. `already`: it was closed before, and stays as it was. */
export async function closeNotice(
  who: Actor,
  id: string,
  { state, why }: { state: "done" | "dismissed"; why?: string },
): Promise<{ notice: Notice; already: boolean }> {
  const notice = await noticeOf(who.store, id);
  if (notice.state !== "open") return { notice, already: true };
  const at = nowOf(who);
  const writes = batch(who.store);
  const closed = { by: who.name, at, ...(why !== undefined && { why }) };
  const now: Notice = { ...notice, state, changedAt: at, closed };
  putNotice(writes, now);
  await who.commit(writes, { subject: id, why, details: { title: notice.title, about: notice.reference } });
  return { notice: now, already: false };
}
