/**
 * What the conformance suite needs to try all of Procore's streams.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { Samples } from "../../engine/conformance/suite.ts";
import { smallCompany } from "./data.ts";

/** Rows for the sandbox, a cost code that can be switched off among them. */
export const data: Record<string, Row[]> = smallCompany();
const [project] = data.procore_projects;
data.procore_wbs_codes = [{ project_number: project.project_number, code: "CONF-USED", type: "M" }];
data.procore_cost_codes = [{ project_number: project.project_number, code: "CONF-USED", name: "Used" }];

/** What may be done to the rows of each stream. */
export const samples: Record<string, Samples> = {
  projects: {
    table: "projects",
    edit: { city: "Pueblo" },
    create: (n) => ({ origin_id: `CONF-P-${n}`, name: `Bridge ${n}`, project_number: `B-${n}`, city: "Denver" }),
    refused: { country_code: "ZZ", state_code: "??" },
    update: { city: "Golden" },
  },
  vendors: {
    table: "vendors",
    create: (n) => ({
      origin_id: `CONF-V-${n}`,
      origin_code: `9900${n}`,
      name: `Granite & Søns ${n}`,
      abbreviated_name: `GR${n}`,
      city: "Denver",
      is_active: true,
    }),
    refused: { country_code: "ZZ", state_code: "??" },
    update: { city: "Golden" },
    inUse: { by: "name", value: data.procore_vendors[0].name as string },
  },
  cost_codes: {
    table: "cost_codes",
    create: (n) => ({ origin_id: `CONF-C-${n}`, code: `77-${n}00`, name: `Paving ${n}` }),
    refused: { code: "CONF-USED" },
    update: { name: "Paving, renamed" },
    inUse: { by: "code", value: "CONF-USED" },
  },
};
