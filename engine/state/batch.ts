/**
 * Writes gathered and committed together, under a lease's fence.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { keyBytes, KV_KEY_LIMIT, TABLES } from "./keys.ts";
import { type Mutation, split } from "./split.ts";
import type { Batch, Beside, Lease, Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** How long the id of an operation is kept for reading back, in milliseconds. Expiry only tidies up; nothing counts on it. */
const OPERATION_KEPT = 600_000;
/** Times a commit is tried whose companion others keep changing: each of them got its own through meanwhile. */
const RACES = 100;

/**
 * Starts a batch. With a lease every commit checks its fence, and throws `lease.lost` when another process has taken over.
 *
 * What does not fit in one commit goes in several, in order: a process that dies leaves a beginning of the batch, never a later
 * part without an earlier one. After `commit` the batch is empty and can be filled again; when `commit` throws, what was not yet
 * committed stays in it.
 */
export function batch(store: Store, lease?: Lease): Batch {
  let mutations: Mutation[] = [];
  const self: Batch = {
    store,
    set(key, value) {
      if (keyBytes(key) > KV_KEY_LIMIT) {
        throw new Failure("state.too-large", {
          fact: `What is to be remembered has a key of ${keyBytes(key)} bytes`,
          value: `at most ${KV_KEY_LIMIT}`,
          place: nameOf(key),
        });
      }
      mutations.push({ key, bytes: encode(value, nameOf(key)) });
      return self;
    },
    delete(key) {
      mutations.push({ key });
      return self;
    },
    async commit(beside) {
      const holder = lease ? `${lease.pipeline}/${lease.partition}/${lease.fence}` : "";
      const key = [TABLES.operation, holder, uniqueId(store)];
      const operation: Operation = { key, versionstamp: null, count: 0 };
      const parts = split(mutations);
      if (beside && parts.length === 0) parts.push([]);
      for (const [i, part] of parts.entries()) {
        await commitPart(store, part, operation, { lease, beside: i === 0 ? beside : undefined });
        mutations = mutations.slice(part.length);
      }
    },
  };
  return self;
}

/** A key as a place in a message. */
function nameOf(key: Deno.KvKey): string {
  const name = key.map(String).join(" / ");
  return `key ${name.length > 120 ? `${name.slice(0, 117)}…` : name}`;
}

/** The key that says which commit of a batch came last: each checks that it still stands where the one before left it. */
interface Operation {
  key: Deno.KvKey;
  versionstamp: string | null;
  count: number;
}

async function commitPart(
  store: Store,
  part: Mutation[],
  operation: Operation,
  { lease, beside }: { lease?: Lease; beside?: Beside },
): Promise<void> {
  const count = ++operation.count;
  const written = encode(count);
  const build = (more?: Awaited<ReturnType<Beside>>): Deno.AtomicOperation => {
    const atomic = store.kv.atomic().check({ key: operation.key, versionstamp: operation.versionstamp });
    if (lease) atomic.check(lease.guard());
    if (more) atomic.check(...more.checks);
    atomic.set(operation.key, written, { expireIn: OPERATION_KEPT });
    for (const { key, bytes } of part) bytes ? atomic.set(key, bytes) : atomic.delete(key);
    for (const { key, value } of more?.writes ?? []) atomic.set(key, encode(value, nameOf(key)));
    return atomic;
  };
  const applied = async (): Promise<string | undefined> => {
    const { value, versionstamp } = await store.kv.get(operation.key);
    return versionstamp !== null && decode<number>(value, operation.key) === count ? versionstamp : undefined;
  };

  for (let round = 1;; round++) {
    const more = await beside?.();
    const result = await commit(store, () => build(more), { applied });
    if (result.ok) {
      operation.versionstamp = result.versionstamp;
      return;
    }
    await checkFence(store, lease);
    if (round >= (beside ? RACES : 2)) {
      throw new Failure("state.busy", { fact: `A commit was refused ${round} times`, place: store.path });
    }
    // The fence stands, so the operation's key has expired while this process slept (or another was first beside it): start it again.
    operation.versionstamp = (await store.kv.get(operation.key)).versionstamp;
  }
}

async function checkFence(store: Store, lease?: Lease): Promise<void> {
  if (!lease) return;
  const { key, versionstamp } = lease.guard();
  const now = await store.kv.get(key);
  if (now.versionstamp !== versionstamp) throw lostLease(lease);
}

/** The failure of a holder whose lease is gone. */
export function lostLease({ pipeline, partition, owner }: Pick<Lease, "pipeline" | "partition" | "owner">): Failure {
  return new Failure("lease.lost", {
    fact: `${owner} no longer holds the lease, and wrote nothing after it was lost`,
    place: `pipeline ${pipeline}, partition ${partition}`,
  });
}
