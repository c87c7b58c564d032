/**
 * Requisitions (subcontractor invoices): what a row and its items hold (reference §3.12).
 *
 * @module
 */
import type { AttributeKinds } from "./attributes.ts";
import type { Company } from "./state.ts";
import { type Table, table } from "./table.ts";

/** The statuses. */
export const REQUISITION_STATUSES = [
  "draft",
  "under_review",
  "revise_and_resubmit",
  "approved",
  "approved_as_noted",
  "pending_owner_approval",
];

/** Statuses in which a requisition counts as billed against its contract, and its items stand. */
export const APPROVED = new Set(["approved", "approved_as_noted", "pending_owner_approval"]);

/** Attributes of the header that may be set, beside status and period. */
export const REQUISITION_FIELDS = {
  requisition_start: "date",
  requisition_end: "date",
  billing_date: "date",
  invoice_number: "text",
  submitted_at: "date",
  payment_date: "date",
  comment: "long",
  origin_id: "key",
  origin_data: "long",
} as const satisfies AttributeKinds;

/** A requisition. */
export type Requisition =
  & {
    id: number;
    project_id: number;
    commitment_id: number;
    /** Counts within the contract, from 1. */
    number: number;
    previous_requisition_id: number | null;
    status: string;
    period_id: number | null;
    final: boolean;
    /** Whether stored material of the one before stands as work completed in this one; if not, it is carried as a balance. */
    move_materials_to_previous_work_completed: boolean;
    /** In the order of the contract, change orders last. Changed by `requisition_rules.ts` alone. */
    items: RequisitionItem[];
    /** What its summary says in place of what it should, by Procore's names: a sheet that does not foot. */
    misprints: Record<string, string>;
    created_at: string;
    updated_at: string;
  }
  & Record<keyof typeof REQUISITION_FIELDS, string | null>;

/** A row of the continuation sheet: amounts in the contract's currency, as decimal strings. */
export interface RequisitionItem {
  id: number;
  requisition_id: number;
  item_type: "contract_item" | "change_order_item" | "whole_change_order_item";
  /** The contract's line, or the change order's; none for a whole change order. */
  line_item_id: number | null;
  change_order_package_id: number | null;
  /** None for a whole change order of several. */
  wbs_code_id: number | null;
  description: string | null;
  scheduled_value: string;
  scheduled_quantity: string | null;
  scheduled_unit_price: string | null;
  uom: string | null;
  position: number;
  /** The item of the requisition before; none where this is its first. */
  previous_progress_id: number | null;
  /** What was carried over when the requisition was made. */
  carried: Carried;
  /** Entered. */
  work_completed_this_period: string;
  /** Entered: a balance, which begins as the one carried over. */
  materials_presently_stored: string;
  work_retainage_percent: string | null;
  work_retained: string;
  work_released: string;
  materials_retainage_percent: string | null;
  /** Held on stored material, before what is released of it now. */
  materials_retained: string;
  materials_released: string;
  status: string;
  comment: string | null;
}

/** Balances that an item begins with. */
export interface Carried {
  work: string;
  /** Stored material that stays stored. */
  stored: string;
  /** Stored material that became work completed; part of `work`. */
  moved: string;
  work_retainage: string;
  stored_retainage: string;
  /** Part of `work_retainage`. */
  moved_retainage: string;
}

/** The requisitions of a company. An origin_id belongs to one. */
export function requisitionTable(): Table<Requisition> {
  return table<Requisition>({ origin_id: (row) => row.origin_id ?? undefined });
}

/** A contract's requisitions, ascending by number. */
export function requisitionsOn({ bills }: Company, contract: number): readonly Requisition[] {
  return bills.get(contract) ?? [];
}

/** Whether it is its contract's last one: only that can be edited and deleted. */
export function isLast(company: Company, row: Requisition): boolean {
  return requisitionsOn(company, row.commitment_id).at(-1) === row;
}
