/** `get_suppliers`. @module */
import type { Row } from "../../../../engine/connector.ts";
import { active, type Call, type Output, paged, text, tookEffect } from "./paging.ts";

/**
 * Suppliers with a site in the operating unit, with the sites of that unit. A supplier counts as changed when it, or any site
 * of it in any unit, was edited, or when a start, end or inactive date of theirs took effect.
 */
export function getSuppliers(call: Call): Output {
  const { db, input } = call;
  const now = db.now();
  const orgId = text(input, "P_ORG_ID") ?? call.context.orgId;
  const flat = text(input, "P_FLAT") === "Y";
  const flatSites: Row[] = [];

  const siteRow = (site: Row): Row => ({
    ...site,
    ACTIVE_FLAG: active(now, undefined, site.INACTIVE_DATE) ? "Y" : "N",
  });
  const output = paged(call, {
    from: (orgId) => db.suppliersOf(orgId),
    changed: (supplier, since) =>
      edited(supplier, since) ||
      tookEffect(now, since, supplier.START_DATE_ACTIVE, supplier.END_DATE_ACTIVE) ||
      db.sitesOf(supplier.VENDOR_ID as string).some((site) =>
        edited(site, since) || tookEffect(now, since, site.INACTIVE_DATE)
      ),
    row(supplier) {
      const sites = db.sitesOf(supplier.VENDOR_ID as string).filter((site) => site.ORG_ID === orgId).map(siteRow);
      const enabled = (supplier.ENABLED_FLAG ?? "Y") === "Y";
      const open = enabled && active(now, supplier.START_DATE_ACTIVE, supplier.END_DATE_ACTIVE);
      const row: Row = { ...supplier, ACTIVE_FLAG: open ? "Y" : "N" };
      if (flat) flatSites.push(...sites);
      else row.SITES = sites;
      return row;
    },
  });
  return flat ? { ...output, X_SITES: flatSites } : output;
}

const edited = (row: Row, since: string): boolean => (row.LAST_UPDATE_DATE as string) >= since;
