import ebs from "../../connectors/ebs/connector.ts";
import { conformance, type Samples } from "../../engine/conformance/suite.ts";
import { sentJournals, smallCompany } from "./data.ts";
import { sampled } from "./sampled.ts";

const samples: Record<string, Samples> = {
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
};

const data = { ...smallCompany(), gl_journals: sentJournals() };
sampled(ebs, samples);
for (const { name, run } of conformance({ connector: ebs, data, samples })) Deno.test(name, run);
