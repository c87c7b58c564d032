/**
 * Suppliers, with their sites in the covered operating units.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import { supplier } from "../../../schemas/ebs/suppliers.ts";
import { type EbsStream, gathered, OVERLAP, PAGE_SIZE } from "./stream.ts";

/** The stream `suppliers`. A changed site, and a start or end date that took effect, count as a change of the supplier. */
export const suppliers: EbsStream = {
  operation: "get_suppliers",
  stream: {
    description: "Suppliers that have a site in a covered operating unit, with those sites.",
    record: supplier,
    key: "VENDOR_ID",
    label: "VENDOR_NAME",
    source: { pageSize: PAGE_SIZE, incremental: true, overlap: OVERLAP },
  },
  merge(rows) {
    const sites = gathered(rows, "SITES", { key: "VENDOR_SITE_ID", by: ["ORG_ID", "VENDOR_SITE_ID"] });
    const site = sites.find(isOrderedFrom);
    return { ...rows[0], SITES: sites, ...(site && { SITE: site }) };
  },
};

const isOrderedFrom = (site: Row): boolean => site.PURCHASING_SITE_FLAG === "Y" && site.ACTIVE_FLAG === "Y";
