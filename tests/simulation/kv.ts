/**
 * A key-value store in memory with the semantics of Deno KV that the state relies on: atomic commits with checks, ordered lists, a new
 * version at every write. Deterministic: it answers at once, and who calls decides when.
 *
 * @module
 */

interface Stored {
  key: Deno.KvKey;
  value: unknown;
  versionstamp: string;
}

/** What was committed: the keys that were set or deleted. */
export type OnCommit = (keys: readonly Deno.KvKey[]) => void;

/** The shared memory, and what one process sees of it. */
export interface Memory {
  /** A handle of a process; `gate` is awaited before every call. */
  open(gate: () => Promise<void>): Deno.Kv;
  /** The entries below a prefix, now, in order. */
  peek(prefix: Deno.KvKey): Stored[];
  /** Commits so far. */
  commits: number;
  /** Everything is lost. */
  wipe(): void;
}

/** Makes an empty {@link Memory}. */
export function memory(onCommit: OnCommit = () => {}): Memory {
  const entries = new Map<string, Stored>();
  const sorted: string[] = [];
  let version = 0;

  const range = (selector: Deno.KvListSelector): Stored[] => {
    const whole = selector as { prefix?: Deno.KvKey; start?: Deno.KvKey; end?: Deno.KvKey };
    const prefix = whole.prefix ? encoded(whole.prefix) : "";
    const start = whole.start ? encoded(whole.start) : prefix;
    const end = whole.end ? encoded(whole.end) : `${prefix}\uffff`;
    const found: Stored[] = [];
    for (let i = firstFrom(sorted, start); i < sorted.length && sorted[i] < end; i++) {
      // A prefix is no key of its own.
      if (sorted[i] !== prefix || !whole.prefix) found.push(entries.get(sorted[i])!);
    }
    return found;
  };
  const read = (key: Deno.KvKey): Deno.KvEntryMaybe<unknown> =>
    entries.get(encoded(key)) ?? { key, value: null, versionstamp: null };

  const self: Memory = {
    commits: 0,
    wipe() {
      entries.clear();
      sorted.length = 0;
    },
    peek: (prefix) => range({ prefix }),
    open: (gate) =>
      ({
        async get(key: Deno.KvKey) {
          await gate();
          return read(key);
        },
        async getMany(keys: Deno.KvKey[]) {
          await gate();
          return keys.map(read);
        },
        async *list(selector: Deno.KvListSelector, { reverse = false, limit = Infinity }: Deno.KvListOptions = {}) {
          await gate();
          const found = range(selector);
          yield* (reverse ? found.reverse() : found).slice(0, limit);
        },
        atomic() {
          const checks: Deno.AtomicCheck[] = [];
          const writes: { key: Deno.KvKey; value?: unknown; set: boolean }[] = [];
          const atomic = {
            check(...more: Deno.AtomicCheck[]) {
              checks.push(...more);
              return atomic;
            },
            set(key: Deno.KvKey, value: unknown) {
              writes.push({ key, value, set: true });
              return atomic;
            },
            delete(key: Deno.KvKey) {
              writes.push({ key, set: false });
              return atomic;
            },
            async commit() {
              await gate();
              for (const { key, versionstamp } of checks) {
                if (read(key).versionstamp !== versionstamp) {
                  return { ok: false };
                }
              }
              const versionstamp = String(++version).padStart(20, "0");
              for (const { key, value, set } of writes) {
                const at = encoded(key);
                const there = entries.has(at);
                if (set && !there) sorted.splice(firstFrom(sorted, at), 0, at);
                if (!set && there) sorted.splice(firstFrom(sorted, at), 1);
                set ? entries.set(at, { key, value, versionstamp }) : entries.delete(at);
              }
              self.commits++;
              onCommit(writes.map(({ key }) => key));
              return { ok: true, versionstamp };
            },
          };
          return atomic;
        },
        close() {},
      }) as unknown as Deno.Kv,
  };
  return self;
}

/** A key as text that sorts as the key does; parts are text or whole numbers. */
function encoded(key: Deno.KvKey): string {
  return key.map((part) =>
    typeof part === "number" ? `n${String(part).padStart(12, "0")}\u0000` : `a${String(part)}\u0000`
  )
    .join("");
}

function firstFrom(keys: readonly string[], start: string): number {
  let low = 0, high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    keys[middle] < start ? low = middle + 1 : high = middle;
  }
  return low;
}
