/**
 * `get_periods`.
 *
 * @module
 */
import { sortedBy } from "../table.ts";
import { ledgerOf } from "./ledger_of.ts";
import { type Call, type Output, paged } from "./paging.ts";

/** Periods of the operating unit's ledger. They have no change date that could be relied on. */
export function getPeriods(call: Call): Output {
  return paged(call, {
    from(orgId) {
      const ledgerId = ledgerOf(call.db, orgId);
      const own = call.db.tables.GL_PERIOD_STATUSES.items.filter(({ LEDGER_ID }) => LEDGER_ID === ledgerId);
      return sortedBy(own, ({ EFFECTIVE_PERIOD_NUM }) => Number(EFFECTIVE_PERIOD_NUM));
    },
    changed: () => true,
    row: (period) => period,
  });
}
