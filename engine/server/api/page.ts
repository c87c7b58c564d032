/**
 * Lists, a page at a time. A cursor says what was seen last, so that what comes or goes meanwhile shifts nothing.
 *
 * @module
 */
import { z } from "zod";
import { Failure } from "../../failure.ts";

/** What every list takes. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe("Items at the most"),
  cursor: z.string().max(4000).optional().describe("Where the list goes on: `next` of the page before"),
};

/** What a list was asked for. */
export interface Paging {
  limit: number;
  cursor?: string;
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  /** The cursor of the next page; absent on the last. */
  next?: string;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const places = z.array(z.string()).min(1).max(6);

const write = (place: readonly string[]): string =>
  new TextEncoder().encode(JSON.stringify(place)).toBase64({ alphabet: "base64url", omitPadding: true });

/** What a cursor says was seen last. Throws `request.invalid` for one that no page gave. */
export function placeOf(cursor: string | undefined, parts: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const read = places.parse(
      JSON.parse(decoder.decode(Uint8Array.fromBase64(cursor, { alphabet: "base64url" }))),
    );
    if (read.length === parts) return read;
  } catch {
    // It is told below, whatever is wrong with it.
  }
  throw new Failure("request.invalid", { fact: "This cursor is of no page of this list", place: "query cursor" });
}

/** The first `limit` items of a list that begins where its page does; `place` names an item for the cursor. */
export async function pageOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  place: (item: T) => readonly string[],
): Promise<Page<T>> {
  const found: T[] = [];
  for await (const item of items) {
    if (found.length === limit) return { items: found, next: write(place(found[limit - 1])) };
    found.push(item);
  }
  return { items: found };
}

/** A page of a list that is at hand as a whole. Throws `request.stale-cursor` where the item that was seen last is gone. */
export function pageIn<T>(items: readonly T[], { limit, cursor }: Paging, name: (item: T) => string): Page<T> {
  const [after] = placeOf(cursor, 1) ?? [];
  const at = after === undefined ? -1 : items.findIndex((item) => name(item) === after);
  if (after !== undefined && at === -1) {
    throw new Failure("request.stale-cursor", { fact: "The item that this page begins behind is gone" });
  }
  const found = items.slice(at + 1, at + 1 + limit);
  const more = items.length > at + 1 + limit;
  return { items: found, ...(more && { next: write([name(found[found.length - 1])]) }) };
}
