/**
 * What an EBS stream is, beside what the contract asks: the operation that reads it, and how its rows are put together.
 *
 * @module
 */
import type { Row, Stream } from "../../../engine/connector.ts";
import type { Inputs } from "../envelope.ts";
import type { OperationName } from "../operations.ts";

/** A stream of this connector. */
export interface EbsStream {
  stream: Stream;
  operation: OperationName;
  /**
   * Present where a key belongs to no single operating unit: the stream has one partition, and rows of one key, one from each
   * operating unit that has it, become one row.
   */
  merge?: (rows: readonly Row[]) => Row;
  /** Parameters that every read of it gives besides. */
  asks?: Inputs;
  /** Adds the fields that the connector computes. Never throws: a row that is wrong is the engine's to reject, alone. */
  derive?: (row: Row) => Row;
}

/** Rows asked for at once where neither the run nor the connection says otherwise. */
export const PAGE_SIZE = 500;

/**
 * How far the next cursor steps back behind the database's time. A transaction is seen when it commits, with the time at which
 * it changed the row: longer than a form is usually left open. And the database's zone may repeat an hour in autumn.
 */
export const OVERLAP = 75 * 60_000;

/** Elements of the lists `field` of all rows, the first of each key, ascending by the numbers in `by`. */
export function gathered(
  rows: readonly Row[],
  field: string,
  { key, by }: { key: string; by: readonly string[] },
): Row[] {
  const elements = new Map<unknown, Row>();
  const nameless: Row[] = [];
  for (const row of rows) {
    for (const element of (row[field] ?? []) as Row[]) {
      if (element[key] === undefined) nameless.push(element);
      else if (!elements.has(element[key])) elements.set(element[key], element);
    }
  }
  return [...elements.values(), ...nameless].sort((a, b) => {
    for (const name of by) {
      const order = compareKeys(String(a[name] ?? ""), String(b[name] ?? ""));
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Compares ids as numbers, without making them JavaScript numbers; what is no whole number stands behind, as text. */
export function compareKeys(a: string, b: string): number {
  const [x, y] = [digits(a), digits(b)];
  if (x === undefined || y === undefined) {
    return x !== undefined ? -1 : y !== undefined ? 1 : a < b ? -1 : a > b ? 1 : 0;
  }
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

const digits = (key: string): string | undefined => /^\d+$/.test(key) ? key.replace(/^0+(?=\d)/, "") : undefined;
