/**
 * Calls at once, shared by processes: each holds some of a connection's slots in the state, at most half of them where two ask and so on,
 * and gives them up in turn where there are fewer slots than processes. Slots of a process that dies are free when their time is over.
 *
 * @module
 */
import type { Share } from "../connector.ts";
import { decode, encode } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import type { Store } from "./types.ts";

/** How long slots are held without being renewed, in milliseconds. */
const HELD = 5000;
/** How long a process may keep slots that others wait for, and how often it looks whether any do. */
const TURN = 1000;
/** How long slots are kept after the last call. */
const IDLE = 300;
/** How often a process that has none asks. */
const ASK = 150;

interface Holder {
  owner: string;
  slots: number;
  until: number;
  /** It has calls that wait for a slot. */
  waits: boolean;
}

/** Makes `Share.slot` for a connection; who waits is let go when the signal says stop. `close` gives back what is held. */
export function slots(
  store: Store,
  { connection, owner, signal }: { connection: string; owner: string; signal?: AbortSignal },
): { slot: Share["slot"]; close(): Promise<void> } {
  const { clock } = store;
  const key = [TABLES.permit, connection, "at once"];
  const queue: (() => void)[] = [];
  const failed: ((thrown: unknown) => void)[] = [];
  let [granted, used, until, since, settled, asking] = [0, 0, 0, 0, 0, false];
  let stop = (): void => {};

  /** Tells the state how many slots this process has, as many as it wants where they are free. */
  const settle = async (most: number): Promise<void> => {
    for (;;) {
      const now = clock.now();
      const entry = await store.kv.get(key);
      const all = entry.versionstamp === null ? [] : decode<Holder[]>(entry.value, key);
      const others = all.filter((one) => one.owner !== owner && one.until > now);
      const free = most - others.reduce((sum, { slots }) => sum + slots, 0);
      const waiting = others.filter(({ waits }) => waits);
      const fair = Math.max(1, Math.floor(most / (waiting.length + 1)));
      // There are fewer slots than processes: who had a turn lets the next have one.
      const starved = waiting.some(({ slots }) => slots === 0) && granted > 0 && now - since >= TURN;
      const share = starved ? (fair > 1 ? fair : 0) : waiting.length > 0 ? fair : most;
      // Alone one takes them all, and asks no more for a while.
      const slots = Math.max(used, Math.min(waiting.length > 0 ? used + queue.length : most, share, free));
      const mine: Holder = { owner, slots, until: now + HELD, waits: queue.length > slots - used };
      const stored = slots > 0 || mine.waits ? [...others, mine] : others;
      const done = await commit(
        store,
        () => store.kv.atomic().check(entry).set(key, encode(stored), { expireIn: 3_600_000 }),
      );
      if (!done.ok) continue;
      if (granted === 0 || slots === 0) since = now;
      [granted, until, settled] = [slots, mine.until, now];
      return;
    }
  };

  const giveOut = (): void => {
    while (queue.length > 0 && used < granted) {
      used++;
      failed.shift();
      queue.shift()!();
    }
  };

  /** Asks until nobody here waits. */
  const ask = async (most: number): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      while (queue.length > 0) {
        await settle(most);
        giveOut();
        if (queue.length > 0) await clock.sleep(ASK, signal);
      }
    } catch (thrown) {
      queue.length = 0;
      for (const fail of failed.splice(0)) fail(thrown);
    } finally {
      asking = false;
    }
  };

  /** Renews what is held while a call is under way that lasts, and gives it back soon after the last one. */
  const look = (most: number): void => {
    stop();
    stop = clock.alarm(used > 0 ? HELD / 3 : IDLE, () => {
      void settle(used > 0 ? most : 0).catch(() => {}).then(() => used > 0 && look(most));
    });
  };

  const slot: Share["slot"] = (most) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    queue.push(resolve);
    failed.push(reject);
    const now = clock.now();
    if (granted > used && now < until && now - settled < TURN) giveOut();
    else void ask(most);
    return promise.then(() => {
      look(most);
      return () => {
        used--;
        look(most);
        if (queue.length > 0) void ask(most);
      };
    });
  };
  return {
    slot,
    async close() {
      stop();
      if (granted > 0) await settle(0).catch(() => {});
    },
  };
}
