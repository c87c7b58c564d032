import ebs from "../../connectors/ebs/connector.ts";
import { conformance, type Samples } from "../../engine/conformance/suite.ts";
import { smallCompany } from "./data.ts";
import { sampled } from "./sampled.ts";

const samples: Record<string, Samples> = {
  operating_units: { table: "HR_OPERATING_UNITS" },
  suppliers: { table: "AP_SUPPLIERS", edit: { VENDOR_NAME: "Renamed & Søns" } },
  code_combinations: { table: "GL_CODE_COMBINATIONS", edit: { SEGMENT4_DESCRIPTION: "Renamed" } },
  projects: { table: "PA_PROJECTS_ALL", edit: { LONG_NAME: "Renamed" } },
  purchase_orders: { table: "PO_HEADERS_ALL", edit: { COMMENTS: "Renamed" } },
};

sampled(ebs, samples);
for (const { name, run } of conformance({ connector: ebs, data: smallCompany(), samples })) Deno.test(name, run);
