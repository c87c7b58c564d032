/**
 * What the control API sees and does: all rows as text, and the edits that a person makes in Procore's own pages (without the app, so
 * without its rights and limits).
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import type { Given } from "./attributes.ts";
import { addCompany, addCostCode, addProject, addVendor, companyFor, limitOr } from "./company.ts";
import { costCodesOf, fullCode } from "./cost_code.ts";
import { showCostCode } from "./cost_codes.ts";
import { showLineItemType } from "./line_item_type.ts";
import { addMember } from "./project_vendors.ts";
import { projectsOf } from "./project.ts";
import { showProject } from "./project_view.ts";
import { parentsIn } from "./segment.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";
import { vendorsOf } from "./vendor.ts";
import { showVendor } from "./vendor_view.ts";
import { showWbsCode } from "./wbs_code.ts";

/** Rows by collection, each rendered only when it is looked at. */
export function collections(state: State): Record<string, readonly Row[]> {
  const all = (rows: (company: Company) => unknown[]): readonly Row[] =>
    [...state.companies.values()].flatMap((company) =>
      rows(company).map((row) => asText({ company_id: company.id, ...row as object }) as Row)
    );
  return {
    get companies() {
      return [...state.companies.values()].map(companyRow);
    },
    get projects() {
      return all((company) =>
        company.projects.rows.map((row) => ({ ...showProject(company, row), permitted: row.permitted }))
      );
    },
    get vendors() {
      return all((company) => company.vendors.rows.map((row) => showVendor(company, row)));
    },
    get project_vendors() {
      return all((company) =>
        [...company.members].flatMap(([project_id, ids]) => [...ids].map((vendor_id) => ({ project_id, vendor_id })))
      );
    },
    get cost_codes() {
      return all((company) =>
        company.costCodes.rows.map((row) => {
          const project = company.projects.get(row.project_id)!;
          const { project_id, status } = row;
          return { ...showCostCode(company, project, row), project_id, status, full_code: fullCode(company, row) };
        })
      );
    },
    get wbs_codes() {
      return all((company) =>
        company.wbsCodes.rows.map((row) => {
          const project = company.projects.get(row.project_id)!;
          const shown = showWbsCode(company, project, row, parentsIn(company, project));
          return { project_id: project.id, ...shown as object };
        })
      );
    },
    get line_item_types() {
      return all((company) => company.lineItemTypes.rows.map(showLineItemType));
    },
    get tokens() {
      // Only how many there are: a token opens the company, even an invented one's.
      return [{ live: String(state.tokens.count()) }];
    },
  };
}

function companyRow(company: Company): Row {
  const [hour, spike] = company.windows.map(({ limit }) => limit === null ? null : String(limit));
  const { id, name, connected } = company;
  return { id: String(id), name, connected, hourly_limit: hour, spike_limit: spike };
}

/** Numbers as text, all the way down. */
function asText(value: unknown): Value {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asText(inner)]));
  }
  return value as Value;
}

/**
 * Edits a row as a person would, or adds one where `key` is absent. What the API forbids is forbidden to a person too; `permitted` (of a
 * project) and the switches of `companies` (`connected`, `hourly_limit`, `spike_limit`) belong to the customer's administrator. Throws an
 * `Error` that says what is wrong.
 */
export function touch(state: State, table: string, key: string | undefined, fields: Row): Row {
  const row = key === undefined ? add(state, table, fields) : edit(state, table, key, fields);
  const found = collections(state)[table].findLast((one) => one.id === row);
  return found ?? fields;
}

/** Adds a row; gives its id. */
function add(state: State, collection: string, fields: Row): string | undefined {
  if (collection === "companies") return String(addCompany(state, fields, { hourly: null, spike: null }).id);
  const company = companyFor(state, fields);
  switch (collection) {
    case "projects":
      addProject(state, company, fields);
      return String(company.projects.rows.at(-1)!.id);
    case "vendors":
      addVendor(state, company, fields);
      return String(company.vendors.rows.at(-1)!.id);
    case "cost_codes":
      addCostCode(state, company, fields);
      return String(company.costCodes.rows.at(-1)!.id);
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
function edit(state: State, collection: string, key: string, fields: Row): string {
  const id = Number(key);
  if (collection === "companies") {
    const company = state.companies.get(id);
    if (!company) throw new Error(`No company ${key}`);
    if (typeof fields.connected === "boolean") company.connected = fields.connected;
    const [hour, spike] = company.windows;
    hour.limit = limitOr(fields.hourly_limit, hour.limit);
    spike.limit = limitOr(fields.spike_limit, spike.limit);
    return key;
  }
  for (const company of state.companies.values()) {
    const edited = editIn(state, company, collection, id, fields);
    if (edited && "errors" in edited) throw new Error(`${collection} ${key}: ${JSON.stringify(edited.errors)}`);
    if (edited) return key;
  }
  throw new Error(`No row ${key} in ${collection}`);
}

function editIn(
  state: State,
  company: Company,
  collection: string,
  id: number,
  fields: Given,
): Written<unknown> | undefined {
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
      const { status = row.status, deleted_at = row.deleted_at } = fields as Partial<typeof row>;
      if (status !== row.status || deleted_at !== row.deleted_at) {
        company.costCodes.update(row, { status, deleted_at, updated_at: state.now() });
      }
      return costCodesOf(company, project, state).update(row, fields);
    }
    case "wbs_codes": {
      const row = company.wbsCodes.get(id);
      if (!row) return undefined;
      const { status = row.status, description = row.description } = fields as Partial<typeof row>;
      return { row: company.wbsCodes.update(row, { status, description, updated_at: state.now() }) };
    }
    default:
      throw new Error(`Rows of ${collection} cannot be edited`);
  }
}
