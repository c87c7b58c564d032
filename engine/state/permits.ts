/**
 * Permits to call, leased in blocks: what is left of a connection's rate windows stands in the state, and each process takes some of it at
 * a time. A block that is not used up goes back when its time is over, so that a process that dies takes nothing along.
 *
 * @module
 */
import type { Share } from "../connector.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import type { Store } from "./types.ts";

/** How long a block may be used, in milliseconds. */
const BLOCK = 3000;
/** Permits in a block at the most. */
const MOST = 32;
/** Milliseconds after which others are looked for again, while no window is known. */
const LOOK = 1000;
/** A window that ended this long ago tells nothing any more. */
const OLD = 7_200_000;

interface Window {
  limit: number;
  remaining: number;
  resetAt: number;
}

/** What of the windows a process has at present. */
interface Block {
  owner: string;
  /** Permits, and calls that were under way when it was taken. */
  size: number;
  until: number;
}

interface Stored {
  windows: Window[];
  blocks: Block[];
}

/**
 * Makes `Share.call` for a connection. While no process knows a window, every call may leave. All clocks may differ by less than a block's
 * time; what is left of a window is then never given out twice, but for the calls that somebody outside Gusset makes.
 */
export function permits(
  store: Store,
  { connection, owner }: { connection: string; owner: string },
): Share["call"] {
  const key = [TABLES.permit, connection, "calls"];
  let [left, until, looked] = [0, 0, -Infinity];

  return async (known, inFlight) => {
    for (;;) {
      const now = store.clock.now();
      if (left > 0 && now < until) {
        left--;
        return 0;
      }
      if (known.length === 0 && now - looked < LOOK) return 0;
      const entry = await store.kv.get(key);
      const { windows, blocks } = entry.versionstamp === null ? NOTHING : decode<Stored>(entry.value, key);
      const all = merged(windows, known, now);
      if (all.length === 0) {
        looked = now;
        return 0;
      }
      looked = -Infinity;
      const others = blocks.filter((block) => block.owner !== owner && block.until > now);
      const taken = others.reduce((sum, { size }) => sum + size, 0);
      // What a window takes that has just opened is not known: one call goes ahead, the others wait for its answer.
      const opened = all.some(({ resetAt }) => resetAt <= now);
      const open = all.filter(({ resetAt }) => resetAt > now);
      const room = Math.min(...open.map(({ remaining }) => remaining)) - taken - inFlight;
      if (room < 1 || opened && others.length > 0) return waitFor(open, others, now);
      const size = opened ? 1 : Math.max(1, Math.min(MOST, Math.floor(room / (2 * (others.length + 1)))));
      const block = { owner, size: size + inFlight, until: now + BLOCK };
      const stored: Stored = { windows: all, blocks: [...others, block] };
      const done = await commit(
        store,
        () => store.kv.atomic().check(entry).set(key, encode(stored), { expireIn: OLD }),
      );
      if (done.ok) [left, until] = [size, block.until];
    }
  };
}

/** What is left of a connection's rate windows, as far as its last answers tell: calls, and when the window ends. */
export async function budgetsOf(
  store: Store,
  connection: string,
): Promise<{ limit: number; remaining: number; resetAt: number }[]> {
  const key = [TABLES.permit, connection, "calls"];
  const { value, versionstamp } = await store.kv.get(key);
  const now = store.clock.now();
  return versionstamp === null ? [] : decode<Stored>(value, key).windows.filter(({ resetAt }) => resetAt > now);
}

const NOTHING: Stored = { windows: [], blocks: [] };

/** Of two that tell of the same time the lower is right; otherwise the later. */
function merged(stored: readonly Window[], known: readonly Window[], now: number): Window[] {
  const all = new Map(stored.filter(({ resetAt }) => now - resetAt < OLD).map((window) => [window.limit, window]));
  for (const window of known) {
    const before = all.get(window.limit);
    if (!before || window.resetAt > before.resetAt) all.set(window.limit, { ...window });
    else if (window.resetAt === before.resetAt) {
      all.set(window.limit, { ...before, remaining: Math.min(before.remaining, window.remaining) });
    }
  }
  // One that ended is forgotten once another tells of a later time: answers tell only of the tighter one.
  const latest = Math.max(...[...all.values()].map(({ resetAt }) => resetAt));
  return [...all.values()].filter(({ resetAt }) => resetAt > now || latest <= now);
}

/** Until a block ends or a window that is used up opens; between a twentieth of a second and a minute. */
function waitFor(windows: readonly Window[], others: readonly Block[], now: number): number {
  const used = windows.filter(({ remaining }) => remaining < 1).map(({ resetAt }) => resetAt - now);
  const ends = used.length > 0 ? Math.max(...used) : Math.min(200, ...others.map(({ until }) => until - now));
  return Math.ceil(Math.max(50, Math.min(60_000, ends)));
}
