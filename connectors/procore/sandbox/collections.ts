/**
 * What the control API sees: all rows, with every number as text.
 *
 * @module
 */
import type { Row, Value } from "../../../engine/connector.ts";
import { showPackageWhole } from "./change_order_packages.ts";
import { showCostCode } from "./cost_codes.ts";
import { showLineItemType } from "./line_item_type.ts";
import { showProject } from "./project_view.ts";
import { showLine, showPurchaseOrder } from "./purchase_order_view.ts";
import { showRequisition, showRequisitionItem } from "./requisition_view.ts";
import { parentsIn } from "./segment.ts";
import type { Company, State } from "./state.ts";
import type { Stored, Table } from "./table.ts";
import { showVendor } from "./vendor_view.ts";
import { showWbsCode } from "./wbs_code.ts";

/** A table of each company, and how the control API shows a row of it. */
interface Collection<T extends Stored> {
  table: (company: Company) => Table<T>;
  show: (company: Company, row: T) => object;
}

const collection = <T extends Stored>(
  table: Collection<T>["table"],
  show: Collection<T>["show"],
  // deno-lint-ignore no-explicit-any -- collections of all kinds stand in one list
): Collection<any> => ({ table, show });

const COLLECTIONS = {
  projects: collection(({ projects }) => projects, (company, row) => ({
    ...showProject(company, row),
    permitted: row.permitted,
  })),
  vendors: collection(({ vendors }) => vendors, (company, row) => showVendor(company, row)),
  cost_codes: collection(({ costCodes }) => costCodes, (company, row) => ({
    ...showCostCode(company, company.projects.get(row.project_id)!, row),
    project_id: row.project_id,
    status: row.status,
  })),
  wbs_codes: collection(({ wbsCodes }) => wbsCodes, (company, row) => {
    const project = company.projects.get(row.project_id)!;
    return { project_id: project.id, ...showWbsCode(company, project, row, parentsIn(company, project)) };
  }),
  purchase_order_contracts: collection(({ purchaseOrders }) => purchaseOrders, (company, row) => ({
    ...showPurchaseOrder(company, company.projects.get(row.project_id)!, row),
    project_id: row.project_id,
    vendor_id: row.vendor_id,
  })),
  purchase_order_contract_line_items: collection(({ purchaseOrderLines }) => purchaseOrderLines, (company, row) => {
    const order = company.purchaseOrders.get(row.purchase_order_contract_id)!;
    const shown = showLine(company, company.projects.get(order.project_id)!, row);
    return { ...shown, purchase_order_contract_id: order.id };
  }),
  requisitions: collection(({ requisitions }) => requisitions, (company, row) => ({
    ...showRequisition(company, company.projects.get(row.project_id)!, row, "extended"),
    project_id: row.project_id,
  })),
  requisition_items: collection(({ requisitionItems }) => requisitionItems, (company, row) => {
    const { id, project_id } = company.requisitions.get(row.requisition_id)!;
    return { ...showRequisitionItem(company, company.projects.get(project_id)!, row), requisition_id: id };
  }),
  change_order_packages: collection(({ changeOrderPackages }) => changeOrderPackages, (company, row) => ({
    ...showPackageWhole(company, company.projects.get(row.project_id)!, row),
    project_id: row.project_id,
  })),
  billing_periods: collection(({ billingPeriods }) => billingPeriods, (_, row) => row),
  budget_line_items: collection(({ budgetLineItems }) => budgetLineItems, (_, row) => row),
  hooks: collection(({ hooks }) => hooks, (_, { authorization: __, queue, sent, ...row }) => ({
    ...row,
    waiting: queue.length,
    attempted: sent.length,
  })),
  line_item_types: collection(({ lineItemTypes }) => lineItemTypes, (_, row) => showLineItemType(row)),
};

/** Rows by collection. A row is rendered when it is looked at: most are only counted. */
export function collections(state: State): Record<string, readonly Row[]> {
  const companies = [...state.companies.values()];
  const found: Record<string, readonly Row[]> = { companies: companies.map(companyRow) };
  for (const [name, { table, show }] of Object.entries(COLLECTIONS)) {
    const rows = companies.flatMap((company) => table(company).rows.map((row: Stored) => ({ company, row })));
    found[name] = lazily(rows, ({ company, row }) => asRow(company, show(company, row)));
  }
  found.project_vendors = companies.flatMap((company) =>
    [...company.members].flatMap(([project_id, ids]) =>
      [...ids].map((vendor_id) => asRow(company, { project_id, vendor_id }))
    )
  );
  // Only how many there are: a token opens the company, even an invented one.
  found.tokens = [{ live: String(state.tokens.count()) }];
  return found;
}

/** One row as the control API shows it; undefined where there is none. */
export function rowIn(state: State, name: string, id: number): Row | undefined {
  for (const company of state.companies.values()) {
    if (name === "companies" && company.id === id) return companyRow(company);
    const kind = Object.hasOwn(COLLECTIONS, name) ? COLLECTIONS[name as keyof typeof COLLECTIONS] : undefined;
    const row = kind?.table(company).get(id);
    if (row) return asRow(company, kind!.show(company, row));
  }
}

/** A list that makes an element when it is asked for it. */
function lazily<T>(rows: readonly T[], make: (row: T) => Row): readonly Row[] {
  return new Proxy(rows, {
    get(all, key) {
      return typeof key === "string" && /^\d+$/.test(key) && Number(key) < all.length
        ? make(all[Number(key)])
        : Reflect.get(all, key);
    },
  }) as unknown as readonly Row[];
}

function companyRow({ id, name, connected, windows }: Company): Row {
  const [hour, spike] = windows.map(({ limit }) => limit === null ? null : String(limit));
  return { id: String(id), name, connected, hourly_limit: hour, spike_limit: spike };
}

const asRow = (company: Company, shown: object): Row => asText({ company_id: company.id, ...shown }) as Row;

/** Numbers as text, all the way down. */
function asText(value: unknown): Value {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asText(inner)]));
  }
  return value as Value;
}
