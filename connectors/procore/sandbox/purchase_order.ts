/**
 * Purchase order contracts: what a row holds, and the rules of writing one (reference §3.8, §3.10). Texts of refusals are assumed.
 *
 * @module
 */
import { Big, plain } from "../../../engine/decimal.ts";
import type { Errors } from "./answers.ts";
import { type AttributeKinds, changed, type Given, readAttributes } from "./attributes.ts";
import type { Project } from "./project.ts";
import type { PurchaseOrderLine } from "./purchase_order_line.ts";
import type { Company, State } from "./state.ts";
import type { Syncable, Written } from "./sync.ts";
import { type Table, table } from "./table.ts";

/** The statuses, in the order of a contract's life. */
export const STATUSES = ["Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved", "Closed"];

/** Attributes that may be set, beside number, status and vendor; null where they are not. */
export const PURCHASE_ORDER_FIELDS = {
  title: "text",
  description: "long",
  retainage_percent: "decimal",
  contract_date: "date",
  delivery_date: "date",
  issued_on_date: "date",
  execution_date: "date",
  signed_contract_received_date: "date",
  letter_of_intent_date: "date",
  returned_date: "date",
  approval_letter_date: "date",
  payment_terms: "long",
  bill_to_address: "long",
  ship_to_address: "long",
  ship_via: "text",
  origin_id: "key",
  origin_code: "text",
  origin_data: "long",
} as const satisfies AttributeKinds;

const KINDS: AttributeKinds = {
  number: "key",
  status: "text",
  vendor_id: "number",
  accounting_method: "text",
  executed: "flag",
  private: "flag",
  currency_iso_code: "text",
  ...PURCHASE_ORDER_FIELDS,
};

/** A purchase order contract. */
export type PurchaseOrder =
  & {
    id: number;
    project_id: number;
    number: string;
    status: string;
    vendor_id: number | null;
    accounting_method: string;
    executed: boolean;
    private: boolean;
    /** A subcontract: among commitments, and billed and changed as they are, but no purchase order. */
    work_order: boolean;
    /** Its lines, in the order they were added. Changed by `purchase_order_line.ts` alone. */
    lines: PurchaseOrderLine[];
    /** The sum of its lines. */
    grand_total: string;
    approved_change_orders: string;
    total_requisitions_amount: string;
    created_at: string;
    updated_at: string;
    deleted_at: string | null;
  }
  & Record<keyof typeof PURCHASE_ORDER_FIELDS, string | null>;

/** The purchase orders of a company, of all its projects. A deleted one keeps its origin_id (assumed), and gives its number free. */
export function purchaseOrderTable(): Table<PurchaseOrder> {
  return table<PurchaseOrder>({
    origin_id: (row) => row.origin_id ?? undefined,
    number: (row) => row.deleted_at ? undefined : numberKey(row.project_id, row.number),
  });
}

const numberKey = (project: number, number: string): string => `${project}/${number.trim().toLowerCase()}`;

/** Whether vendor and lines are locked. That `Closed` locks as `Approved` does is assumed. */
export function isLocked({ status }: Pick<PurchaseOrder, "status">): boolean {
  return status === "Approved" || status === "Closed";
}

/** What a refusal of a locked contract says. */
export const LOCKED = "can't be changed while the contract is Approved";

const LOCKED_FIELDS = ["vendor_id", "accounting_method", "currency_iso_code"] as const;

/** How purchase orders of a project are found and written. An origin_id belongs to one purchase order of the whole company. */
export function purchaseOrdersOf(company: Company, project: Project, state: State): Syncable<PurchaseOrder> {
  const { purchaseOrders } = company;

  const mine = (row: PurchaseOrder | undefined): PurchaseOrder | undefined =>
    row && row.project_id === project.id && !row.deleted_at && !row.work_order ? row : undefined;

  function errorsOf(row: PurchaseOrder | undefined, values: Given): Errors {
    const errors: Errors = {};
    const now = { status: "Draft", vendor_id: null, accounting_method: "amount", ...row, ...values } as PurchaseOrder;
    if (!STATUSES.includes(now.status)) errors.status = ["is not included in the list"];
    if (!["amount", "unit"].includes(now.accounting_method)) errors.accounting_method = ["is not included in the list"];
    if (values.number !== undefined && isTaken("number", numberKey(project.id, now.number), row)) {
      errors.number = ["has already been taken"];
    }
    if (values.origin_id && isTaken("origin_id", values.origin_id as string, row)) {
      errors.origin_id = ["has already been taken"];
    }
    if (values.vendor_id && !company.members.get(project.id)?.has(now.vendor_id!)) {
      errors.vendor = ["is not in the project's directory"];
    }
    if (!now.vendor_id && isLocked(now)) errors.vendor = ["can't be blank"];
    const currency = values.currency_iso_code;
    if (currency && currency !== project.currency_iso_code) errors.currency_iso_code = ["is not enabled"];
    if (row && isLocked(row)) {
      for (const name of LOCKED_FIELDS) {
        const was = name === "currency_iso_code" ? project.currency_iso_code : row[name];
        if (values[name] !== undefined && values[name] !== was) errors[name] = [LOCKED];
      }
    }
    return errors;
  }

  function isTaken(index: string, key: string, row: PurchaseOrder | undefined): boolean {
    const holder = purchaseOrders.find(index, key);
    return holder !== undefined && holder !== row;
  }

  function write(row: PurchaseOrder | undefined, given: Given): Written<PurchaseOrder> {
    const { values, errors } = readAttributes(KINDS, given);
    for (const name of ["executed", "private", "status", "accounting_method", "number"]) {
      if (values[name] === null) delete values[name];
    }
    const wrong = { ...errorsOf(row, values), ...errors };
    if (Object.keys(wrong).length > 0) return { errors: wrong };
    delete values.currency_iso_code;
    if (!row) return { row: purchaseOrders.insert(newPurchaseOrder(company, project, state, values)) };
    const changes = changed(row, values);
    return { row: changes ? purchaseOrders.update(row, { ...changes, updated_at: state.now() }) : row };
  }

  return {
    byId: (id) => mine(purchaseOrders.get(id)),
    byOrigin: (originId) => mine(purchaseOrders.find("origin_id", originId)),
    create: (given) => write(undefined, given),
    update: write,
    show: (row) => row,
  };
}

/** A new purchase order with the values given, without lines; without a number it gets the next one of the project. */
export function newPurchaseOrder(company: Company, project: Project, state: State, values: Given): PurchaseOrder {
  const now = state.now();
  const fields = Object.fromEntries(Object.keys(PURCHASE_ORDER_FIELDS).map((name) => [name, values[name] ?? null]));
  return {
    id: state.nextId("purchase_order"),
    project_id: project.id,
    number: values.number as string ?? nextNumber(company, project),
    status: values.status as string ?? "Draft",
    vendor_id: values.vendor_id as number ?? null,
    accounting_method: values.accounting_method as string ?? "amount",
    executed: values.executed as boolean ?? false,
    private: values.private as boolean ?? true,
    work_order: false,
    lines: [],
    grand_total: "0.0",
    approved_change_orders: "0.0",
    total_requisitions_amount: "0.00",
    created_at: now,
    updated_at: now,
    deleted_at: null,
    ...fields as Record<keyof typeof PURCHASE_ORDER_FIELDS, string | null>,
  };
}

function nextNumber({ purchaseOrders }: Company, project: Project): string {
  for (let number = 1;; number++) {
    const text = `PO-${String(number).padStart(3, "0")}`;
    if (!purchaseOrders.find("number", numberKey(project.id, text))) return text;
  }
}

/** An amount as Procore writes most of them: at least one decimal. */
export function amountText(amount: Big): string {
  const text = plain(amount);
  return text.includes(".") ? text : `${text}.0`;
}

/** Deletes a contract, softly. Gives what is wrong where it is locked. */
export function deletePurchaseOrder(company: Company, row: PurchaseOrder, state: State): Errors | undefined {
  if (isLocked(row)) return { base: [LOCKED] };
  const now = state.now();
  company.purchaseOrders.update(row, { deleted_at: now, updated_at: now });
}
