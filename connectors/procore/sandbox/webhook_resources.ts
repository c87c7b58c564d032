/**
 * The resources that webhooks tell of, and how the tables that hold them tell. Requisitions, WBS codes and billing periods are not among
 * them (reference §5.4).
 *
 * @module
 */
import type { Company, State } from "./state.ts";
import type { Stored, Table } from "./table.ts";
import type { EventType } from "./webhook.ts";

const ALL: readonly EventType[] = ["create", "update", "delete"];
const FINANCIALS = "Project Financials";

/** The catalogue: category, tool, name, actions. */
export const RESOURCES: readonly [category: string, tool: string, name: string, actions: readonly EventType[]][] = [
  ["Company", "Directory", "Company Vendors", ["create", "update"]],
  ["Company", "Portfolio", "Projects", ["create", "update"]],
  [FINANCIALS, "Commitments", "Purchase Order Contracts", ALL],
  [FINANCIALS, "Commitments", "Purchase Order Contract Line Items", ALL],
  [FINANCIALS, "Commitments", "Work Order Contracts", ALL],
  [FINANCIALS, "Commitments", "Work Order Contract Line Items", ALL],
  [FINANCIALS, "Change Orders", "Change Order Packages", ALL],
  [FINANCIALS, "Budget", "Budget Line Items", ALL],
  [FINANCIALS, "Budget", "Budget Changes", ALL],
  [FINANCIALS, "Direct Costs", "Direct Costs", ALL],
  [FINANCIALS, "Direct Costs", "Direct Cost Line Items", ALL],
  ["Project", "Admin", "Cost Codes", ALL],
];

/** The actions of a resource; undefined where there is no such resource. */
export const actionsOf = (name: string): readonly EventType[] | undefined =>
  RESOURCES.find(([, , resource]) => resource === name)?.[3];

/** Has a company's tables tell what happens to their records. */
export function watchRecords(company: Company, state: State): void {
  const watch = <T extends Stored & { deleted_at?: string | null }>(
    table: Table<T>,
    name: string | ((row: T) => string),
    project: (row: T) => number | null,
  ): void =>
    table.watch((what, row, changes) => {
      const gone = what === "remove" || (what === "update" && Boolean(changes?.deleted_at));
      state.happened(company, {
        resource_name: typeof name === "string" ? name : name(row),
        event_type: gone ? "delete" : what === "insert" ? "create" : "update",
        resource_id: row.id,
        project_id: project(row),
      });
    });
  const kind = ({ work_order }: { work_order?: boolean } | undefined = {}) =>
    work_order ? "Work Order Contract" : "Purchase Order Contract";
  const { purchaseOrders, purchaseOrderLines } = company;
  watch(company.vendors, "Company Vendors", () => null);
  watch(company.projects, "Projects", () => null);
  watch(company.costCodes, "Cost Codes", ({ project_id }) => project_id);
  watch(purchaseOrders, (row) => `${kind(row)}s`, ({ project_id }) => project_id);
  watch(
    purchaseOrderLines,
    (row) => `${kind(purchaseOrders.get(row.purchase_order_contract_id))} Line Items`,
    (row) => purchaseOrders.get(row.purchase_order_contract_id)?.project_id ?? null,
  );
  watch(company.changeOrderPackages, "Change Order Packages", ({ project_id }) => project_id);
  watch(company.budgetLineItems, "Budget Line Items", ({ project_id }) => project_id);
}
