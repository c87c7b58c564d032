/**
 * Frozen reconciliations: what was shown on a day, with its hash, who prepared and who reviewed it. Nothing of one is ever changed but that a
 * reviewer signs it.
 *
 * @module
 */
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** A person's name under a reconciliation. */
export interface Signature {
  by: string;
  /** ISO time. */
  at: string;
  /** The token that they acted with; `local:NAME` where there are no tokens. */
  who: string;
}

/** A frozen reconciliation, without its report. */
export interface Snapshot {
  /** `accruals-2026-10-01-1`: unique. */
  id: string;
  /** The reconciliation's name. */
  name: string;
  /** First and last day of its period, and how the books call it. */
  from: string;
  to: string;
  period: string;
  /** Counts the freezes of a period, from 1. */
  version: number;
  /** Present where only some projects were looked at. */
  only?: readonly string[];
  /** SHA-256 of the report's canonical JSON, as hex. */
  hash: string;
  /** What was open. */
  open: number;
  /** Who froze it. */
  prepared: Signature;
  /** Who signed it. */
  reviewed?: Signature;
}

/** Characters of a report in one value: even where nothing can be deflated it has room for them. */
const PIECE = 16_000;

/** Remembers a frozen reconciliation and its report's canonical text. */
export function putSnapshot(batch: Batch, snapshot: Snapshot, text: string): void {
  const { name, from, version } = snapshot;
  for (let i = 0; i * PIECE < text.length; i++) {
    batch.set([TABLES.snapshotText, name, from, version, i], text.slice(i * PIECE, (i + 1) * PIECE));
  }
  // The record comes last: what it names is there.
  batch.set([TABLES.snapshot, name, from, version], snapshot);
}

/** Remembers that a reviewer signed one. */
export function signSnapshot(batch: Batch, snapshot: Snapshot, reviewed: Signature): void {
  const { name, from, version } = snapshot;
  batch.set([TABLES.snapshot, name, from, version], { ...snapshot, reviewed });
}

/** Frozen reconciliations, by name, period and version: of one name or of all. */
export async function* listSnapshots(store: Store, name?: string): AsyncGenerator<Snapshot> {
  const prefix = name === undefined ? [TABLES.snapshot] : [TABLES.snapshot, name];
  for await (const { key, value } of store.kv.list({ prefix }, { batchSize: 100 })) yield decode<Snapshot>(value, key);
}

/** The text of a frozen reconciliation's report. */
export async function textOf(store: Store, { name, from, version }: Snapshot): Promise<string> {
  const pieces: string[] = [];
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.snapshotText, name, from, version] })) {
    pieces.push(decode<string>(value, key));
  }
  return pieces.join("");
}
