/**
 * What a person does to requisitions, their items, billing periods and change order packages in Procore's pages; and how the sandbox is
 * filled with them.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { Given } from "./attributes.ts";
import { writePeriod } from "./billing_periods.ts";
import { writePackage } from "./change_order_package.ts";
import type { PurchaseOrder } from "./purchase_order.ts";
import type { Requisition, RequisitionItem } from "./requisition.ts";
import { createRequisition, deleteRequisition, updateItem, updateRequisition } from "./requisition_rules.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";

/** The collections of this page. */
export const BILLS = ["requisitions", "requisition_items", "change_order_packages", "billing_periods"];

/**
 * Makes the next requisition of a contract: `{ commitment_id, percent, items, status, … }`. `percent` brings every item that far, of its
 * scheduled value; `items` `[{ position, … }]` say otherwise, or more, for the n-th item of the sheet: `percent_complete`, or the amounts
 * that Procore's API takes. `misprints` `{ current_payment_due: "1.00" }` make its summary wrong. Gives the id.
 */
export function addRequisition(state: State, company: Company, fields: Row): number {
  const { percent, items, status, misprints, ...given } = fields as Given;
  const order = orderOf(company, fields.commitment_id);
  const made = taken(createRequisition(company, order, { ...given, status: "draft" }, state), "requisitions");
  try {
    if (percent !== undefined && percent !== null) {
      for (const item of made.items) taken(updateItem(company, item, { percent_complete: percent }, state), "items");
    }
    for (const one of Array.isArray(items) ? items as Given[] : []) {
      const item = itemAt(made, one);
      if (!item) throw new Error(`The requisition has no such item: ${JSON.stringify(one)}`);
      taken(updateItem(company, item, one, state), "items");
    }
    misprint(company, made, misprints, state);
    if (status !== undefined) taken(updateRequisition(company, made, { status }, state), "requisitions");
  } catch (error) {
    deleteRequisition(company, made, state);
    throw error;
  }
  return made.id;
}

/** Lets the summary say something else than the items add up to: the real one can, and nobody can make the API do it. */
function misprint(company: Company, row: Requisition, misprints: unknown, state: State): void {
  if (typeof misprints !== "object" || misprints === null) return;
  const said = Object.fromEntries(Object.entries(misprints).map(([name, value]) => [name, String(value)]));
  company.requisitions.update(row, { misprints: said, updated_at: state.now() });
}

function itemAt({ items }: Requisition, { position, id, line_item_id }: Given): RequisitionItem | undefined {
  if (position !== undefined) return items[Number(position) - 1];
  return items.find((item) =>
    id !== undefined ? String(item.id) === String(id) : String(item.line_item_id) === String(line_item_id)
  );
}

/**
 * Fills a contract, which a row names by `project_number` and `contract` (its number), from files: a change order package with `lines`
 * `[{ description, amount, code, type }]`, or the next requisition as {@link addRequisition} takes it.
 */
export function addBillRow(
  state: State,
  company: Company,
  collection: "requisitions" | "change_order_packages",
  { project_number, contract, lines, ...row }: Row,
): void {
  const project = company.projects.rows.find((one) => one.project_number === String(project_number));
  const order = company.purchaseOrders.rows.find((one) =>
    one.project_id === project?.id && one.number === String(contract) && !one.deleted_at
  );
  if (!order) throw new Error(`No purchase order ${contract} in project ${project_number}`);
  if (collection === "requisitions") {
    return void addRequisition(state, company, { ...row, commitment_id: String(order.id) });
  }
  const charged = (Array.isArray(lines) ? lines as Row[] : []).map(({ code, type = "S", ...line }): Row => ({
    ...line,
    cost_code_id: idText(
      company.costCodes.rows.find((one) => one.project_id === order.project_id && one.code === code),
    ),
    line_item_type_id: idText(company.lineItemTypes.find("code", String(type))),
  }));
  addBill(state, company, collection, { ...row, contract_id: String(order.id), lines: charged });
}

const idText = (row: { id: number } | undefined): string => String(row?.id ?? "");

/** Adds a row to one of {@link BILLS}; gives its id. */
export function addBill(state: State, company: Company, collection: string, fields: Row): number {
  switch (collection) {
    case "requisitions":
      return addRequisition(state, company, fields);
    case "change_order_packages":
      return taken(writePackage(company, orderOf(company, fields.contract_id), undefined, fields, state), collection)
        .id;
    case "billing_periods": {
      const project = company.projects.get(Number(fields.project_id));
      if (!project) throw new Error(`No project ${fields.project_id}`);
      return taken(writePeriod(company, project, undefined, fields, state), collection).id;
    }
    default:
      throw new Error(`Rows cannot be added to ${collection}`);
  }
}

/** Edits a row of one of {@link BILLS}; `deleted_at` deletes a requisition for good, and a package softly. */
export function editBill(
  state: State,
  company: Company,
  collection: string,
  id: number,
  fields: Given,
): Written<unknown> | undefined {
  switch (collection) {
    case "requisitions": {
      const row = company.requisitions.get(id);
      if (!row) return undefined;
      const { deleted_at, misprints, ...given } = fields;
      misprint(company, row, misprints, state);
      if (!deleted_at) return updateRequisition(company, row, given, state);
      const errors = deleteRequisition(company, row, state);
      return errors ? { errors } : { row };
    }
    case "requisition_items": {
      const row = company.requisitionItems.get(id);
      return row && updateItem(company, row, fields, state);
    }
    case "change_order_packages": {
      const row = company.changeOrderPackages.get(id);
      return row && writePackage(company, company.purchaseOrders.get(row.contract_id)!, row, fields, state);
    }
    default: {
      const row = company.billingPeriods.get(id);
      return row && writePeriod(company, company.projects.get(row.project_id)!, row, fields, state);
    }
  }
}

function orderOf({ purchaseOrders }: Company, id: unknown): PurchaseOrder {
  const order = purchaseOrders.get(Number(id));
  if (!order) throw new Error(`No purchase order ${id}`);
  return order;
}

function taken<T>(written: Written<T>, collection: string): T {
  if ("errors" in written) throw new Error(`${collection}: ${JSON.stringify(written.errors)}`);
  return written.row;
}
