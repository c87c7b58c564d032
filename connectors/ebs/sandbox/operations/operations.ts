/**
 * The package `XXGUSSET_PKG` as the sandbox carries it out: one function an operation.
 *
 * @module
 */
import type { OperationName } from "../../operations.ts";
import { getAccountBalances } from "./get_account_balances.ts";
import { getCodeCombinations } from "./get_code_combinations.ts";
import { getContext } from "./get_context.ts";
import { getJournalSetup } from "./get_journal_setup.ts";
import { getOperatingUnits } from "./get_operating_units.ts";
import { getPeriods } from "./get_periods.ts";
import { getPoBilling } from "./get_po_billing.ts";
import { getPostings } from "./get_postings.ts";
import { getProjects } from "./get_projects.ts";
import { getPurchaseOrders } from "./get_purchase_orders.ts";
import { getRequestStatus } from "./get_request_status.ts";
import { getSuppliers } from "./get_suppliers.ts";
import { BusinessError, type Call, type Output } from "./paging.ts";
import { submitJournals } from "./submit_journals.ts";
import { withdrawJournal } from "./withdraw_journal.ts";

const FUNCTIONS: Record<OperationName, (call: Call) => Output> = {
  get_context: getContext,
  get_operating_units: getOperatingUnits,
  get_suppliers: getSuppliers,
  get_code_combinations: getCodeCombinations,
  get_projects: getProjects,
  get_purchase_orders: getPurchaseOrders,
  get_po_billing: getPoBilling,
  get_periods: getPeriods,
  get_journal_setup: getJournalSetup,
  get_postings: getPostings,
  get_account_balances: getAccountBalances,
  submit_journals: submitJournals,
  withdraw_journal: withdrawJournal,
  get_request_status: getRequestStatus,
};

/** Carries out an operation. What the package refuses is in `X_RETURN_STATUS` `E` and `X_MSG_DATA`, as PL/SQL packages do it. */
export function carryOut(operation: OperationName, call: Call): Output {
  try {
    call.db.manager.settle(call.at);
    const told = call.setup.fails[operation];
    if (told !== undefined) throw new BusinessError(told);
    return { ...FUNCTIONS[operation](call), X_RETURN_STATUS: "S" };
  } catch (error) {
    if (!(error instanceof BusinessError)) throw error;
    return { X_RETURN_STATUS: "E", X_MSG_DATA: error.message };
  }
}
