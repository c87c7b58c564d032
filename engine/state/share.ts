/**
 * A connection's limits, shared by all processes on one state.
 *
 * @module
 */
import type { Share } from "../connector.ts";
import { permits } from "./permits.ts";
import { slots } from "./slots.ts";
import type { Store } from "./types.ts";
import { uniqueId } from "./unique.ts";

/** This process's share of a connection's limits. Nothing is read or written before the first call. */
export function shareOf(store: Store, connection: string): Share {
  const owner = uniqueId(store);
  return { call: permits(store, { connection, owner }), slot: slots(store, { connection, owner }) };
}
