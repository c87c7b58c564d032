/**
 * `get_operating_units`.
 *
 * @module
 */
import { sortedBy } from "../table.ts";
import { type Call, type Output, paged } from "./paging.ts";

/** The operating units that the responsibility covers, not only the one that is named. Has no change date. */
export function getOperatingUnits(call: Call): Output {
  const { db, context } = call;
  const open = db.tables.HR_OPERATING_UNITS.items.filter((row) => context.units.has(row.ORGANIZATION_ID as string));
  return paged(call, {
    from: () => sortedBy(open, (row) => Number(row.ORGANIZATION_ID)),
    changed: () => true,
    row: (unit) => unit,
  });
}
