/**
 * `get_request_status`.
 *
 * @module
 */
import { requestStatus } from "../ledger/manager.ts";
import { BusinessError, type Call, enter, type Output, text } from "./paging.ts";

/** How far a request has got. */
export function getRequestStatus(call: Call): Output {
  const { orgId } = enter(call);
  const id = text(call.input, "P_REQUEST_ID");
  // Asked about none, it only says that it may be asked.
  if (id === undefined) return { X_ORG_ID: orgId };
  const found = requestStatus(call.db.books, id);
  if (!found) throw new BusinessError(`There is no request ${id}`);
  return { X_ORG_ID: orgId, X_PHASE: found.phase, X_STATUS: found.status, X_MESSAGE: found.text };
}
