/**
 * Brings a fresh house to where another one stands, in a fraction of the time it took to get there: what the other one has written to
 * Procore is sent again as it was, and its state is copied.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Wire } from "../../engine/connector.ts";
import type { House } from "./house.ts";

/** Where a house stands. */
export interface Snapshot {
  /** What changed something at Procore, logins included: the same requests give the same ids. */
  writes: Request[];
  state: { key: Deno.KvKey; value: unknown }[];
}

/** Keeps what goes to Procore and may change something there. */
export function writesKept(): { writes: Request[]; around: (connection: string, wire: Wire) => Wire } {
  const writes: Request[] = [];
  return {
    writes,
    around: (connection, wire) => async (request) => {
      if (connection === "procore" && request.method !== "GET") {
        const { method, url, headers } = request;
        const body = request.body ? await request.clone().text() : undefined;
        writes.push(new Request(url, { method, headers, body }));
      }
      return await wire(request);
    },
  };
}

/** Takes a snapshot of a house whose wires went through {@link writesKept} from its beginning. */
export async function snapshot(home: House, writes: readonly Request[]): Promise<Snapshot> {
  const entries = await Array.fromAsync(home.store.kv.list({ prefix: [] }, { batchSize: 1000 }));
  return { writes: [...writes], state: entries.map(({ key, value }) => ({ key, value })) };
}

/** Brings a house of the same data, untouched so far, to a snapshot. */
export async function restore({ sandboxes, store: { kv } }: House, { writes, state }: Snapshot): Promise<void> {
  for (const request of writes) {
    const answer = await sandboxes.procore.fetch(request.clone());
    const text = await answer.text();
    assert(answer.ok, `${request.url}: ${answer.status} ${text}`);
  }
  for (let at = 0; at < state.length; at += 500) {
    const copy = kv.atomic();
    for (const { key, value } of state.slice(at, at + 500)) copy.set(key, value);
    assert((await copy.commit()).ok);
  }
}
