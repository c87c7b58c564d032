/**
 * Reading: the next page while this one is worked on, and from when the next pass asks.
 *
 * @module
 */
import type { Page } from "../connector.ts";

/** An ISO time some milliseconds earlier; a time without an offset stays without one. */
export function stepBack(time: string, ms: number): string {
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(time);
  const earlier = new Date(Date.parse(zoned ? time : `${time}Z`) - ms).toISOString();
  return zoned ? earlier : earlier.replace(/\.\d+Z$/, "");
}

/** Asks for the next page while this one is worked on. */
export async function* ahead(pages: AsyncIterable<Page>): AsyncIterable<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  let next = iterator.next();
  // A page that fails while nobody waits for it yet is no unhandled rejection: it is thrown when its turn comes.
  next.catch(() => {});
  try {
    for (;;) {
      const page = await next;
      if (page.done) return;
      next = iterator.next();
      next.catch(() => {});
      yield page.value;
    }
  } finally {
    await iterator.return?.();
  }
}
