/**
 * The edits that a person makes in Procore's own pages: without the app, so without its rights and limits.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { Given } from "./attributes.ts";
import { rowIn } from "./collections.ts";
import { addCompany, addCostCode, addProject, addPurchaseOrder, addVendor, companyFor, limitOr } from "./company.ts";
import { costCodesOf } from "./cost_code.ts";
import { addMember } from "./project_vendors.ts";
import { projectsOf } from "./project.ts";
import { addBill, BILLS, editBill } from "./people_bills.ts";
import { addLine, editLine, editPurchaseOrder } from "./people_orders.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";
import { vendorsOf } from "./vendor_rules.ts";
import { statusOf } from "./wbs.ts";

/**
 * Edits a row as a person would, or adds one where `key` is absent. What the API forbids is forbidden to a person too; `permitted` (of a
 * project) and the switches of `companies` (`connected`, `hourly_limit`, `spike_limit`) belong to the customer's administrator. Throws an
 * `Error` that says what is wrong.
 */
export function touch(state: State, table: string, key: string | undefined, fields: Row): Row {
  state.actor = "person";
  let id: number | undefined;
  try {
    id = key === undefined ? add(state, table, fields) : edit(state, table, Number(key), fields);
  } finally {
    state.actor = "app";
  }
  return (id === undefined ? undefined : rowIn(state, table, id)) ?? fields;
}

/** Adds a row; gives its id. */
function add(state: State, collection: string, fields: Row): number | undefined {
  if (collection === "companies") return addCompany(state, fields, { hourly: null, spike: null }).id;
  const company = companyFor(state, fields);
  if (BILLS.includes(collection)) return addBill(state, company, collection, fields);
  switch (collection) {
    case "projects":
      return addProject(state, company, fields).id;
    case "vendors":
      return addVendor(state, company, fields).id;
    case "cost_codes":
      return addCostCode(state, company, fields).id;
    case "purchase_order_contracts":
      return addPurchaseOrder(state, company, fields).id;
    case "purchase_order_contract_line_items":
      return addLine(state, company, fields);
    case "project_vendors": {
      const project = company.projects.get(Number(fields.project_id));
      const vendor = company.vendors.get(Number(fields.vendor_id));
      if (!project || !vendor) throw new Error("project_vendors wants a project_id and a vendor_id that are there");
      addMember(company, project, vendor);
      return undefined;
    }
    default:
      throw new Error(`Rows cannot be added to ${collection}`);
  }
}

/** Edits a row; gives its id. */
function edit(state: State, collection: string, id: number, fields: Row): number {
  if (collection === "companies") {
    const company = state.companies.get(id);
    if (!company) throw new Error(`No company ${id}`);
    if (typeof fields.connected === "boolean") company.connected = fields.connected;
    const [hour, spike] = company.windows;
    hour.limit = limitOr(fields.hourly_limit, hour.limit);
    spike.limit = limitOr(fields.spike_limit, spike.limit);
    return id;
  }
  for (const company of state.companies.values()) {
    const edited = editIn(state, company, collection, id, fields);
    if (edited && "errors" in edited) throw new Error(`${collection} ${id}: ${JSON.stringify(edited.errors)}`);
    if (edited) return id;
  }
  throw new Error(`No row ${id} in ${collection}`);
}

function editIn(
  state: State,
  company: Company,
  collection: string,
  id: number,
  fields: Given,
): Written<unknown> | undefined {
  if (BILLS.includes(collection)) return editBill(state, company, collection, id, fields);
  switch (collection) {
    case "projects": {
      const row = company.projects.get(id);
      if (!row) return undefined;
      if (typeof fields.permitted === "boolean") company.projects.update(row, { permitted: fields.permitted });
      return projectsOf(company, state).update(row, fields);
    }
    case "vendors": {
      const row = company.vendors.get(id);
      if (!row) return undefined;
      if (typeof fields.synced_to_erp === "boolean") {
        company.vendors.update(row, { extras: { ...row.extras, synced_to_erp: fields.synced_to_erp } });
      }
      return vendorsOf(company, state).update(row, fields);
    }
    case "cost_codes": {
      const row = company.costCodes.get(id);
      const project = row && company.projects.get(row.project_id);
      if (!project) return undefined;
      const { deleted_at = row.deleted_at } = fields as Partial<typeof row>;
      const status = statusIn(fields, row.status);
      if (status !== row.status || deleted_at !== row.deleted_at) {
        company.costCodes.update(row, { status, deleted_at, updated_at: state.now() });
      }
      return costCodesOf(company, project, state).update(row, fields);
    }
    case "wbs_codes": {
      const row = company.wbsCodes.get(id);
      if (!row) return undefined;
      const { description = row.description } = fields as Partial<typeof row>;
      const status = statusIn(fields, row.status);
      return { row: company.wbsCodes.update(row, { status, description, updated_at: state.now() }) };
    }
    case "purchase_order_contracts":
      return editPurchaseOrder(state, company, id, fields);
    case "purchase_order_contract_line_items":
      return editLine(state, company, id, fields);
    default:
      throw new Error(`Rows of ${collection} cannot be edited`);
  }
}

/** The status that an edit asks for, or the one there is. */
function statusIn(fields: Given, now: "active" | "inactive"): "active" | "inactive" {
  if (fields.status === undefined) return now;
  const status = statusOf(fields);
  if (status === undefined) throw new Error(`status is active or inactive: ${fields.status}`);
  return status;
}
