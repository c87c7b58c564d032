/**
 * What a change asks of a contract: its header, its lines, its status at the end, and whether it has to be opened for that.
 *
 * Facts: while a contract is Approved its vendor and its lines are locked, the rest can be edited, and a change back to Draft unlocks it; that
 * Closed locks likewise, and that the accounting method is locked too, is assumed.
 *
 * @module
 */
import type { Change, Row, Value } from "../../../engine/connector.ts";
import { sameDecimal } from "../../../engine/decimal.ts";
import type { Failure } from "../../../engine/failure.ts";
import { linesIn } from "./row.ts";

/** Header fields that an Approved contract does not let go of. */
export const LOCKED_FIELDS: readonly string[] = ["vendor_id", "accounting_method", "currency_iso_code"];

/** Header fields that are compared as amounts. */
const DECIMALS = ["retainage_percent"];

/** A contract on its way through the steps. */
export interface Contract {
  /** Where its outcome belongs. */
  index: number;
  change: Change;
  /** Its id; of a new one known once its header is in. */
  id?: string;
  /** As it was read last; absent for a new one. */
  present?: Row;
  /** Header fields to set, without `status`. */
  header: Row;
  /** Whether it is changed back to Draft first. */
  opens: boolean;
  /** All lines it is to have from us; undefined where the change leaves lines alone. */
  wanted?: Row[];
  /** Lines to sync: new ones whole, others with `id` and what differs. */
  lines: Row[];
  /** Lines to delete. */
  remove: readonly string[];
  /** The status it is to have in the end; undefined: the one it has. */
  status?: string;
  /** Why it goes no further. */
  failure?: Failure;
}

/** Whether a status locks vendor and lines. */
export const isLocked = (status: Value): boolean => status === "Approved" || status === "Closed";

/** Where a contract stands, for messages. */
export function placeOf({ change: { id, fields, present } }: Pick<Contract, "change">): string {
  const origin = fields.origin_id ?? present?.origin_id;
  return `purchase_order_contracts ${typeof origin === "string" && origin !== "" ? origin : id ?? "without origin_id"}`;
}

/** Whether two values of a field mean the same; absent, null and empty are one. */
export function same(field: string, a: Value, b: Value): boolean {
  const [x, y] = [a ?? "", b ?? ""];
  if (x === y) return true;
  const amounts = DECIMALS.includes(field) || field === "amount";
  return amounts && typeof x === "string" && typeof y === "string" && sameDecimal(x, y);
}

/** Works out a change. `fresh` is the contract as it was read just now, where that was needed. */
export function planContract(change: Change, index: number, fresh?: Row): Contract {
  const present = fresh ?? change.present;
  const { status, line_items, ...given } = change.fields;
  const contract: Contract = { index, change, id: change.id, present, header: {}, opens: false, lines: [], remove: [] };
  for (const [field, value] of Object.entries(given)) {
    if (field !== "id" && !(present && same(field, value, present[field]))) contract.header[field] = value;
  }
  if (line_items !== undefined) {
    contract.wanted = Array.isArray(line_items) ? line_items as Row[] : [];
    contract.lines = differing(contract.wanted, linesIn(present));
  }
  contract.remove = change.remove?.line_items ?? [];
  // As it was planned, not as it is now: a contract that a former attempt has opened is to be closed again.
  const planned = change.present?.status;
  const wantsStatus = typeof status === "string" ? status : undefined;
  contract.status = wantsStatus ?? (change.id === undefined ? "Draft" : undefined);
  const inside = contract.lines.length > 0 || contract.remove.length > 0 ||
    LOCKED_FIELDS.some((field) => field in contract.header);
  const locked = isLocked(planned) || isLocked(present?.status);
  if (isLocked(planned) && present?.status !== planned) contract.status ??= planned as string;
  if (change.id !== undefined && locked && (inside || (wantsStatus !== undefined && !isLocked(wantsStatus)))) {
    contract.opens = true;
    contract.status ??= typeof planned === "string" ? planned : undefined;
  }
  return contract;
}

/** What has to be sent for the lines to be as wanted: lines are known again by id, else by origin_id. */
function differing(wanted: readonly Row[], present: readonly Row[]): Row[] {
  const byId = new Map(present.map((line) => [line.id, line]));
  const byOrigin = new Map(present.map((line) => [line.origin_id, line]));
  const lines: Row[] = [];
  for (const { id, ...item } of wanted) {
    const there = byId.get(id) ?? byOrigin.get(item.origin_id);
    if (!there) {
      lines.push(item);
      continue;
    }
    const changed = Object.entries(item).filter(([field, value]) => !same(field, value, there[field]));
    if (changed.length === 0) continue;
    // A charge is one thing: cost code and cost type go together.
    const charge = changed.some(([field]) => field === "cost_code_id" || field === "line_item_type_id")
      ? {
        cost_code_id: item.cost_code_id ?? there.cost_code_id,
        line_item_type_id: item.line_item_type_id ?? there.line_item_type_id,
      }
      : {};
    lines.push({ id: there.id, origin_id: item.origin_id, ...Object.fromEntries(changed), ...charge });
  }
  return lines;
}
