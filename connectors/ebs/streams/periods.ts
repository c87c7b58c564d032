/**
 * Periods of general ledger.
 *
 * @module
 */
import { period } from "../../../schemas/ebs/periods.ts";
import { type EbsStream, PAGE_SIZE } from "./stream.ts";

/** The stream `periods`: small, and read whole each time. */
export const periods: EbsStream = {
  operation: "get_periods",
  stream: {
    description: "Periods of the primary ledger of a covered operating unit, and which of them are open.",
    record: period,
    key: "EFFECTIVE_PERIOD_NUM",
    label: "PERIOD_NAME",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: false, overlap: 0 },
  },
};
