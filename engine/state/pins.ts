/**
 * Pins: who answered at the other end of a connection when it was first used. A clone of a system shares every id with it;
 * only these facts tell the two apart.
 *
 * @module
 */
import type { Identity } from "../connector.ts";
import { decode } from "./codec.ts";
import { TABLES } from "./keys.ts";
import type { Batch, Store } from "./types.ts";

/** An identity as it was pinned. */
export interface Pin extends Identity {
  /** ISO time. */
  at: string;
}

/** A fact that is not what it was. */
export interface ChangedFact {
  name: string;
  /** What was pinned; undefined where the fact is new. */
  pinned?: string;
  /** What is found now; undefined where it is no longer told. */
  found?: string;
}

/** The pin of a connection; undefined before its first use. */
export async function getPin(store: Store, connection: string): Promise<Pin | undefined> {
  const { key, value, versionstamp } = await store.kv.get([TABLES.pin, connection]);
  return versionstamp === null ? undefined : decode<Pin>(value, key);
}

/** Pins an identity. */
export function setPin(batch: Batch, connection: string, { facts, name }: Identity): void {
  const at = new Date(batch.store.clock.now()).toISOString();
  batch.set([TABLES.pin, connection], { facts, name, at } satisfies Pin);
}

/** Forgets a pin: the next use pins anew. */
export function resetPin(batch: Batch, connection: string): void {
  batch.delete([TABLES.pin, connection]);
}

/** Every pin. */
export async function* listPins(store: Store): AsyncGenerator<Pin & { connection: string }> {
  for await (const { key, value } of store.kv.list({ prefix: [TABLES.pin] })) {
    yield { ...decode<Pin>(value, key), connection: key[1] as string };
  }
}

/** The facts in which an identity differs from the pinned one, by name. */
export function changedFacts(pin: Identity, found: Identity): ChangedFact[] {
  const names = new Set([...Object.keys(pin.facts), ...Object.keys(found.facts)]);
  return [...names].sort()
    .filter((name) => pin.facts[name] !== found.facts[name])
    .map((name) => ({ name, pinned: pin.facts[name], found: found.facts[name] }));
}
