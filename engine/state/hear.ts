/**
 * Storing deliveries: each once, however often it comes, and durable before it is answered. A commit waits for the disk, so that those that
 * come while one is under way share the next.
 *
 * @module
 */
import type { Delivery } from "../connector.ts";
import { Failure } from "../failure.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { deliveryKey, type StoredDelivery } from "./deliveries.ts";
import { TABLES } from "./keys.ts";
import type { Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** Milliseconds that KV keeps a known id beyond its deadline. Expiry only tidies up; nothing counts on it. */
const TIDY = 3_600_000;
/** Deliveries that share a commit: a self-hosted KV takes ten checks. */
const TOGETHER = 10;
/** Keys that a shared commit writes at the most. */
const KEYS = 500;
/** Deliveries that may wait for their commit; whoever sends more is to send again. */
const ROOM = 5_000;

/** Who a delivery is for. */
export interface Addressee {
  pipeline: string;
  /** The source partition, "-" for none. */
  partition: string;
}

/** What is stored of a delivery besides itself. */
export interface Hearing {
  connection: string;
  delivery: Delivery;
  to: readonly Addressee[];
  /** Until when the same id is known: ISO time. */
  until: string;
}

/**
 * Stores a delivery for everyone who listens. Gives false, and writes nothing, where its id is known already.
 * Throws `state.busy`, `state.unreadable`, and `record.invalid` for a key that cannot be one.
 */
export type Hear = (hearing: Hearing) => Promise<boolean>;

interface Heard {
  until: string;
  /** The commit that wrote it. */
  by: string;
}

/** A hearing as it is written. */
interface Entry {
  known: Deno.KvKey;
  until: string;
  rows: Deno.KvKey[];
  value: Uint8Array;
}

/** Stores one delivery by itself. */
export async function hear(store: Store, hearing: Hearing): Promise<boolean> {
  const [stored] = await hearAll(store, [entryOf(store, hearing)]);
  return stored;
}

/** Makes what stores deliveries together. One for a process: it is what they meet at. */
export function hearer(store: Store): Hear {
  let queue: { entry: Entry; resolve: (stored: boolean) => void; reject: (reason: unknown) => void }[] = [];
  let busy = 0;
  // Over a network a commit's answer takes its time, on a file one commit waits for the other anyway.
  const lanes = store.remote ? 4 : 1;

  function take(): typeof queue {
    const taken = new Map<string, typeof queue[number]>();
    const rest: typeof queue = [];
    let keys = 0;
    for (const one of queue) {
      const name = one.entry.known.join(" ");
      keys += one.entry.rows.length + 1;
      const fits = taken.size === 0 || (taken.size < TOGETHER && keys <= KEYS && !taken.has(name));
      if (fits) taken.set(name, one);
      else rest.push(one);
    }
    queue = rest;
    return [...taken.values()];
  }

  async function work(): Promise<void> {
    busy++;
    while (queue.length > 0) {
      const group = take();
      try {
        const stored = await hearAll(store, group.map(({ entry }) => entry));
        group.forEach(({ resolve }, i) => resolve(stored[i]));
      } catch (thrown) {
        for (const { reject } of group) reject(thrown);
      }
    }
    busy--;
  }

  return async (hearing) => {
    if (queue.length >= ROOM) {
      throw new Failure("state.busy", { fact: "More deliveries come than can be stored", place: store.path });
    }
    const entry = entryOf(store, hearing);
    return await new Promise((resolve, reject) => {
      queue.push({ entry, resolve, reject });
      if (busy < lanes) void work();
    });
  };
}

function entryOf(store: Store, { connection, delivery, to, until }: Hearing): Entry {
  const { id, resource, action, at, by, key = "" } = delivery;
  const came = new Date(store.clock.now()).toISOString();
  return {
    known: [TABLES.heard, connection, id],
    until,
    rows: to.map(({ pipeline, partition }) => deliveryKey({ pipeline, partition, key, id })),
    value: encode({ connection, resource, action, at, came, by, tries: 0 } satisfies StoredDelivery),
  };
}

/** Stores entries of different ids in one commit, those that are known left out. */
async function hearAll(store: Store, entries: readonly Entry[]): Promise<boolean[]> {
  const now = store.clock.now();
  const found = await store.kv.getMany(entries.map(({ known }) => known));
  // An id is known until its deadline, whatever KV still shows.
  const fresh = entries.map((_, i) => {
    const { key, value, versionstamp } = found[i];
    return versionstamp === null || Date.parse(decode<Heard>(value, key).until) <= now;
  });
  const news = entries.filter((_, i) => fresh[i]);
  if (news.length === 0) return fresh;
  const by = uniqueId(store);
  const { ok } = await commit(store, () => {
    const atomic = store.kv.atomic().check(...found.filter((_, i) => fresh[i]));
    for (const { known, until, rows, value } of news) {
      const note = encode({ until, by } satisfies Heard);
      atomic.set(known, note, { expireIn: Math.max(0, Date.parse(until) - now) + TIDY });
      for (const row of rows) atomic.set(row, value);
    }
    return atomic;
  }, { applied: store.remote ? () => written(store, news[0].known, by) : undefined });
  if (ok) return fresh;
  // Another process has heard one of them meanwhile: that one is known, the others are not.
  if (news.length === 1) return entries.map(() => false);
  const stored: boolean[] = [];
  for (const [i, entry] of entries.entries()) stored.push(fresh[i] && (await hearAll(store, [entry]))[0]);
  return stored;
}

/** Where an answer was lost: whether this very commit wrote what stands there. */
async function written(store: Store, known: Deno.KvKey, by: string): Promise<string | undefined> {
  const { key, value, versionstamp } = await store.kv.get(known);
  return versionstamp !== null && decode<Heard>(value, key).by === by ? versionstamp : undefined;
}
