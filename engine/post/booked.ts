/**
 * What the destination has booked by itself of a chain, as its newest source document's joined records say.
 *
 * @module
 */
import type { Row } from "../connector.ts";
import type { Desk } from "./desk.ts";
import type { BookedPositions } from "./types.ts";

/** Reads a joined row for what is booked. Throws `post.unbooked` where the destination does not say. */
export function bookedBy({ job, mapper }: Desk, row: Row): BookedPositions {
  const booked: BookedPositions = { amounts: {}, pools: {}, never: [] };
  for (const { position, pool } of mapper.certified(row, job.links.lookup, job.around)) {
    if (pool !== undefined) booked.pools[position] = pool;
  }
  for (const { position, amount, pool, never } of mapper.booked(row, job.links.lookup, job.around)) {
    booked.amounts[position] = amount;
    if (pool !== undefined) booked.pools[position] = pool;
    if (never !== undefined) booked.never.push(never);
  }
  return booked;
}
