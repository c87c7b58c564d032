/**
 * What the conformance suite needs to try all of EBS's streams.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { Samples } from "../../engine/conformance/suite.ts";
import { journalLines, PAYABLE, sampleJournal, sentJournals, smallCompany } from "./data.ts";

/** Rows for the sandbox, journals that were sent long ago among them. */
export const data: Record<string, Row[]> = { ...smallCompany(), gl_journals: sentJournals() };

/** What may be done to the rows of each stream. */
export const samples: Record<string, Samples> = {
  operating_units: { table: "HR_OPERATING_UNITS" },
  suppliers: { table: "AP_SUPPLIERS", edit: { VENDOR_NAME: "Renamed & Søns" } },
  code_combinations: { table: "GL_CODE_COMBINATIONS", edit: { SEGMENT4_DESCRIPTION: "Renamed" } },
  projects: { table: "PA_PROJECTS_ALL", edit: { LONG_NAME: "Renamed" } },
  purchase_orders: { table: "PO_HEADERS_ALL", edit: { COMMENTS: "Renamed" } },
  po_billing: { table: "PO_DISTRIBUTIONS_ALL", edit: { AMOUNT_CANCELLED: "12.34" } },
  periods: { table: "GL_PERIOD_STATUSES" },
  journal_setup: { table: "GL_JE_SOURCES" },
  postings: { table: "XXGUSSET_POSTINGS" },
  account_balances: { table: "GL_JE_LINES" },
  gl_journals: {
    table: "GL_JE_HEADERS",
    document: (n) => ({ key: `CONF-J-${n}`, hash: `a${n}`, fields: sampleJournal(n) }),
    refused: { LINES: journalLines("1", "20") },
    unfit: { LINES: journalLines(PAYABLE, "20") },
  },
};
