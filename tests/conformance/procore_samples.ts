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
// A contract that bills month by month, and changes.
const billed = { project_number: project.project_number, contract: "CONF-BILLED" };
const charge = { code: "CONF-USED", type: "M" };
data.procore_purchase_order_contracts = [{
  id: "598134800009301",
  project_number: project.project_number,
  number: "CONF-BILLED",
  title: "Rebar",
  vendor_id: VENDOR,
  status: "Approved",
  retainage_percent: "7.5",
  lines: [{ ...charge, description: "Bar", amount: "8400.10" }, { ...charge, description: "Mesh", amount: "1600.33" }],
}];
data.procore_change_order_packages = [1, 2, 3, 4, 5].map((n): Row => ({
  ...billed,
  title: `More bar ${n}`,
  status: n % 2 === 0 ? "approved" : "pending",
  lines: [{ ...charge, amount: `${n}00.5` }, { ...charge, amount: `-${n}` }],
}));
data.procore_requisitions = [1, 2, 3, 4, 5, 6].map((n): Row => ({
  ...billed,
  percent: `${n * 11}.3`,
  invoice_number: `GRS-${n}`,
  billing_date: `2026-0${n}-25`,
  items: [{ position: "1", materials_presently_stored: n % 2 === 0 ? "33.33" : "0" }],
  status: "approved",
}));
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
  requisitions: { table: "requisitions", edit: { invoice_number: "GRS-X" } },
  change_order_packages: { table: "change_order_packages", edit: { title: "Another title" } },
};
