/**
 * What a journal may name.
 *
 * @module
 */
import { journalSetup as record } from "../../../schemas/ebs/journal_setup.ts";
import { type EbsStream, PAGE_SIZE } from "./stream.ts";

/** The stream `journal_setup`: small, and read whole each time. */
export const journalSetup: EbsStream = {
  operation: "get_journal_setup",
  stream: {
    description:
      "The primary ledger of a covered operating unit, with the sources, categories, currencies and rate types.",
    record,
    key: "SETUP_KEY",
    order: "text",
    label: "USER_NAME",
    partition: "operating unit",
    source: { pageSize: PAGE_SIZE, incremental: false, overlap: 0 },
  },
};
