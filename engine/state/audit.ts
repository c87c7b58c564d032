/**
 * The audit log: every change that a person made, each entry sealed with the hash of the one before. Whoever alters or removes one
 * breaks the chain from there on; only what hash the last one has must be kept elsewhere to find out that the end was cut off with the
 * whole log rewritten.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { canonical } from "../json.ts";
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { ActName } from "./roles.ts";
import type { Batch, Store } from "./types.ts";

/** What a person did. No secret in any of it. */
export interface AuditAct {
  /** The token's name; `local:NAME` where there are no tokens. */
  who: string;
  what: ActName;
  /** What it was done to: a pipeline, a plan, a document's key. */
  subject: string;
  why?: string;
  /** What else is worth knowing. */
  details?: Record<string, string>;
}

/** An act without who and what: what it was done to, and why. */
export type Deed = Pick<AuditAct, "subject" | "why" | "details">;

/** An entry of the log. */
export interface AuditEntry extends AuditAct {
  /** From 1, without a gap. */
  number: number;
  /** ISO time. */
  at: string;
  /** Hash of the entry before; {@link NOTHING} for the first. */
  previous: string;
  /** SHA-256 over the canonical JSON of all else, as hex. */
  hash: string;
}

/** The last entry, as it is noted apart from the log. */
export interface AuditHead {
  number: number;
  hash: string;
}

/** What verifying came to. */
export interface AuditVerdict {
  /** Entries that were read. */
  entries: number;
  /** The last of them. */
  head: AuditHead;
  /** The first entry that is not what it was, and what is wrong. */
  broken?: { number: number; fault: string };
}

/** What comes before the first entry. */
export const NOTHING: string = "0".repeat(64);

const HEAD: Deno.KvKey = [TABLES.meta, "audit"];

/**
 * Commits a batch together with the entry that tells of it: in one commit, that checks the end of the log. Where others were first, the
 * entry is made anew. Of a batch that needs several commits it is in the first, so that nothing is changed without it.
 */
export async function commitAct(writes: Batch, act: AuditAct): Promise<AuditEntry> {
  const { store } = writes;
  let entry: AuditEntry | undefined;
  await writes.commit(async () => {
    const head = await store.kv.get(HEAD);
    const last = head.versionstamp === null ? { number: 0, hash: NOTHING } : decode<AuditHead>(head.value, HEAD);
    const number = last.number + 1;
    entry = sealed({ ...act, number, at: new Date(store.clock.now()).toISOString(), previous: last.hash });
    const key: Deno.KvKey = [TABLES.audit, number];
    return {
      checks: [head, { key, versionstamp: null }],
      writes: [{ key, value: entry }, { key: HEAD, value: { number, hash: entry.hash } satisfies AuditHead }],
    };
  });
  return entry!;
}

/** Entries, oldest first; or newest first, from the one before a number on. */
export async function* listAudit(
  store: Store,
  { reverse = false, before }: { reverse?: boolean; before?: number } = {},
): AsyncGenerator<AuditEntry> {
  const prefix = [TABLES.audit];
  const range = before === undefined ? { prefix } : { prefix, end: [TABLES.audit, before] };
  for await (const { key, value } of store.kv.list(range, { reverse, batchSize: 500 })) {
    yield decode<AuditEntry>(value, key);
  }
}

/**
 * Walks the log and compares each entry with its hash and with the one before; `expected` is an entry that was noted elsewhere, and has to
 * be there as it was.
 */
export async function verifyAudit(store: Store, expected?: AuditHead): Promise<AuditVerdict> {
  let head: AuditHead = { number: 0, hash: NOTHING };
  let entries = 0;
  const broken = (number: number, fault: string): AuditVerdict => ({ entries, head, broken: { number, fault } });
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.audit] }, { batchSize: 500 })) {
    const next = head.number + 1;
    const entry = decode<AuditEntry>(value, key);
    if (key[1] !== next) return broken(next, "is missing");
    if (entry.number !== next) return broken(next, `says that it is number ${entry.number}`);
    if (entry.previous !== head.hash) return broken(next, "does not follow the one before it");
    if (sealed(entry).hash !== entry.hash) return broken(next, "was altered");
    if (expected?.number === next && expected.hash !== entry.hash) return broken(next, "is not the one that was noted");
    entries++;
    head = { number: next, hash: entry.hash };
  }
  const noted = await store.kv.get(HEAD);
  const last = noted.versionstamp === null ? { number: 0, hash: NOTHING } : decode<AuditHead>(noted.value, HEAD);
  if (last.number > head.number) return broken(head.number + 1, "is missing");
  if (last.hash !== head.hash) return broken(head.number, "is not the last that was written");
  if (expected && expected.number > head.number) return broken(head.number + 1, "is missing");
  return { entries, head };
}

function sealed({ number, at, who, what, subject, why, details, previous }: Omit<AuditEntry, "hash">): AuditEntry {
  const entry = {
    number,
    at,
    who,
    what,
    subject,
    ...(why !== undefined && { why }),
    ...(details && { details }),
    previous,
  };
  const text = canonical({ ...entry, number: String(number) });
  return { ...entry, hash: createHash("sha256").update(text).digest("hex") };
}
