/**
 * From an operating unit to its primary ledger.
 *
 * @module
 */
import type { Database } from "../database.ts";
import { lookup } from "../table.ts";

/** The id of an operating unit's primary ledger. */
export const ledgerOf = (db: Database, orgId: string): string =>
  (lookup(db.tables.HR_OPERATING_UNITS, Number(orgId))?.LEDGER_ID ?? "1") as string;
