/**
 * The worklist: what calls for a person.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** An item of the worklist. */
export interface Notice {
  id: string;
  /** What tells it from every other one: pipeline and source key. */
  reference: string;
  title: string;
  /** Who should do it: a person or a role. */
  owner?: string | null;
  /** What it is worth, as a decimal. */
  value?: string | null;
  /** `YYYY-MM-DD`. */
  due?: string | null;
  details?: string | null;
  /** `done` by a person, or because its source asks for it no more; `dismissed`: it is not to be done. */
  state: "open" | "done" | "dismissed";
  /** ISO time it was made, and of its last change. */
  at: string;
  changedAt: string;
  /** Who closed it last, and why. It stays when the item opens again. */
  closed?: { by: string; at: string; why?: string };
}

/** The id of the notice with this reference: one that is written twice is one. */
export const noticeId = (reference: string): string =>
  createHash("sha256").update(reference).digest("hex").slice(0, 12);

/** Remembers a notice. */
export function putNotice(batch: Batch, notice: Notice): void {
  batch.set([TABLES.notice, notice.id], notice);
}

/** Notices by their ids; those that are unknown are left out. */
export async function noticesById(store: Store, ids: readonly string[]): Promise<Map<string, Notice>> {
  const found = new Map<string, Notice>();
  for (let at = 0; at < ids.length; at += GROUP) {
    const keys = ids.slice(at, at + GROUP).map((id) => [TABLES.notice, id]);
    for (const { key, value, versionstamp } of await store.kv.getMany(keys)) {
      if (versionstamp !== null) found.set(key[1] as string, decode<Notice>(value, key));
    }
  }
  return found;
}

/** Keys that KV looks up at a time. */
const GROUP = 10;

/** Notices: all, or those in one state. Order is free. */
export async function* listNotices(store: Store, state?: Notice["state"]): AsyncGenerator<Notice> {
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.notice] }, { batchSize: 500 })) {
    const notice = decode<Notice>(value, key);
    if (state === undefined || notice.state === state) yield notice;
  }
}
