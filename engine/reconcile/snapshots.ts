/**
 * Freezing a reconciliation and signing it: two people, one text, one hash.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Value, WHOLE } from "../connector.ts";
import { Failure } from "../failure.ts";
import { canonical } from "../json.ts";
import { batch } from "../state/batch.ts";
import { acquire, isHeld } from "../state/lease.ts";
import { listSnapshots, putSnapshot, type Signature, signSnapshot, type Snapshot, textOf } from "../state/snapshots.ts";
import type { Batch, Lease, Store } from "../state/types.ts";
import type { Span } from "./facts.ts";
import type { Report } from "./types.ts";

/** A frozen reconciliation with its report. */
export interface Frozen {
  snapshot: Snapshot;
  report: Report;
}

/** Commits a batch together with the audit log's entry of the act. */
export type Commit = (writes: Batch, deed: { subject: string; details: Record<string, string> }) => Promise<unknown>;

/** Freezes a report under the next version of its period. */
export async function freeze(
  store: Store,
  report: Report,
  { prepared, commit }: { prepared: Signature; commit: Commit },
): Promise<Snapshot> {
  const { name, period, projects: { only } } = report.header;
  return await alone(store, { name, owner: prepared.by }, async (lease) => {
    const former = await snapshotsOf(store, name, period.from);
    // A report is JSON, whatever its types are called.
    const text = canonical(report as unknown as Value);
    const version = Math.max(0, ...former.map((one) => one.version)) + 1;
    const snapshot: Snapshot = {
      id: `${name}-${period.from}-${version}`,
      name,
      from: period.from,
      to: period.to,
      period: period.name,
      version,
      ...(only && { only }),
      hash: hashOf(text),
      open: report.open,
      prepared,
    };
    const writes = batch(store, lease);
    putSnapshot(writes, snapshot, text);
    await commit(writes, { subject: snapshot.id, details: { by: prepared.by, hash: snapshot.hash } });
    return snapshot;
  });
}

/**
 * Signs a frozen reconciliation. Throws `reconcile.frozen` where there is none, where its text is not what was hashed, where it is signed
 * already by another, or where the reviewer is who prepared it.
 */
export async function sign(
  store: Store,
  id: string,
  { reviewed: now, commit }: { reviewed: Signature; commit: Commit },
): Promise<Snapshot> {
  const { snapshot: { name } } = await thaw(store, id);
  return await alone(store, { name, owner: now.by }, async (lease) => {
    // As it is now that nobody else signs it.
    const { snapshot } = await thaw(store, id);
    const { prepared, reviewed } = snapshot;
    if (samePerson(prepared, now)) {
      throw new Failure("reconcile.frozen", {
        fact: `${now.by} has prepared it, and cannot review it`,
        value: id,
        action: "Let another person review it.",
      });
    }
    if (reviewed && samePerson(reviewed, now)) return snapshot;
    if (reviewed) {
      throw new Failure("reconcile.frozen", {
        fact: `It was reviewed by ${reviewed.by} on ${reviewed.at.slice(0, 10)}`,
        value: id,
        action: "Freeze the period anew where something is to be signed again.",
      });
    }
    const writes = batch(store, lease);
    signSnapshot(writes, snapshot, now);
    await commit(writes, { subject: id, details: { by: now.by, hash: snapshot.hash } });
    return { ...snapshot, reviewed: now };
  });
}

/** Long enough for one commit of a large report. */
const HELD = 60_000;

/** Freezes and signatures of a reconciliation follow one another. Throws `run.leased` while another one is at work. */
async function alone<T>(
  store: Store,
  { name, owner }: { name: string; owner: string },
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await acquire(store, { pipeline: `reconcile ${name}`, partition: WHOLE.id, owner, ttl: HELD });
  if (isHeld(lease)) {
    throw new Failure("run.leased", {
      fact: `${lease.heldBy} freezes or signs ${name} just now`,
      value: `until ${lease.until}`,
      action: "Try again in a minute.",
    });
  }
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

/** Whether two signatures are one person's: by name, or by the token behind it. On one machine without tokens people are told apart by name. */
const samePerson = (a: Signature, b: Signature): boolean =>
  a.by.trim().toLowerCase() === b.by.trim().toLowerCase() || a.who === b.who && !a.who.startsWith("local:");

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A frozen reconciliation by its id, its text proven by its hash. */
export async function thaw(store: Store, id: string): Promise<Frozen> {
  for await (const snapshot of listSnapshots(store)) {
    if (snapshot.id === id) return await readFrozen(store, snapshot);
  }
  throw new Failure("reconcile.frozen", { fact: `There is no frozen reconciliation ${id}`, value: id });
}

/** The last freeze of a period, where it is for the same projects; `before`: of the period that ends on the day before. */
export async function lastFrozen(
  store: Store,
  { name, period, only, before = false }: { name: string; period: Span; only?: readonly string[]; before?: boolean },
): Promise<Frozen | undefined> {
  let last: Snapshot | undefined;
  for await (const one of listSnapshots(store, name)) {
    const fits = before ? nextDay(one.to) === period.from : one.from === period.from;
    if (fits && canonical([...one.only ?? []]) === canonical([...only ?? []])) last = one;
  }
  return last && await readFrozen(store, last);
}

async function readFrozen(store: Store, snapshot: Snapshot): Promise<Frozen> {
  const text = await textOf(store, snapshot);
  if (hashOf(text) === snapshot.hash) return { snapshot, report: JSON.parse(text) as Report };
  throw new Failure("reconcile.frozen", {
    fact: "Its text is not the one that was frozen: the hash differs",
    value: snapshot.id,
    action: "Restore the state from a backup.",
  });
}

async function snapshotsOf(store: Store, name: string, from: string): Promise<Snapshot[]> {
  const all = await Array.fromAsync(listSnapshots(store, name));
  return all.filter((one) => one.from === from);
}

const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
