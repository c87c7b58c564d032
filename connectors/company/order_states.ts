/**
 * The states that orders are in, as a purchasing department leaves them behind.
 *
 * @module
 */
import type { Row } from "../../engine/connector.ts";
import type { Dice } from "./dice.ts";

/** Columns of PO_HEADERS_ALL that a state sets. */
const APPROVED: Row = { AUTHORIZATION_STATUS: "APPROVED", APPROVED_FLAG: "Y" };

/** Approved once: each comes once in forty such orders, the rest of them is simply approved and open. */
const EXCEPTIONS: readonly Row[] = [
  { AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL", APPROVED_FLAG: "R", REVISION_NUM: "1" },
  { AUTHORIZATION_STATUS: "IN PROCESS", APPROVED_FLAG: "R", REVISION_NUM: "2" },
  { AUTHORIZATION_STATUS: "REJECTED", APPROVED_FLAG: "F", REVISION_NUM: "1" },
  { ...APPROVED, CLOSED_CODE: "CLOSED" },
  { ...APPROVED, CLOSED_CODE: "OPEN", REVISION_NUM: "3" },
  { ...APPROVED, CLOSED_CODE: "FINALLY CLOSED" },
  { ...APPROVED, CANCEL_FLAG: "Y", CLOSED_CODE: "CLOSED" },
  { AUTHORIZATION_STATUS: "REQUIRES REAPPROVAL", APPROVED_FLAG: "R", USER_HOLD_FLAG: "Y" },
  { ...APPROVED, TYPE_LOOKUP_CODE: "BLANKET" },
  { ...APPROVED, TYPE_LOOKUP_CODE: "PLANNED" },
];
const CYCLE = 40;

/** Never approved. Null is what Oracle leaves where nobody pressed the button. */
const UNAPPROVED: readonly Row[] = [
  { AUTHORIZATION_STATUS: null },
  { AUTHORIZATION_STATUS: "INCOMPLETE" },
  { AUTHORIZATION_STATUS: "IN PROCESS", APPROVED_FLAG: "N" },
  { AUTHORIZATION_STATUS: "REJECTED", APPROVED_FLAG: "F" },
  { AUTHORIZATION_STATUS: "PRE-APPROVED", APPROVED_FLAG: "N" },
];

/** Gives the state of one order after the other, so that every state comes whatever the seed. */
export function orderStates(dice: Dice): (approved: boolean) => Row {
  let [nth, refused] = [dice.whole(0, CYCLE - 1), 0];
  return (approved) => {
    if (!approved) return UNAPPROVED[refused++ % UNAPPROVED.length];
    const turn = nth++ % CYCLE;
    return turn % 4 === 0 ? EXCEPTIONS[turn / 4] : APPROVED;
  };
}
