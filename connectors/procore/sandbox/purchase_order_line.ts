/**
 * Lines of a purchase order contract: what a row holds, and the rules of writing one. A line is charged to a WBS code; it names it, or
 * the cost code and cost type that make it up. Texts of refusals are assumed.
 *
 * @module
 */
import { Big } from "../../../engine/decimal.ts";
import type { Errors } from "./answers.ts";
import { type AttributeKinds, changed, type Given, idFrom, readAttributes } from "./attributes.ts";
import { budgeted } from "./budget_line_item.ts";
import type { Project } from "./project.ts";
import { amountText, isLocked, LOCKED, type PurchaseOrder } from "./purchase_order.ts";
import { SEGMENTS } from "./segment.ts";
import type { Company, State } from "./state.ts";
import type { Syncable, Written } from "./sync.ts";
import { type Table, table } from "./table.ts";
import { upsertWbsCode, type WbsCode } from "./wbs_code.ts";

/** A line of a purchase order. */
export interface PurchaseOrderLine {
  id: number;
  purchase_order_contract_id: number;
  wbs_code_id: number;
  description: string | null;
  amount: string;
  quantity: string | null;
  unit_cost: string | null;
  /** Absent in answers where it is not set, as seen live. */
  uom: string | null;
  extended_type: string;
  position: number;
  origin_id: string | null;
  origin_data: string | null;
  created_at: string;
  updated_at: string;
}

const KINDS: AttributeKinds = {
  description: "long",
  amount: "decimal",
  quantity: "decimal",
  unit_cost: "decimal",
  uom: "text",
  extended_type: "text",
  origin_id: "key",
  origin_data: "long",
};

/** The company's units of measure. */
const UNITS = ["ea", "ls", "hr", "day", "ft", "lf", "sf", "sy", "cy", "lb", "ton", "gal", "m", "m2", "m3", "kg", "l"];

/** The lines of a company, of all its purchase orders. */
export function purchaseOrderLineTable(): Table<PurchaseOrderLine> {
  return table<PurchaseOrderLine>({ origin_id: (row) => row.origin_id ?? undefined });
}

/** How lines of a purchase order are found and written. An origin_id belongs to one line of the whole company. */
export function linesOf(
  company: Company,
  project: Project,
  order: PurchaseOrder,
  state: State,
): Syncable<PurchaseOrderLine> {
  const { purchaseOrderLines } = company;

  const mine = (row: PurchaseOrderLine | undefined): PurchaseOrderLine | undefined =>
    row?.purchase_order_contract_id === order.id ? row : undefined;

  function write(row: PurchaseOrderLine | undefined, given: Given): Written<PurchaseOrderLine> {
    if (isLocked(order)) return { errors: { base: [LOCKED] } };
    const { values, errors } = readAttributes(KINDS, given);
    if (values.extended_type === null) delete values.extended_type;
    const wrong = { ...errorsOf(row, values), ...errors };
    const code = wbsCodeFor(company, project, row, given, state);
    if ("errors" in code) Object.assign(wrong, code.errors);
    if (Object.keys(wrong).length > 0 || "errors" in code) return { errors: wrong };
    values.wbs_code_id = code.row.id;
    setAmount(row, values);
    budgeted(company, code.row, state);
    const now = state.now();
    const changes = row && changed(row, values);
    const written = !row
      ? purchaseOrderLines.insert(newLine(order, state, values))
      : changes
      ? purchaseOrderLines.update(row, { ...changes, updated_at: now })
      : row;
    if (!row) order.lines.push(written);
    if (!row || changes) retotal(company, order, now);
    return { row: written };
  }

  function errorsOf(row: PurchaseOrderLine | undefined, values: Given): Errors {
    const errors: Errors = {};
    if (values.uom && !UNITS.includes((values.uom as string).toLowerCase())) {
      errors.uom = ["is not included in the list"];
    }
    if (values.extended_type !== undefined && !["manual", "calculated"].includes(values.extended_type as string)) {
      errors.extended_type = ["is not included in the list"];
    }
    const holder = values.origin_id ? purchaseOrderLines.find("origin_id", values.origin_id as string) : undefined;
    if (holder && holder !== row) errors.origin_id = ["has already been taken"];
    return errors;
  }

  return {
    byId: (id) => mine(purchaseOrderLines.get(id)),
    byOrigin: (originId) => mine(purchaseOrderLines.find("origin_id", originId)),
    create: (given) => write(undefined, given),
    update: write,
    show: (row) => row,
  };
}

/** A unit line's amount is its quantity times its unit cost; others keep what they were given, in whole cents (assumed). */
function setAmount(row: PurchaseOrderLine | undefined, values: Given): void {
  const now = { amount: "0.0", extended_type: "manual", ...row, ...values } as PurchaseOrderLine;
  const amount = now.extended_type === "calculated"
    ? new Big(now.quantity ?? "0").times(now.unit_cost ?? "0")
    : new Big(now.amount ?? "0");
  values.amount = amountText(amount.round(2, Big.roundHalfUp));
}

/** The WBS code that a line is to be charged to: what it names, what cost code and cost type make up, or what it has. */
function wbsCodeFor(
  company: Company,
  project: Project,
  row: PurchaseOrderLine | undefined,
  given: Given,
  state: State,
): Written<WbsCode> {
  const { wbs_code_id, cost_code_id, line_item_type_id } = given;
  const present = row && company.wbsCodes.get(row.wbs_code_id);
  if (wbs_code_id !== undefined && wbs_code_id !== null) {
    const code = company.wbsCodes.get(idFrom(wbs_code_id));
    return code?.project_id === project.id && (code.status === "active" || code === present)
      ? { row: code }
      : { errors: { wbs_code: ["is invalid"] } };
  }
  const named = [cost_code_id, line_item_type_id].some((id) => id !== undefined && id !== null);
  if (!named) return present ? { row: present } : { errors: { wbs_code: ["can't be blank"] } };
  if (project.custom_segment !== "none") return { errors: { wbs_code: ["can't be blank"] } };
  const [costCode, type] = [cost_code_id ?? present?.item_ids[0], line_item_type_id ?? present?.item_ids[1]];
  const errors: Errors = {};
  const known = company.costCodes.get(idFrom(costCode));
  if (known?.project_id !== project.id || known.deleted_at) errors.cost_code = ["is invalid"];
  if (type === undefined) errors.line_item_type = ["can't be blank"];
  else if (!company.lineItemTypes.get(idFrom(type))) errors.line_item_type = ["is invalid"];
  if (Object.keys(errors).length > 0) return { errors };
  const items = [costCode, type].map((id, i) => ({ segment_id: SEGMENTS[i].id, segment_item_id: id }));
  const code = upsertWbsCode(company, project, { segment_items: items }, state);
  if ("errors" in code) return { errors: { wbs_code: ["is inactive"] } };
  const usable = code.row.status === "active" || code.row === present;
  return usable ? code : { errors: { wbs_code: ["is inactive"] } };
}

function newLine(order: PurchaseOrder, state: State, values: Given): PurchaseOrderLine {
  const now = state.now();
  return {
    id: state.nextId("purchase_order_line"),
    purchase_order_contract_id: order.id,
    wbs_code_id: values.wbs_code_id as number,
    description: values.description as string ?? null,
    amount: values.amount as string,
    quantity: values.quantity as string ?? null,
    unit_cost: values.unit_cost as string ?? null,
    uom: values.uom as string ?? null,
    extended_type: values.extended_type as string ?? "manual",
    position: (order.lines.at(-1)?.position ?? 0) + 1,
    origin_id: values.origin_id as string ?? null,
    origin_data: values.origin_data as string ?? null,
    created_at: now,
    updated_at: now,
  };
}

/** Deletes a line, for good. Gives what is wrong where the contract is locked. */
export function deleteLine(
  company: Company,
  order: PurchaseOrder,
  row: PurchaseOrderLine,
  state: State,
): Errors | undefined {
  if (isLocked(order)) return { base: [LOCKED] };
  company.purchaseOrderLines.remove(row);
  order.lines.splice(order.lines.indexOf(row), 1);
  retotal(company, order, state.now());
}

function retotal({ purchaseOrders }: Company, order: PurchaseOrder, now: string): void {
  let total = new Big(0);
  for (const { amount } of order.lines) total = total.plus(amount);
  purchaseOrders.update(order, { grand_total: amountText(total), updated_at: now });
}
