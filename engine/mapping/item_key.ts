/**
 * Which source element an item of a mapped list came from. It is no field of the item: the destination never sees it.
 *
 * @module
 */
import type { Row } from "../connector.ts";

const keys = new WeakMap<Row, string>();

/** The source key of a mapped item, where its rule names one (`key:`). */
export const itemKey = (item: Row): string | undefined => keys.get(item);

/** Remembers an item's source key, and gives the item back. */
export function withItemKey(item: Row, key: string | undefined): Row {
  if (key !== undefined) keys.set(item, key);
  return item;
}
