/**
 * `get_suppliers`.
 *
 * @module
 */
import type { Row } from "../../../../engine/connector.ts";
import { activeFlag, cameBetween, midnightAfter, siteActiveFlag } from "../dates.ts";
import { type Call, type Output, paged, text } from "./paging.ts";

/**
 * Suppliers with a site in the operating unit, with the sites of that unit. A supplier counts as changed when it, or any site
 * of it in any unit, was edited, or when a start, end or inactive date of theirs took effect.
 */
export function getSuppliers(call: Call): Output {
  const { db, input } = call;
  const now = db.now();
  const orgId = text(input, "P_ORG_ID");
  const flat = text(input, "P_FLAT") === "Y";
  const flatSites: Row[] = [];

  const output = paged(call, {
    from: (orgId) => db.suppliersOf(orgId),
    changed: (supplier, since) =>
      edited(supplier, since) || cameBetween(since, now, supplier.START_DATE_ACTIVE) ||
      cameBetween(since, now, midnightAfter(supplier.END_DATE_ACTIVE)) ||
      db.sitesOf(supplier.VENDOR_ID as string).some((site) =>
        edited(site, since) || cameBetween(since, now, site.INACTIVE_DATE)
      ),
    row(supplier) {
      const { VENDOR_ID, ENABLED_FLAG, START_DATE_ACTIVE, END_DATE_ACTIVE } = supplier;
      const row: Row = { ...supplier, ACTIVE_FLAG: activeFlag(now, ENABLED_FLAG, START_DATE_ACTIVE, END_DATE_ACTIVE) };
      const sites = db.sitesOf(VENDOR_ID as string).filter((site) => site.ORG_ID === orgId).map((site): Row => ({
        ...site,
        ACTIVE_FLAG: siteActiveFlag(now, site.INACTIVE_DATE),
      }));
      if (flat) flatSites.push(...sites);
      else row.SITES = sites;
      return row;
    },
  });
  return { ...output, X_SITES: flatSites };
}

const edited = (row: Row, since: string): boolean => (row.LAST_UPDATE_DATE as string) >= since;
