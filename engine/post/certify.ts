/**
 * What a source document certifies, gathered by position, and the hash by which a change of money is told from any other.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Big, plain } from "../decimal.ts";
import { canonical } from "../json.ts";
import type { Certified } from "../state/posting_types.ts";

/** What of a document bears money. */
export interface Money extends Pick<Certified, "positions" | "hash"> {
  /** The pool of each position that has one. */
  pools: Record<string, string>;
}

/** One element of a document: of several with one position the amounts are added. */
export interface CertifiedAmount {
  position: string;
  /** To date, gross, as a decimal. */
  certified: string;
  /** What of it is withheld, to date. */
  withheld: string;
  pool?: string;
}

/**
 * Gathers a document's elements by position. A position that certifies nothing is kept: it says so. The hash is over chain, currency and
 * amounts, whatever order they come in and however they are written.
 */
export function certify(
  elements: readonly CertifiedAmount[],
  { chain, currency }: { chain: string; currency: string },
): Money {
  const sums = new Map<string, { cost: Big; withheld: Big }>();
  const pools: Record<string, string> = {};
  for (const { position, certified, withheld, pool } of elements) {
    const so = sums.get(position);
    sums.set(position, {
      cost: new Big(certified).plus(so?.cost ?? 0),
      withheld: new Big(withheld).plus(so?.withheld ?? 0),
    });
    if (pool !== undefined) pools[position] ??= pool;
  }
  const sorted = [...sums].sort(([a], [b]) => a < b ? -1 : 1);
  const positions = Object.fromEntries(
    sorted.map(([position, { cost, withheld }]) => [position, { cost: plain(cost), withheld: plain(withheld) }]),
  );
  const hash = createHash("sha256").update(canonical({ chain, currency, positions })).digest("hex");
  return { positions, hash, pools };
}
