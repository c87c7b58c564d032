/**
 * Deliveries of one record are one piece of work, and ready once nothing more is heard of it for a while.
 *
 * @module
 */
import type { WaitingDelivery } from "../state/deliveries.ts";

/** A record of which something was told. */
export interface Announced {
  /** The source partition, "-" for none or any. */
  partition: string;
  /** "" where only the partition is known. */
  key: string;
  /** At least one. */
  deliveries: WaitingDelivery[];
}

/** Milliseconds without news until a record is ready, unless something else is said. */
export const SETTLE = 3_000;
/** A record that is told of without end is ready after this many times that. */
const PATIENCE = 10;

/** The records that deliveries of one pipeline tell of, in the order of partition and key. */
export function announced(deliveries: Iterable<WaitingDelivery>): Announced[] {
  const records = new Map<string, Announced>();
  for (const delivery of deliveries) {
    const { partition, key } = delivery;
    const name = JSON.stringify([partition, key]);
    const record = records.get(name);
    if (record) record.deliveries.push(delivery);
    else records.set(name, { partition, key, deliveries: [delivery] });
  }
  return [...records.values()];
}

/** Those that are ready, and when the first of the others will be. */
export function readyOf(
  records: readonly Announced[],
  { now, settle = SETTLE }: { now: number; settle?: number },
): { ready: Announced[]; next?: number } {
  const ready: Announced[] = [];
  let next: number | undefined;
  for (const record of records) {
    const at = readyAt(record.deliveries, settle);
    if (at <= now) ready.push(record);
    else next = Math.min(next ?? Infinity, at);
  }
  return { ready, next };
}

/** When a record's deliveries are ready, in milliseconds since 1970. One that failed makes the others of its record wait with it. */
function readyAt(deliveries: readonly WaitingDelivery[], settle: number): number {
  let first = Infinity, last = -Infinity, due = -Infinity;
  for (const delivery of deliveries) {
    const came = Date.parse(delivery.came);
    first = Math.min(first, came);
    last = Math.max(last, came);
    if (delivery.due) due = Math.max(due, Date.parse(delivery.due));
  }
  return Math.max(due, Math.min(last + settle, first + PATIENCE * settle));
}
