/**
 * Change order packages on purchase orders: what a row holds, and what it does to its contract (reference §3.11). In a project of one tier a
 * package holds its lines by itself, which is what the sandbox shows.
 *
 * @module
 */
import { Big } from "../../../engine/decimal.ts";
import { type AttributeKinds, changed, type Given, idFrom, readAttributes } from "./attributes.ts";
import { amountText, type PurchaseOrder } from "./purchase_order.ts";
import { SEGMENTS } from "./segment.ts";
import type { Company, State } from "./state.ts";
import type { Written } from "./sync.ts";
import { type Table, table } from "./table.ts";
import { upsertWbsCode, type WbsCode } from "./wbs_code.ts";

/** The statuses. */
export const PACKAGE_STATUSES = [
  "draft",
  "not_pricing",
  "pricing",
  "pending",
  "revised",
  "proceeding",
  "not_proceeding",
  "no_charge",
  "approved",
  "rejected",
  "void",
];

/** Attributes that may be set, beside the status. */
export const PACKAGE_FIELDS = {
  title: "text",
  description: "long",
  due_date: "date",
  invoiced_date: "date",
  paid_date: "date",
  signed_change_order_received_date: "date",
  origin_id: "key",
  origin_code: "text",
  origin_data: "long",
} as const satisfies AttributeKinds;

/** A line of a package. */
export interface ChangeOrderLine {
  id: number;
  description: string | null;
  amount: string;
  wbs_code_id: number;
  position: number;
}

/** A change order package. */
export type ChangeOrderPackage =
  & {
    id: number;
    /** The id of its mirror among commitment change orders. */
    mirror_id: number;
    project_id: number;
    contract_id: number;
    number: string;
    status: string;
    executed: boolean;
    reviewed_at: string | null;
    /** Billed as one item, not line by line. */
    whole: boolean;
    lines: ChangeOrderLine[];
    created_at: string;
    updated_at: string;
    deleted_at: string | null;
  }
  & Record<keyof typeof PACKAGE_FIELDS, string | null>;

/** The packages of a company. */
export function packageTable(): Table<ChangeOrderPackage> {
  return table<ChangeOrderPackage>({ origin_id: (row) => row.origin_id ?? undefined });
}

/** The sum of a package's lines. */
export function packageTotal({ lines }: ChangeOrderPackage): Big {
  return lines.reduce((total, { amount }) => total.plus(amount), new Big(0));
}

/** A contract's approved packages, in the order of their numbers. */
export function approvedPackages({ changeOrderPackages }: Company, contract: number): ChangeOrderPackage[] {
  return changeOrderPackages.rows.filter(({ contract_id, status, deleted_at }) =>
    contract_id === contract && status === "approved" && !deleted_at
  );
}

const LOCKED = "can't be changed while the change order is approved";

/**
 * Adds a package to a contract, or edits one: its header, its status, and `lines` `[{ description, amount, cost_code_id and
 * line_item_type_id, or wbs_code_id }]` as a whole as long as it is not approved. One that a requisition bills stays approved.
 */
export function writePackage(
  company: Company,
  order: PurchaseOrder,
  row: ChangeOrderPackage | undefined,
  given: Given,
  state: State,
): Written<ChangeOrderPackage> {
  const { changeOrderPackages: packages } = company;
  const { values, errors } = readAttributes({ ...PACKAGE_FIELDS, status: "text", executed: "flag" }, given);
  if (values.status === null) delete values.status;
  if (values.status !== undefined && !PACKAGE_STATUSES.includes(values.status as string)) {
    errors.status = ["is not included in the list"];
  }
  const status = values.status ?? row?.status ?? "draft";
  const billed = row !== undefined && isBilled(company, row);
  if (billed && (status !== "approved" || given.deleted_at)) errors.base = ["is billed by a requisition"];
  if (row?.status === "approved" && status === "approved" && (given.lines || given.deleted_at)) errors.base = [LOCKED];
  const holder = values.origin_id ? packages.find("origin_id", values.origin_id as string) : undefined;
  if (holder && holder !== row) errors.origin_id = ["has already been taken"];
  const lines = given.lines === undefined ? row?.lines ?? [] : linesFrom(company, order, given.lines, state);
  if (!Array.isArray(lines)) Object.assign(errors, lines.errors);
  if (Object.keys(errors).length > 0 || !Array.isArray(lines)) return { errors };
  const now = state.now();
  const approvedNow = status === "approved" && row?.status !== "approved";
  if (approvedNow) values.reviewed_at = now;
  let written: ChangeOrderPackage;
  if (row) {
    if (given.lines !== undefined) values.lines = lines;
    if (given.deleted_at !== undefined) values.deleted_at = given.deleted_at === null ? null : now;
    const changes = changed(row, values);
    written = changes ? packages.update(row, { ...changes, updated_at: now }) : row;
  } else {
    const count = packages.rows.filter(({ contract_id }) => contract_id === order.id).length;
    const fields = Object.fromEntries(Object.keys(PACKAGE_FIELDS).map((name) => [name, values[name] ?? null]));
    written = packages.insert({
      id: state.nextId("change_order_package"),
      mirror_id: state.nextId("commitment_change_order"),
      project_id: order.project_id,
      contract_id: order.id,
      number: String(count + 1).padStart(3, "0"),
      status: status as string,
      executed: values.executed === true,
      reviewed_at: approvedNow ? now : null,
      whole: given.whole === true,
      lines,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      ...fields as Record<keyof typeof PACKAGE_FIELDS, string | null>,
    });
  }
  recount(company, order, state);
  return { row: written };
}

/** A contract's sum of approved changes follows its packages. */
function recount(company: Company, order: PurchaseOrder, state: State): void {
  const total = approvedPackages(company, order.id).reduce((sum, one) => sum.plus(packageTotal(one)), new Big(0));
  const approved_change_orders = amountText(total);
  if (approved_change_orders !== order.approved_change_orders) {
    company.purchaseOrders.update(order, { approved_change_orders, updated_at: state.now() });
  }
}

function isBilled({ bills }: Company, { id, contract_id }: ChangeOrderPackage): boolean {
  return bills.get(contract_id)?.some(({ items }) =>
    items.some(({ change_order_package_id }) => change_order_package_id === id)
  ) ?? false;
}

/** Lines as they are given, charged to codes of the contract's project. */
function linesFrom(
  company: Company,
  { project_id }: PurchaseOrder,
  given: unknown,
  state: State,
): ChangeOrderLine[] | { errors: Record<string, string[]> } {
  const lines: ChangeOrderLine[] = [];
  for (const one of Array.isArray(given) ? given as Given[] : []) {
    const { values, errors } = readAttributes({ description: "long", amount: "decimal" }, one);
    const code = one.wbs_code_id === undefined
      ? codeOf(company, project_id, one, state)
      : company.wbsCodes.get(idFrom(one.wbs_code_id));
    if (code?.project_id !== project_id) errors.wbs_code = ["is invalid"];
    if (Object.keys(errors).length > 0) return { errors };
    lines.push({
      id: state.nextId("change_order_line"),
      description: values.description as string ?? null,
      amount: values.amount as string ?? "0.0",
      wbs_code_id: code!.id,
      position: lines.length + 1,
    });
  }
  return lines;
}

/** The WBS code that cost code and cost type make up. */
function codeOf(company: Company, project_id: number, one: Given, state: State): WbsCode | undefined {
  const items = [one.cost_code_id, one.line_item_type_id]
    .map((id, i) => ({ segment_id: SEGMENTS[i].id, segment_item_id: idFrom(id) }));
  const code = upsertWbsCode(company, company.projects.get(project_id)!, { segment_items: items }, state);
  return "errors" in code ? undefined : code.row;
}
