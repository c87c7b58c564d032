/**
 * How the sandbox is filled: from rows of `procore_companies`, `procore_projects`, `procore_vendors`, `procore_cost_codes`,
 * `procore_wbs_codes`, `procore_purchase_order_contracts`, `procore_change_order_packages` and `procore_requisitions` (Procore's field names; a cost code names its project by `project_number` and its parent by `parent_code`, a vendor
 * the projects it is on by `project_numbers`). Where there are no Procore projects, each EBS project gets a twin. Rows are taken as they
 * are: a real company's data breaks rules that the API would not let anyone break today.
 *
 * @module
 */
import type { Row, SandboxOptions, Value } from "../../../engine/connector.ts";
import { type Given, readAttributes } from "./attributes.ts";
import type { BillingPeriod } from "./billing_periods.ts";
import { budgetLineItemTable } from "./budget_line_item.ts";
import { packageTable } from "./change_order_package.ts";
import { type CostCode, costCodeTable, newCostCode } from "./cost_code.ts";
import { rateWindows } from "./limits.ts";
import { lineItemTypeTable, newLineItemType, USUAL_TYPES } from "./line_item_type.ts";
import { addBillRow } from "./people_bills.ts";
import { newProject, type Project, PROJECT_FIELDS, projectTable } from "./project.ts";
import { addMember } from "./project_vendors.ts";
import { newPurchaseOrder, PURCHASE_ORDER_FIELDS, type PurchaseOrder, purchaseOrderTable } from "./purchase_order.ts";
import { linesOf, purchaseOrderLineTable } from "./purchase_order_line.ts";
import { type RequisitionItem, requisitionTable } from "./requisition.ts";
import { SEGMENTS } from "./segment.ts";
import { fillStandard, type StandardCostCode, type StandardList } from "./standard.ts";
import { type Company, FIRST_IDS, type IdKind, type State } from "./state.ts";
import { type Table, table } from "./table.ts";
import { newVendor, type Vendor, VENDOR_FLAGS, VENDOR_TEXTS, vendorTable } from "./vendor.ts";
import { insertWbsCode, wbsCodeTable } from "./wbs_code.ts";
import type { WebhookHook } from "./webhook.ts";
import { watchRecords } from "./webhook_resources.ts";

/** The company that is there where the data names none. */
export const COMPANY = { id: FIRST_IDS.company, name: "Summit Ridge Constructors" } as const;

/** Calls an hour and calls in ten seconds: Procore's figures (reference §2.4). */
export const LIMITS = { hourly: 3600, spike: 25 } as const;

/** Fills an empty state. `limits` are those of companies whose row names none; null is unlimited. */
export function fill(
  state: State,
  data: SandboxOptions["data"],
  limits: { hourly: number | null; spike: number | null },
): void {
  const named = data.procore_companies ?? [];
  for (const row of named.length > 0 ? named : [COMPANY as unknown as Row]) addCompany(state, row, limits);
  for (const row of projectRows(data)) addProject(state, companyFor(state, row), row);
  for (const row of data.procore_vendors ?? []) addVendor(state, companyFor(state, row), row);
  for (const row of data.procore_cost_codes ?? []) addCostCode(state, companyFor(state, row), row);
  for (const row of data.procore_wbs_codes ?? []) addWbsCode(state, companyFor(state, row), row);
  for (const row of data.procore_purchase_order_contracts ?? []) addPurchaseOrder(state, companyFor(state, row), row);
  for (const kind of ["change_order_packages", "requisitions"] as const) {
    for (const row of data[`procore_${kind}`] ?? []) addBillRow(state, companyFor(state, row), kind, row);
  }
}

/** Adds a company; it has the usual cost types and standard cost codes. */
export function addCompany(state: State, row: Row, limits: { hourly: number | null; spike: number | null }): Company {
  const company: Company = {
    id: numberOr(row.id, FIRST_IDS.company + state.companies.size),
    name: textOr(row.name, COMPANY.name),
    connected: row.connected !== false,
    windows: rateWindows(limitOr(row.hourly_limit, limits.hourly), limitOr(row.spike_limit, limits.spike)),
    vendors: vendorTable(),
    projects: projectTable(),
    costCodes: costCodeTable(),
    wbsCodes: wbsCodeTable(),
    lineItemTypes: lineItemTypeTable(),
    purchaseOrders: purchaseOrderTable(),
    purchaseOrderLines: purchaseOrderLineTable(),
    budgetLineItems: budgetLineItemTable(),
    hooks: table<WebhookHook>(),
    billingPeriods: table<BillingPeriod>(),
    changeOrderPackages: packageTable(),
    requisitions: requisitionTable(),
    requisitionItems: table<RequisitionItem>(),
    bills: new Map(),
    standardLists: table<StandardList>(),
    standardCostCodes: table<StandardCostCode>({ origin_id: (code) => code.origin_id ?? undefined }),
    members: new Map(),
    memberships: new Map(),
    children: new Map(),
    usage: new Map(),
  };
  for (const type of USUAL_TYPES) company.lineItemTypes.insert(newLineItemType(state, { ...type }));
  fillStandard(company, state);
  watchRecords(company, state);
  state.companies.set(company.id, company);
  return company;
}

/** Adds a project as a row tells of it. */
export function addProject(state: State, company: Company, row: Row): Project {
  const { values } = readAttributes(PROJECT_FIELDS, row);
  const project = newProject(state, { ...values, name: textOr(row.name, "") });
  const { active = true, erp_integrated = false, permitted = true } = row;
  Object.assign(project, { active, erp_integrated, permitted });
  project.currency_iso_code = textOr(row.currency_iso_code, project.currency_iso_code);
  const segment = textOr(row.custom_segment, "none");
  if (segment !== "none" && segment !== "optional" && segment !== "required") {
    throw new Error(`custom_segment is none, optional or required: ${segment}`);
  }
  project.custom_segment = segment;
  return adopt(state, company.projects, "project", project, row);
}

/** Adds a vendor as a row tells of it. */
export function addVendor(state: State, company: Company, row: Row): Vendor {
  const values: Given = { ...texts(row, VENDOR_TEXTS), name: textOr(row.name, "") };
  for (const flag in VENDOR_FLAGS) if (typeof row[flag] === "boolean") values[flag] = row[flag];
  if (row.synced_to_erp === true) values.extras = { synced_to_erp: true };
  const vendor = adopt(state, company.vendors, "vendor", newVendor(state, values), row);
  for (const number of Array.isArray(row.project_numbers) ? row.project_numbers : []) {
    addMember(company, projectByNumber(company, number), vendor);
  }
  return vendor;
}

/** Adds a cost code as a row tells of it. */
export function addCostCode(state: State, company: Company, row: Row): CostCode {
  const project = projectByNumber(company, row.project_number);
  const parentCode = textOr(row.parent_code, "");
  const parent = parentCode === ""
    ? undefined
    : company.costCodes.rows.find((code) =>
      code.project_id === project.id && code.code === parentCode && !code.deleted_at
    );
  if (parentCode !== "" && !parent) throw new Error(`No cost code ${parentCode} in project ${row.project_number}`);
  const values = { ...texts(row, ["code", "name", "origin_id", "origin_data"]), parent_id: parent?.id };
  return adopt(state, company.costCodes, "cost_code", newCostCode(state, project.id, values), row);
}

/** Adds a WBS code `{ project_number, code, type }`: a top-level cost code and the code of a cost type. */
function addWbsCode(state: State, company: Company, row: Row): void {
  const project = projectByNumber(company, row.project_number);
  const code = company.costCodes.rows.find((one) => one.project_id === project.id && one.code === row.code);
  const type = company.lineItemTypes.find("code", textOr(row.type, ""));
  if (!code || !type) throw new Error(`No cost code ${row.code} with cost type ${row.type} in ${row.project_number}`);
  const items = [{ segment: SEGMENTS[0], row: code }, { segment: SEGMENTS[1], row: type }];
  const made = insertWbsCode(company, project, items, textOr(row.description, `${code.name}.${type.name}`), state);
  if (row.status === "inactive") company.wbsCodes.update(made, { status: "inactive" });
}

/**
 * Adds a purchase order `{ project_id or project_number, number, vendor_id or vendor, status, work_order, lines: [{ description, amount, code, type }] }`;
 * its vendor is put on the project. Lines are held to the rules of lines.
 */
export function addPurchaseOrder(state: State, company: Company, row: Row): PurchaseOrder {
  const project = row.project_id === undefined
    ? projectByNumber(company, row.project_number)
    : company.projects.get(Number(row.project_id));
  if (!project) throw new Error(`No project ${row.project_id}`);
  const vendor = row.vendor_id === undefined
    ? company.vendors.find("name", textOr(row.vendor, "").trim().toLowerCase())
    : company.vendors.get(Number(row.vendor_id));
  if (vendor) addMember(company, project, vendor);
  else if (row.vendor_id ?? row.vendor) throw new Error(`No vendor ${row.vendor_id ?? row.vendor}`);
  const { values } = readAttributes({ number: "key", ...PURCHASE_ORDER_FIELDS }, row);
  const made = newPurchaseOrder(company, project, state, { ...values, vendor_id: vendor?.id });
  const order = adopt(state, company.purchaseOrders, "purchase_order", made, row);
  for (const line of Array.isArray(row.lines) ? row.lines as Row[] : []) {
    const code = company.costCodes.rows.find((one) => one.project_id === project.id && one.code === line.code);
    const type = company.lineItemTypes.find("code", textOr(line.type, "S"));
    const given = { ...line, cost_code_id: code?.id ?? 0, line_item_type_id: type?.id };
    const written = linesOf(company, project, order, state).create(given);
    if ("errors" in written) throw new Error(`A line of ${order.number}: ${JSON.stringify(written.errors)}`);
  }
  return company.purchaseOrders.update(order, {
    status: textOr(row.status, "Draft"),
    work_order: row.work_order === true,
  });
}

/** A new row with the id and the times that the data names, put into its table. */
function adopt<T extends { id: number; created_at: string; updated_at: string }>(
  state: State,
  into: Table<T>,
  kind: IdKind,
  made: T,
  row: Row,
): T {
  const id = numberOr(row.id, made.id);
  state.claimId(kind, id);
  const created_at = textOr(row.created_at, made.created_at);
  return into.insert({ ...made, id, created_at, updated_at: textOr(row.updated_at, created_at) });
}

/** Procore's own project rows, or a twin of each EBS project. */
function projectRows(data: SandboxOptions["data"]): Row[] {
  return data.procore_projects ??
    (data.projects ?? []).map((row) => ({
      project_number: row.SEGMENT1,
      name: row.NAME ?? row.LONG_NAME,
      currency_iso_code: row.PROJECT_CURRENCY_CODE,
    }));
}

/** The company that a row names by `company_id`, or the first. */
export function companyFor(state: State, row: Row): Company {
  const named = row.company_id === undefined || row.company_id === null ? undefined : Number(row.company_id);
  const company = named === undefined ? state.companies.values().next().value : state.companies.get(named);
  if (!company) throw new Error(`No company ${row.company_id}`);
  return company;
}

function projectByNumber({ projects }: Company, number: Value): Project {
  const project = projects.rows.find((row) => row.project_number === String(number));
  if (!project) throw new Error(`No project has the project_number ${number}`);
  return project;
}

/** Those of the fields that the row has, as text; blank is none. */
function texts(row: Row, names: readonly string[]): Given {
  const found: Given = {};
  for (const name of names) {
    const value = row[name];
    if (value !== undefined && value !== null && value !== "") found[name] = String(value);
  }
  return found;
}

const textOr = (value: Value, other: string): string =>
  value === undefined || value === null || value === "" ? other : String(value);

const numberOr = (value: Value, other: number): number =>
  value === undefined || value === null || value === "" ? other : Number(value);

/** A limit of calls as a row has it: a number, or null for none. */
export function limitOr(value: Value, other: number | null): number | null {
  if (value === undefined) return other;
  if (value === null || value === "" || value === "unlimited") return null;
  const limit = Number(value);
  if (!Number.isInteger(limit) || limit < 0) throw new Error(`A limit is a whole number or "unlimited": ${value}`);
  return limit;
}
