/**
 * What became of an order, in one word (reference §4.3). Three columns say it between them, and null means something in each.
 *
 * @module
 */
import type { Row } from "../../../engine/connector.ts";
import type { ORDER_SCOPES } from "../../../schemas/ebs/purchase_orders.ts";
import { isEnded } from "./order_amounts.ts";

/** As the field `SCOPE` has it. */
export type OrderScope = typeof ORDER_SCOPES[number];

/**
 * `INCOMPLETE` comes first: what was never approved binds nobody, even cancelled. Cancellation and final closing are told
 * together, by `CANCEL_FLAG` or `CLOSED_CODE`; neither follows from the other.
 */
export function scopeOf(order: Row): OrderScope {
  if (!wasApproved(order)) return "INCOMPLETE";
  if (isEnded(order.CANCEL_FLAG, order.CLOSED_CODE)) return "ENDED";
  return order.CLOSED_CODE === "CLOSED" ? "CLOSED" : "OPEN";
}

/**
 * Whether an order was ever approved. A change turns APPROVED into REQUIRES REAPPROVAL, its submission into IN PROCESS or
 * PRE-APPROVED, a refusal into REJECTED: the earlier approval still binds, and its date stays.
 */
function wasApproved({ AUTHORIZATION_STATUS: status, APPROVED_FLAG: flag, APPROVED_DATE: date }: Row): boolean {
  switch (status) {
    case undefined:
    case null:
    case "INCOMPLETE":
      return false;
    case "APPROVED":
    case "REQUIRES REAPPROVAL":
      return true;
    default:
      return flag === "Y" || flag === "R" || typeof date === "string";
  }
}
