/**
 * Operating units that the connection's responsibilities may see, covered or not.
 *
 * @module
 */
import { operatingUnit } from "../../../schemas/ebs/operating_units.ts";
import { type EbsStream, PAGE_SIZE } from "./stream.ts";

/** The stream `operating_units`: small, and read whole each time. */
export const operatingUnits: EbsStream = {
  operation: "get_operating_units",
  stream: {
    description: "Operating units that the responsibilities of the connection may see, with their ledgers.",
    record: operatingUnit,
    key: "ORGANIZATION_ID",
    label: "NAME",
    source: { pageSize: PAGE_SIZE, incremental: false, overlap: 0 },
  },
  merge: ([first]) => first,
};
