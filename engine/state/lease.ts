/**
 * Leases: who may run a pipeline's partition now. The lease itself (owner, deadline) only keeps others from starting; what keeps
 * a holder that has lost it from writing is the fence, a key of its own that is written at take-over alone and that every commit
 * checks. A clock that is wrong can therefore cost a run, never a write.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { lostLease } from "./batch.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import type { Lease, Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** What is asked for. */
export interface LeaseRequest {
  pipeline: string;
  /** The source partition. */
  partition: string;
  /** Who asks, for people: host, process, run. */
  owner: string;
  /** Milliseconds the lease lasts unless it is renewed. Renew at a third of it. */
  ttl: number;
}

/** Somebody else holds it. */
export interface Held {
  heldBy: string;
  /** ISO time at which it can be taken over, unless it is renewed. */
  until: string;
}

/** A lease as it stands in the state. */
export interface LeaseRecord {
  pipeline: string;
  partition: string;
  owner: string;
  until: string;
}

interface Stored {
  owner: string;
  until: string;
  /** Tells this acquisition from every other, so that a commit of unknown fate can be recognised. */
  id: string;
}

/** Rounds of losing to others before the state counts as too busy. */
const ROUNDS = 50;

/**
 * Takes the lease where it is free or past its deadline, and says who holds it otherwise. A lease is not re-entrant: an owner
 * that holds it and asks again is told that it is held.
 */
export async function acquire(
  store: Store,
  { pipeline, partition, owner, ttl }: LeaseRequest,
): Promise<Lease | Held> {
  const fenceKey = [TABLES.fence, pipeline, partition];
  const leaseKey = [TABLES.lease, pipeline, partition];
  for (let round = 0; round < ROUNDS; round++) {
    const [fence, held] = await store.kv.getMany([fenceKey, leaseKey]);
    const now = store.clock.now();
    if (held.versionstamp !== null) {
      const { owner, until } = decode<Stored>(held.value, leaseKey);
      if (Date.parse(until) > now) return { heldBy: owner, until };
    }
    const number = fence.versionstamp === null ? 1 : decode<number>(fence.value, fenceKey) + 1;
    const stored: Stored = { owner, until: iso(now + ttl), id: uniqueId(store) };
    const taken = await commit(
      store,
      () =>
        store.kv.atomic().check(fence, held)
          .set(fenceKey, encode(number)).set(leaseKey, encode(stored)),
      {
        applied: async () => {
          const entry = await store.kv.get(leaseKey);
          const ours = entry.versionstamp !== null && decode<Stored>(entry.value, leaseKey).id === stored.id;
          return ours ? entry.versionstamp : undefined;
        },
      },
    );
    if (taken.ok) {
      const stamp = taken.versionstamp;
      return hold(store, { pipeline, partition, owner, ttl, fence: number, stamp, id: stored.id });
    }
  }
  throw new Failure("state.busy", {
    fact: "The lease changed hands too often to be taken",
    place: `pipeline ${pipeline}, partition ${partition}`,
  });
}

/** Whether {@link acquire} got it. */
export function isHeld(answer: Lease | Held): answer is Held {
  return "heldBy" in answer;
}

function hold(store: Store, held: LeaseRequest & { fence: number; stamp: string; id: string }): Lease {
  const { pipeline, partition, owner, ttl, fence, stamp, id } = held;
  const fenceKey = [TABLES.fence, pipeline, partition];
  const leaseKey = [TABLES.lease, pipeline, partition];
  let gone = false;

  const guard = (): Deno.AtomicCheck => {
    if (gone) throw lostLease(held);
    return { key: fenceKey, versionstamp: stamp };
  };
  const commitGuarded = (change: (atomic: Deno.AtomicOperation) => Deno.AtomicOperation) =>
    // The fence alone decides: writing the same heartbeat twice does no harm.
    commit(store, () => change(store.kv.atomic().check(guard())));

  return {
    pipeline,
    partition,
    owner,
    fence,
    guard,
    async renew() {
      const stored: Stored = { owner, until: iso(store.clock.now() + ttl), id };
      const { ok } = await commitGuarded((atomic) => atomic.set(leaseKey, encode(stored)));
      if (ok) return;
      gone = true;
      throw lostLease(held);
    },
    async release() {
      if (gone) return;
      // What cannot be let go runs out by itself.
      await commitGuarded((atomic) => atomic.delete(leaseKey)).catch(() => {});
      gone = true;
    },
  };
}

/** A partition's lease, run out or not; undefined where it was released or never taken. */
export async function leaseOf(store: Store, pipeline: string, partition: string): Promise<LeaseRecord | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.lease, pipeline, partition]);
  if (versionstamp === null) return undefined;
  const { owner, until } = decode<Stored>(value, key);
  return { pipeline, partition, owner, until };
}

/**
 * The fences of a pipeline's partitions, and whether any of its leases stands, run out or not: who sees the same fences later and saw no
 * lease knows that nobody has held one meanwhile.
 */
export async function fencesOf(
  store: Store,
  pipeline: string,
): Promise<{ fences: Map<string, number>; leased: boolean }> {
  const fences = new Map<string, number>();
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.fence, pipeline] }, { batchSize: 500 })) {
    fences.set(String(key[2]), decode<number>(value, key));
  }
  for await (const _ of store.kv.list({ prefix: [TABLES.lease, pipeline] }, { limit: 1 })) {
    return { fences, leased: true };
  }
  return { fences, leased: false };
}

/** The leases that have not run out, of every pipeline or of one. */
export async function* listLeases(store: Store, pipeline?: string): AsyncGenerator<LeaseRecord> {
  const prefix = pipeline === undefined ? [TABLES.lease] : [TABLES.lease, pipeline];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 500 })) {
    const { owner, until } = decode<Stored>(value, key);
    if (Date.parse(until) <= store.clock.now()) continue;
    yield { pipeline: String(key[1]), partition: String(key[2]), owner, until };
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
