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
const USED = "598134400009101";
data.procore_cost_codes = [{ id: USED, project_number: project.project_number, code: "CONF-USED", name: "Used" }];
const VENDOR = "598134400009001";
data.procore_vendors = data.procore_vendors.map((row, i): Row => i === 0 ? { ...row, id: VENDOR } : row);
const line = (n: number, of: number): Row => ({
  origin_id: `CONF-O-${n}-${of}`,
  description: `Line ${of}`,
  amount: `${n}0${of}.50`,
  cost_code_id: USED,
});

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
  purchase_order_contracts: {
    table: "purchase_order_contracts",
    create: (n) => ({
      origin_id: `CONF-O-${n}`,
      number: `204-${n}`,
      title: `Concrete ${n}`,
      status: "Approved",
      vendor_id: VENDOR,
      line_items: [line(n, 1), line(n, 2)],
    }),
    refused: { vendor_id: "1" },
    update: { title: "Concrete, renamed" },
  },
};
