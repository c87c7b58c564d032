/**
 * Stores for tests.
 *
 * @module
 */
import { type ManualClock, manualClock, seededRandom, systemClock, systemRandom } from "../clock.ts";
import { isHeld } from "./lease.ts";
import { acquire } from "./lease.ts";
import { openStore } from "./open.ts";
import type { Lease, Store } from "./types.ts";

/** When the tests' clock starts. */
export const TEST_START = "2026-03-01T08:00:00.000Z";

/** Runs `test` with an empty store in memory, whose clock stands still. */
export async function withStore(test: (store: Store & { clock: ManualClock }) => Promise<void>): Promise<void> {
  const clock = manualClock(Date.parse(TEST_START));
  const store = await openStore({ path: ":memory:", clock, random: seededRandom(1) });
  try {
    await test(Object.assign(store, { clock }));
  } finally {
    store.close();
  }
}

/** Runs `test` with the path of a state file that does not exist yet, and the machine's own time, as several processes have it. */
export async function withStateFile(
  test: (path: string, open: () => Promise<Store>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/.gusset/kv.sqlite3`;
  try {
    await test(path, () => openStore({ path, clock: systemClock, random: systemRandom }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Takes a lease that must be free. */
export async function take(store: Store, partition = "204", owner = "test", ttl = 60_000): Promise<Lease> {
  const lease = await acquire(store, { pipeline: "vendors", partition, owner, ttl });
  if (isHeld(lease)) throw new Error(`The lease is held by ${lease.heldBy}`);
  return lease;
}

/** Everything in a store but what batches leave for reading back: key → value as text. */
export async function contents(store: Store): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key, value } of store.kv.list<Uint8Array>({ prefix: [] }, { batchSize: 1000 })) {
    if (key[0] !== "operation") found.set(key.map(String).join("/"), new TextDecoder().decode(value));
  }
  return found;
}

/** A child process that runs a module of this folder, and is talked to line by line. */
export interface Child {
  pid: number;
  /** The next line it prints; throws where it ends first. */
  line(): Promise<string>;
  say(text: string): Promise<void>;
  signal(signal: Deno.Signal): void;
  /** Waits for its end. */
  ended(): Promise<void>;
}

/** Starts a module of this folder as a process of its own. */
export function startChild(module: string, args: string[]): Child {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL(module, import.meta.url).href, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  const reader = lines.getReader();
  const writer = child.stdin.getWriter();
  let rest = "";
  return {
    pid: child.pid,
    async line() {
      while (!rest.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`${module} ended`);
        rest += value;
      }
      const end = rest.indexOf("\n");
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return line;
    },
    say: (text) => writer.write(new TextEncoder().encode(`${text}\n`)),
    signal: (signal) => child.kill(signal),
    async ended() {
      await writer.close().catch(() => {});
      while (!(await reader.read().catch(() => ({ done: true }))).done);
      await child.status;
    },
  };
}
