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

/** This process's share of a connection's limits. Nothing is read or written before the first call; `close` gives back what is held. */
export function shareOf(
  store: Store,
  connection: string,
  signal?: AbortSignal,
): Share & { close(): Promise<void> } {
  const owner = uniqueId(store);
  return { call: permits(store, { connection, owner }), ...slots(store, { connection, owner, signal }) };
}
