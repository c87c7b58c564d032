/**
 * One atomic commit, tried until it is known what became of it or time is up.
 *
 * @module
 */
import { Failure } from "../failure.ts";
import type { Store } from "./types.ts";

/** Longest time a commit is tried, in milliseconds of the store's clock. */
const PATIENCE = 30_000;
/** Tries at the most, for a clock that does not wait. */
const TRIES = 200;
/** Tries after an answer was lost, before the state counts as unreachable. */
const LOST_TRIES = 5;

/** How a commit ended: with the versionstamp of everything it wrote, or refused because a check no longer held. */
export type Committed = { ok: true; versionstamp: string } | { ok: false };

/**
 * Commits what `build` prepares, and waits with jitter while the database is locked by another process: then nothing of it was
 * written. Where the answer may have been lost (a remote KV), `applied` says whether it was written all the same; it also
 * decides when a check fails, because a client that sends again finds its own first try.
 *
 * What `build` throws passes through. Throws `state.busy` when patience ends, `state.unreadable` where the state cannot be written.
 */
export async function commit(
  store: Store,
  build: () => Deno.AtomicOperation,
  { applied }: { applied?: () => Promise<string | undefined> } = {},
): Promise<Committed> {
  const { commits } = store;
  try {
    const committed = await committing(store, build, applied);
    if (commits) committed.ok ? commits.done++ : commits.refused++;
    return committed;
  } catch (thrown) {
    if (commits) commits.failed++;
    throw thrown;
  }
}

async function committing(
  store: Store,
  build: () => Deno.AtomicOperation,
  applied: (() => Promise<string | undefined>) | undefined,
): Promise<Committed> {
  const deadline = store.clock.now() + PATIENCE;
  let lost = 0;
  for (let tries = 1;; tries++) {
    const atomic = build();
    let cause: unknown;
    try {
      const result = await atomic.commit();
      if (result.ok) return result;
      const versionstamp = await applied?.();
      return versionstamp === undefined ? { ok: false } : { ok: true, versionstamp };
    } catch (thrown) {
      cause = thrown;
    }
    if (!isLocked(cause)) {
      if (!store.remote || ++lost >= LOST_TRIES) throw unwritable(store, cause);
      const versionstamp = await applied?.().catch(() => undefined);
      if (versionstamp !== undefined) return { ok: true, versionstamp };
    }
    if (tries >= TRIES || store.clock.now() >= deadline) {
      throw new Failure("state.busy", { fact: "The state was locked for too long", place: store.path, cause });
    }
    await store.clock.sleep(store.random() * Math.min(250, 2 ** tries));
  }
}

/** Whether another process held the database: nothing was read or written. */
export function isLocked(thrown: unknown): boolean {
  return thrown instanceof Error && /database (table )?is (locked|busy)/i.test(thrown.message);
}

function unwritable(store: Store, cause: unknown): Failure {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new Failure("state.unreadable", {
    fact: "The state could not be written",
    value: words,
    place: store.path,
    cause,
  });
}
