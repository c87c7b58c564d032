/**
 * The state as it was at one moment, out of KV and back.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../failure.ts";
import type { BackupEntry, BackupHeader } from "./backup_lines.ts";
import { encode, VALUE_LIMIT } from "./codec.ts";
import { commit } from "./commit.ts";
import { TABLES } from "./keys.ts";
import { checkSchema, SCHEMA_VERSION } from "./meta.ts";
import { RESTORED, type Restored, RESTORING } from "./restored.ts";
import { type Mutation, split } from "./split.ts";
import type { Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** What is of no use to another process: who is at work or signed in just now, and ids for reading a commit back. */
const PASSING: ReadonlySet<Deno.KvKeyPart> = new Set([TABLES.lease, TABLES.operation, TABLES.session]);
/** Passes over a state that somebody keeps changing, before it is given up. */
const PASSES = 10;
/** Entries written at a time, before they are split into commits. */
const AT_A_TIME = 500;

/** A state as it is at one moment. */
export interface Snapshot {
  header: BackupHeader;
  entries: AsyncGenerator<BackupEntry>;
  /** Drops what was made for it. */
  close(): Promise<void>;
}

/**
 * Takes the state as it is at one moment, whoever else is at work. A file is copied by its database, within one transaction; a remote
 * KV, that has no such thing, is read until two passes in a row find the same versions: it was so in between. Throws `state.busy` where
 * it never stands still.
 */
export async function takeSnapshot(store: Store): Promise<Snapshot> {
  const header: BackupHeader = {
    gusset: "backup",
    format: 1,
    schema: SCHEMA_VERSION,
    at: new Date(store.clock.now()).toISOString(),
    id: uniqueId(store),
  };
  if (!store.remote && store.path !== ":memory:") {
    const copy = `${store.path}.backup-${header.id}`;
    const database = new DatabaseSync(store.path);
    try {
      database.prepare("VACUUM INTO ?").run(copy);
    } finally {
      database.close();
    }
    const kv = await Deno.openKv(copy);
    const close = async (): Promise<void> => {
      kv.close();
      for (const end of ["", "-wal", "-shm"]) {
        await Deno.remove(copy + end).catch((thrown) => {
          if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
        });
      }
    };
    return { header, entries: entriesOf(kv), close };
  }
  let before: string | undefined;
  for (let pass = 0; pass < PASSES; pass++) {
    const found: BackupEntry[] = [];
    const versions: string[] = [];
    for await (const entry of entriesOf(store.kv)) {
      found.push(entry);
      versions.push(`${JSON.stringify(entry.key.map(String))} ${entry.versionstamp}`);
    }
    const now = versions.join("\n");
    const still = (async function* () {
      yield* found;
    })();
    if (now === before) return { header, entries: still, close: () => Promise.resolve() };
    before = now;
  }
  throw new Failure("state.busy", {
    fact: `The state was changed during each of ${PASSES} passes over it`,
    place: store.path,
    action: "Take the backup while less is at work, or pause the pipelines for it.",
  });
}

async function* entriesOf(kv: Deno.Kv): AsyncGenerator<BackupEntry & { versionstamp: string }> {
  for await (const { key, value, versionstamp } of kv.list({ prefix: [] }, { batchSize: 1000 })) {
    if (PASSING.has(key[0])) continue;
    if (!(value instanceof Uint8Array)) {
      throw new Failure("state.unreadable", {
        fact: "The state holds a value that Gusset did not write",
        place: `key ${key.map(String).join(" / ")}`,
      });
    }
    yield { key, value: value as Uint8Array<ArrayBuffer>, versionstamp };
  }
}

/** Whether nothing but the state's own version is in it. */
export async function isEmptyState(store: Store): Promise<boolean> {
  for await (const { key } of store.kv.list({ prefix: [] }, { batchSize: 100 })) {
    if (!PASSING.has(key[0]) && key.join("/") !== `${TABLES.meta}/schema`) return false;
  }
  return true;
}

/**
 * Fills a state from a backup that was read through and found whole; what was in it is gone. Until all is in, the state says so and
 * nobody else opens it (`restored.ts`): a restore that was killed is made again. Afterwards it says that it was restored, and
 * pipelines that post wait until their outbox was rebuilt. Gives the entries written.
 */
export async function restoreState(
  store: Store,
  { header, entries }: { header: BackupHeader; entries: AsyncIterable<BackupEntry> },
): Promise<number> {
  if (header.schema > SCHEMA_VERSION) {
    throw new Failure("state.unreadable", {
      fact: "The backup was made by a newer Gusset",
      value: `version ${header.schema}, known up to ${SCHEMA_VERSION}`,
      action: "Update Gusset.",
    });
  }
  await write(store, [{ key: RESTORING, bytes: encode({ backup: header.id }) }]);
  let some: Mutation[] = [];
  const add = async (mutation: Mutation): Promise<void> => {
    if (mutation.key.join("/") === RESTORING.join("/")) return;
    if (some.push(mutation) < AT_A_TIME) return;
    await write(store, some);
    some = [];
  };
  for await (const { key } of store.kv.list({ prefix: [] }, { batchSize: 500 })) await add({ key });
  let count = 0;
  for await (const { key, value } of entries) {
    if (value.length > VALUE_LIMIT) {
      throw new Failure("backup.damaged", {
        fact: `An entry has ${value.length} bytes`,
        place: key.map(String).join(" / "),
      });
    }
    await add({ key, bytes: value });
    count++;
  }
  await write(store, some);
  const at = new Date(store.clock.now()).toISOString();
  const restored: Restored = { id: uniqueId(store), at, backup: header.id, from: header.at };
  await write(store, [{ key: RESTORED, bytes: encode(restored) }, { key: RESTORING }]);
  await checkSchema(store);
  return count;
}

async function write(store: Store, mutations: Mutation[]): Promise<void> {
  for (const part of split(mutations)) {
    // Done twice it is the same.
    await commit(store, () => {
      const atomic = store.kv.atomic();
      for (const { key, bytes } of part) bytes ? atomic.set(key, bytes) : atomic.delete(key);
      return atomic;
    });
  }
}
