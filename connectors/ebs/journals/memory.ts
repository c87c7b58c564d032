/**
 * What the ledger knows, kept for a few minutes: the documents of a run name the same accounts over and over.
 *
 * @module
 */
import type { Clock } from "../../../engine/clock.ts";
import type { Row } from "../../../engine/connector.ts";
import type { Journals } from "./package.ts";
import type { Ledger } from "./review.ts";

/** Milliseconds that an account, or a name, is believed without asking again. */
const FRESH = 5 * 60_000;

/** What is remembered of one operating unit's ledger. An account that was not there is asked for again each time. */
export function ledgerMemory(clock: Clock): (journals: Journals, accounts: ReadonlySet<string>) => Promise<Ledger> {
  let known: { accounts: Map<string, Row>; setup: readonly Row[]; until: number } | undefined;
  return async (journals, accounts) => {
    if (!known || clock.now() >= known.until) {
      known = { accounts: new Map(), setup: await journals.setup(), until: clock.now() + FRESH };
    }
    // The package takes ids alone; what is none names no account.
    const missing = [...accounts].filter((id) => !known!.accounts.has(id) && /^\d{1,15}$/.test(id));
    if (missing.length > 0) { for (const [id, row] of await journals.accounts(missing)) known.accounts.set(id, row); }
    return known;
  };
}
